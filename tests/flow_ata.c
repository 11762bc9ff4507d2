/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An honest ATA drive is erased by each of its own methods, from plan to
 * verdict: nothing of the old data is left, no password, no hidden area; and
 * no command that changes anything is sent before what it does is on record.
 */
#include "emu/emu_ata.h"
#include "emu/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SIZE	(8ULL << 20)
#define HIDDEN	(1ULL << 20)

enum hide { NOTHING, HPA, DCO, HPA_AND_DCO, AMAC };

static const struct way {
	enum emu_ata_kind kind;
	const char *method;	/* "" = the strongest */
	enum method used;
	enum level level;
	enum hide hide;
} ways[] = {
	{ EMU_ATA_HDD, "security-erase", METHOD_SECURITY_ERASE, LEVEL_CLEAR,
	  NOTHING },
	{ EMU_ATA_HDD, "security-erase-enhanced",
	  METHOD_SECURITY_ERASE_ENHANCED, LEVEL_PURGE, NOTHING },
	{ EMU_ATA_HDD, "", METHOD_SECURITY_ERASE_ENHANCED, LEVEL_PURGE,
	  NOTHING },
	{ EMU_ATA_HDD, "", METHOD_SECURITY_ERASE_ENHANCED, LEVEL_PURGE, HPA },
	{ EMU_ATA_HDD, "security-erase", METHOD_SECURITY_ERASE, LEVEL_CLEAR,
	  HPA },
	{ EMU_ATA_HDD, "security-erase", METHOD_SECURITY_ERASE, LEVEL_CLEAR,
	  DCO },
	{ EMU_ATA_HDD, "security-erase", METHOD_SECURITY_ERASE, LEVEL_CLEAR,
	  HPA_AND_DCO },
	{ EMU_ATA_HDD, "overwrite", METHOD_OVERWRITE, LEVEL_CLEAR, NOTHING },
	{ EMU_ATA_HDD, "overwrite", METHOD_OVERWRITE, LEVEL_CLEAR, HPA },
	{ EMU_ATA_PLAIN, "", METHOD_OVERWRITE, LEVEL_CLEAR, HPA },
	{ EMU_ATA_HDD_SANITIZE, "", METHOD_SANITIZE_OVERWRITE, LEVEL_PURGE,
	  NOTHING },
	{ EMU_ATA_HDD_SANITIZE, "sanitize-overwrite",
	  METHOD_SANITIZE_OVERWRITE, LEVEL_PURGE, AMAC },
	{ EMU_ATA_SED, "", METHOD_SANITIZE_OVERWRITE, LEVEL_PURGE, NOTHING },
	{ EMU_ATA_SED, "sanitize-crypto", METHOD_SANITIZE_CRYPTO, LEVEL_CLEAR,
	  NOTHING },
	{ EMU_ATA_SSD, "", METHOD_SANITIZE_BLOCK, LEVEL_PURGE, NOTHING },
	{ EMU_ATA_SSD, "sanitize-block", METHOD_SANITIZE_BLOCK, LEVEL_PURGE,
	  AMAC },
	{ EMU_ATA_SSD, "sanitize-crypto", METHOD_SANITIZE_CRYPTO, LEVEL_CLEAR,
	  NOTHING },
	{ EMU_ATA_SSD, "security-erase-enhanced",
	  METHOD_SECURITY_ERASE_ENHANCED, LEVEL_CLEAR, NOTHING },
	{ EMU_ATA_SSD_OLD, "", METHOD_SECURITY_ERASE_ENHANCED, LEVEL_CLEAR,
	  NOTHING },
	{ EMU_ATA_SSD_OLD, "security-erase", METHOD_SECURITY_ERASE,
	  LEVEL_CLEAR, NOTHING },
};

static struct emu_drive *
make(enum emu_ata_kind kind, enum hide hide)
{
	struct emu_drive *d = emu_ata_add(FIXTURE_PATH, SIZE, 512, kind);

	if (hide == DCO || hide == HPA_AND_DCO)
		emu_ata_hide_dco(d, HIDDEN);
	if (hide == HPA || hide == HPA_AND_DCO)
		emu_ata_hide_hpa(d, HIDDEN);
	if (hide == AMAC)
		emu_ata_hide_amac(d, HIDDEN);
	emu_soil(d);
	return d;
}

static struct request
by(const char *method)
{
	struct request rq = { 0 };

	strncpy(rq.method, method, sizeof(rq.method) - 1);
	return rq;
}

static bool
says_erased(const struct fixture *f)
{
	return f->v.outcome == OUTCOME_ERASED ||
	       f->v.outcome == OUTCOME_EXCEPTIONS;
}

/* ---- the order of things ------------------------------------------------- */

static bool
changes(const struct emu_op *o)
{
	uint8_t code = (uint8_t)o->op, sub = (uint8_t)(o->op >> 8);

	if (o->kind != EMU_COMMAND)
		return false;
	switch (code) {
	case 0xf1: case 0xf2: case 0xf3: case 0xf4: case 0xf5: case 0xf6:
	case 0x37: case 0xf9:
		return true;
	case 0xb4: case 0x78:
		return sub != 0;
	case 0xb1:
		return sub != 0xc2;
	default:
		return false;
	}
}

/* The step that is on record as begun when this line of the journal was
 * written; n_steps: none. */
static uint32_t
step_at(const struct fixture *f, size_t line)
{
	uint32_t step = f->p.n_steps;
	size_t i;

	for (i = 0; i < line; i++)
		if (f->d->ops[i].kind == EMU_NOTE)
			step = f->d->ops[i].res < 1000 ?
			       (uint32_t)f->d->ops[i].res : f->p.n_steps;
	return step;
}

/* What may this step send, and is the password that it uses in it? */
static void
check_line(const struct fixture *f, size_t line)
{
	const struct emu_op *o = &f->d->ops[line];
	uint32_t i = step_at(f, line);
	const struct step *s;

	assert_int_equal(o->how, OPEN_VICTIM);
	assert_in_range(i, 0, f->p.n_steps - 1);
	s = &f->p.steps[i];
	switch ((uint8_t)o->op) {
	case 0x37: case 0xf9: case 0xb1: case 0x78:
		assert_int_equal(s->kind, STEP_EXPOSE);
		break;
	case 0xf1: case 0xf3: case 0xf4:
		assert_int_equal(s->kind, STEP_FIRMWARE);
		assert_int_equal(s->password, PASSWORD_MASSHO);
		break;
	case 0xf2: case 0xf6:
		assert_int_not_equal(s->password, PASSWORD_NONE);
		break;
	default:
		assert_true(s->kind == STEP_FIRMWARE ||
			    s->kind == STEP_READY);
		break;
	}
}

static void
check_order(const struct fixture *f)
{
	size_t i;

	for (i = 0; i < f->d->n_ops; i++)
		if (changes(&f->d->ops[i]))
			check_line(f, i);
}

/* Every command that changes something is in the run, in its order, with the
 * bytes that the drive saw. */
static void
check_sent(const struct fixture *f)
{
	const struct sent *sent = &f->r.sent;
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < f->d->n_ops; i++) {
		const struct emu_op *o = &f->d->ops[i];

		if (!changes(o))
			continue;
		assert_in_range(n + 1, 1, sent->n);
		assert_int_equal(sent->c[n].sent_len, o->n_bytes);
		assert_memory_equal(sent->c[n].sent, o->bytes, o->n_bytes);
		assert_int_equal(sent->c[n].step, step_at(f, i));
		n++;
	}
	assert_int_equal(n, sent->n);
	assert_int_equal(sent->lost, 0);
}

/* ---- honest drives ------------------------------------------------------- */

static void
tell(const struct fixture *f, const char *method)
{
	char text[512];
	uint32_t i;

	print_message("\"%s\": outcome %d level %d\n", method, f->v.outcome,
		      f->v.level);
	for (i = 0; i < f->v.reasons.n; i++)
		print_message("  %s\n", reason_text(&f->v.reasons.r[i],
			      LANG_EN, text, sizeof(text)));
	for (i = 0; i < f->r.n_results; i++)
		print_message("  step %u %s: state %d, %s\n", i,
			      step_name(f->p.steps[i].kind),
			      f->r.results[i].state,
			      reason_text(&f->r.results[i].why, LANG_EN, text,
					  sizeof(text)));
}

static void
check_way(const struct way *w)
{
	struct emu_drive *d = make(w->kind, w->hide);
	struct request rq = by(w->method);
	struct fixture *f = fixture_on(d, &rq);
	uint64_t first;

	assert_int_equal(f->p.method, w->used);
	assert_int_equal(f->p.level, w->level);
	fixture_run(f);
	if (f->err || f->v.outcome != OUTCOME_ERASED)
		tell(f, w->method);
	assert_int_equal(f->err, 0);
	assert_int_equal(f->r.state, STATE_DONE);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, w->level);
	assert_int_equal(emu_remains_in(d, 0, SIZE, &first), 0);
	assert_int_equal(d->current, SIZE);	/* nothing hidden */
	assert_int_not_equal(f->r.areas.hpa, ANSWER_YES);
	assert_int_not_equal(f->r.areas.dco_set, ANSWER_YES);
	assert_int_not_equal(f->r.areas.amac, ANSWER_YES);
	assert_false(emu_ata_of(d)->enabled);
	assert_int_equal(f->r.lock_after.enabled, ANSWER_NO);
	check_order(f);
	check_sent(f);
	fixture_free(&f);
}

static void
test_each_method(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		check_way(&ways[i]);
}

/* What no address reaches any more. */
static void
test_spare_blocks(void **state)
{
	static const char *const methods[] = { "sanitize-block",
		"sanitize-crypto", "security-erase-enhanced" };
	struct request rq;
	struct fixture *f;
	uint64_t first;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		rq = by(methods[i]);
		f = fixture_on(make(EMU_ATA_SSD, NOTHING), &rq);
		fixture_run(f);
		assert_int_equal(f->v.outcome, OUTCOME_ERASED);
		assert_int_equal(emu_remains(f->d, &first), 0);
		fixture_free(&f);
	}
}

/* Nothing is sent that changes a drive for which there is no consent. */
static void
test_no_consent(void **state)
{
	struct request rq = by("");
	struct fixture *f = fixture_on(make(EMU_ATA_SSD, AMAC), &rq);
	size_t i;

	(void)state;
	f->c.has_receipt = false;
	fixture_run(f);
	assert_int_equal(f->err, -EPERM);
	assert_false(says_erased(f));
	for (i = 0; i < f->d->n_ops; i++)
		assert_false(changes(&f->d->ops[i]));
	fixture_free(&f);
}

/* ---- where it goes wrong ------------------------------------------------- */

static void
no_password_after(struct emu_fault fault)
{
	struct emu_drive *d = make(EMU_ATA_HDD, NOTHING);
	struct request rq = by("security-erase");
	struct fixture *f = fixture_on(d, &rq);
	size_t at;

	emu_fault(d, fault);
	fixture_run(f);
	assert_true(emu_sent(d, EMU_OP(0xf1U), &at) > 0);
	assert_false(says_erased(f));
	assert_false(emu_ata_of(d)->enabled);
	check_order(f);
	check_sent(f);
	fixture_free(&f);
}

/* However the erase ends, the password is taken away. */
static void
test_no_password_left(void **state)
{
	(void)state;
	no_password_after((struct emu_fault){ .kind = EMU_REFUSE,
					      .op = EMU_OP(0xf3U) });
	no_password_after((struct emu_fault){ .kind = EMU_REFUSE,
					      .op = EMU_OP(0xf4U) });
	no_password_after((struct emu_fault){ .kind = EMU_COMMAND_ERROR,
					      .op = EMU_OP(0xf4U) });
	no_password_after((struct emu_fault){ .kind = EMU_COMMAND_HANG,
					      .op = EMU_OP(0xf4U) });
	no_password_after((struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 30,
					      .op = EMU_OP(0xf4U) });
	no_password_after((struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 0,
					      .op = EMU_OP(0xf4U) });
	no_password_after((struct emu_fault){ .kind = EMU_NEVER_ENDS,
					      .arg = 500,
					      .op = EMU_OP(0xf4U) });
	no_password_after((struct emu_fault){ .kind = EMU_COMMAND_ERROR,
					      .op = EMU_OP(0xf1U) });
}

/* One that cannot be taken away is told: it is not erased. */
static void
test_password_stays(void **state)
{
	struct emu_drive *d = make(EMU_ATA_HDD, NOTHING);
	struct request rq = by("security-erase");
	struct fixture *f = fixture_on(d, &rq);

	(void)state;
	emu_fault(d, (struct emu_fault){ .kind = EMU_KEEP_PASSWORD });
	fixture_run(f);
	assert_false(says_erased(f));
	assert_true(emu_ata_of(d)->enabled);
	assert_int_equal(f->r.lock_after.enabled, ANSWER_YES);
	assert_true(fixture_has(&f->v.reasons, REASON_PASSWORD_LEFT));
	fixture_free(&f);
}

/* A bridge that is not proven never gets a password or a sanitize. */
static void
test_bridges(void **state)
{
	static const struct emu_bridge bridges[] = {
		{ .no_16 = true, .no_12 = true },
		{ .drops_registers = true },
		{ .own_identity = true },
		{ .no_data_out = true },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(bridges) / sizeof(bridges[0]); i++) {
		struct emu_drive *d = make(EMU_ATA_SSD, NOTHING);
		struct request rq = { 0 };
		struct fixture *f;

		emu_ata_bridge(d, "152d:0578 usb-storage", bridges[i]);
		f = fixture_on(d, &rq);
		fixture_run(f);
		assert_true(says_erased(f));
		assert_true(f->v.level <= LEVEL_CLEAR ||
			    bridges[i].no_data_out);
		for (k = 0; k < d->n_ops; k++)
			if (changes(&d->ops[k]))
				assert_true(bridges[i].no_data_out &&
					    (uint8_t)d->ops[k].op == 0xb4);
		fixture_free(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_method),
		cmocka_unit_test(test_spare_blocks),
		cmocka_unit_test(test_no_consent),
		cmocka_unit_test(test_no_password_left),
		cmocka_unit_test(test_password_stays),
		cmocka_unit_test(test_bridges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
