/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another operating system under wire.h: drives in memory, a journal of what
 * was done to them, and faults on demand.
 *
 * Requests complete out of order, and take effect when they complete; a buffer
 * that changes while its request is in flight ends the test at once.  A reap
 * that times out is how time passes.
 */
#ifndef EMU_H
#define EMU_H

#include "../../drivers/wire.h"

#define EMU_FAULTS 8

enum emu_fault_kind {
	EMU_NO_FAULT,
	/* of a request that touches [at, at+len); len 0 = anywhere */
	EMU_WRITE_ERROR, EMU_READ_ERROR,	/* err, after what is before */
	EMU_SHORT_WRITE, EMU_SHORT_READ,	/* arg bytes are done */
	EMU_LIE,		/* says success, keeps the old bytes there */
	EMU_LIE_CACHED,		/* ... and shows the new until caches drop */
	EMU_MISDIRECT,		/* the whole request lands arg bytes further */
	EMU_FLIP_WRITE, EMU_FLIP_READ,	/* one bit */
	EMU_HANG,		/* never comes back */
	EMU_SLOW,		/* comes back after arg reaps timed out */
	EMU_SHRINK,		/* from then on only arg bytes are there */
	EMU_VANISH,		/* later requests: err; 0 = as Linux */
	/* of the whole drive */
	EMU_WRAP,		/* fake capacity: address modulo arg */
	EMU_FLUSH, EMU_DROP, EMU_CONTENTS, EMU_IDENTIFY, /* fail with err */
	EMU_SERIAL, EMU_DISKSEQ, EMU_SWAPPED_SIZE,	/* identify lies */
	EMU_BUSY,		/* at open as a victim */
	EMU_USED		/* at uses: mounted */
};

struct emu_fault {
	enum emu_fault_kind kind;
	uint64_t at, len;
	uint32_t skip;		/* so many matching events pass first */
	uint32_t times;		/* then it happens so often; 0 = forever */
	int err;
	uint64_t arg;
	uint32_t seen;		/* counted by the emulator */
};

enum emu_op_kind {
	EMU_OPEN, EMU_CLOSE, EMU_IDENTIFIED, EMU_USES, EMU_QUEUE, EMU_WRITE,
	EMU_READ, EMU_FLUSHED, EMU_DROPPED, EMU_SEARCHED, EMU_RESCAN, EMU_NOTE
};

struct emu_op {
	enum emu_op_kind kind;
	uint64_t at;
	uint32_t len;
	int32_t res;		/* or enum open_how, or the note's number */
};

struct emu_drive {
	struct drive d;		/* what an honest drive tells */
	uint8_t *media, *cache;	/* cache: NULL unless EMU_LIE_CACHED */
	uint64_t size;		/* current */
	bool gone;
	int gone_err;
	unsigned n_faults;
	struct emu_fault faults[EMU_FAULTS];
	size_t n_ops, ops_room;
	struct emu_op *ops;
	uint64_t rng;
	unsigned opened;
};

/* A healthy drive at path ("/dev/emu0"), its media all zero. */
struct emu_drive *emu_add(const char *path, uint64_t size, uint32_t lblock);
void emu_fault(struct emu_drive *d, struct emu_fault f);
/* Removes every drive; fails if one is still open. */
void emu_reset(void);
/* A line of the journal by the test itself. */
void emu_note(struct emu_drive *d, int number);

/* Old data: a file system's magic numbers, and every 16 bytes of the rest
 * tagged. */
void emu_soil(struct emu_drive *d);
/* Bytes of old data that are left anywhere; *first is where. */
uint64_t emu_remains(const struct emu_drive *d, uint64_t *first);
/* How many journal lines of a kind; *first: index of the first, or n_ops. */
size_t emu_count(const struct emu_drive *d, enum emu_op_kind kind,
		 size_t *first);

/* emu_fault.c: what the faults make of an event. */
struct emu_fault *emu_fires(struct emu_drive *d, enum emu_fault_kind kind,
			    uint64_t at, uint64_t len);
/* Where the drive really keeps what is addressed as `at`. */
uint64_t emu_place(struct emu_drive *d, uint64_t at);
int32_t emu_transfer(struct emu_drive *d, const struct io *io);
uint32_t emu_delay(struct emu_drive *d, const struct io *io);

#endif
