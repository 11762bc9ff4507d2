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
 * numbers, sizes, medium, transport, flags. */
int wire_identify(struct wire *w, struct drive *out) MUST;
int wire_uses(struct wire *w, struct drive *out) MUST;
int wire_contents(struct wire *w, struct drive *out) MUST;
int wire_size(struct wire *w, uint64_t *bytes) MUST;

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
