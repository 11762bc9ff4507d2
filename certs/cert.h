/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory: certificates, their signatures and forms, and the evidence log.
 * Links without drivers.  docs/FORMATS.md is the contract of every file.
 */
#ifndef CERT_H
#define CERT_H

#include "../src/massho.h"

#include <jansson.h>

/* ---- json.c: nouns as JSON (new references; NULL only without memory) --- */

json_t *json_identity(const struct identity *id);
json_t *json_drive(const struct drive *d, enum lang lang);
json_t *json_policy(const struct policy *p);
json_t *json_reasons(const struct reasons *rs, enum lang lang);
json_t *json_plan(const struct plan *p, enum lang lang);
json_t *json_consent(const struct consent *c);
json_t *json_step(const struct plan *p, uint32_t i, enum lang lang);
json_t *json_step_result(const struct plan *p, uint32_t i,
			 const struct step_result *r, enum lang lang);
json_t *json_checkpoint(uint32_t step, const struct step_result *r,
			const struct ranges *unwritten);
json_t *json_parts(const struct run_parts *ps);
json_t *json_run(const struct plan *p, const struct run *r, enum lang lang);
json_t *json_verdict(const struct verdict *v, enum lang lang);
json_t *json_ranges(const struct ranges *rs);	/* longest first */
/* RFC 8785 bytes, malloc'd; -EINVAL for reals, integers beyond 2^53, control
 * characters or keys that are not ASCII. */
int json_canonical(const json_t *j, char **out, size_t *len) MUST;
/* Parses bytes that must be exactly what json_canonical writes; else NULL. */
json_t *json_load_canonical(const char *text, size_t len);

/* The pieces: text with control characters and broken UTF-8 replaced; "" is
 * "unknown", or null where a thing may be absent. */
json_t *json_text(const char *s);
json_t *json_text_or_null(const char *s);
json_t *json_count(uint64_t n);		/* a string of digits from 2^53 on */
json_t *json_hex(const uint8_t *bytes, size_t len);	/* at most 64 */
json_t *json_digest_or_null(const uint8_t digest[DIGEST_LEN]);
json_t *json_why(const struct reason *r, enum lang lang);
json_t *json_reason(const struct reason *r, enum lang lang); /* or null */
/* bytes: what the share is of; 0 = not said. */
json_t *json_claim(const struct step_result *r, uint64_t bytes);
json_t *json_step_why(const struct step_result *r, enum lang lang);
json_t *json_mismatch(const struct step_result *r);
json_t *json_resumed(const struct step_result *r);
json_t *json_stream_key(const struct step *s, const struct step_result *r);
const char *json_verify_name(enum verify_mode m);
/* Moves all of more into j, and lets go of more. */
json_t *json_merge(json_t *j, json_t *more);

/* ---- json_drive.c: what a drive has besides its blocks ----------------- */

json_t *json_firmware(const struct drive *d, enum lang lang);	/* all of it */
json_t *json_areas(const struct areas *a);
json_t *json_lock(const struct lock *l);
json_t *json_health(const struct health *h);
json_t *json_spaces(const struct space *s, uint32_t n);
json_t *json_scope(const struct scope *s);
json_t *json_bridge(const struct bridge *b);	/* or null */

/* ---- json_reply.c: what a drive was told, and what it answered --------- */

/* In words, by the driver ("nvme") that knows how to read the status. */
const char *reply_text(const char *driver, int32_t err, uint32_t status,
		       char *buf, size_t len);
/* {"errno", "status", "text", "raw"}: status and raw in hexadecimal digits. */
json_t *json_reply(const char *driver, const struct reply *r);
/* [{"step", "command", "sent", ... the reply}] */
json_t *json_sent(const char *driver, const struct sent *s);
json_t *json_password(enum password p);	/* {"name", "typed"} or null */
json_t *json_proof(const struct proof *p);

/* ---- json_read*.c: the same nouns read back from the log; -EBADMSG ------ */

/* Of a drive what a certificate needs; of a plan its digest as it was written,
 * for the caller to compare with plan_seal()'s. */
int json_read_drive(const json_t *j, struct drive *out) MUST;
/* {total, lost, ranges}, back in their order on the drive. */
bool json_read_ranges(const json_t *j, struct ranges *out) MUST;
int json_read_plan(const json_t *j, struct plan *out) MUST;
int json_read_consent(const json_t *j, const uint8_t receipt[DIGEST_LEN],
		      struct consent *out) MUST;
int json_read_run(const json_t *j, const struct plan *p,
		  struct run *out) MUST;
/* Of a line in the log: what is known of a step so far; *i is its index. */
int json_read_step(const json_t *j, const struct plan *p, uint32_t *i,
		   struct step_result *out) MUST;
/* Changes only what a checkpoint says. */
int json_read_checkpoint(const json_t *j, const struct plan *p, uint32_t *i,
			 struct step_result *out,
			 struct ranges *unwritten) MUST;
int json_read_identity(const json_t *j, struct identity *out) MUST;
int json_read_parts(const json_t *j, struct run_parts *out) MUST;

/* ---- key.c ------------------------------------------------------------ */

struct key;	/* private key in locked memory, and its X.509 certificate */

#define KEY_PASS_MIN 14	/* characters of a new passphrase */

enum key_alg { KEY_P256, KEY_P384, KEY_RSA3072, KEY_RSA4096 };

struct key_subject {
	char cn[260], o[260], ou[260], c[4];	/* 64 characters, UTF-8 */
	uint32_t days;		/* validity; 0 = 3650 */
};

/* Writes NAME.p8 (PKCS#8, PBES2 PBKDF2-HMAC-SHA-256 >= 600,000 rounds,
 * AES-256-CBC; 0600) and NAME.crt (PEM).  -EEXIST if either exists.
 * pass: >= 14 characters or -EINVAL with err set. */
int key_new(const char *name, enum key_alg alg, const struct key_subject *s,
	    const char *pass, char *err, size_t err_len) MUST;
/* NAME.p8 with its NAME.crt beside it, which must match. */
int key_load(const char *p8_path, const char *pass, struct key **out,
	     char *err, size_t err_len) MUST;
/* PKCS#10 request of a loaded key into path (PEM). */
int key_csr(const struct key *k, const char *path, char *err,
	    size_t err_len) MUST;
void key_free(struct key **k);
/* Where the numbers of every loaded key lie.  A child does not inherit that it
 * is locked: one that signs locks it again, first of all; until then the
 * parent's lock holds the pages that the two share. */
struct key_memory {
	const void *at;
	size_t len;
};
int key_memory(struct key_memory *out) MUST;
int key_lock_again(const struct key_memory *m) MUST;
/* Others than its owner may read or write the file: worth a warning. */
bool key_is_open(const char *p8_path);
/* {"subject","issuer","serial","not_before","not_after","algorithm",
 * "fingerprint_sha256"} of a certificate file. */
int key_show(const char *crt_path, json_t **out, char *err,
	     size_t err_len) MUST;

/* ---- sign.c ----------------------------------------------------------- */

/* Detached CMS, CAdES B-B: no signingTime, ESS signing-certificate-v2, SHA-256
 * (SHA-384 for P-384), the signer's certificate included.  malloc'd DER. */
int sign_cms(const struct key *k, const void *data, size_t len, uint8_t **der,
	     size_t *der_len) MUST;

enum trust { TRUST_BAD, TRUST_UNKNOWN_SIGNER, TRUST_OK };

struct signer {
	enum trust trust;
	char why[256];		/* if BAD: what does not hold, English */
	char subject[256], fingerprint[65], algorithm[64];
	char not_before[TIME_LEN], not_after[TIME_LEN];	/* of its certificate */
};

/* trust: PEM files the signer must be among or chain to.  Always fills *out. */
void sign_verify(const void *data, size_t len, const uint8_t *der,
		 size_t der_len, const char *const *trust, size_t n_trust,
		 struct signer *out);
/* signer.why in the asked language. */
const char *sign_why_text(const char *why, enum lang lang);

/* ---- evidence.c ------------------------------------------------------- */

struct evidence;

/*
 * Opens or creates DIR/STATION.jsonl for appending, takes the one writer's
 * lock (-EBUSY: another massho writes here), checks the chain (-EBADMSG: it
 * does not hold; err names the line), keeps and records a torn tail, and
 * appends the truthful OUTCOME "interrupted" for every INTENT without one.
 * Appends "opened".  Everything is on stable storage on return.
 */
int evidence_open(const char *dir, const char *station, struct evidence **out,
		  char *err, size_t err_len) MUST;
/*
 * One line; steals body (a JSON object).  Returns 0 only when the line is on
 * stable storage; its hash goes to hash (may be NULL), its number to seq.
 * After a failure every later append fails with -EIO.
 */
int evidence_append(struct evidence *e, const char *event, json_t *body,
		    uint8_t hash[DIGEST_LEN], uint64_t *seq) MUST;
/*
 * The same, but on stable storage only when evidence_sync(), called after it,
 * has returned 0: nobody may rely on the line, or be told of it, before.
 */
int evidence_write(struct evidence *e, const char *event, json_t *body,
		   uint8_t hash[DIGEST_LEN]) MUST;
/* Brings every line written so far to stable storage.  -ESTALE: the file was
 * deleted or replaced.  After a failure every later call fails with -EIO. */
int evidence_sync(struct evidence *e) MUST;
/* {"station","file","seq","head"} of the last line, for the certificate. */
json_t *evidence_position(const struct evidence *e);
/* How many runs were found without an outcome when it was opened. */
uint32_t evidence_recovered(const struct evidence *e);
/* Appends "closed" and lets go. */
void evidence_close(struct evidence **e);

/* ---- evidence_read.c: the log as anyone can read it ------------------- */

#define EVIDENCE_LINE_MAX	(1024 * 1024)
/* Written after a torn tail, before the line that records it: it makes sure
 * that the torn bytes can never be read as a line. */
#define EVIDENCE_TORN		"#torn\n"

struct evidence_line {		/* borrowed, for the length of the call */
	uint64_t seq;
	const char *event, *time;
	const json_t *body;
	uint8_t hash[DIGEST_LEN];
	const char *text;	/* the bytes of the file, without LF */
	size_t len;
};

enum chain_fault {
	CHAIN_UNREAD,
	CHAIN_CHANGED,		/* a line is not what its hash says */
	CHAIN_GAP,		/* a line is missing, moved or put in */
	CHAIN_ORDER,		/* lines that no session writes like this */
	CHAIN_TORN,		/* only the end is damaged: a cut-off write */
	CHAIN_HOLDS
};

struct log_chain {
	enum chain_fault fault;
	uint64_t at_line;	/* of the file, from 1: where it is */
	uint64_t size;		/* bytes read */
	uint64_t seq;		/* the last good line */
	uint8_t head[DIGEST_LEN];
	uint64_t torn;		/* bytes of a damaged end */
	uint8_t torn_sha256[DIGEST_LEN];
	bool closed;		/* the last line is "closed" */
	uint32_t sessions, unclosed, recovered;
	uint32_t n_open;	/* intents without an outcome */
	uint8_t (*open)[DIGEST_LEN];
};

/*
 * Reads fd from the start and calls each (may be NULL) for every good line;
 * what each returns but 0 ends the reading and is returned.  0: *out says how
 * much holds.  -errno: it could not be read.  Free *out by chain_free.
 */
int evidence_scan(int fd, int (*each)(void *ctx, const struct evidence_line *),
		  void *ctx, struct log_chain *out) MUST;
void chain_free(struct log_chain *c);
/* "line 7 was changed", for people. */
void chain_text(const struct log_chain *c, enum lang lang, char *buf,
		size_t len);

/* ---- cert_get.c ------------------------------------------------------- */

/* By a path, "method.text"; NULL if there is no such member. */
const json_t *cert_at(const json_t *j, const char *path);
/* The string there; "" if there is none. */
const char *cert_get(const json_t *j, const char *path);
/* "erased" in words; what is no result stays as it is. */
const char *cert_result_text(const char *result, enum lang lang);

/* ---- cert_space.c: which of the media of one serial? ------------------- */

/* Of an entry of `spaces`; 0: it is none. */
uint32_t cert_nsid(const json_t *space);
/* Of the one whose `scope` it is; 0: of no drive that has any. */
uint32_t cert_own_nsid(const json_t *scope);
/* identity_tells_apart() of the medium of a document and another one, or of
 * those of two documents.  Whoever asks knows that they have one serial. */
bool cert_tells_apart(const json_t *doc, const char *wwn, uint32_t nsid) MUST;
bool cert_are_apart(const json_t *a, const json_t *b) MUST;
/*
 * An INTENT does not name its namespace: the line of the drive before it does.
 * cert_note_nsid() is shown every line of a log in order, and keeps in paths, a
 * JSON object, what cert_intent_nsid() needs.  -ENOMEM.
 */
int cert_note_nsid(json_t *paths, const struct evidence_line *l) MUST;
uint32_t cert_intent_nsid(const json_t *paths, const json_t *intent);

/* ---- cert.c ----------------------------------------------------------- */

struct cert_input {
	const struct casefile *c;
	const struct case_medium *medium;	/* row of media.csv, or NULL */
	const struct drive *d;
	const struct plan *p;
	const struct consent *consent;
	const struct run *r;
	const struct verdict *v;
	const struct key *key;
	json_t *evidence;	/* borrowed */
	const char *supersedes;	/* or NULL */
	/* Only of a document that is made later, from the log: what was
	 * running then.  NULL: this program, now. */
	json_t *tool;		/* borrowed */
};

/* The certificate as JSON; cert_id is in it. */
int cert_build(const struct cert_input *in, json_t **out) MUST;
/*
 * Could a certificate be issued, whatever comes of this plan?  Makes one for
 * each outcome, from a run that might have been, and holds them against every
 * rule.  To be asked with the consent given and before anything is erased: a
 * case whose words cannot be certified must not cost the data first.  key may
 * be NULL: nothing is signed.
 */
int cert_preflight(const struct casefile *c, const struct case_medium *medium,
		   const struct drive *d, const struct plan *p,
		   const struct consent *consent, const struct key *key,
		   char *err, size_t err_len) MUST;
/*
 * Writes DIR/ID.json, ID.json.p7s and ID.pdf, durably, never overwriting, and
 * checks them again as a reader would.  id_out gets the ID; body gets what the
 * evidence line says (digests of the three files).
 */
int cert_issue(const char *dir, const json_t *cert, const struct key *k,
	       char id_out[40], json_t **body, char *err, size_t err_len) MUST;
/*
 * A PDF that was written without the files beside it, as by a machine that
 * went down: writes them from what the PDF holds, checks all three, and says
 * what cert_issue says.  -EBADMSG, and nothing is written: k did not sign it,
 * or it is not of this receipt (hex) and verdict.
 */
int cert_restore(const char *dir, const char *id, const struct key *k,
		 const char *receipt, const struct verdict *v, json_t **body,
		 char *err, size_t err_len) MUST;
/* Documents without a drive: "none_handled", "returned", "destroyed",
 * "retention".  extra: keys to merge at the top level, or NULL. */
int cert_build_form(const char *doc_type, const struct casefile *c,
		    const struct key *k, const json_t *extra,
		    json_t **out) MUST;
/* tool.c: name, version, build, SHA-256 of the running binary, kernel, and of
 * the stick it was started from: image, shell, clock (null: from none). */
json_t *cert_tool(void);
/* The last of these, from what /init left in the folder run. */
json_t *cert_live(const char *run);
#ifndef MASSHO_BUILD	/* what a packager may name; never a date */
#define MASSHO_BUILD MASSHO_VERSION
#endif

/* ---- form.c, pdf.c, pades.c: not in massho-check ---------------------- */

/* Draws the form of this document (malloc'd PDF, unsigned), then extracts the
 * text again and compares: -EILSEQ and err if a character was lost. */
int form_render(const json_t *doc, const char *sha256_hex, uint8_t **pdf,
		size_t *len, char *err, size_t err_len) MUST;
/* Would the form print this document?  By its rules alone, nothing is drawn. */
int form_check(const json_t *doc, char *err, size_t err_len) MUST;
/* Can the form print this text?  -EILSEQ and err if no font has a character of
 * it, -ENOENT if the font itself is missing: to be asked before anything is
 * erased, not after.  The fonts stay open for the next text. */
int form_printable(const char *text, char *err, size_t err_len) MUST;
/*
 * 返還・廃棄報告: lists the n certificates, the media without one, and the runs
 * that have none: [{"time", "path", "model", "serial", "result"}].  spaces: the
 * namespaces that have none: [{"row", index into c->media, "nsid", "size"}], by
 * rows; which they are the caller has to know.
 */
int form_report(const struct casefile *c, json_t *const *docs, size_t n,
		const json_t *runs, const json_t *spaces, uint8_t **pdf,
		size_t *len, char *err, size_t err_len) MUST;

struct attachment {
	const char *name;	/* "20261121-0123456789ab.json" */
	const char *mime;
	const void *data;
	size_t len;
};

/* Appends attachments (/AF, /Names) and a PAdES B-B signature by incremental
 * update. */
int pades_sign(const uint8_t *pdf, size_t len, const struct attachment *a,
	       size_t n, const struct key *k, uint8_t **out,
	       size_t *out_len) MUST;

/* ---- pdfread.c: what a verifier needs of a PDF ------------------------ */

/* The signature covers every byte but its own; fills *s by sign_verify. */
void pdf_verify(const uint8_t *pdf, size_t len, const char *const *trust,
		size_t n_trust, struct signer *s);
/* Attachment i of a PDF made by pades_sign (borrowed from pdf), or -ENOENT. */
int pdf_attachment(const uint8_t *pdf, size_t len, size_t i, char name[80],
		   const uint8_t **data, size_t *data_len) MUST;

/* ---- check.c ---------------------------------------------------------- */

struct check_line {
	bool holds;
	bool looked;		/* false: it was not here */
	char what[64];		/* "signature", "digest", "chain", "content" */
	char detail[320];
};

struct check_report {
	char file[PATH_LEN];
	char kind[16];		/* "certificate", "pdf", "evidence" */
	int exit;		/* 0, 3 or 4 of INTERFACE */
	uint32_t n;
	struct check_line lines[24];
	char cert_id[40], result[32], level[16];	/* of a certificate */
};

/* Verifies one file with what lies beside it.  Always fills *out. */
void check_file(const char *path, const char *const *trust, size_t n_trust,
		enum lang lang, struct check_report *out);
/* What a line is about, for people: "署名" for "signature". */
const char *check_what_text(const char *what, enum lang lang);
/* `massho check` and `massho-check` are this function. */
int check_main(int argc, char **argv);

#endif
