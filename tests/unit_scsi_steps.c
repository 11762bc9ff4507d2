/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An erase of a SCSI disk counts as done only if the disk was seen at it, or
 * could not have been, and nothing in between speaks against it.
 */
#undef NDEBUG
#include "scsi_script.h"

static struct sent record;

static int
begin(struct wire *w, enum method m, struct reply *reply)
{
	const struct step s = {
		.kind = STEP_FIRMWARE, .method = m,
		.pass = { .kind = PASS_FILL, .len = 4,
			  .bytes = { 1, 2, 3, 4 } },
	};

	memset(&record, 0, sizeof(record));
	*reply = (struct reply){ 0 };
	return scsi_driver.start(w, &s, reply, &record);
}

static struct drive_progress
look_once(struct wire *w, enum method m)
{
	const struct step s = { .kind = STEP_FIRMWARE, .method = m };
	struct drive_progress p = { 0 };
	int r = scsi_driver.poll(w, &s, &p);

	if (r)
		p = (struct drive_progress){ .reply.err = -r };
	wire_wait(w, 1000);
	return p;
}

static int
finish(struct wire *w, enum method m, struct reply *reply)
{
	const struct step s = { .kind = STEP_FIRMWARE, .method = m };

	*reply = (struct reply){ 0 };
	return scsi_driver.settle(w, &s, reply, &record);
}

#define B DRIVE_BUSY
#define D DRIVE_DONE
#define F DRIVE_FAILED
#define I DRIVE_IDLE
#define U DRIVE_UNKNOWN

#define CRYPTO METHOD_SANITIZE_CRYPTO
#define BLOCK METHOD_SANITIZE_BLOCK
#define OVER METHOD_SANITIZE_OVERWRITE
#define FMT METHOD_FORMAT

/*
 * What the sense data says, look by look.  The first is the glance that start
 * itself takes; one that sees "nothing" takes two more.
 */
static const struct {
	const char *what;
	enum method m;
	uint32_t before, then[10];
	unsigned int n_then;
	uint32_t attention;
	unsigned int lose;
	enum drive_state states[8];
	unsigned int n;
} stories[] = {
	{ "seen at work, then ready", OVER, NOTHING,
	  { SANITIZING, SANITIZING, NOTHING }, 3, 0, 0, { B, D }, 2 },
	{ "the same, a format", FMT, NOTHING,
	  { FORMATTING, FORMATTING, NOTHING }, 3, 0, 0, { B, D }, 2 },
	{ "lags behind, and then shows it", BLOCK, NOTHING,
	  { NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, SANITIZING, NOTHING },
	  7, 0, 0, { U, B, D }, 3 },
	{ "over in a moment", CRYPTO, NOTHING, { NOTHING }, 1, 0, 0,
	  { U, U, U, D }, 4 },
	{ "over in a moment, a block erase", BLOCK, NOTHING, { NOTHING }, 1,
	  0, 0, { U, U, U, D }, 4 },
	{ "an overwrite cannot be", OVER, NOTHING, { NOTHING }, 1, 0, 0,
	  { U, U, U, I, I }, 5 },
	{ "nor can a format", FMT, NOTHING, { NOTHING }, 1, 0, 0,
	  { U, U, U, I, I }, 5 },
	{ "failed", OVER, NOTHING, { SANITIZING, SAN_FAILED }, 2, 0, 0,
	  { F, F }, 2 },
	{ "failed unseen", CRYPTO, NOTHING, { SAN_FAILED }, 1, 0, 0,
	  { F }, 1 },
	{ "a format failed", FMT, NOTHING, { FORMATTING, FMT_FAILED }, 2, 0, 0,
	  { F }, 1 },
	{ "an old failure is still shown", CRYPTO, SAN_FAILED,
	  { SAN_FAILED, SAN_FAILED, SAN_FAILED, SAN_FAILED, SANITIZING,
	    NOTHING }, 6, 0, 0, { U, B, D }, 3 },
	{ "a reset hides the end of what was never seen", CRYPTO, NOTHING,
	  { NOTHING }, 1, RESET, 0, { U, U, U, I, I }, 5 },
	{ "a lost answer does, too", CRYPTO, NOTHING, { NOTHING }, 1, 0, 1,
	  { U, U, U, U, I }, 5 },
	{ "a sanitize survives a reset", OVER, NOTHING,
	  { SANITIZING, SANITIZING, NOTHING }, 3, RESET, 0, { B, D }, 2 },
	{ "a format does not", FMT, NOTHING,
	  { FORMATTING, FORMATTING, NOTHING }, 3, RESET, 0, { B, F }, 2 },
	{ "the reset shows in sense data", FMT, NOTHING,
	  { FORMATTING, RESET, NOTHING }, 3, 0, 0, { F }, 1 },
	{ "another's work is not ours", FMT, NOTHING,
	  { SANITIZING, SANITIZING, NOTHING }, 3, 0, 0, { U, U, U, I }, 4 },
	{ "a deferred error", OVER, NOTHING,
	  { SANITIZING, SANITIZING, DEFERRED | 0x031100, NOTHING }, 4, 0, 0,
	  { B, U, F }, 3 },
	{ "becoming ready is not ready", OVER, NOTHING,
	  { SANITIZING, 0x020401, 0x020401, NOTHING }, 4, 0, 0,
	  { U, U, D }, 3 },
	{ "a warning is beside the point", OVER, NOTHING,
	  { SANITIZING, 0x015d10, NOTHING }, 3, 0, 0, { U, D }, 2 },
};

static void
stories_end_as_they_should(void **state)
{
	struct drive_progress p;
	struct reply reply;
	struct wire *w;
	size_t i;
	unsigned int k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stories); i++) {
		w = a_disk();
		w->now = stories[i].before;
		memcpy(w->then, stories[i].then, sizeof(stories[i].then));
		w->n_then = stories[i].n_then;
		w->attention = stories[i].attention;
		assert_int_equal(begin(w, stories[i].m, &reply), 0);
		assert_int_equal(reply.err, 0);
		assert_int_equal(w->n_erase, 1);
		w->lose = stories[i].lose;
		for (k = 0; k < stories[i].n; k++) {
			p = look_once(w, stories[i].m);
			if (p.state != stories[i].states[k])
				fail_msg("%s: look %u: %d, not %d",
					 stories[i].what, k, p.state,
					 stories[i].states[k]);
			assert_true(p.state != DRIVE_FAILED || p.reply.err);
		}
		end(w);
	}
}

/* A failure that does not go away is in the end ours. */
static void
old_failure_becomes_ours(void **state)
{
	struct wire *w = a_disk();
	struct reply reply;

	(void)state;
	w->now = SAN_FAILED;
	assert_int_equal(begin(w, CRYPTO, &reply), 0);
	assert_int_equal(look_once(w, CRYPTO).state, U);
	wire_wait(w, 60000);
	assert_int_equal(look_once(w, CRYPTO).state, F);
	assert_int_equal(finish(w, CRYPTO, &reply), 0);
	assert_int_equal(reply.err, EIO);
	assert_int_equal(w->n_rescan, 0);
	end(w);
}

static void
fresh_handle_knows_no_success(void **state)
{
	struct wire *w = a_disk();
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++)
		assert_int_equal(look_once(w, CRYPTO).state, I);
	w->now = SANITIZING;
	assert_int_equal(look_once(w, CRYPTO).state, B);
	w->now = NOTHING;
	for (i = 0; i < 10; i++)
		assert_int_equal(look_once(w, CRYPTO).state, I);
	w->silent = true;
	assert_int_equal(look_once(w, CRYPTO).state, U);
	end(w);
}

static void
another_shape_is_another_drive(void **state)
{
	struct drive_progress p;
	struct reply reply;
	struct wire *w = a_disk();

	(void)state;
	w->then[0] = FORMATTING;
	w->n_then = 2;
	assert_int_equal(begin(w, FMT, &reply), 0);
	w->blocks--;
	p = look_once(w, FMT);
	assert_int_equal(p.state, F);
	assert_int_equal(p.reply.err, ESTALE);
	w->blocks++;
	w->capacity_sense = 0x020401;		/* not told: asked again */
	assert_int_equal(look_once(w, FMT).state, U);
	w->capacity_sense = 0;
	assert_int_equal(look_once(w, FMT).state, D);
	end(w);
}

/* ---- what is not sent --------------------------------------------------- */

static void
nothing_is_sent(void **state)
{
	static const struct {
		const char *bridge;
		bool ata, conflict;
		uint32_t now;
		int err;
	} t[] = {
		{ "0bda:9210 uas", false, false, NOTHING, EOPNOTSUPP },
		{ NULL, true, false, NOTHING, EOPNOTSUPP },
		{ NULL, false, true, NOTHING, EACCES },
		{ NULL, false, false, SANITIZING, EBUSY },
		{ NULL, false, false, FORMATTING, EBUSY },
		{ NULL, false, false, 0x020402, EAGAIN },
		{ NULL, false, false, 0x044400, EAGAIN },
	};
	struct reply reply;
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_disk();
		w->bridge = t[i].bridge;
		w->tur_conflict = t[i].conflict;
		w->now = t[i].now;
		if (t[i].ata)
			memcpy(w->inquiry + 8, "ATA     ", 8);
		assert_int_equal(begin(w, CRYPTO, &reply), 0);
		assert_int_equal(reply.err, t[i].err);
		assert_int_equal(w->n_erase, 0);
		assert_int_equal(w->n_drop, 0);
		assert_int_equal(record.n, 0);
		assert_int_equal(finish(w, CRYPTO, &reply), 0);
		assert_int_equal(reply.err, 0);
		end(w);
	}
}

static void
refusals_are_kept(void **state)
{
	static const struct {
		uint32_t sense;
		uint8_t status;
		int err;
	} t[] = {
		{ NO_OPCODE, 0, EOPNOTSUPP }, { 0x052600, 0, EOPNOTSUPP },
		{ 0x072002, 0, EACCES }, { 0x072700, 0, EROFS },
		{ RESET, 0, ECONNRESET }, { 0, SCSI_CONFLICT, EACCES },
		{ 0, SCSI_BUSY, EBUSY }, { 0, 0x04, EPROTO },
	};
	struct reply reply;
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_disk();
		w->refuse = t[i].sense;
		w->erase_status = t[i].status;
		assert_int_equal(begin(w, FMT, &reply), 0);
		assert_int_equal(reply.err, t[i].err);
		assert_int_equal(reply.status, t[i].sense);
		assert_int_equal(record.n, 1);
		assert_string_equal(record.c[0].name, "FORMAT UNIT");
		assert_int_equal(record.c[0].reply.err, t[i].err);
		assert_int_equal(look_once(w, FMT).state, I);
		end(w);
	}
}

/* It may be at work, but nobody heard it say so: that is no success. */
static void
lost_start_is_no_success(void **state)
{
	struct wire *w = a_disk();
	struct reply reply;
	unsigned int i;

	(void)state;
	w->erase_err = -ETIMEDOUT;
	assert_int_equal(begin(w, CRYPTO, &reply), -ETIMEDOUT);
	assert_int_equal(record.c[0].reply.err, ETIMEDOUT);
	w->now = SANITIZING;
	assert_int_equal(finish(w, CRYPTO, &reply), 0);
	assert_int_equal(reply.err, EBUSY);
	assert_int_equal(w->n_rescan, 0);
	w->now = NOTHING;
	for (i = 0; i < 10; i++)
		assert_int_equal(look_once(w, CRYPTO).state, I);
	end(w);
}

/* ---- the record --------------------------------------------------------- */

static void
end_is_on_record(void **state)
{
	struct wire *w = a_disk();
	struct reply reply;

	(void)state;
	w->character[7] = 0x70;		/* WABEREQ 1, WACEREQ 3 */
	w->then[0] = SANITIZING;
	w->n_then = 2;
	w->kernel_size = 0;		/* found while it sanitized */
	assert_int_equal(begin(w, CRYPTO, &reply), 0);
	assert_int_equal(w->n_drop, 1);
	assert_int_equal(look_once(w, CRYPTO).state, D);
	assert_int_equal(finish(w, CRYPTO, &reply), 0);
	assert_int_equal(reply.err, 0);
	assert_int_equal(w->n_rescan, 1);
	assert_int_equal(w->n_measure, 1);
	assert_int_equal(record.n, 2);
	assert_string_equal(record.c[0].name, "INQUIRY page B1h: WACEREQ 3");
	assert_int_equal(record.c[0].reply.raw[7], 0x70);
	assert_string_equal(record.c[1].name, "SANITIZE");
	assert_int_equal(record.c[1].sent[1], 0x83);
	assert_int_equal(record.c[1].reply.raw_len, 18);
	assert_int_equal(record.c[1].reply.err, 0);
	end(w);
}

static void
pattern_is_sent(void **state)
{
	static const uint8_t list[] = { 1, 0, 0, 4, 1, 2, 3, 4 };
	const struct step odd = { .kind = STEP_FIRMWARE, .method = OVER,
				  .pass = { .kind = PASS_FILL, .len = 1 } };
	struct wire *w = a_disk();
	struct reply reply = { 0 };

	(void)state;
	assert_int_equal(begin(w, OVER, &reply), 0);
	assert_memory_equal(w->list, list, sizeof(list));
	assert_int_equal(record.n, 1);
	assert_int_equal(scsi_driver.start(w, &odd, &reply, &record), -EINVAL);
	assert_int_equal(w->n_erase, 1);
	end(w);
}

/* ---- READY -------------------------------------------------------------- */

static void
ready_waits(void **state)
{
	const struct step s = { .kind = STEP_READY };
	struct drive_progress p = { 0 };
	struct wire *w = a_disk();
	struct reply reply = { 0 };

	(void)state;
	memset(&record, 0, sizeof(record));
	w->now = SANITIZING;
	assert_int_equal(scsi_driver.start(w, &s, &reply, &record), 0);
	assert_int_equal(reply.err | w->n_exit, 0);
	assert_int_equal(scsi_driver.poll(w, &s, &p), 0);
	assert_int_equal(p.state, B);
	w->now = SAN_FAILED;
	assert_int_equal(scsi_driver.start(w, &s, &reply, &record), 0);
	assert_int_equal(reply.err, 0);		/* a refusal refuses nothing */
	assert_int_equal(w->n_exit, 1);
	assert_int_equal(record.n, 1);
	assert_int_equal(record.c[0].reply.err, EOPNOTSUPP);
	assert_int_equal(scsi_driver.poll(w, &s, &p), 0);
	assert_int_equal(p.state, D);
	assert_int_equal(scsi_driver.settle(w, &s, &reply, &record), 0);
	assert_int_equal(reply.err, EIO);
	w->bridge = "152d:0578 uas";
	assert_int_equal(scsi_driver.start(w, &s, &reply, &record), 0);
	assert_int_equal(w->n_exit, 1);
	end(w);
}

static void
foreign_steps_are_refused(void **state)
{
	const struct step foreign_steps[] = {
		{ .kind = STEP_UNLOCK }, { .kind = STEP_EXPOSE },
		{ .kind = STEP_FIRMWARE, .method = METHOD_FORMAT_CRYPTO },
		{ .kind = STEP_FIRMWARE, .method = METHOD_SECURITY_ERASE },
	};
	struct drive_progress p;
	struct wire *w = a_disk();
	struct reply reply;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(foreign_steps); i++) {
		reply = (struct reply){ 0 };
		p = (struct drive_progress){ 0 };
		assert_int_equal(scsi_driver.start(w, &foreign_steps[i],
						   &reply, &record), 0);
		assert_int_equal(reply.err, EOPNOTSUPP);
		assert_int_equal(scsi_driver.poll(w, &foreign_steps[i], &p), 0);
		assert_int_equal(p.state, F);
	}
	assert_int_equal(w->n_erase, 0);
	end(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories_end_as_they_should),
		cmocka_unit_test(old_failure_becomes_ours),
		cmocka_unit_test(fresh_handle_knows_no_success),
		cmocka_unit_test(another_shape_is_another_drive),
		cmocka_unit_test(nothing_is_sent),
		cmocka_unit_test(refusals_are_kept),
		cmocka_unit_test(lost_start_is_no_success),
		cmocka_unit_test(end_is_on_record),
		cmocka_unit_test(pattern_is_sent),
		cmocka_unit_test(ready_waits),
		cmocka_unit_test(foreign_steps_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
