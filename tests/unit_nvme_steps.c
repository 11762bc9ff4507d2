/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every step of an NVMe drive ends as done only if the drive did it now, on
 * record, and with nothing else touched.
 */
#undef NDEBUG
#include "nvme_script.h"

static void
set_log(struct nvme_sanitize_log *l, unsigned int sstat, uint32_t scdw10,
	unsigned int sprog)
{
	put(l->sstat, 2, sstat);
	put(l->scdw10, 4, scdw10);
	put(l->sprog, 2, sprog);
}

static void
later(struct wire *w, unsigned int sstat, uint32_t scdw10, unsigned int sprog)
{
	set_log(&w->then[w->n_then++], sstat, scdw10, sprog);
}

static struct sent sent;

static struct step
firmware(enum method m)
{
	struct step s = { .kind = STEP_FIRMWARE, .method = m, .len = SIZE };

	if (m == METHOD_SANITIZE_OVERWRITE)
		s.pass = (struct pass){ PASS_FILL, 4, { 0x11, 0x22, 0x33,
							0x44 } };
	sent = (struct sent){ 0 };
	return s;
}

static struct reply
start_it(struct wire *w, const struct step *s)
{
	struct reply r = { 0 };

	assert_int_equal(nvme_driver.start(w, s, &r, &sent), 0);
	return r;
}

static struct drive_progress
poll_it(struct wire *w, const struct step *s)
{
	struct drive_progress p = { 0 };

	assert_int_equal(nvme_driver.poll(w, s, &p), 0);
	return p;
}

static struct reply
settle_it(struct wire *w, const struct step *s)
{
	struct reply r = { 0 };

	assert_int_equal(nvme_driver.settle(w, s, &r, &sent), 0);
	return r;
}

/* ---- Sanitize ----------------------------------------------------------- */

static void
a_sanitize_from_start_to_end(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_OVERWRITE);
	struct wire *w = a_drive();
	struct drive_progress p;

	(void)state;
	later(w, 2, 0x13, 0);
	later(w, 2, 0x13, 0x8000);
	later(w, 2, 0x13, 0x4000);	/* backwards: nobody minds */
	later(w, 0x101, 0x13, 0xffff);
	assert_int_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->last.cdw10, 0x13);
	assert_int_equal(w->last.cdw11, 0x44332211);
	assert_int_equal(sent.n, 1);
	assert_string_equal(sent.c[0].name, "Sanitize");
	assert_int_equal(sent.c[0].sent[0], 0x84);
	assert_int_equal(sent.c[0].sent_len, 13);
	assert_int_equal(sent.c[0].reply.err, 0);
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_BUSY);
	assert_true(p.known && p.permille == 500);
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_BUSY);
	assert_true(p.known && p.permille == 250);
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_DONE);
	assert_false(p.known);
	assert_int_equal(p.reply.raw_len, REPLY_RAW);
	assert_int_equal(p.reply.raw[3], 1);	/* Global Data Erased */
	assert_int_equal(settle_it(w, &s).err, 0);
	assert_int_equal(w->n_rescan, 1);
	assert_int_equal(sent.c[0].reply.raw_len, REPLY_RAW);
	assert_int_equal(sent.c[0].reply.raw[2], 1);
	assert_int_equal(w->n_sanitize, 1);
	end(w);
}

/* The answer of the command, and a success of last year. */
static void
old_success_is_never_done(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	struct wire *w = a_drive();
	unsigned int i;

	(void)state;
	set_log(&w->log, 0x101, 2, 0xffff);
	assert_int_equal(start_it(w, &s).err, 0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(poll_it(w, &s).state, DRIVE_UNKNOWN);
		w->clock += 1000000;
	}
	/* evidence at last; it keeps of CDW10 what it knows */
	set_log(&w->log, 2, 2, 100);
	assert_int_equal(poll_it(w, &s).state, DRIVE_BUSY);
	set_log(&w->log, 0x101, 2, 0xffff);
	assert_int_equal(poll_it(w, &s).state, DRIVE_DONE);
	end(w);
}

/* At its end before anybody could look, and nothing written since the last. */
static void
the_same_again_and_quick(void **state)
{
	static const struct {
		enum method m;
		uint32_t before, ours;
	} t[] = {
		{ METHOD_SANITIZE_BLOCK, 0x002, 0x012 },
		{ METHOD_SANITIZE_BLOCK, 0x012, 0x002 },
		{ METHOD_SANITIZE_CRYPTO, 0x004, 0x014 },
		{ METHOD_SANITIZE_OVERWRITE, 0x013, 0x113 },
	};
	struct step s;
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		s = firmware(t[i].m);
		w = a_drive();
		set_log(&w->log, 0x101, t[i].before, 0xffff);
		later(w, 0x101, t[i].ours, 0xffff);
		assert_int_equal(start_it(w, &s).err, 0);
		assert_int_equal(w->last.cdw10, t[i].ours);
		assert_int_equal(poll_it(w, &s).state, DRIVE_DONE);
		end(w);
	}
}

/* Not even that is more than it was: the old success stays the old one. */
static void
what_a_drive_objects_to_is_left_out(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	struct wire *w = a_drive();

	(void)state;
	put(w->ctrl.ver, 4, NVME_VER(2, 4));
	put(w->ctrl.sanicap, 4, NVME_SANICAP_ANY | NVME_SANICAP_PURGE);
	set_log(&w->log, 0x101, 2, 0xffff);
	w->objects = NVME_SANITIZE_PREQ;
	assert_int_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->n_sanitize, 2);
	assert_int_equal(w->last.cdw10, 0x012);
	assert_int_equal(sent.n, 2);
	end(w);

	s = firmware(METHOD_SANITIZE_BLOCK);
	w = a_drive();
	set_log(&w->log, 0x101, 2, 0xffff);
	w->objects = NVME_SANITIZE_OWPASS(1);
	assert_int_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->n_sanitize, 2);
	assert_int_equal(w->last.cdw10, 0x002);
	assert_int_equal(poll_it(w, &s).state, DRIVE_UNKNOWN);
	end(w);

	s = firmware(METHOD_SANITIZE_BLOCK);
	w = a_drive();
	w->objects = 0x7;
	assert_int_equal(start_it(w, &s).err, EOPNOTSUPP);
	assert_int_equal(w->n_sanitize, 1);
	end(w);
}

/* Blocks that stay allocated must be readable in every namespace. */
static void
protection_elsewhere(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_CRYPTO);
	struct wire *w = a_drive();

	(void)state;
	put(w->ctrl.sanicap, 4, NVME_SANICAP_ANY |
	    (uint32_t)NVME_NODMMAS_MODIFIED << 30);
	w->active[1] = 2;
	assert_int_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->last.cdw10, 0x204);
	end(w);
	w = a_drive();
	put(w->ctrl.sanicap, 4, NVME_SANICAP_ANY |
	    (uint32_t)NVME_NODMMAS_MODIFIED << 30);
	w->active[1] = w->protected_ = 2;
	assert_int_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->last.cdw10, 0x004);
	end(w);
}

static void
a_fresh_handle_claims_nothing(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	struct wire *w = a_drive();

	(void)state;
	set_log(&w->log, 0x101, 2, 0xffff);
	assert_int_equal(poll_it(w, &s).state, DRIVE_UNKNOWN);
	set_log(&w->log, 3, 2, 0xffff);
	assert_int_equal(poll_it(w, &s).state, DRIVE_FAILED);
	set_log(&w->log, 2, 2, 1);
	assert_int_equal(poll_it(w, &s).state, DRIVE_BUSY);
	s = firmware(METHOD_FORMAT);
	assert_int_equal(poll_it(w, &s).state, DRIVE_UNKNOWN);
	end(w);
}

static void
failure_is_failure(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_CRYPTO);
	struct wire *w = a_drive();
	struct drive_progress p;

	(void)state;
	later(w, 2, 4, 0);
	later(w, 3, 4, 0xffff);
	assert_int_equal(start_it(w, &s).err, 0);
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_FAILED);
	assert_true(p.reply.err && !p.known);
	assert_int_equal(settle_it(w, &s).err, EIO);	/* left in it */
	assert_int_equal(w->n_sanitize, 1);
	end(w);
}

static void
refused_before_or_by_the_drive(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	struct wire *w = a_drive();
	struct reply r;

	(void)state;
	w->sanitize_status = NVME_INVALID_OPCODE;
	r = start_it(w, &s);
	assert_int_equal(r.err, EPERM);
	assert_int_equal(r.status, 1);
	assert_int_equal(sent.c[0].reply.status, 1);
	assert_int_equal(poll_it(w, &s).state, DRIVE_IDLE);
	assert_int_equal(settle_it(w, &s).err, 0);
	/* one runs already: another would only be confused with it */
	w->sanitize_status = 0;
	set_log(&w->log, 2, 2, 77);
	assert_int_equal(start_it(w, &s).err, EBUSY);
	assert_int_equal(w->n_sanitize, 1);
	/* a log that cannot be read could never tell success */
	set_log(&w->log, 0, 0, 0xffff);
	w->log_status = NVME_INVALID_LOG;
	assert_int_not_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->n_sanitize, 1);
	end(w);
}

/* The answer was lost, the command perhaps not. */
static void
a_lost_answer_leaves_a_trace(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	struct wire *w = a_drive();
	struct reply r = { 0 };

	(void)state;
	w->lose_err = -ETIMEDOUT;
	assert_int_equal(nvme_driver.start(w, &s, &r, &sent), -ETIMEDOUT);
	assert_int_equal(sent.n, 1);
	assert_int_equal(sent.c[0].reply.err, ETIMEDOUT);
	set_log(&w->log, 2, 2, 5);
	assert_int_equal(poll_it(w, &s).state, DRIVE_BUSY);
	assert_int_equal(settle_it(w, &s).err, EBUSY);
	set_log(&w->log, 0x101, 2, 0xffff);
	assert_int_equal(poll_it(w, &s).state, DRIVE_UNKNOWN);
	end(w);
}

static void
wrong_patterns_are_not_sent(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_OVERWRITE);
	struct wire *w = a_drive();
	struct reply r = { 0 };

	(void)state;
	s.pass.len = 3;
	assert_int_equal(nvme_driver.start(w, &s, &r, &sent), -EINVAL);
	assert_int_equal(w->n_sanitize, 0);
	end(w);
}

/* ---- READY -------------------------------------------------------------- */

static void
ready_leaves_what_can_be_left(void **state)
{
	static const struct {
		unsigned int sstat;
		uint32_t scdw10;
		uint8_t ssi;
		unsigned int sent;
		uint32_t cdw10;
		enum drive_state after;
	} t[] = {
		{ 2, 2, 1, 0, 0, DRIVE_BUSY },
		{ 3, 2, 2, 0, 0, DRIVE_DONE },	/* only a new sanitize does */
		{ 3, 2, 0, 0, 0, DRIVE_DONE },
		{ 3, 0xa, 4, 1, 1, DRIVE_DONE },
		{ 3, 0xa, 0, 1, 1, DRIVE_DONE },
		{ 1, 0x402, 5, 1, 5, DRIVE_BUSY },
		{ 1, 2, 0, 0, 0, DRIVE_DONE },
		{ 0, 0, 0, 0, 0, DRIVE_DONE },
	};
	struct step s = { .kind = STEP_READY };
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_drive();
		sent = (struct sent){ 0 };
		set_log(&w->log, t[i].sstat, t[i].scdw10, 9);
		w->log.ssi = t[i].ssi;
		w->sanitize_status = i % 2 ? NVME_SANITIZE_FAILED : 0;
		assert_int_equal(start_it(w, &s).err, 0);
		assert_int_equal(w->n_sanitize, t[i].sent);
		assert_int_equal(sent.n, t[i].sent);
		assert_int_equal(w->last.cdw10, t[i].cdw10);
		assert_int_equal(poll_it(w, &s).state, t[i].after);
		assert_int_equal(settle_it(w, &s).err, 0);
		end(w);
	}
}

/* ---- Format NVM --------------------------------------------------------- */

static void
a_format_from_start_to_end(void **state)
{
	struct step s = firmware(METHOD_FORMAT_CRYPTO);
	struct wire *w = a_drive();
	struct health h;

	(void)state;
	w->format_ms = 3 * 60 * 60 * 1000;
	assert_int_equal(start_it(w, &s).err, 0);
	assert_int_equal(w->last.nsid, 1);
	assert_int_equal(w->last.cdw10, 0x401);
	assert_int_equal(sent.c[0].reply.err, EINPROGRESS);
	assert_int_equal(poll_it(w, &s).state, DRIVE_BUSY);
	/* not even its temperature is asked meanwhile */
	w->n_reads = 0;
	assert_int_equal(nvme_driver.health(w, &h), -EBUSY);
	assert_int_equal(nvme_driver.identify(w, &(struct drive){ 0 }),
			 -EBUSY);
	assert_int_equal(settle_it(w, &s).err, EBUSY);
	assert_int_equal(w->n_reads, 0);
	w->clock = w->lands;
	assert_int_equal(poll_it(w, &s).state, DRIVE_DONE);
	assert_int_equal(poll_it(w, &s).state, DRIVE_DONE);
	assert_int_equal(settle_it(w, &s).err, 0);
	assert_int_equal(sent.c[0].reply.err, 0);
	assert_int_equal(w->n_format, 1);
	end(w);
}

static void
a_format_that_fails_late(void **state)
{
	struct step s = firmware(METHOD_FORMAT);
	struct wire *w = a_drive();
	struct drive_progress p;

	(void)state;
	w->format_ms = 60000;
	w->format_status = NVME_INTERNAL_ERROR;
	assert_int_equal(start_it(w, &s).err, 0);
	w->clock = w->lands;
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_FAILED);
	assert_int_equal(p.reply.status, NVME_INTERNAL_ERROR);
	settle_it(w, &s);
	assert_int_equal(sent.c[0].reply.status, NVME_INTERNAL_ERROR);

	w->format_status = 0;
	w->format_err = -ENODEV;	/* unplugged in the middle */
	s = firmware(METHOD_FORMAT);
	assert_int_equal(start_it(w, &s).err, 0);
	w->clock = w->lands;
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_FAILED);
	assert_int_equal(p.reply.err, ENODEV);
	settle_it(w, &s);
	assert_int_equal(sent.c[0].reply.err, ENODEV);
	end(w);
}

/* Success, but 512-byte blocks where 4096 were. */
static void
another_shape_is_no_success(void **state)
{
	struct step s = firmware(METHOD_FORMAT);
	struct wire *w = a_drive();
	struct drive_progress p;

	(void)state;
	w->formatted = w->ns;
	w->formatted.flbas = 0;
	put(w->formatted.nsze, 8, SIZE / 512 + 1);
	assert_int_equal(start_it(w, &s).err, 0);
	p = poll_it(w, &s);
	assert_int_equal(p.state, DRIVE_FAILED);
	assert_int_equal(p.reply.err, ESTALE);
	end(w);
}

static void
all_namespaces_only_if_they_are_erased_anyway(void **state)
{
	static const struct {
		uint16_t status;
		uint8_t fna;
		uint32_t nn;
		unsigned int sent;
	} t[] = {
		{ NVME_INVALID_FIELD, 0, 16, 1 },
		{ NVME_INVALID_FIELD, NVME_FNA_ERASES_ALL, 16, 2 },
		{ NVME_INVALID_OPCODE, 0, 1, 2 },
		{ NVME_INVALID_FIELD, NVME_FNA_ERASES_ALL |
		  NVME_FNA_NO_BROADCAST, 16, 1 },
		{ NVME_INVALID_FIELD, 1, 16, 1 },	/* of SES=0 only */
		{ NVME_ACCESS_DENIED, NVME_FNA_ERASES_ALL, 16, 1 },
		{ NVME_WRITE_PROTECTED, NVME_FNA_ERASES_ALL, 1, 1 },
	};
	struct step s;
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_drive();
		s = firmware(METHOD_FORMAT);
		w->format_status = t[i].status;
		w->ctrl.fna = t[i].fna;
		put(w->ctrl.nn, 4, t[i].nn);
		assert_int_equal(!start_it(w, &s).err, t[i].sent == 2);
		assert_int_equal(w->n_format, t[i].sent);
		assert_int_equal(sent.n, t[i].sent);
		assert_int_equal(sent.c[0].reply.status, t[i].status);
		assert_int_equal(w->last.nsid, t[i].sent == 2 ?
				 NVME_NSID_ALL : 1);
		assert_int_equal(poll_it(w, &s).state, t[i].sent == 2 ?
				 DRIVE_DONE : DRIVE_FAILED);
		end(w);
	}
}

static void
foreign_steps_are_refused(void **state)
{
	static const struct step steps[] = {
		{ .kind = STEP_UNLOCK }, { .kind = STEP_EXPOSE },
		{ .kind = STEP_FIRMWARE, .method = METHOD_SECURITY_ERASE },
		{ .kind = STEP_FIRMWARE, .method = METHOD_NONE },
	};
	struct wire *w = a_drive();
	size_t i;

	(void)state;
	sent = (struct sent){ 0 };
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		assert_int_equal(start_it(w, &steps[i]).err, EOPNOTSUPP);
		assert_int_equal(poll_it(w, &steps[i]).state, DRIVE_FAILED);
		assert_int_equal(settle_it(w, &steps[i]).err, 0);
	}
	assert_int_equal(sent.n + w->n_reads, 0);
	end(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sanitize_from_start_to_end),
		cmocka_unit_test(old_success_is_never_done),
		cmocka_unit_test(the_same_again_and_quick),
		cmocka_unit_test(what_a_drive_objects_to_is_left_out),
		cmocka_unit_test(protection_elsewhere),
		cmocka_unit_test(a_fresh_handle_claims_nothing),
		cmocka_unit_test(failure_is_failure),
		cmocka_unit_test(refused_before_or_by_the_drive),
		cmocka_unit_test(a_lost_answer_leaves_a_trace),
		cmocka_unit_test(wrong_patterns_are_not_sent),
		cmocka_unit_test(ready_leaves_what_can_be_left),
		cmocka_unit_test(a_format_from_start_to_end),
		cmocka_unit_test(a_format_that_fails_late),
		cmocka_unit_test(another_shape_is_no_success),
		cmocka_unit_test(all_namespaces_only_if_they_are_erased_anyway),
		cmocka_unit_test(foreign_steps_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
