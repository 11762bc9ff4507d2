/* SPDX-License-Identifier: Apache-2.0 */
/* One emulated ATA drive and the driver on it: what the tests of both share. */
#ifndef DRIVER_ATA_H
#define DRIVER_ATA_H

#include "emu/emu_ata.h"

#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PATH	"/dev/emu0"
#define SIZE	(2ULL << 20)
#define HIDDEN	(256ULL << 10)
#define HOUR_MS	3600000U

/* One drive at work. */
static struct flow {
	struct emu_drive *d;
	struct emu_ata *a;
	struct handle *h;
	struct drive seen;
	struct reply reply;
	struct sent log;
} f;

static inline void
add(enum emu_ata_kind kind)
{
	memset(&f, 0, sizeof(f));
	f.d = emu_ata_add(PATH, SIZE, 512, kind);
	f.a = emu_ata_of(f.d);
	f.a->overwrite_ms = f.a->normal_ms = f.a->enhanced_ms = 2 * HOUR_MS;
}

static inline void
on(enum open_how how)
{
	assert_int_equal(drive_open(PATH, how, false, &f.h), 0);
	assert_int_equal(drive_identify(f.h, &f.seen), 0);
	assert_string_equal(f.seen.driver, "ata");
}

static inline void
off(void)
{
	drive_close(&f.h);
	emu_reset();
}

static inline struct step
firmware(enum method m)
{
	struct step s = { .kind = STEP_FIRMWARE, .method = m, .len = SIZE,
			  .password = PASSWORD_MASSHO };

	if (m == METHOD_SANITIZE_OVERWRITE)
		s.pass = (struct pass){ PASS_FILL, 4, { 1, 2, 3, 4 } };
	return s;
}

/* Polls until it is neither busy nor idle; at most `tries` minutes. */
static inline enum drive_state
follow(const struct step *s, int tries)
{
	struct drive_progress at = { 0 };

	do {
		drive_wait(f.h, 60000);
		assert_int_equal(drive_poll(f.h, s, &at), 0);
		f.reply = at.reply;
	} while (at.state == DRIVE_BUSY && --tries > 0);
	return at.state;
}

/* errno of the refusal, or 0. */
static inline int
start(const struct step *s)
{
	assert_int_equal(drive_start(f.h, s, &f.reply, &f.log), 0);
	return f.reply.err;
}

static inline int
settle(const struct step *s)
{
	assert_int_equal(drive_settle(f.h, s, &f.reply, &f.log), 0);
	return f.reply.err;
}

static inline size_t
sent(const char *name)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < f.log.n; i++)
		n += strcmp(f.log.c[i].name, name) == 0;
	return n;
}

/* Bytes of old data at any address. */
static inline uint64_t
left(void)
{
	uint64_t first;

	return emu_remains_in(f.d, 0, SIZE, &first);
}

#endif
