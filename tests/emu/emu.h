/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another operating system under wire.h: drives in memory, a journal of what
 * was done to them, and faults on demand.
 *
 * Requests complete out of order, and take effect when they complete; a buffer
 * that changes while its request is in flight ends the test at once, and so
 * does a command that could change something through a handle that only looks.
 * Time is virtual, and one for all drives: it passes by wire_wait(), by a reap
 * that times out, and while a command takes its time.
 *
 * A drive is a kernel's view (this header), and with a model behind it
 * (emu_dev.h; emu_ata.h ...) it answers commands as well.
 */
#ifndef EMU_H
#define EMU_H

#include "../../drivers/wire.h"

#define EMU_FAULTS 16

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
	EMU_BAD,		/* unreadable, unwritable, and no erase
				   of the drive's own reaches it */
	EMU_SPECKLED,		/* so is every arg-th block of the drive there,
				   for requests */
	/* of the whole drive */
	EMU_WRAP,		/* fake capacity: address modulo arg */
	EMU_FLUSH, EMU_DROP, EMU_CONTENTS, EMU_IDENTIFY, /* fail with err */
	EMU_FINDS,		/* at contents: something, by bytes at, len */
	EMU_SERIAL, EMU_DISKSEQ, EMU_SWAPPED_SIZE,	/* identify lies */
	EMU_BUSY,		/* at open as a victim */
	EMU_USED,		/* at uses: mounted */
	EMU_HOT,		/* 80 degrees until idle for arg ms */
	EMU_SENSOR,		/* no fault: the kernel has one for it */

	/* of a command that matches `op`, when it is sent */
	EMU_REFUSE,		/* as the model's refuse() says it */
	EMU_COMMAND_ERROR,	/* does not arrive: err, or EIO */
	EMU_COMMAND_HANG,	/* never returns, and has no effect */
	EMU_COMMAND_SLOW,	/* takes arg ms longer */
	EMU_COMMAND_VANISH,	/* the drive is gone, for good */
	EMU_POWER_LOSS,		/* before it: dead until emu_power_cycle() */
	EMU_POWER_LOSS_AFTER,	/* once it has been answered */
	EMU_BACK_SERIAL,	/* from then on the drive tells another serial;
				   the kernel keeps the old one */
	EMU_BACK_SIZE,		/* ... one logical block less */
	/* of its answer */
	EMU_GARBAGE,		/* data, or else sense: [at, at+len) of it, all
				   if len is 0, is random by arg */
	EMU_SHORT_DATA,		/* only arg bytes of it arrive */
	EMU_FIXED_SENSE,	/* never descriptor format */
	EMU_NO_REGISTERS,	/* ATA: no return descriptor, wherever asked */
	EMU_ZERO_REGISTERS,	/* ATA: all of them zero */
	/* of the erase that a matching command begins */
	EMU_STALE,		/* accepted, nothing happens; the status stays
				   what it was */
	EMU_KEEP,		/* success, but [at, at+len) is kept; all of it
				   if len is 0 */
	EMU_KEEP_HIDDEN,	/* ... what lies past the current maximum */
	EMU_UNMAP,		/* ... all, read as erased until power cycle */
	EMU_FAIL_AT,		/* fails at arg percent */
	EMU_NEVER_ENDS,		/* stands still at arg permille */
	EMU_DRAG,		/* takes arg times as long */
	EMU_POWER_LOSS_AT,	/* at arg percent: dead until power cycle */
	/* of a status while or after it; op: of the command that began it */
	EMU_PROGRESS_BACK,	/* counts downwards */
	EMU_PROGRESS_FROZEN,	/* says arg permille, always */
	EMU_STATUS_NEVER,	/* says: none was ever done */
	EMU_STATUS_EARLY,	/* says: done, while it runs */
	/* of a drive with passwords */
	EMU_KEEP_PASSWORD	/* neither erase nor F6 removes it */
};

/* Which commands a fault is about, in the model's own opcodes (ATA command
 * register, SCSI or NVMe opcode; sub: feature, service action, SANACT). */
#define EMU_OP(code)		(0x10000U | (code))
#define EMU_OP_SUB(code, sub)	(0x30000U | (code) | (sub) << 8)

struct emu_fault {
	enum emu_fault_kind kind;
	uint64_t at, len;
	uint32_t skip;		/* so many matching events pass first */
	uint32_t times;		/* then it happens so often; 0 = forever */
	int err;
	uint64_t arg;
	uint32_t op;		/* EMU_OP...; 0 = any command */
	uint32_t seen;		/* counted by the emulator */
};

enum emu_op_kind {
	EMU_OPEN, EMU_CLOSE, EMU_IDENTIFIED, EMU_USES, EMU_QUEUE, EMU_WRITE,
	EMU_READ, EMU_FLUSHED, EMU_DROPPED, EMU_SEARCHED, EMU_RESCAN, EMU_NOTE,
	EMU_COMMAND, EMU_REMEASURED, EMU_POWERED /* at: 0 off, 1 on again */
};

#define EMU_BYTES 24

struct emu_op {
	enum emu_op_kind kind;
	uint64_t at;
	uint32_t len;
	int32_t res;		/* or enum open_how, or the note's number;
				   COMMAND: what the wire returned */
	uint64_t ms;		/* when, by the virtual clock */
	/* COMMAND, in the place in which it was sent */
	uint32_t op;		/* EMU_OP_SUB */
	enum open_how how;	/* of the handle it came through */
	bool ended;		/* else the answer is still out */
	uint8_t n_bytes, bytes[EMU_BYTES];	/* as struct command has them */
	uint32_t status;	/* SCSI: status << 24 | key << 16 | ASC << 8 |
				   ASCQ; NVMe: status field */
};

struct emu_dev;			/* emu_dev.h */
struct wire;

/* A command that is being carried out. */
struct emu_flight {
	bool on;
	struct wire *by;	/* NULL: nobody waits for it any more */
	struct wire_scsi *scsi;	/* the caller's, one of them; NULL: as above */
	struct wire_nvme *nvme;
	struct wire_scsi scsi_copy;
	struct wire_nvme nvme_copy;
	uint64_t until;		/* by the clock; UINT64_MAX: never */
	uint64_t deadline;	/* the host's own */
	size_t line;		/* of the journal */
	uint32_t op;
	int err;
};

struct emu_drive {
	struct drive d;		/* what an honest kernel tells */
	uint8_t *media, *cache;	/* cache: what reads see, if not NULL */
	uint64_t media_len;	/* really there: hidden and spare areas too */
	uint64_t size;		/* the kernel's, now */
	bool gone;
	int gone_err;
	unsigned n_faults;
	struct emu_fault faults[EMU_FAULTS];
	size_t n_ops, ops_room;
	struct emu_op *ops;
	uint64_t rng;
	unsigned opened;
	/* with a model behind it */
	const struct emu_dev *dev;
	void *state;		/* the model's */
	uint64_t current;	/* bytes that the drive itself addresses now */
	bool off;		/* lost its power */
	bool unmapped;		/* cache stays until a power cycle */
	bool other_serial, other_size;	/* the drive has changed */
	unsigned life;		/* of the node: handles of an older one die */
	uint64_t busy_ms;	/* when it last worked */
	uint32_t op;		/* command being carried out */
	struct emu_flight flight;
};

/* A healthy drive at path ("/dev/emu0"), its media all zero. */
struct emu_drive *emu_add(const char *path, uint64_t size, uint32_t lblock);
void emu_fault(struct emu_drive *d, struct emu_fault f);
/* Removes every drive; fails if one is still open. */
void emu_reset(void);
/* A line of the journal by the test itself. */
void emu_note(struct emu_drive *d, int number);

/* Virtual time, as wire_clock() tells it. */
uint64_t emu_now(void);
/* Lets time pass, for all drives. */
void emu_pass(uint64_t ms);
/*
 * Off and on again: handles opened before are dead, the kernel finds the drive
 * anew (another diskseq, the size it addresses then).  Faults stay.
 */
void emu_power_cycle(struct emu_drive *d);
void emu_power_off(struct emu_drive *d);
/* Suspended to RAM and resumed: its power was off, its node stays. */
void emu_sleep_cycle(struct emu_drive *d);
/* No longer wrong with it: all faults of a kind. */
void emu_mend(struct emu_drive *d, enum emu_fault_kind kind);

/* Old data: a file system's magic numbers, and every 16 bytes of the rest,
 * hidden and spare areas too, tagged. */
void emu_soil(struct emu_drive *d);
/* Bytes of old data that are left anywhere; *first is where. */
uint64_t emu_remains(const struct emu_drive *d, uint64_t *first);
/* ... in [at, at+len) of the media. */
uint64_t emu_remains_in(const struct emu_drive *d, uint64_t at, uint64_t len,
			uint64_t *first);
/* How many journal lines of a kind; *first: index of the first, or n_ops. */
size_t emu_count(const struct emu_drive *d, enum emu_op_kind kind,
		 size_t *first);
/* How many commands of op (as in a fault; 0 = any) were sent. */
size_t emu_sent(const struct emu_drive *d, uint32_t op, size_t *first);
/* The journal as text, to see why a test fails. */
void emu_print(const struct emu_drive *d);

/* emu_fault.c: what the faults make of an event. */
struct emu_fault *emu_fires(struct emu_drive *d, enum emu_fault_kind kind,
			    uint64_t at, uint64_t len);
/* Where the drive really keeps what is addressed as `at`. */
uint64_t emu_place(struct emu_drive *d, uint64_t at);
int32_t emu_transfer(struct emu_drive *d, const struct io *io);
uint32_t emu_delay(struct emu_drive *d, const struct io *io);

#endif
