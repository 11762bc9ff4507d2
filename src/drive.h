/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is a drive, what does it tell of itself, and what may be said for and
 * against it?  Included by massho.h, which states the rules for all nouns.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
#define LAYOUTS_MAX	64	/* LBA formats of a namespace */
#define IDS_LEN		160	/* text of "0, 1, 17" */
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
	REASON_CLASS_DESTROY, REASON_CLASS_PURGE,
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
	REASON_STILL_ERASING,	/* arg: method; it goes on inside the drive */
	REASON_SPACE_UNREAD,	/* arg: "2, 5": namespaces not looked at */
	REASON_PASSWORD_KEPT,	/* one that the run did not set */
	REASON_UNSETTLED,	/* arg: method; done, then not put right */
	REASON_BLOCK_SID,	/* arg: command and answer */
	REASON_PASSWORD_STAYS,	/* arg: whose was tried; it is not locked */
	REASON_RESET_FIRST,	/* arg: command and answer */
	REASON_PMR_ENABLED,	/* arg: command and answer */
	REASON_TROUBLE_TIME,	/* arg: minutes that defects may cost */
	/* an erasure in several parts */
	REASON_RESUMED,		/* arg: how often it had been interrupted */
	REASON_NOT_INTERRUPTED,	/* nothing in the log to go on from */
	REASON_OTHER_PLAN,	/* not the one that was interrupted */
	/* what stands before a method that is offered */
	REASON_LOCKED_FIRST,	/* a lock, which UNLOCK may open */
	REASON_PASSWORD_FIRST,	/* a password without a lock */
	REASON_SANITIZE_RESTRICTED,	/* one failed; nothing else is taken */
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
	uint64_t magic;		/* where the bytes stand by which it was told */
	uint32_t magic_len;	/* 0 = by others, or not known */
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
	struct reason why;	/* offered: what must be done before it */
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
	uint64_t size;		/* bytes */
	uint32_t nsid;
	uint32_t lblock, meta;	/* bytes of data and metadata per block */
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
	char controller_ids[IDS_LEN];	/* "0, 1"; "" = one, or unknown */
	enum answer rpmb, boot_partitions, pmr;
};

/* One of the block sizes that it can be formatted to. */
struct layout {
	uint32_t lblock, meta;	/* bytes of data and metadata per block */
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
	struct count aligned;	/* first logical block that begins a physical */
	uint32_t n_layouts;	/* 0 = it has one, or does not tell */
	struct layout layouts[LAYOUTS_MAX];
	enum answer trim;
	enum answer trim_same;	/* what was trimmed reads the same each time */
	enum answer trim_zeros;	/* ... as zeros */
	enum answer encrypts;	/* all user data, always */
};

enum hidden_kind {
	HIDDEN_UNKNOWN,
	HIDDEN_REMAPPED,	/* NVMe behind AHCI: Intel RST remapping */
	HIDDEN_VMD,		/* Intel VMD, and no driver took it */
	HIDDEN_RAID,		/* a controller in RAID mode (PCI class 0104)
				   that no driver took */
	HIDDEN_CONTROLLER,	/* any other for storage without a driver */
	HIDDEN_COUNT
};

/* Drives that this machine has and that the kernel is not shown. */
struct hidden {
	enum hidden_kind kind;
	uint32_t drives;	/* how many; 0 = not known */
	char where[32];		/* PCI address, "0000:00:17.0" */
	char id[16];		/* PCI vendor and device, "8086:2822" */
};

#define HIDDEN_MAX 16

#endif
