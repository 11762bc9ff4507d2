/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nouns, then the verbs in flow order.
 *
 *   path -probe-> drive -plan-> plan -consent-> consent -execute-> run
 *        -verify-> verdict -certify-> certificate -log-> evidence line
 *
 * Nouns are plain data: fixed arrays, no pointers, every enum's zero is its
 * worst value, so zeroed memory never claims anything.  Strings are UTF-8,
 * NUL-terminated, without control characters.  All functions return 0 or a
 * negative errno unless their contract says otherwise.
 */
#ifndef MASSHO_H
#define MASSHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MASSHO_VERSION "0.1.0"

#define MUST __attribute__((warn_unused_result))

#define DRIVES_MAX	128	/* drives in one run */
#define STEPS_MAX	96	/* Gutmann's 35 passes, each verified */
#define PASS_BYTES_MAX	16	/* longest repeating pattern */
#define REASONS_MAX	16
#define USES_MAX	16
#define GROUNDS_MAX	16
#define CONTENTS_MAX	40
#define RANGES_MAX	512
#define DIGEST_LEN	32	/* SHA-256 */
#define KEY_LEN		32	/* AES-256 */
#define TOKEN_LEN	16	/* characters of a confirmation token */
#define PATH_LEN	256
#define TIME_LEN	32	/* "2026-11-21T14:03:00+09:00" */

/* ---- words every noun uses ---- */

/* Sanitization level, NIST SP 800-88 / IEEE 2883: ordered, worst first. */
enum level { LEVEL_NONE, LEVEL_CLEAR, LEVEL_PURGE, LEVEL_COUNT };

enum medium {
	MEDIUM_UNKNOWN, MEDIUM_ROTATING, MEDIUM_FLASH, MEDIUM_VIRTUAL,
	MEDIUM_OPTICAL, MEDIUM_TAPE, MEDIUM_COUNT
};

enum transport {
	TRANSPORT_UNKNOWN, TRANSPORT_SATA, TRANSPORT_NVME, TRANSPORT_SAS,
	TRANSPORT_SCSI, TRANSPORT_USB, TRANSPORT_MMC, TRANSPORT_VIRTIO,
	TRANSPORT_LOOP, TRANSPORT_IMAGE, TRANSPORT_RAID, TRANSPORT_NETWORK,
	TRANSPORT_STACKED /* dm, md, bcache, zram: not a medium by itself */,
	TRANSPORT_COUNT
};

/*
 * Why something is refused, lowered or left out.  A code and one argument, so
 * that it can be compared, signed and said in both languages (words.c holds
 * the sentences; each code's letter tells what the argument is).
 */
enum reason_code {
	REASON_UNKNOWN,
	/* the guard: in use (argument: mount point, holder, process ...) */
	REASON_MOUNTED, REASON_SWAP, REASON_HOLDER, REASON_LOOP_BACKING,
	REASON_PROCESS, REASON_EXCLUSIVE, REASON_BOOT_MEDIUM, REASON_EXPORTED,
	REASON_MEMBER_ACTIVE, REASON_EVIDENCE_HERE, REASON_GUARD_BLIND,
	REASON_SAME_MEDIUM,
	/* refused by nature */
	REASON_READ_ONLY, REASON_NO_MEDIUM, REASON_PARTITION, REASON_STACKED,
	REASON_NETWORK, REASON_OPTICAL, REASON_ZONED, REASON_NOT_BLOCK,
	REASON_SIZE_ZERO, REASON_IDENTITY_CHANGED,
	/* the plan: why this policy or level cannot be had */
	REASON_LEVEL_UNREACHABLE, REASON_MEDIUM_MISMATCH, REASON_TOO_SMALL,
	REASON_METHOD_NOT_OFFERED, REASON_BAD_GEOMETRY, REASON_TOO_MANY_STEPS,
	/* why a level is not higher */
	REASON_OVERWRITE_FLASH, REASON_OVERWRITE_ONLY, REASON_VIRTUAL_BACKING,
	REASON_MEDIUM_UNKNOWN, REASON_USB_IDENTITY, REASON_HIDDEN_UNKNOWN,
	REASON_REALLOCATED_UNKNOWN, REASON_SAMPLED, REASON_NOT_VERIFIED,
	REASON_BLOCKS_NOT_WRITTEN, REASON_BLOCKS_NOT_READ,
	REASON_DESTROY_PENDING, REASON_WITHDRAWN, REASON_NO_SERIAL,
	/* how a run went wrong */
	REASON_MISMATCH, REASON_WRITE_FAILED, REASON_FLUSH_FAILED,
	REASON_DEVICE_LOST, REASON_SIZE_CHANGED, REASON_INTERRUPTED,
	REASON_WORKER_DIED, REASON_SIGNATURE_LEFT, REASON_STEP_MISSING,
	REASON_TOO_MANY_ERRORS, REASON_NO_RECEIPT, REASON_INTERNAL,
	REASON_EVIDENCE_LOST, REASON_NOT_CONFIRMED, REASON_STUCK,
	REASON_POLICY_LOWERED, REASON_CLOCK_SET_BACK,
	REASON_CLASS_DESTROY, REASON_CLASS_PURGE, REASON_COUNT
};

struct reason {
	enum reason_code code;
	char arg[160];
};

struct reasons {
	uint32_t n;
	struct reason r[REASONS_MAX];
};

/* ---- drive ---- */

enum use_kind {
	USE_UNKNOWN, USE_MOUNT, USE_SWAP, USE_DM, USE_MD, USE_LVM, USE_BCACHE,
	USE_ZFS, USE_LOOP, USE_BTRFS, USE_PROCESS, USE_EXCLUSIVE, USE_EXPORT,
	USE_BOOT, USE_COUNT
};

/* Something that uses a drive, by any path. */
struct use {
	enum use_kind kind;
	char node[64];		/* the disk or partition it uses: "sda1" */
	char by[160];		/* mount point, "dm-0 (vg-root)", "qemu[812]" */
};

/* Something that a drive consists of: a disk, or the file behind a loop. */
struct ground {
	uint64_t dev, ino;	/* ino 0: a disk */
};

enum content_kind {
	CONTENT_UNKNOWN, CONTENT_TABLE, CONTENT_FILESYSTEM, CONTENT_RAID,
	CONTENT_CRYPTO, CONTENT_OTHER
};

/* Something found on a drive by libblkid. */
struct content {
	enum content_kind kind;
	char node[64];		/* "sda" or "sda1" */
	char type[32];		/* "gpt", "ntfs", "crypto_LUKS" */
	char label[64];
	uint64_t at, len;	/* bytes on the whole drive */
};

enum method {
	METHOD_NONE, METHOD_OVERWRITE, METHOD_COUNT
};

/* One method and whether the drive offers it; if not, why. */
struct offer {
	bool offered;
	struct reason why;
};

/* Who a drive is: what consent, evidence and re-identification compare. */
struct identity {
	char vendor[32], model[64], serial[64], wwn[64], firmware[32];
	uint64_t size;		/* bytes */
	uint64_t diskseq;	/* kernel's instance number; image: derived
				   from its inode; 0 = none */
};

struct drive {
	char path[PATH_LEN];	/* as the operator named it */
	char name[64];		/* kernel name, "sda"; basename for an image */
	char driver[16];	/* command set that answers: "block" */
	struct identity id;
	uint32_t major, minor;
	uint32_t lblock, pblock;/* logical, physical block size, bytes */
	enum medium medium;
	enum transport transport;
	bool removable, read_only, image, boot, network, virtual_, zoned;
	bool whole;		/* a whole disk, not a partition */
	bool uses_known;	/* false: some source could not be read */
	char backing[PATH_LEN];	/* loop: the file behind it, to be shown */
	uint32_t n_contents, n_uses, n_grounds;
	struct content contents[CONTENTS_MAX];
	struct use uses[USES_MAX];
	struct ground grounds[GROUNDS_MAX];
	struct offer offers[METHOD_COUNT];
};

/* ---- policy and plan ---- */

enum pass_kind {
	PASS_NONE,
	PASS_FILL,		/* repeat bytes[len] from offset 0 */
	PASS_RANDOM,		/* AES-256-CTR, fresh key */
	PASS_CHAR,		/* a random byte, drawn from the plan's seed */
	PASS_COMPLEMENT,	/* of the last FILL or CHAR, bitwise */
	PASS_VERIFY		/* read back the write before it */
};

struct pass {
	enum pass_kind kind;
	uint8_t len;		/* FILL: 1..PASS_BYTES_MAX */
	uint8_t bytes[PASS_BYTES_MAX];
};

enum verify_mode { VERIFY_NONE, VERIFY_SAMPLE, VERIFY_FULL };

struct verify_how {
	enum verify_mode mode;
	uint32_t share_ppm;	/* SAMPLE: share of the drive read, 1e6 = all */
};

enum status_of_standard { STANDARD_WITHDRAWN, STANDARD_CURRENT };

struct policy {
	const char *name;	/* "dod-5220.22-m-3" */
	const char *title;	/* "DoD 5220.22-M (1995), 3 passes" */
	const char *title_ja;	/* 「米国国防総省方式(DoD 5220.22-M, 3回)」 */
	const char *source;	/* document and clause the passes come from */
	enum status_of_standard standing;
	enum level level;	/* wanted */
	enum level level_on_premises;	/* inside the 庁舎; NONE = same */
	bool lower_ok;		/* go on at a lower level, and say so */
	bool destroy_after;	/* 総務省 class 1: destruction must follow */
	uint32_t media;		/* bit per enum medium; 0 = any */
	uint64_t size_min;	/* bytes; 0 = any */
	uint32_t bad_max_ppm;	/* unwritten or unread blocks tolerated as
				   exceptions; 0 = none, then "failed" */
	struct verify_how verify;	/* of the last written pass */
	uint32_t n_passes;
	struct pass passes[STEPS_MAX];
};

enum step_kind {
	STEP_NONE,
	STEP_OVERWRITE,		/* pass is FILL or RANDOM */
	STEP_VERIFY,		/* reads back the OVERWRITE before it */
	STEP_SIGNATURES		/* libblkid must find nothing */
};

struct step {
	enum step_kind kind;
	uint32_t pass_no;	/* among the OVERWRITEs; VERIFY: of which */
	struct pass pass;	/* OVERWRITE and VERIFY: FILL or RANDOM */
	struct verify_how how;	/* VERIFY */
	uint64_t len;		/* bytes of the drive it covers, from 0 */
	uint32_t est_s;		/* estimated seconds */
};

/* What the operator asked for; zero = defaults. */
struct request {
	char policy[48];	/* "" = "clear" */
	char passes[256];	/* --passes; overrides policy's passes */
	char method[32];	/* "" = strongest the policy allows */
	bool verify_set;
	struct verify_how verify;	/* valid if verify_set */
	bool seed_set;
	uint64_t seed;		/* for PASS_CHAR; default: from the identity */
	bool allow_network, allow_virtual, image;
	bool on_premises;	/* place.on_premises of the case */
	uint8_t info_class;	/* 1..3, the gravest of the case; 0 = none */
	uint64_t rate_limit;	/* bytes/s per drive; 0 = none */
};

struct plan {
	struct identity id;
	char path[PATH_LEN];
	char policy[48];
	char policy_title[96], policy_title_ja[128];
	enum status_of_standard standing;
	enum method method;
	uint64_t seed;
	uint32_t lblock;
	enum medium medium;
	bool image;
	enum level level;	/* reached if all goes well */
	struct reasons level_reasons;	/* why not higher */
	struct reasons refusals;	/* n > 0: must not be executed */
	bool destroy_after;
	uint32_t bad_max_ppm;
	uint32_t est_s;
	uint32_t n_steps;
	struct step steps[STEPS_MAX];
	uint8_t digest[DIGEST_LEN];	/* over everything above but est_s */
	char token[TOKEN_LEN + 1];	/* what --confirm takes */
};

/* ---- consent ---- */

enum consent_how { CONSENT_NONE, CONSENT_TYPED, CONSENT_TOKEN };

struct consent {
	enum consent_how how;
	uint8_t plan_digest[DIGEST_LEN];
	char serial[64];
	char who[64];		/* operator of the case, or the login name */
	char at[TIME_LEN];
	bool has_receipt;
	uint8_t receipt[DIGEST_LEN];	/* hash of the fsynced INTENT line */
};

/* ---- run and verdict ---- */

struct range {
	uint64_t at, len;	/* bytes */
};

/* Merged, ascending ranges.  `lost` counts bytes that did not fit. */
struct ranges {
	uint32_t n;
	uint64_t total;		/* bytes, including `lost` */
	uint64_t lost;
	struct range r[RANGES_MAX];
};

enum step_state {
	STATE_NONE, STATE_REFUSED, STATE_FAILED, STATE_INTERRUPTED, STATE_DONE
};

#define EVIDENCE_BYTES 32	/* of expected and found shown at a mismatch */

struct mismatch {
	uint64_t at;		/* byte offset of the first differing byte */
	uint32_t len;		/* bytes shown, <= EVIDENCE_BYTES */
	uint8_t expected[EVIDENCE_BYTES], found[EVIDENCE_BYTES];
};

struct step_result {
	enum step_state state;
	struct reason why;	/* if not DONE */
	int32_t err;		/* errno behind it, positive; 0 = none */
	char started[TIME_LEN], finished[TIME_LEN];
	uint64_t ms;		/* monotonic duration */
	uint64_t bytes;		/* written or compared */
	uint64_t retries;	/* I/Os that succeeded only when repeated */
	bool flushed;		/* OVERWRITE: flush succeeded */
	uint8_t key[KEY_LEN];	/* RANDOM: the stream's key; not a secret, it
				   lets anyone recompute what was written */
	uint64_t mismatches;	/* VERIFY: differing blocks */
	struct mismatch first;
	uint64_t samples, sections;	/* VERIFY_SAMPLE */
	uint64_t claim_share_ppb;	/* that an unerased share */
	uint32_t claim_conf_ppm;	/* would be found so surely */
	uint8_t salt[DIGEST_LEN];	/* SAMPLE: drawn from this */
	char signature[32];	/* SIGNATURES: what was still found */
};

struct run {
	uint8_t plan_digest[DIGEST_LEN];
	struct identity before, after;	/* read on the erasing handle */
	bool after_known;
	char started[TIME_LEN], finished[TIME_LEN];
	enum step_state state;	/* DONE only if every step is */
	struct reason why;
	int32_t err;
	bool cache_dropped;	/* before reading back */
	uint32_t n_results;
	struct step_result results[STEPS_MAX];
	struct ranges unwritten, unread;	/* of the last written pass */
};

enum outcome {
	OUTCOME_FAILED, OUTCOME_INTERRUPTED, OUTCOME_EXCEPTIONS, OUTCOME_ERASED,
	OUTCOME_COUNT
};

struct verdict {
	enum outcome outcome;
	enum level level;
	struct reasons reasons;	/* why not better, or not higher */
};

/* ---- faces: what the core may ask and tell (ui.h has the functions) ---- */

struct progress {
	uint32_t step, n_steps;	/* index from 0 */
	enum step_kind kind;
	uint64_t done, total;	/* bytes of this step */
	uint64_t errors;	/* blocks given up so far */
	uint64_t rate;		/* bytes/s, recent */
	uint32_t left_s;	/* of the whole plan; UINT32_MAX = unknown */
};

/* ---- words.c: the vocabulary in both languages ---- */

enum lang { LANG_JA, LANG_EN };

/* Each returns a static string, never NULL.  _name: stable ASCII for JSON. */
const char *level_name(enum level l);
const char *level_text(enum level l, enum lang lang);
const char *level_gloss(enum level l, enum lang lang);
const char *medium_name(enum medium m);
const char *medium_text(enum medium m, enum lang lang);
const char *transport_name(enum transport t);
const char *transport_text(enum transport t, enum lang lang);
const char *outcome_name(enum outcome o);	/* "erased_with_exceptions" */
const char *outcome_text(enum outcome o, enum lang lang);
const char *use_name(enum use_kind k);
const char *use_text(enum use_kind k, enum lang lang);
const char *method_name(enum method m);
const char *method_text(enum method m, enum lang lang);
const char *step_name(enum step_kind k);
const char *step_state_name(enum step_state s);
const char *reason_name(enum reason_code c);	/* "mounted" */
/* The sentence with its argument; returns buf.  English: lower case, no full
 * stop, says how to release or what to do. */
const char *reason_text(const struct reason *r, enum lang lang, char *buf,
			size_t len);
/* Appends unless it is there already or the list is full (then the last
 * entry stays; the list never loses its first reasons). */
void reasons_add(struct reasons *rs, enum reason_code code, const char *arg);
/* "random", "0x00", "0x924924", "char", "complement", "verify". */
const char *pass_text(const struct pass *p, char *buf, size_t len);

/* ---- probe.c ---- */

/*
 * Every block device of the machine, whole disks only, in kernel-name order,
 * identified.  Read-only.  *n is how many were filled; -ENOSPC if more than
 * max exist (the first max are valid).
 */
int probe_all(struct drive *out, size_t max, size_t *n) MUST;
/*
 * One device or, with image, one regular file.  Read-only.  -ENOTBLK: no block
 * device, and not asked for as an image.  With image: -EISDIR: a folder;
 * -ENOTSUP: a block device; -EMEDIUMTYPE: nothing that could hold an image;
 * -EINVAL: its size is not a multiple of 512.
 */
int probe_one(const char *path, bool image, struct drive *out) MUST;

/* ---- identity.c: PURE ---- */

/*
 * What tells the two apart, in one word; NULL: the same drive, not unplugged in
 * between.  Firmware can be updated, so it tells nothing.
 */
const char *identity_differs(const struct identity *a,
			     const struct identity *b) MUST;

/* ---- guard.c ---- */

/*
 * May this drive be touched?  Fills refusals with one reason for each thing
 * that speaks against it; n == 0 means nothing does.  Pure over *d.
 */
void guard_check(const struct drive *d, const struct request *rq,
		 struct reasons *refusals);
/* Do the two consist of the same, or do their names say that they are one? */
bool guard_same_medium(const struct drive *a, const struct drive *b) MUST;

/* ---- policy.c ---- */

extern const struct policy policies[];
extern const size_t n_policies;
const struct policy *policy_find(const char *name);	/* NULL if unknown */
/*
 * Parses "random,0x00,0xff,0x924924,char,complement,verify".  Up to STEPS_MAX
 * entries, patterns of 1..PASS_BYTES_MAX bytes.  -EINVAL: *bad is the offset
 * of the word that is wrong.
 */
int policy_parse_passes(const char *text, struct pass *out, uint32_t *n,
			size_t *bad) MUST;

/* ---- plan.c: PURE ---- */

/*
 * The same drive, request and policy give the same plan, byte for byte.
 * Refusals are data in *out, never an errno; -EINVAL only for a request that
 * names no known policy, method or passes (the caller prints usage).
 * guard_check's refusals are included.
 */
int plan_make(const struct drive *d, const struct request *rq,
	      struct plan *out) MUST;
/* Recomputes digest and token; used by plan_make and to check a plan. */
void plan_seal(struct plan *p);

/* ---- consent.c ---- */

/* What the operator must type: last four characters of the serial, or of the
 * size in bytes where there is no serial.  Shorter serials whole. */
void consent_tail(const struct identity *id, char out[8]);
/* Binds a typed tail or a token to the plan.  -EACCES: it does not match;
 * -EPERM: the plan has refusals.  *out is zeroed on error. */
int consent_typed(const struct plan *p, const char *typed, const char *who,
		  struct consent *out) MUST;
int consent_token(const struct plan *p, const char *token, const char *who,
		  struct consent *out) MUST;

/* ---- execute.c ---- */

struct ui;	/* ui.h */

/*
 * Runs every step of the plan on the drive, verification included.  Needs a
 * consent for this plan's digest that holds the INTENT receipt: otherwise
 * -EPERM and nothing is opened.  The drive is opened exclusively, identified
 * again (-ESTALE) and guarded again (-EBUSY) before the first write.  Whatever
 * happened later is data in *out; 0 only says that *out is complete.
 */
int execute_plan(const struct plan *p, const struct consent *c,
		 const struct request *rq, struct ui *ui, struct run *out) MUST;

/* ---- verify.c ---- */

/* The only place that sets a verdict.  Pure over the records of the run. */
void verify_judge(const struct plan *p, const struct consent *c,
		  const struct run *r, struct verdict *out);
/*
 * Reads a device again, another day or on another machine, and compares it
 * with what was written last.  Read-only.  expect: the drive as just probed;
 * -ESTALE if it is no longer the one that opens.  What was found is data in
 * *out and *unread.
 */
int verify_device(const char *path, bool image, const struct step *written,
		  const uint8_t key[KEY_LEN], const struct verify_how *how,
		  struct ui *ui, const struct drive *expect,
		  struct step_result *out, struct ranges *unread) MUST;

/* ---- ranges.c (util) ---- */

/* Adds [at, at+len), merging with neighbours; keeps ascending order. */
void ranges_add(struct ranges *rs, uint64_t at, uint64_t len);
/* How many bytes of [at, at+len) are in it. */
uint64_t ranges_overlap(const struct ranges *rs, uint64_t at, uint64_t len);

/* ---- case.c ---- */

#define CASE_TEXT	256
#define CASE_ITEMS_MAX	64
#define CASE_MEDIA_MAX	512

/* The order is that of the table in case.c, which holds section, keys in
 * Japanese and English, kind and whether the certificate needs it. */
enum case_field {
	CASE_CONTRACT_NAME, CASE_CONTRACT_NO, CASE_CONTRACT_DATE,
	CASE_CONTRACT_START, CASE_CONTRACT_END, CASE_CONTRACT_COMPLETED,
	CASE_ADDRESSEE_NAME, CASE_ADDRESSEE_TITLE, CASE_ADDRESSEE_HONORIFIC,
	CASE_ORDERER_NAME,
	CASE_CONTRACTOR_NAME, CASE_CONTRACTOR_ADDRESS,
	CASE_CONTRACTOR_REP_TITLE, CASE_CONTRACTOR_REP_NAME,
	CASE_CONTRACTOR_REG_NO,
	CASE_RESPONSIBLE_NAME, CASE_RESPONSIBLE_TITLE, CASE_RESPONSIBLE_ORG,
	CASE_RESPONSIBLE_CONTACT,
	CASE_OPERATOR_NAME, CASE_OPERATOR_TITLE, CASE_OPERATOR_ORG,
	CASE_OPERATOR_CONTACT,
	CASE_VALIDATOR_NAME, CASE_VALIDATOR_TITLE, CASE_VALIDATOR_ORG,
	CASE_WITNESS_REQUESTED, CASE_WITNESS_NAME, CASE_WITNESS_TITLE,
	CASE_WITNESS_ORG, CASE_WITNESS_METHOD,
	CASE_APPROVAL_NO, CASE_APPROVAL_DATE, CASE_APPROVAL_BY,
	CASE_INSTRUCTION_REF,
	CASE_PLACE_NAME, CASE_PLACE_FILED, CASE_PLACE_ON_PREMISES,
	CASE_PURPOSE,
	CASE_FORM_NO, CASE_FORM_TITLE, CASE_FORM_CLAUSE, CASE_FORM_SEAL,
	CASE_CONTACT_ISSUER, CASE_CONTACT_PERSON, CASE_CONTACT_PHONE,
	CASE_NOTES,
	CASE_FIELD_COUNT
};

struct case_item {
	char item[CASE_TEXT];	/* 情報項目 */
	char kind[32];		/* 機密情報, 個人情報, 特定個人情報 */
	char class_[8];		/* 総務省 class: "1", "2", "3" */
	char count[32];		/* 件数 with its unit, as written */
	char origin[32];	/* 原本, 複製, 作成物, バックアップ */
};

struct case_medium {
	char asset[64];		/* 管理番号 */
	char name[CASE_TEXT];	/* 媒体名 */
	char serial[64];	/* 製造番号 */
	char model[64];		/* 型番 */
	char qty[16], unit[16];	/* 数量, 台 個 本 枚 */
	char items[CASE_TEXT];	/* 情報項目 of this medium; "" = all */
	char notes[CASE_TEXT];	/* 備考 */
	uint32_t line;		/* of media.csv */
};

struct casefile {
	char dir[PATH_LEN];
	char f[CASE_FIELD_COUNT][CASE_TEXT];
	uint32_t line[CASE_FIELD_COUNT];	/* of case.ini; 0: not there */
	uint32_t n_items, n_media;
	struct case_item items[CASE_ITEMS_MAX];
	struct case_medium media[CASE_MEDIA_MAX];
};

/*
 * Reads DIR/case.ini and, if present, DIR/media.csv.  On error returns
 * -EINVAL (content) or another errno and puts one line "file:line: what, and
 * what to do" into err, in lang.
 */
int case_load(const char *dir, enum lang lang, struct casefile *out, char *err,
	      size_t err_len) MUST;
/* -EINVAL and the missing field's names in err if the certificate could not
 * be filled. */
int case_complete(const struct casefile *c, enum lang lang, char *err,
		  size_t err_len) MUST;
/* The same for a document that may do without information items. */
int case_complete_form(const struct casefile *c, bool items, enum lang lang,
		       char *err, size_t err_len) MUST;
/* Writes commented templates into a new or empty DIR; never overwrites. */
int case_new(const char *dir, enum lang template_lang, enum lang lang,
	     char *err, size_t err_len) MUST;
/* The media.csv row with this serial (blanks trimmed, case ignored) or NULL. */
const struct case_medium *case_match(const struct casefile *c,
				     const char *serial);
/* 12 digits (ASCII or full-width, with or without separators) with a valid
 * check digit of the 個人番号 (総務省令第85号 第5条) in text. */
bool case_has_mynumber(const char *text);
/* The word by which text promises what nobody can keep or prove, whatever its
 * spelling; text itself if it cannot be judged; NULL: it does not. */
const char *case_promise(const char *text);
/* Name of a field for messages: "responsible.name", 「責任者 氏名」. */
const char *case_field_name(enum case_field f, enum lang lang);

#endif
