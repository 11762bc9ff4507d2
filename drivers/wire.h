/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doors of the kernel.  drivers/linux.c and tests/emu/emu.c define the
 * same symbols and the Makefile links one of them.  Contracts of the bulk
 * queue and of the open modes are those of driver.h.
 */
#ifndef WIRE_H
#define WIRE_H

#include "driver.h"

int wire_list(char (*paths)[PATH_LEN], size_t max, size_t *n) MUST;
int wire_open(const char *path, enum open_how how, bool image,
	      struct wire **out) MUST;
void wire_close(struct wire **w);

/* What the kernel knows without asking the drive: path, name, identity,
 * numbers, sizes, medium, transport, flags, areas.kernel, bridge.name, and of
 * an NVMe drive the nodes of its spaces. */
int wire_identify(struct wire *w, struct drive *out) MUST;
int wire_uses(struct wire *w, struct drive *out) MUST;
int wire_contents(struct wire *w, struct drive *out) MUST;
int wire_size(struct wire *w, uint64_t *bytes) MUST;
/* The kernel's own sensor of this drive.  -ENODATA: it has none. */
int wire_celsius(struct wire *w, struct count *out) MUST;

/* ---- commands ----------------------------------------------------------- */

enum wire_kind {
	WIRE_BLOCKS,		/* nothing but reads and writes */
	WIRE_SCSI,		/* SG_IO: SCSI, SAT, USB */
	WIRE_NVME		/* admin commands */
};
/* Which commands this node takes; never a partition, never an image. */
enum wire_kind wire_kind(const struct wire *w);

enum wire_dir { WIRE_NONE, WIRE_IN, WIRE_OUT };

#define WIRE_SENSE_MAX	64
#define WIRE_FOREVER	UINT32_MAX

struct wire_scsi {
	uint8_t cdb[16];
	uint8_t cdb_len;	/* 6, 10, 12, 16 */
	enum wire_dir dir;
	void *data;		/* any alignment */
	uint32_t len;
	uint32_t timeout_ms;	/* never 0; WIRE_FOREVER */
	/* the answer */
	uint8_t status;		/* SAM-5 5.3: 00 GOOD, 02 CHECK CONDITION */
	uint8_t sense_len;
	uint8_t sense[WIRE_SENSE_MAX];
	uint32_t done;		/* bytes transferred */
};

struct wire_nvme {
	uint8_t opcode;
	uint32_t nsid, cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
	enum wire_dir dir;
	void *data;
	uint32_t len;
	uint32_t timeout_ms;	/* never 0; WIRE_FOREVER */
	/* the answer */
	uint32_t result;	/* completion DW0 */
	uint16_t status;	/* status field: SCT << 8 | SC; 0 = success */
};

/*
 * One command, synchronously.  0: the device answered, look at status.
 * -errno: it did not: -ETIMEDOUT, -ENODEV (gone), -EIO (transport, host or
 * driver error), -EPERM, -EOPNOTSUPP (no such door here).
 * -EPERM as well on a handle that is not a victim's for a command that could
 * change anything: OPEN_LOOK and OPEN_READ let only those through that are
 * listed as read-only in wire_reads.c.
 */
int wire_scsi(struct wire *w, struct wire_scsi *c) MUST;
int wire_nvme(struct wire *w, struct wire_nvme *c) MUST;
/*
 * One that may take hours: sent, and waited for in slices.  *c must live until
 * it has ended.  At most one at a time per wire; -EBUSY.
 */
int wire_scsi_send(struct wire *w, struct wire_scsi *c) MUST;
int wire_nvme_send(struct wire *w, struct wire_nvme *c) MUST;
/* 1: ended, *err is what wire_scsi() would have returned; 0: not within ms;
 * -ENOENT: none was sent through this wire. */
int wire_sent(struct wire *w, uint32_t ms, int *err) MUST;
/*
 * What a driver keeps with this wire: NULL at first, and passed to
 * free() by wire_close(), unless a command that was sent has not ended yet
 * (then it is left alone: the kernel still writes into it).
 */
void **wire_memory(struct wire *w);
/* Time passes (the emulator's: its clock). */
void wire_wait(struct wire *w, uint32_t ms);
/* Milliseconds since some start; the emulator's clock or CLOCK_BOOTTIME. */
uint64_t wire_clock(struct wire *w);
/* The kernel reads the capacity anew; later I/O may reach up to it. */
int wire_remeasure(struct wire *w, uint64_t *bytes) MUST;
/* The node of another namespace of the same subsystem, as a victim. */
int wire_open_space(struct wire *w, const struct space *s,
		    struct wire **out) MUST;

/* wire_reads.c: PURE.  May it be sent through a handle that only looks? */
bool wire_scsi_reads(const struct wire_scsi *c);
bool wire_nvme_reads(const struct wire_nvme *c);

/* ---- the bulk queue ----------------------------------------------------- */

int wire_queue(struct wire *w, unsigned depth, uint32_t chunk) MUST;
struct io *wire_io_get(struct wire *w);
void wire_io_put(struct wire *w, struct io *io);
int wire_io_submit(struct wire *w, struct io *io) MUST;
int wire_io_reap(struct wire *w, int timeout_ms, struct io **out) MUST;

int wire_flush(struct wire *w) MUST;
int wire_drop_caches(struct wire *w) MUST;
/* Lets the kernel read the partition table again. */
int wire_rescan(struct wire *w) MUST;

#endif
