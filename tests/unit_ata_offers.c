/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever an ATA drive is offered it can do, or the reason and what comes
 * first is said; and it is given the time that it needs. */
#include "ata_sample.h"

#include "../src/engine.h"

/* ---- patience ----------------------------------------------------------- */

/* What a drive says has no weight against its size. */
static void
test_time_of_a_large_drive(void **state)
{
	const uint64_t day = 24 * 60 * 60000;
	struct ata_id id = { .sectors = UINT64_C(39063650304), .lblock = 512 };

	(void)state;
	assert_true(ata_erase_timeout_ms(&id, false) > 7 * day);
	id.lock.erase_min = 2;
	assert_true(ata_erase_timeout_ms(&id, false) > 7 * day);
	id.lock.erase_min = 600;
	assert_true(ata_erase_timeout_ms(&id, false) > 7 * day);
}

/* Whoever waits for the driver waits longer than the driver waits. */
static void
test_the_drives_own_limit_ends_first(void **state)
{
	static const uint64_t sizes[] = { 1, 500, 4000, 20000, 60000 };	/* GB */
	static const uint32_t told[] = { 0, 2, 508, 1000, 5000, 30000 };
	struct ata_id id = { .lblock = 512 };
	struct drive d = { .medium = MEDIUM_ROTATING };
	struct step s = { .kind = STEP_FIRMWARE,
			  .method = METHOD_SECURITY_ERASE };
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (k = 0; k < ARRAY_SIZE(told); k++) {
			d.id.size = s.len = sizes[i] * 1000000000;
			id.sectors = d.id.size / 512;
			id.lock.erase_min = told[k];
			s.est_s = told[k] * 60;
			if (ata_erase_timeout_ms(&id, false) / 1000 >=
			    firmware_patience(&d, &s) &&
			    ata_erase_timeout_ms(&id, false) != WIRE_FOREVER)
				fail_msg("%u GB, %u min", (unsigned)sizes[i],
					 told[k]);
		}
}

/* ---- offers ------------------------------------------------------------- */

static void
offer(struct drive *d, const char *bridge, struct ata_id id,
      enum sanitize_state sanitize)
{
	memset(d, 0, sizeof(*d));
	d->id.size = id.sectors * id.lblock;
	d->lblock = id.lblock;
	assert_int_equal(text_copy(d->bridge.name, sizeof(d->bridge.name),
				   bridge), 0);
	d->bridge.identity = d->bridge.registers = ANSWER_YES;
	d->sanitize.state = sanitize;
	ata_fill(&id, d);
	ata_offers(&id, false, d);
}

#define WHY(d, m, reason) do { \
	assert_false((d)->offers[m].offered); \
	assert_int_equal((d)->offers[m].why.code, reason); \
} while (0)

#define BUT(d, m, reason) do { \
	assert_true((d)->offers[m].offered); \
	assert_int_equal((d)->offers[m].why.code, reason); \
} while (0)

static void
test_offers(void **state)
{
	static struct drive d;
	struct ata_id id;

	(void)state;
	offer(&d, "", read_with(NULL, 0), SANITIZE_NEVER);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	assert_true(d.offers[METHOD_SANITIZE_OVERWRITE].offered);
	assert_true(d.offers[METHOD_SECURITY_ERASE].offered);
	assert_true(d.offers[METHOD_SECURITY_ERASE_ENHANCED].offered);
	assert_int_equal(d.offers[METHOD_SECURITY_ERASE].est_s, 78 * 60);
	WHY(&d, METHOD_SANITIZE_BLOCK, REASON_NOT_SUPPORTED);
	WHY(&d, METHOD_SANITIZE_CRYPTO, REASON_NOT_SUPPORTED);
	WHY(&d, METHOD_FORMAT, REASON_NOT_SUPPORTED);
	WHY(&d, METHOD_FORMAT_CRYPTO, REASON_NOT_SUPPORTED);
	assert_int_equal(d.medium, MEDIUM_ROTATING);

	offer(&d, "", READ({ 128, 0x0029 }), SANITIZE_NEVER);
	WHY(&d, METHOD_SECURITY_ERASE, REASON_FROZEN);
	assert_true(d.offers[METHOD_SANITIZE_OVERWRITE].offered);
	assert_true(d.offers[METHOD_OVERWRITE].offered);

	offer(&d, "", READ({ 128, 0x0001 }), SANITIZE_FROZEN);
	WHY(&d, METHOD_SECURITY_ERASE_ENHANCED, REASON_NOT_SUPPORTED);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_SANITIZE_FROZEN);

	offer(&d, "", READ({ 128, 0x0037 }), SANITIZE_NEVER);
	WHY(&d, METHOD_SECURITY_ERASE, REASON_COUNT_EXPIRED);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_COUNT_EXPIRED);
	WHY(&d, METHOD_OVERWRITE, REASON_COUNT_EXPIRED);
	offer(&d, "", READ({ 128, 0x002f }), SANITIZE_NEVER);
	WHY(&d, METHOD_OVERWRITE, REASON_FROZEN);

	/* locked: what UNLOCK makes possible */
	offer(&d, "", READ({ 128, 0x0027 }), SANITIZE_UNKNOWN);
	BUT(&d, METHOD_SECURITY_ERASE, REASON_LOCKED_FIRST);
	BUT(&d, METHOD_SANITIZE_OVERWRITE, REASON_LOCKED_FIRST);
	BUT(&d, METHOD_OVERWRITE, REASON_LOCKED_FIRST);
	id = READ({ 128, 0x0027 });
	d.sanitize.state = SANITIZE_NEVER;
	/* which this drive takes all the same */
	ata_offers(&id, true, &d);
	BUT(&d, METHOD_SANITIZE_OVERWRITE, REASON_UNKNOWN);
	BUT(&d, METHOD_OVERWRITE, REASON_LOCKED_FIRST);

	/* a password that locks nothing, but stands before the erase by one */
	offer(&d, "", READ({ 128, 0x0023 }), SANITIZE_NEVER);
	BUT(&d, METHOD_SECURITY_ERASE, REASON_PASSWORD_FIRST);
	BUT(&d, METHOD_SANITIZE_OVERWRITE, REASON_UNKNOWN);
	BUT(&d, METHOD_OVERWRITE, REASON_UNKNOWN);

	/* the state cannot be read: neither could the end */
	offer(&d, "", read_with(NULL, 0), SANITIZE_UNKNOWN);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_NO_STATUS);
}

static void
test_offers_behind_a_bridge(void **state)
{
	static struct drive d;
	struct ata_id id = read_with(NULL, 0);

	(void)state;
	offer(&d, "152d:0578 uas", id, SANITIZE_NEVER);
	WHY(&d, METHOD_SECURITY_ERASE, REASON_BRIDGE);
	WHY(&d, METHOD_SECURITY_ERASE_ENHANCED, REASON_BRIDGE);
	assert_string_equal(d.offers[METHOD_SECURITY_ERASE].why.arg,
			    "152d:0578 uas");
	assert_true(d.offers[METHOD_SANITIZE_OVERWRITE].offered);

	d.bridge.registers = ANSWER_NO;
	ata_offers(&id, false, &d);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_BRIDGE);
	d.bridge.registers = ANSWER_YES;
	d.bridge.identity = ANSWER_UNKNOWN;
	ata_offers(&id, false, &d);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_BRIDGE);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	/* a lock that no command may reach */
	offer(&d, "152d:0578 uas", READ({ 128, 0x0027 }), SANITIZE_NEVER);
	WHY(&d, METHOD_OVERWRITE, REASON_LOCKED);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_LOCKED);
	/* not of USB, but it loses results */
	offer(&d, "", id, SANITIZE_NEVER);
	d.bridge.registers = ANSWER_NO;
	ata_offers(&id, false, &d);
	WHY(&d, METHOD_SECURITY_ERASE, REASON_NO_STATUS);
	WHY(&d, METHOD_SANITIZE_OVERWRITE, REASON_NO_STATUS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_of_a_large_drive),
		cmocka_unit_test(test_the_drives_own_limit_ends_first),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_offers_behind_a_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
