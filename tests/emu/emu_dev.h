/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device model must answer, and what the emulator does for every model:
 * faults, erases that take time, power, the journal.
 *
 * A model fills d->dev, d->state, d->current (and d->media_len by emu_room())
 * in its own emu_KIND_add().  It never looks at the real clock.  Faults of a
 * command itself (refuse, hang, vanish, garbage ...) are the core's; a model
 * asks emu_dev_fires() only for those that are about what it alone knows.
 */
#ifndef EMU_DEV_H
#define EMU_DEV_H

#include "emu.h"

/* io() says: the kernel keeps this request until the drive takes it. */
#define EMU_IO_WAITS	1

struct emu_dev {
	const char *kind;	/* "ata" */
	/* One command at a time, as on an ATA port: another one waits for the
	 * one that is being carried out; if it times out, reset() follows. */
	bool one_at_a_time;

	/*
	 * Carries out one command; only the door of its kind is not NULL.
	 * 0: answered in *c; -errno: as wire_scsi() would return it.
	 * *took_ms: how long it takes.  If that is not 0, scsi_end() or
	 * nvme_end() is called when it is over, to fill what could not be
	 * known before (NULL: the answer stands).  The *c of _end may have
	 * lost its data: c->data is NULL then.
	 */
	int (*scsi)(struct emu_drive *d, struct wire_scsi *c,
		    uint64_t *took_ms);
	int (*nvme)(struct emu_drive *d, struct wire_nvme *c,
		    uint64_t *took_ms);
	int (*scsi_end)(struct emu_drive *d, struct wire_scsi *c);
	int (*nvme_end)(struct emu_drive *d, struct wire_nvme *c);

	/* EMU_OP or EMU_OP_SUB of a command; 0: not one this model knows. */
	uint32_t (*op)(const struct emu_drive *d, const struct wire_scsi *s,
		       const struct wire_nvme *n);
	/* Answers it as refused: aborted, or an invalid opcode or field. */
	int (*refuse)(struct emu_drive *d, struct wire_scsi *s,
		      struct wire_nvme *n);

	/* The clock has moved (emu_now()). */
	void (*tick)(struct emu_drive *d);
	/* May this request reach the media?  0: yes.  -errno as Linux would
	 * show it; EMU_IO_WAITS.  Called when the request would complete. */
	int (*io)(struct emu_drive *d, const struct io *io);
	/* A command timed out: the host resets the drive. */
	void (*reset)(struct emu_drive *d);
	/* Power has gone: what runs stops where it is. */
	void (*power_off)(struct emu_drive *d);
	/* Power is there again. */
	void (*power)(struct emu_drive *d);
	/* Frees d->state; called once for each drive that has this model. */
	void (*free)(struct emu_drive *d);
};

/* ---- for models --------------------------------------------------------- */

/* Ends the test: the program under test did what no caller may do. */
void __attribute__((noreturn)) emu_fail(const char *what);
/* calloc() that does not fail. */
void *emu_alloc(size_t len);
/* The drive's media become this long (at least its size), the rest hidden. */
void emu_room(struct emu_drive *d, uint64_t media_len);
/* The drive of that path or kernel name; NULL: none. */
struct emu_drive *emu_find(const char *name);

/* A fault of this kind about the command that is being carried out (d->op). */
struct emu_fault *emu_dev_fires(struct emu_drive *d, enum emu_fault_kind kind);
/* ... about the command `op` of an earlier time. */
struct emu_fault *emu_op_fires(struct emu_drive *d, enum emu_fault_kind kind,
			       uint32_t op);
/* Is it this one, and is it its turn?  Counts. */
bool emu_stands(struct emu_fault *f, enum emu_fault_kind kind, uint32_t op);
/* What the drive itself says that its serial is. */
const char *emu_serial(const struct emu_drive *d);
/* Bytes that the drive itself says that it addresses. */
uint64_t emu_current(const struct emu_drive *d);
int emu_celsius(struct emu_drive *d);
/* Next pseudo-random number of this drive. */
uint64_t emu_random(struct emu_drive *d);

/* What an erase leaves. */
struct emu_fill {
	uint8_t len;		/* bytes[len] repeats from 0 of the media; */
	uint8_t bytes[16];	/* len 0: random, by key, stable */
	uint64_t key;
};
/* Fills [at, at+len) of the media, whatever the faults.  Reads see it. */
void emu_fill(struct emu_drive *d, uint64_t at, uint64_t len,
	      const struct emu_fill *f);

/*
 * An erase of [at, at+len) of the media that takes ms.  Everything about
 * faults is in here: which stand is decided when it begins.  The media change
 * as the clock moves, so that what is interrupted is half done.
 */
enum emu_job_state { EMU_JOB_NONE, EMU_JOB_RUNS, EMU_JOB_DONE, EMU_JOB_FAILED };

struct emu_job {
	enum emu_job_state state;
	uint32_t op;		/* the command that began it */
	uint64_t at, len, done;	/* bytes */
	uint64_t ms;		/* it takes altogether */
	uint64_t last_ms;	/* clock when it was last advanced */
	uint64_t ran_ms;	/* so far, power-off times not counted */
	struct emu_fill fill;
	/* faults that stand for it; UINT64_MAX: none */
	uint64_t fail_ms, stuck_ms, off_ms;
	bool keep_hidden, unmap;
	unsigned n_keep;
	const struct emu_fault *keep[EMU_FAULTS];
};

/* False: a fault has it that nothing happens at all (EMU_STALE). */
bool emu_job_start(struct emu_drive *d, struct emu_job *j, uint64_t at,
		   uint64_t len, uint64_t ms, const struct emu_fill *f);
/* Brings it up to the clock; to be called by tick(). */
void emu_job_tick(struct emu_drive *d, struct emu_job *j);
/* Its power went, or comes back: the time between does not count. */
void emu_job_resume(struct emu_job *j);
/* Given up where it is: what is done is done. */
void emu_job_drop(struct emu_job *j);
/* When the clock reaches this, it has ended; UINT64_MAX: never. */
uint64_t emu_job_end(const struct emu_job *j);
/* 0..999 while it runs, as the drive tells it. */
uint32_t emu_job_permille(struct emu_drive *d, const struct emu_job *j);
/* The state as a status tells it: EMU_STATUS_NEVER, EMU_STATUS_EARLY. */
enum emu_job_state emu_job_told(struct emu_drive *d, const struct emu_job *j);

/* emu_blank.c: one bool for each block of what a drive addresses. */
bool emu_blank_any(const bool *blank, uint64_t at, uint64_t n);
void emu_blank_set(bool *blank, uint64_t at, uint64_t n, bool is);

/* ---- answers ------------------------------------------------------------ */

/* CHECK CONDITION with this sense: fixed format if `fixed` or a fault says so,
 * else descriptor.  info: descriptors to append, n bytes. */
void emu_sense(struct emu_drive *d, struct wire_scsi *c, bool fixed,
	       uint8_t key, uint8_t asc, uint8_t ascq, const uint8_t *info,
	       uint8_t n);
/* GOOD, and these bytes as the data, cut to what the host has room for. */
void emu_data(struct wire_scsi *c, const void *data, uint32_t len);

/* ---- between the core's own files (emu.c emu_cmd.c emu_job.c) ----------- */

struct emu_slot;

struct wire {
	struct emu_drive *d;
	enum open_how how;
	unsigned life;		/* of the drive when it was opened */
	unsigned depth;
	uint32_t chunk;
	struct emu_slot *slots;
	void *memory;		/* wire_memory() */
};

struct emu_op *emu_log(struct emu_drive *d, enum emu_op_kind kind, uint64_t at,
		       uint32_t len, int32_t res);
/* Is this handle's drive no longer the one it was opened on, or dark? */
bool emu_dead(const struct wire *w);
/* emu_cmd.c: nobody waits any more for what was sent through w. */
void emu_forget(struct wire *w);
/* emu_cmd.c: whatever is in flight ends with this error. */
void emu_abort(struct emu_drive *d, int err);
/* Every drive in turn; NULL after the last. */
struct emu_drive *emu_nth(unsigned i);

#endif
