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
#define SPACES_MAX	32	/* namespaces of one NVM subsystem */
#define ATTEMPTS_MAX	4	/* a method and those it may fall to */
#define COMMANDS_MAX	48	/* kept of one run */
#define REPLY_RAW	64

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

/* What a drive may answer; what it does not is not "no". */
enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES, ANSWER_COUNT };

struct count {
	bool known;
	uint64_t n;
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
	/* why a method of the drive is not offered, or not used */
	REASON_NOT_SUPPORTED,	/* the drive has no such command */
	REASON_FROZEN,		/* security frozen by the firmware */
	REASON_LOCKED,		/* with a password that is not ours */
	REASON_COUNT_EXPIRED,	/* too many wrong passwords; power-cycle */
	REASON_SANITIZE_FROZEN, REASON_SANITIZE_RUNNING,
	REASON_BRIDGE,		/* arg: bridge; not proven to pass it on */
	REASON_RAID_VOLUME,	/* arg: model; would act on the controller */
	REASON_VIRTUAL_DRIVE,	/* arg: model; the command may stop at the
				   host; --allow virtual */
	REASON_SPACE_IN_USE,	/* arg: "nvme0n2: /mnt"; erased as well */
	REASON_SAME_SUBSYSTEM,	/* arg: the drive that is erased with it */
	REASON_KNOWN_BAD,	/* arg: model; its firmware hangs in it */
	REASON_WRITE_PROTECTED,	/* arg: namespace */
	REASON_TCG_LOCKED,
	REASON_NO_STATUS,	/* result registers do not come back */
	REASON_WEAKER,		/* arg: the stronger method that is used */
	REASON_POLICY_OVERWRITES,	/* the policy is one of overwriting */
	/* why a level is not higher, with methods of the drive */
	REASON_CRYPTO_ALONE,	/* conditions of crypto erase not proven */
	REASON_FORMAT_CLEAR,	/* Format NVM, FORMAT UNIT: Clear */
	REASON_SECURITY_CLEAR,	/* SECURITY ERASE on this medium: Clear */
	REASON_HIDDEN_LEFT,	/* arg: "HPA 1048576 B": could not be removed */
	REASON_NOT_REACHED,	/* arg: "RPMB, boot partitions" */
	REASON_REALLOCATED,	/* arg: number of reallocated sectors */
	REASON_FELL_BACK,	/* arg: "sanitize-block: the drive's answer" */
	REASON_UNLOCKED,	/* arg: whose password it was locked with */
	/* how a firmware erase went wrong */
	REASON_DRIVE_REFUSED,	/* arg: command and answer */
	REASON_DRIVE_FAILED,	/* arg: what the status says */
	REASON_NEVER_STARTED,	/* the status never showed this command */
	REASON_STALLED,		/* arg: minutes without progress */
	REASON_TOO_FAST,	/* arg: seconds; impossible for the medium */
	REASON_MARK_LEFT,	/* arg: "n @ offset": a mark survived */
	REASON_PREIMAGE_LEFT,	/* arg: "n @ offset": old content survived */
	REASON_CONTENT_ODD,	/* arg: class; does not agree with the method */
	REASON_NO_PROOF,	/* neither marks nor pre-images could be had */
	REASON_PASSWORD_LEFT,	/* arg: the password the drive still has */
	REASON_UNREADABLE,	/* arg: blocks that could not be read after */
	REASON_HIDDEN_BACK,	/* a limit removed before is there again */
	REASON_METHOD_CHOSEN,	/* arg: method; passed over by --method */
	REASON_COUNT
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

/*
 * What can be done to a drive.  Which command set carries it out is the
 * drive's driver; "sanitize-block" of driver "ata" is BLOCK ERASE EXT.
 */
enum method {
	METHOD_NONE,
	METHOD_OVERWRITE,		/* by the host */
	METHOD_FORMAT,			/* Format NVM SES=1, FORMAT UNIT */
	METHOD_FORMAT_CRYPTO,		/* Format NVM SES=2 */
	METHOD_SECURITY_ERASE,		/* ATA SECURITY ERASE UNIT, normal */
	METHOD_SECURITY_ERASE_ENHANCED,
	METHOD_SANITIZE_OVERWRITE,
	METHOD_SANITIZE_CRYPTO,
	METHOD_SANITIZE_BLOCK,
	METHOD_COUNT
};

/* One method and whether the drive offers it; if not, why. */
struct offer {
	bool offered;
	struct reason why;
	bool shared;		/* also erases the drive's other spaces */
	uint32_t est_s;		/* the drive's own estimate; 0 = none */
};

/* Bytes that the drive has and the host does not see.  0 = unknown. */
struct areas {
	uint64_t kernel;	/* what the kernel believes */
	uint64_t current;	/* what the drive addresses now */
	uint64_t native;	/* without HPA or AMAC */
	uint64_t dco;		/* without DCO as well */
	enum answer hpa, dco_set, amac;	/* does it hide something? */
};

/* The Security feature set (ACS-4, 4.16). */
struct lock {
	enum answer supported, enabled, locked, frozen, expired, enhanced,
		    maximum;
	uint32_t master_id;
	uint32_t erase_min, enhanced_min;	/* drive's own; 0 = not told */
};

enum sanitize_state {
	SANITIZE_UNKNOWN, SANITIZE_FAILED, SANITIZE_RUNNING, SANITIZE_FROZEN,
	SANITIZE_NEVER, SANITIZE_DONE, SANITIZE_ABSENT /* no such feature */,
	SANITIZE_STATE_COUNT
};

struct sanitize {
	enum sanitize_state state;
	uint32_t permille;	/* RUNNING */
};

struct health {
	enum answer failing;	/* the drive's own judgement of itself */
	struct count reallocated, pending, uncorrectable, grown, hours,
		     percent_used, celsius;
};

/* One namespace of an NVM subsystem; a drive without them has none. */
struct space {
	uint32_t nsid;
	uint32_t lblock, meta;	/* bytes of data and metadata per block */
	uint64_t size;		/* bytes */
	bool attached;		/* to a controller of this machine */
	bool self;		/* this drive's own */
	char node[64];		/* "nvme0n2"; "" = no node */
	char used_by[160];	/* "" = free; else what uses it */
};

/* What lies around a drive and is erased with it, or never is. */
struct scope {
	uint32_t n_spaces;
	struct space spaces[SPACES_MAX];
	char subsystem[256];	/* NQN; the same = the same medium */
	struct count controllers, unallocated /* bytes */;
	enum answer rpmb, boot_partitions, pmr;
};

/* What stands between the host and the drive. */
struct bridge {
	char name[64];		/* "152d:0578 uas"; "" = none */
	enum answer identity;	/* serial and size are the drive's own */
	enum answer registers;	/* results come back */
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
	struct areas areas;
	struct lock lock;
	struct sanitize sanitize;
	struct health health;
	struct scope scope;
	struct bridge bridge;
	uint32_t rpm;		/* 0 = unknown or does not rotate */
	uint32_t meta;		/* bytes of metadata or protection per block */
	enum answer trim;
	enum answer encrypts;	/* all user data, always */
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
	bool firmware;		/* the drive's own commands, strongest first;
				   the passes are what it may fall to */
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
	STEP_READY,		/* wait for a sanitize that runs, leave the
				   failure mode of one that failed */
	STEP_UNLOCK,		/* with `password`, then disable it */
	STEP_EXPOSE,		/* remove HPA, DCO and AMAC limits */
	STEP_MARK,		/* pre-images and, with `marks`, marks */
	STEP_FIRMWARE,		/* the drive erases itself by `method` */
	STEP_PROVE,		/* nothing of MARK is left; what is there now
				   agrees with the FIRMWARE before it */
	STEP_OVERWRITE,		/* pass is FILL or RANDOM */
	STEP_VERIFY,		/* reads back the OVERWRITE before it */
	STEP_SIGNATURES,	/* libblkid must find nothing */
	STEP_KIND_COUNT
};

/* Passwords that a drive may be locked with.  They are documented, for
 * whoever must unlock a drive by hand; secrecy would gain nothing. */
enum password {
	PASSWORD_NONE, PASSWORD_MASSHO, PASSWORD_HDPARM, PASSWORD_IRONIC,
	PASSWORD_COUNT
};

struct step {
	enum step_kind kind;
	uint32_t attempt;	/* index into plan.attempts; UNLOCK, EXPOSE,
				   READY, MARK: 0, for all */
	enum method method;	/* FIRMWARE, PROVE: of this method */
	enum password password;	/* UNLOCK; FIRMWARE by SECURITY ERASE */
	bool marks;		/* MARK: writes */
	uint32_t pass_no;	/* among the OVERWRITEs; VERIFY: of which */
	struct pass pass;	/* OVERWRITE, VERIFY: FILL or RANDOM; FIRMWARE,
				   PROVE by SANITIZE_OVERWRITE: FILL of 4 */
	struct verify_how how;	/* VERIFY, PROVE */
	uint64_t len;		/* bytes of the drive it covers, from 0 */
	uint32_t est_s;		/* estimated seconds */
};

/* What the operator asked for; zero = defaults. */
struct request {
	char policy[48];	/* "" = "purge-or-clear" */
	char passes[256];	/* --passes; overrides policy's passes */
	char method[32];	/* "" = strongest the policy allows */
	bool verify_set;
	struct verify_how verify;	/* valid if verify_set */
	bool seed_set;
	uint64_t seed;		/* for PASS_CHAR; default: from the identity */
	bool allow_network, allow_virtual, image;
	bool no_marks;		/* --marks none: write nothing before */
	enum password unlock;	/* --unlock; default: our own */
	bool on_premises;	/* place.on_premises of the case */
	uint64_t rate_limit;	/* bytes/s per drive; 0 = none */
};

/* A method, what it is worth on this drive, and why not more. */
struct attempt {
	enum method method;	/* of its last erasing step */
	enum level level;
	struct reasons level_reasons;
};

/* A method that is stronger than the one used, or would be. */
struct passed_over {
	enum method method;
	struct reason why;
};

struct plan {
	struct identity id;
	char driver[16];	/* command set that carries it out */
	char path[PATH_LEN];
	char policy[48];
	char policy_title[96], policy_title_ja[128];
	enum status_of_standard standing;
	enum method method;	/* that of attempts[0] */
	uint64_t seed;
	uint64_t size_full;	/* bytes once EXPOSE is done; else id.size */
	uint32_t lblock;
	enum medium medium;
	bool image;
	enum level level;	/* reached if all goes well */
	struct reasons level_reasons;	/* why not higher */
	struct reasons refusals;	/* n > 0: must not be executed */
	bool destroy_after;
	uint32_t bad_max_ppm;
	uint32_t est_s;
	/* attempts[0] is the strongest; the next is begun only if every one
	 * before it failed.  level and level_reasons are attempts[0]'s. */
	uint32_t n_attempts;
	struct attempt attempts[ATTEMPTS_MAX];
	uint32_t n_passed;
	struct passed_over passed[METHOD_COUNT];
	/* what a shared method erases as well: named, guarded, consented */
	uint32_t n_spaces;
	struct space spaces[SPACES_MAX];
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

/* The drive's own words, kept for the certificate. */
struct reply {
	int32_t err;		/* positive errno, 0 = none */
	uint32_t status;	/* ATA: ERROR << 8 | STATUS; NVMe: status
				   field; SCSI: key << 16 | ASC << 8 | ASCQ */
	uint32_t raw_len;
	uint8_t raw[REPLY_RAW];	/* sense data, or the status log */
};

/* A command that was sent, and what the drive answered. */
struct command {
	uint32_t step;		/* index of the plan's step */
	char name[40];		/* "SECURITY ERASE UNIT" */
	uint8_t sent_len;
	uint8_t sent[24];	/* CDB; NVMe: opcode, then NSID, CDW10, CDW11,
				   each little-endian */
	struct reply reply;
};

/* In the order in which they were sent; `lost` counts those left out. */
struct sent {
	uint32_t n, lost;
	struct command c[COMMANDS_MAX];
};

/* What a block holds, worst first. */
enum content_class {
	CLASS_UNKNOWN,
	CLASS_STRUCTURED,	/* none of those below */
	CLASS_UNREADABLE,
	CLASS_RANDOM,		/* looks it, and stays the same when re-read */
	CLASS_PATTERN,		/* repeats every 2, 4, 8 or 16 bytes */
	CLASS_CONSTANT,		/* one byte, neither 00 nor FF */
	CLASS_ONES, CLASS_ZEROS,
	CLASS_COUNT
};

/* What MARK left behind and PROVE found, in logical blocks. */
struct proof {
	uint64_t marks;		/* written, and read back */
	uint64_t preimages;	/* taken of blocks that say something */
	uint64_t looked;	/* read afterwards */
	uint64_t marks_left, preimages_left;	/* found again */
	uint64_t misplaced;	/* marks found where they were not put */
	uint64_t unstable;	/* read twice, differing */
	uint64_t first_left;	/* byte offset of the first survivor */
	uint64_t classes[CLASS_COUNT];
	uint64_t thin;		/* MARK: namespaces (or the drive itself) with
				   too few of both to prove anything */
	uint8_t pattern[16];	/* the commonest CONSTANT or PATTERN */
	uint32_t pattern_len;
};

enum step_state {
	STATE_NONE, STATE_REFUSED, STATE_FAILED, STATE_INTERRUPTED,
	STATE_SKIPPED /* not needed: an attempt before it succeeded, or
	its own has failed */, STATE_DONE
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
	uint8_t commitment[DIGEST_LEN];	/* MARK: SHA-256 of PROVE's salt, on
				   record before the drive erases */
	struct proof proof;	/* MARK, PROVE */
	struct areas areas;	/* EXPOSE: before it */
	struct reply reply;	/* FIRMWARE, READY: the final status */
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
	struct sent sent;	/* every command that changes something */
	struct areas areas;	/* as read at the end */
	struct health health_before, health_after;
	struct lock lock_after;
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
	uint32_t stalled_s;	/* FIRMWARE: since it last moved; 0 = moves */
	struct count celsius;
	bool paused;		/* too hot: waits until it has cooled */
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
const char *password_name(enum password p);	/* "massho" */
/* What is typed: at most 32 bytes, the rest of the field is zero. */
const char *password_text(enum password p);
const char *class_name(enum content_class c);
const char *class_text(enum content_class c, enum lang lang);
const char *answer_name(enum answer a);		/* "unknown" "no" "yes" */
const char *sanitize_name(enum sanitize_state s);
/* The command set's own name: "ata", METHOD_SANITIZE_BLOCK: "BLOCK ERASE
 * EXT"; never NULL. */
const char *method_command(enum method m, const char *driver);
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

/*
 * Suspends this machine for so many seconds, so that its drives lose their
 * power and with it what the firmware froze.  -EPERM: it may not, or would not
 * wake; *why says so in English.  0: it slept (why: what could not be put
 * back, or "").  Every drive must be looked at again.
 */
int probe_can_sleep(bool allow_virtual, char *why, size_t len) MUST;
int probe_sleep(bool allow_virtual, uint32_t seconds, char *why,
		size_t len) MUST;

/* ---- guard.c ---- */

/*
 * May this drive be touched?  Fills refusals with one reason for each thing
 * that speaks against it; n == 0 means nothing does.  Pure over *d.
 */
void guard_check(const struct drive *d, const struct request *rq,
		 struct reasons *refusals);
/* One refusal for each other namespace of the drive that is in use: a shared
 * method would erase it as well. */
void guard_spaces(const struct drive *d, struct reasons *refusals);
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
/*
 * What a method is worth on a medium (IEEE 2883 and NIST SP 800-88 as read in
 * policy_level.c; on doubt the lower), and in *why what keeps it from more.
 */
enum level policy_level(enum method m, enum medium medium,
			enum reason_code *why);
/*
 * The methods of a drive with this medium, strongest first: chains of one or
 * two that follow each other ("crypto, then block erase").  Fills at most max,
 * returns how many there are.
 */
struct chain {
	uint32_t n;
	enum method m[2];
};
size_t policy_chains(enum medium medium, struct chain *out, size_t max);

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

/* What a certificate says of a firmware erase that was proven. */
#define CHAIN_MAX	(2 * ATTEMPTS_MAX)
struct proven {
	bool marks;		/* MARK wrote some: their key is known */
	uint8_t key[KEY_LEN];	/* MARK's */
	uint8_t salt[DIGEST_LEN];	/* PROVE's: the same places; another
				   one: other places */
	uint32_t attempt;	/* the PROVE's */
	uint32_t n_chain;	/* FIRMWARE methods DONE from MARK to PROVE */
	enum method chain[CHAIN_MAX];
	struct pass pass;	/* SANITIZE_OVERWRITE: its pattern */
	struct verify_how how;	/* SAMPLE: the places; FULL: every block */
};
/*
 * prove.c: reads a device again, another day or on another machine: no mark of
 * that run is left, and what its blocks hold agrees with the methods.
 * Read-only.  -EINVAL: nothing to hold against.  -ESTALE and the results as
 * verify_device; why of *out, if not DONE: MARK_LEFT, CONTENT_ODD, UNREADABLE
 * or what ended the reading.
 */
int prove_device(const char *path, bool image, const struct proven *what,
		 struct ui *ui, const struct drive *expect,
		 struct step_result *out, struct ranges *unread) MUST;

/* ---- classify.c: PURE ---- */

/* May a block of this class be there after these methods? */
bool classify_agrees(enum content_class c, const enum method *chain, size_t n);

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
