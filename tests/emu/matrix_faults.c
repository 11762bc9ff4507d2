/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong with a drive, and what may still come of a run then? */
#include "matrix.h"

#include <errno.h>
#include <string.h>

#define REGION		(64ULL << 10)
#define REGION_LEN	(32ULL << 10)

static bool
is(const struct matrix_cell *m, const char *driver)
{
	return !strcmp(m->kind->driver, driver);
}

/* Of every command that erases. */
static bool
erase(struct matrix_cell *m, struct emu_fault f)
{
	unsigned i;

	for (i = 0; i < MATRIX_OPS && m->kind->ops[i]; i++) {
		f.op = m->kind->ops[i];
		emu_fault(m->d, f);
	}
	return true;
}

static bool
any(struct matrix_cell *m, struct emu_fault f)
{
	emu_fault(m->d, f);
	return true;
}

#define ERASE(name, ...)						\
static bool								\
name(struct matrix_cell *m)						\
{									\
	return erase(m, (struct emu_fault){ __VA_ARGS__ });		\
}
#define ANY(name, ...)							\
static bool								\
name(struct matrix_cell *m)						\
{									\
	return any(m, (struct emu_fault){ __VA_ARGS__ });		\
}

/* ---- nothing wrong, or nothing that matters ------------------------------ */

static bool
honest(struct matrix_cell *m)
{
	(void)m;
	return true;
}

ANY(slow, .kind = EMU_COMMAND_SLOW, .arg = 1500)
ANY(slow_io, .kind = EMU_SLOW, .arg = 2, .times = 40)
ERASE(drag, .kind = EMU_DRAG, .arg = 3)
ANY(hot, .kind = EMU_HOT, .arg = 90000)
ERASE(backwards, .kind = EMU_PROGRESS_BACK)
ERASE(frozen, .kind = EMU_PROGRESS_FROZEN, .arg = 500)
ERASE(full, .kind = EMU_PROGRESS_FROZEN, .arg = 999)

/* Of ATA it holds but part of the registers. */
static bool
fixed_sense(struct matrix_cell *m)
{
	if (is(m, "nvme"))
		return false;
	if (is(m, "ata"))
		m->expect = MATRIX_FAIR;
	return any(m, (struct emu_fault){ .kind = EMU_FIXED_SENSE });
}

/* ---- it does not do it, and says so -------------------------------------- */

ERASE(refuses, .kind = EMU_REFUSE)
ERASE(refuses_once, .kind = EMU_REFUSE, .times = 1)
ERASE(fails_early, .kind = EMU_FAIL_AT, .arg = 0)
ERASE(fails_half, .kind = EMU_FAIL_AT, .arg = 50)
ERASE(fails_late, .kind = EMU_FAIL_AT, .arg = 99)
ERASE(fails_once, .kind = EMU_FAIL_AT, .arg = 50, .times = 1)
ERASE(error, .kind = EMU_COMMAND_ERROR, .err = EIO)
ERASE(hangs, .kind = EMU_COMMAND_HANG)
ANY(goes_deaf, .kind = EMU_COMMAND_HANG, .skip = 25)
ERASE(never_ends, .kind = EMU_NEVER_ENDS, .arg = 500)
ERASE(never_begins, .kind = EMU_NEVER_ENDS, .arg = 0)
ERASE(vanishes, .kind = EMU_COMMAND_VANISH)
ANY(vanishes_later, .kind = EMU_COMMAND_VANISH, .skip = 30)
ERASE(other_serial, .kind = EMU_BACK_SERIAL)
ERASE(other_size, .kind = EMU_BACK_SIZE)
ANY(swapped, .kind = EMU_BACK_SERIAL)
ANY(replugged, .kind = EMU_DISKSEQ)
ANY(resized, .kind = EMU_SWAPPED_SIZE)
ANY(mounted, .kind = EMU_USED)
ANY(held, .kind = EMU_BUSY)

static bool
other_mounted(struct matrix_cell *m)
{
	if (!m->d2 || !m->p.n_spaces)
		return false;
	emu_fault(m->d2, (struct emu_fault){ .kind = EMU_USED });
	return true;
}

/* ---- it says so, and has not done it ------------------------------------- */

ERASE(lies, .kind = EMU_KEEP)
ERASE(keeps_region, .kind = EMU_KEEP, .at = REGION, .len = REGION_LEN)
ERASE(keeps_block, .kind = EMU_KEEP, .at = REGION + 512, .len = 512)
ERASE(keeps_last, .kind = EMU_KEEP, .at = MATRIX_SIZE - 512, .len = 512)
ERASE(erases_first, .kind = EMU_KEEP, .at = 512, .len = MATRIX_SIZE)
ERASE(keeps_hidden, .kind = EMU_KEEP_HIDDEN)
ERASE(unmaps, .kind = EMU_UNMAP)
ERASE(stale, .kind = EMU_STALE)
ERASE(never, .kind = EMU_STATUS_NEVER)
ERASE(early, .kind = EMU_STATUS_EARLY)

static bool
keeps_other(struct matrix_cell *m)
{
	if (!m->d2)
		return false;
	emu_fault(m->d2, (struct emu_fault){ .kind = EMU_KEEP,
		.at = REGION, .len = REGION_LEN });
	return true;
}

static bool
stale_success(struct matrix_cell *m)
{
	matrix_history(m);
	return stale(m);
}

/* ---- its answers --------------------------------------------------------- */

static bool
no_registers(struct matrix_cell *m)
{
	return is(m, "ata") &&
	       any(m, (struct emu_fault){ .kind = EMU_NO_REGISTERS });
}

static bool
zero_registers(struct matrix_cell *m)
{
	return is(m, "ata") &&
	       any(m, (struct emu_fault){ .kind = EMU_ZERO_REGISTERS });
}

ANY(garbage, .kind = EMU_GARBAGE, .arg = 77)
ANY(garbage_1, .kind = EMU_GARBAGE, .arg = 1, .skip = 1, .times = 2)
ANY(garbage_2, .kind = EMU_GARBAGE, .arg = 2, .skip = 6, .times = 3)
ANY(garbage_3, .kind = EMU_GARBAGE, .arg = 3, .skip = 12, .times = 3)
ANY(garbage_4, .kind = EMU_GARBAGE, .arg = 4, .skip = 19, .times = 4)
ANY(garbage_5, .kind = EMU_GARBAGE, .arg = 5, .skip = 27, .times = 4)
ANY(garbage_6, .kind = EMU_GARBAGE, .arg = 6, .skip = 36, .times = 5)
ANY(garbage_7, .kind = EMU_GARBAGE, .arg = 7, .skip = 46, .times = 5)
ANY(garbage_8, .kind = EMU_GARBAGE, .arg = 8, .skip = 57, .times = 9)
ANY(garbage_9, .kind = EMU_GARBAGE, .arg = 9, .skip = 30)
ANY(short_1, .kind = EMU_SHORT_DATA, .arg = 8, .skip = 4, .times = 2)
ANY(short_2, .kind = EMU_SHORT_DATA, .arg = 0, .skip = 22)

/* ---- power --------------------------------------------------------------- */

ERASE(dark_before, .kind = EMU_POWER_LOSS, .times = 1)
ERASE(dark_after, .kind = EMU_POWER_LOSS_AFTER, .times = 1)
ERASE(dark_half, .kind = EMU_POWER_LOSS_AT, .arg = 50, .times = 1)
ANY(dark_0, .kind = EMU_POWER_LOSS, .times = 1)
ANY(dark_1, .kind = EMU_POWER_LOSS, .skip = 7, .times = 1)
ANY(dark_2, .kind = EMU_POWER_LOSS, .skip = 15, .times = 1)
ANY(dark_3, .kind = EMU_POWER_LOSS, .skip = 21, .times = 1)
ANY(dark_4, .kind = EMU_POWER_LOSS, .skip = 28, .times = 1)
ANY(dark_5, .kind = EMU_POWER_LOSS, .skip = 36, .times = 1)
ANY(dark_6, .kind = EMU_POWER_LOSS, .skip = 44, .times = 1)
ANY(dark_7, .kind = EMU_POWER_LOSS, .skip = 54, .times = 1)

static bool
dark_password(struct matrix_cell *m)
{
	return is(m, "ata") && any(m, (struct emu_fault){
		.kind = EMU_POWER_LOSS_AFTER, .op = EMU_OP(0xf1),
		.times = 1 });
}

static bool
dark_prepared(struct matrix_cell *m)
{
	return is(m, "ata") && any(m, (struct emu_fault){
		.kind = EMU_POWER_LOSS_AFTER, .op = EMU_OP(0xf3),
		.times = 1 });
}

static bool
keeps_password(struct matrix_cell *m)
{
	return is(m, "ata") &&
	       any(m, (struct emu_fault){ .kind = EMU_KEEP_PASSWORD });
}

/* ---- the medium, and the way to it --------------------------------------- */

ANY(bad, .kind = EMU_BAD, .at = 40 << 10, .len = 1024)
ANY(bad_first, .kind = EMU_BAD, .at = 0, .len = 512)
ANY(unreadable, .kind = EMU_READ_ERROR, .at = REGION, .len = 512)
ANY(unwritable, .kind = EMU_WRITE_ERROR, .at = REGION, .len = 512)
ANY(wraps, .kind = EMU_WRAP, .arg = MATRIX_SIZE / 2)
ANY(no_flush, .kind = EMU_FLUSH)
ANY(no_drop, .kind = EMU_DROP)
ANY(write_lies, .kind = EMU_LIE, .at = REGION, .len = REGION_LEN)
ANY(write_cached, .kind = EMU_LIE_CACHED, .at = REGION, .len = REGION_LEN)
ANY(misdirects, .kind = EMU_MISDIRECT, .at = REGION, .len = 512, .arg = 4096)
ANY(io_hangs, .kind = EMU_HANG, .at = REGION, .len = 512)
ANY(io_vanishes, .kind = EMU_VANISH, .skip = 3)

#define HONEST	.expect = MATRIX_MUST
#define NEVER	.expect = MATRIX_NEVER
#define AFTER	.after = true
#define PAIRS	.pairs = true
#define HOST	.host = true
#define STAYS	.lasting = true
#define CUT	.cut = true, .after = true

const struct matrix_fault matrix_faults[] = {
	{ "honest", HONEST, HOST, .arm = honest },
	{ "slow", HONEST, .arm = slow },
	{ "slow blocks", HONEST, AFTER, HOST, .arm = slow_io },
	{ "three times as long", HONEST, .arm = drag },
	{ "hot", HONEST, AFTER, HOST, .arm = hot },
	{ "progress backwards", HONEST, PAIRS, .arm = backwards },
	{ "progress stands still", HONEST, .arm = frozen },
	{ "progress full", HONEST, .arm = full },
	{ "fixed-format sense", HONEST, PAIRS, .arm = fixed_sense },

	{ "refuses", .expect = MATRIX_FALLS, .arm = refuses },
	{ "refuses once", .expect = MATRIX_FALLS, PAIRS, .arm = refuses_once },
	{ "fails at 0 %", .arm = fails_early },
	{ "fails at 50 %", .arm = fails_half },
	{ "fails at 99 %", .arm = fails_late },
	{ "fails once", PAIRS, .arm = fails_once },
	{ "transport error", .arm = error },
	{ "hangs", .arm = hangs },
	{ "hangs later", AFTER, .arm = goes_deaf },
	{ "never ends", .arm = never_ends },
	{ "never begins", .arm = never_begins },
	{ "vanishes", NEVER, .arm = vanishes },
	{ "vanishes later", AFTER, .arm = vanishes_later },
	{ "back with another serial", NEVER, .arm = other_serial },
	{ "back with another size", NEVER, .arm = other_size },
	{ "another drive", NEVER, AFTER, HOST, .arm = swapped },
	{ "unplugged in between", NEVER, AFTER, HOST, .arm = replugged },
	{ "another size", NEVER, AFTER, HOST, .arm = resized },
	{ "mounted meanwhile", NEVER, AFTER, HOST, .arm = mounted },
	{ "held meanwhile", NEVER, AFTER, HOST, .arm = held },
	{ "other namespace mounted", NEVER, AFTER, .arm = other_mounted },

	{ "keeps everything", PAIRS, .arm = lies },
	{ "keeps a region", PAIRS, .arm = keeps_region },
	{ "keeps a block", .arm = keeps_block },
	{ "keeps the last block", .arm = keeps_last },
	{ "erases the first block only", .arm = erases_first },
	{ "keeps what is hidden", PAIRS, .beyond = true, .arm = keeps_hidden },
	{ "keeps the other namespace", .arm = keeps_other },
	{ "drops the mapping only", .hides = true, .arm = unmaps },
	{ "does nothing", PAIRS, .arm = stale },
	{ "does nothing, old success", .arm = stale_success },
	{ "status: never", PAIRS, .arm = never },
	{ "status: done too early", PAIRS, .arm = early },

	{ "no return descriptor", PAIRS, .arm = no_registers },
	{ "no return descriptor later", AFTER, .arm = no_registers },
	{ "registers of zeros", .arm = zero_registers },
	{ "registers of zeros later", AFTER, PAIRS, .arm = zero_registers },
	{ "garbage", .arm = garbage },
	{ "garbage 1", AFTER, .arm = garbage_1 },
	{ "garbage 2", AFTER, .arm = garbage_2 },
	{ "garbage 3", AFTER, .arm = garbage_3 },
	{ "garbage 4", AFTER, .arm = garbage_4 },
	{ "garbage 5", AFTER, .arm = garbage_5 },
	{ "garbage 6", AFTER, .arm = garbage_6 },
	{ "garbage 7", AFTER, .arm = garbage_7 },
	{ "garbage 8", AFTER, .arm = garbage_8 },
	{ "garbage from there on", AFTER, .arm = garbage_9 },
	{ "short answers", AFTER, .arm = short_1 },
	{ "no answers", AFTER, .arm = short_2 },

	{ "power loss before the erase", CUT, .arm = dark_before },
	{ "power loss as it begins", CUT, .arm = dark_after },
	{ "power loss in the erase", CUT, PAIRS, .arm = dark_half },
	{ "power loss at command 1", CUT, .arm = dark_0 },
	{ "power loss at command 8", CUT, .arm = dark_1 },
	{ "power loss at command 16", CUT, .arm = dark_2 },
	{ "power loss at command 22", CUT, .arm = dark_3 },
	{ "power loss at command 29", CUT, .arm = dark_4 },
	{ "power loss at command 37", CUT, .arm = dark_5 },
	{ "power loss at command 45", CUT, .arm = dark_6 },
	{ "power loss at command 55", CUT, .arm = dark_7 },
	{ "power loss with the password", CUT, .arm = dark_password },
	{ "power loss once prepared", CUT, .arm = dark_prepared },
	{ "keeps the password", PAIRS, .arm = keeps_password },

	{ "bad sectors", PAIRS, HOST, STAYS, .arm = bad },
	{ "bad first sector", HOST, STAYS, .arm = bad_first },
	{ "unreadable block", AFTER, HOST, .arm = unreadable },
	{ "unwritable block", AFTER, HOST, .arm = unwritable },
	{ "wraps around", HOST, STAYS, .arm = wraps },
	{ "flush fails", AFTER, HOST, .arm = no_flush },
	{ "cache stays", AFTER, HOST, .arm = no_drop },
	{ "writes are lost", AFTER, HOST, .arm = write_lies },
	{ "writes stay in the cache", AFTER, HOST, .arm = write_cached },
	{ "writes go astray", AFTER, HOST, .arm = misdirects },
	{ "a block hangs", AFTER, HOST, .arm = io_hangs },
	{ "vanishes at a block", AFTER, HOST, .arm = io_vanishes },
};
const size_t matrix_n_faults = sizeof(matrix_faults) / sizeof(*matrix_faults);
