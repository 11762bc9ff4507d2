/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drive, opened through the command set that answers on it.
 *
 * A driver never decides: it tells what the drive offers, starts what it is
 * told to start, and repeats what the drive answered.  Return 0, or negative
 * errno = *could not ask*; what the drive said is data in `reply`/`status`.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "../src/massho.h"

struct wire;	/* wire.h: the door of the kernel, or of the emulator */
struct handle;	/* one open drive */

enum drive_state {
	DRIVE_UNKNOWN,		/* could not be told: never counts as done */
	DRIVE_FAILED,		/* the drive says so */
	DRIVE_BUSY,		/* still at it */
	DRIVE_HOST,		/* the host does the work */
	DRIVE_IDLE,		/* nothing runs, nothing ran */
	DRIVE_DONE		/* the status says: ended with success */
};

struct drive_progress {
	enum drive_state state;	/* from the status field alone */
	bool known;		/* permille is the drive's */
	uint32_t permille;	/* information only */
	struct reply reply;	/* the status as read */
};

/*
 * A command set.  Steps it does not know it leaves to the host: start accepts,
 * poll says DRIVE_HOST (see driver_host_*).
 *
 * Every command that changes something is added to *log before it is sent
 * (sent_begin) and completed with its answer.
 */
struct driver {
	const char *name;	/* "block": printed and certified */

	/* Does this command set answer here?  Read-only.  1, 0 or -errno. */
	int (*match)(struct wire *w);

	/* Identity, sizes, hidden areas, locks, offers, health.  Read-only,
	 * repeatable.  Fills everything but uses and contents. */
	int (*identify)(struct wire *w, struct drive *out);

	/*
	 * Send one step.  Returns when the drive accepted it (0, reply->err
	 * 0) or refused it (0, reply->err set); -errno: could not ask.
	 * For a step that the host does itself: make the drive ready.
	 * STEP_UNLOCK and STEP_EXPOSE are complete on return.
	 */
	int (*start)(struct wire *w, const struct step *s, struct reply *out,
		     struct sent *log);

	/* Where is it?  State comes from the status field alone, never from
	 * progress.  Safe on a fresh handle, also after a power cycle.  A
	 * DONE left over from an earlier command is for start to exclude. */
	int (*poll)(struct wire *w, const struct step *s,
		    struct drive_progress *out);

	/* After success, failure or cancel: leave nothing behind (temporary
	 * password, failure mode).  reply->err: something is left. */
	int (*settle)(struct wire *w, const struct step *s, struct reply *out,
		      struct sent *log);

	/* Only what changes while it works: temperature and counters. */
	int (*health)(struct wire *w, struct health *out);
};

/* The command sets; driver.c holds their order. */
extern const struct driver nvme_driver, ata_driver, scsi_driver, block_driver;

/* driver.c: for steps that the host does itself. */
int driver_host_start(struct wire *w, const struct step *s, struct reply *out,
		      struct sent *log) MUST;
int driver_host_poll(struct wire *w, const struct step *s,
		     struct drive_progress *out) MUST;
int driver_host_settle(struct wire *w, const struct step *s,
		       struct reply *out, struct sent *log) MUST;
/* What the host can do to any drive: METHOD_OVERWRITE's offer. */
void driver_host_offer(struct drive *d);
/* A new entry, never NULL: the last one is reused, and counted as lost, when
 * the log is full. */
struct command *sent_begin(struct sent *log, const char *name,
			   const uint8_t *bytes, size_t len);

enum open_how {
	OPEN_LOOK,	/* O_RDONLY: identify only */
	OPEN_READ,	/* O_RDONLY | O_DIRECT: verification of another day */
	OPEN_VICTIM	/* O_RDWR | O_EXCL | O_DIRECT: about to be erased */
};

/* One request of the bulk queue.  The buffer belongs to the queue; a write may
 * be sent from within the buffer of another request instead, several at once,
 * as long as nobody changes it. */
struct io {
	uint64_t at;		/* byte offset, multiple of the logical block */
	uint32_t len;		/* bytes, multiple of the logical block */
	bool write;
	uint8_t *buf;		/* given by drive_io_get(), aligned */
	int32_t res;		/* bytes done or -errno; set by drive_io_reap */
	uint64_t tag;		/* the caller's */
};

/* Every block device by path, whole disks, kernel order.  -ENOSPC as probe. */
int drive_list(char (*paths)[PATH_LEN], size_t max, size_t *n) MUST;

/* -EBUSY: held by someone (OPEN_VICTIM).  -EROFS: read-only medium. */
int drive_open(const char *path, enum open_how how, bool image,
	       struct handle **out) MUST;
void drive_close(struct handle **h);

int drive_identify(struct handle *h, struct drive *out) MUST;
/* Fills uses, uses_known and boot.  Users that are this very process's open
 * handle do not count. */
int drive_uses(struct handle *h, struct drive *out) MUST;
/* Fills contents: what libblkid finds, partitions included.  Past the page
 * cache. */
int drive_contents(struct handle *h, struct drive *out) MUST;
/* The kernel's current idea of the size; 0 = gone. */
int drive_size(struct handle *h, uint64_t *bytes) MUST;

int drive_start(struct handle *h, const struct step *s,
		struct reply *out, struct sent *log) MUST;
int drive_poll(struct handle *h, const struct step *s,
	       struct drive_progress *out) MUST;
int drive_settle(struct handle *h, const struct step *s,
		 struct reply *out, struct sent *log) MUST;
int drive_health(struct handle *h, struct health *out) MUST;
/* Time passes; in an emulated drive its own. */
void drive_wait(struct handle *h, uint32_t ms);
/* The kernel asks the drive for its size again; *bytes is the new one. */
int drive_remeasure(struct handle *h, uint64_t *bytes) MUST;
/*
 * The drive's other namespaces with a node, each as a handle of its own, opened
 * as a victim.  -EBUSY: one is in use.  Closed by the caller.
 */
int drive_open_space(struct handle *h, const struct space *s,
		     struct handle **out) MUST;

/*
 * linux_sleep.c: suspend to RAM.  Drives lose their power, and with it what the
 * firmware froze at boot; some firmware freezes them again, so the drive must
 * be identified anew.
 *
 * May this machine be put to sleep, and will it wake by itself?  0, or -EPERM
 * and the reason in English in why.  root: "", or a test's folder in its place.
 */
int drive_can_suspend(const char *root, bool allow_virtual, char *why,
		      size_t len) MUST;
/*
 * The same, then sleeps for so many seconds, or until somebody wakes it; what
 * was set for it is put back.  0: it slept (why: what could not be put back,
 * or ""); otherwise it did not.
 *
 * The caller's part: nothing is being erased on any drive, none has a password
 * of ours, the target is free, the evidence is on stable storage, the operator
 * knows that the screen goes dark.
 */
int drive_suspend(const char *root, bool allow_virtual, uint32_t seconds,
		  char *why, size_t len) MUST;

/*
 * The bulk queue: depth requests of at most chunk bytes in flight.  One queue
 * per handle; a second call replaces an idle queue, whose requests are void
 * then and whose buffers may hold anything.
 */
int drive_queue(struct handle *h, unsigned depth, uint32_t chunk) MUST;
/* A free request with its buffer, or NULL if all are in flight. */
struct io *drive_io_get(struct handle *h);
/* Returns a request that was got but not submitted, or was reaped. */
void drive_io_put(struct handle *h, struct io *io);
int drive_io_submit(struct handle *h, struct io *io) MUST;
/*
 * Waits for one finished request: 1 and *out, 0 if none finished within
 * timeout_ms, -errno if the queue itself failed.  A short transfer is
 * reported as it is, never completed through the page cache.
 */
int drive_io_reap(struct handle *h, int timeout_ms, struct io **out) MUST;

/* Device cache to medium.  Its failure is the pass's failure. */
int drive_flush(struct handle *h) MUST;
/* Makes sure that no later read is answered from the host's page cache. */
int drive_drop_caches(struct handle *h) MUST;

#endif
