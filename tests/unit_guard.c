/* SPDX-License-Identifier: Apache-2.0 */
/* Does everything that speaks against a drive become a refusal, by name? */
#undef NDEBUG
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../src/massho.h"
#include "../src/util.h"

/* A drive that nothing speaks against. */
static void
free_drive(struct drive *d)
{
	memset(d, 0, sizeof(*d));
	text_copy(d->path, sizeof(d->path), "/dev/sdb");
	text_copy(d->name, sizeof(d->name), "sdb");
	text_copy(d->driver, sizeof(d->driver), "block");
	d->id.size = 1 << 20;
	d->lblock = d->pblock = 512;
	d->medium = MEDIUM_ROTATING;
	d->transport = TRANSPORT_SATA;
	d->whole = true;
	d->uses_known = true;
}

static void
add_use(struct drive *d, enum use_kind kind, const char *node, const char *by)
{
	struct use *u = &d->uses[d->n_uses++];

	u->kind = kind;
	text_copy(u->node, sizeof(u->node), node);
	text_copy(u->by, sizeof(u->by), by);
}

static struct reasons
check(const struct drive *d, bool allow_network)
{
	struct request rq = { .allow_network = allow_network };
	struct reasons rs = { 0 };

	guard_check(d, &rq, &rs);
	return rs;
}

static void
free_is_free(void **state)
{
	struct drive d;

	(void)state;
	free_drive(&d);
	assert_int_equal(check(&d, false).n, 0);
}

static void
zeroed_is_refused(void **state)
{
	struct drive d = { 0 };

	(void)state;
	assert_true(check(&d, true).n > 0);
}

static const struct {
	enum use_kind kind;
	enum reason_code code;
} kinds[] = {
	{ USE_UNKNOWN, REASON_GUARD_BLIND }, { USE_MOUNT, REASON_MOUNTED },
	{ USE_SWAP, REASON_SWAP }, { USE_DM, REASON_HOLDER },
	{ USE_MD, REASON_HOLDER }, { USE_LVM, REASON_HOLDER },
	{ USE_BCACHE, REASON_HOLDER }, { USE_ZFS, REASON_MEMBER_ACTIVE },
	{ USE_LOOP, REASON_LOOP_BACKING }, { USE_BTRFS, REASON_MEMBER_ACTIVE },
	{ USE_PROCESS, REASON_PROCESS }, { USE_EXCLUSIVE, REASON_EXCLUSIVE },
	{ USE_EXPORT, REASON_EXPORTED }, { USE_BOOT, REASON_BOOT_MEDIUM },
	/* what a newer version or a broken record may hold */
	{ USE_COUNT, REASON_GUARD_BLIND },
};

static void
every_use_is_named(void **state)
{
	struct reasons rs;
	struct drive d;
	size_t i;

	(void)state;
	assert_true(ARRAY_SIZE(kinds) == USE_COUNT + 1);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		free_drive(&d);
		add_use(&d, kinds[i].kind, "sdb1", "/mnt/x");
		rs = check(&d, false);
		assert_int_equal(rs.n, 1);
		assert_int_equal(rs.r[0].code, kinds[i].code);
		assert_string_equal(rs.r[0].arg, "/mnt/x (sdb1)");
	}
}

static void
whole_disk_needs_no_second_name(void **state)
{
	struct reasons rs;
	struct drive d;

	(void)state;
	free_drive(&d);
	add_use(&d, USE_MOUNT, "sdb", "/mnt/x");
	rs = check(&d, false);
	assert_string_equal(rs.r[0].arg, "/mnt/x");
}

/* The running system is said first, whatever else uses the drive. */
static void
gravest_first(void **state)
{
	struct reasons rs;
	struct drive d;

	(void)state;
	free_drive(&d);
	add_use(&d, USE_PROCESS, "sdb", "dd[1]");
	add_use(&d, USE_MOUNT, "sdb1", "/a");
	add_use(&d, USE_MOUNT, "sdb2", "/b");
	add_use(&d, USE_BOOT, "sdb2", "/");
	rs = check(&d, false);
	assert_int_equal(rs.n, 4);
	assert_int_equal(rs.r[0].code, REASON_BOOT_MEDIUM);
	assert_string_equal(rs.r[1].arg, "/a (sdb1)");
	assert_string_equal(rs.r[2].arg, "/b (sdb2)");
	assert_int_equal(rs.r[3].code, REASON_PROCESS);
}

/* More uses than the list of reasons can hold, and a count that is not true. */
static void
never_overflows(void **state)
{
	struct drive d;
	char by[32];
	int i;

	(void)state;
	free_drive(&d);
	for (i = 0; i < USES_MAX; i++) {
		snprintf(by, sizeof(by), "/mnt/%d", i);
		add_use(&d, USE_MOUNT, "sdb", by);
	}
	d.n_uses = UINT32_MAX;
	d.uses_known = false;
	assert_int_equal(check(&d, false).n, REASONS_MAX);
}

static void
only(const struct drive *d, enum reason_code code)
{
	struct reasons rs = check(d, false);

	assert_int_equal(rs.n, 1);
	assert_int_equal(rs.r[0].code, code);
}

static void
every_flag_is_refused(void **state)
{
	struct drive d;

	(void)state;
	free_drive(&d), d.uses_known = false;
	only(&d, REASON_GUARD_BLIND);
	free_drive(&d), d.boot = true;
	only(&d, REASON_BOOT_MEDIUM);
	free_drive(&d), d.read_only = true;
	only(&d, REASON_READ_ONLY);
	free_drive(&d), d.whole = false;
	only(&d, REASON_PARTITION);
	free_drive(&d), d.zoned = true;
	only(&d, REASON_ZONED);
	free_drive(&d), d.medium = MEDIUM_OPTICAL;
	only(&d, REASON_OPTICAL);
	free_drive(&d), d.medium = MEDIUM_TAPE;
	only(&d, REASON_OPTICAL);
	free_drive(&d), d.transport = TRANSPORT_STACKED;
	only(&d, REASON_STACKED);
	free_drive(&d), d.driver[0] = '\0';
	only(&d, REASON_NOT_BLOCK);
}

static void
sizes_that_do_not_fit(void **state)
{
	struct drive d;

	(void)state;
	free_drive(&d), d.id.size = 0;
	only(&d, REASON_SIZE_ZERO);
	free_drive(&d), d.id.size = 0, d.removable = true;
	only(&d, REASON_NO_MEDIUM);
	free_drive(&d), d.id.size += 511;
	only(&d, REASON_BAD_GEOMETRY);
	free_drive(&d), d.lblock = 0;
	only(&d, REASON_BAD_GEOMETRY);
	free_drive(&d), d.lblock = 520;
	only(&d, REASON_BAD_GEOMETRY);
}

static void
network_only_by_name(void **state)
{
	struct drive d;

	(void)state;
	free_drive(&d), d.network = true;
	only(&d, REASON_NETWORK);
	assert_int_equal(check(&d, true).n, 0);
	free_drive(&d), d.transport = TRANSPORT_NETWORK;
	only(&d, REASON_NETWORK);
	assert_int_equal(check(&d, true).n, 0);
	/* allowing the network opens nothing else */
	add_use(&d, USE_MOUNT, "sdb", "/mnt");
	assert_int_equal(check(&d, true).n, 1);
}

/* What is only worth less, or only unusual, is no refusal. */
static void
no_refusal_without_need(void **state)
{
	static const enum transport fine[] = {
		TRANSPORT_UNKNOWN, TRANSPORT_VIRTIO, TRANSPORT_LOOP,
		TRANSPORT_IMAGE, TRANSPORT_RAID, TRANSPORT_USB,
	};
	struct drive d;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(fine); i++) {
		free_drive(&d);
		d.transport = fine[i];
		d.virtual_ = d.removable = true;
		d.image = fine[i] == TRANSPORT_IMAGE;
		d.medium = MEDIUM_UNKNOWN;
		d.id.serial[0] = '\0';
		assert_int_equal(check(&d, false).n, 0);
	}
}

/* What was refused before stays refused. */
static void
adds_to_what_is_there(void **state)
{
	struct request rq = { 0 };
	struct reasons rs = { 0 };
	struct drive d;

	(void)state;
	free_drive(&d);
	reasons_add(&rs, REASON_EVIDENCE_HERE, "/case");
	guard_check(&d, &rq, &rs);
	assert_int_equal(rs.n, 1);
}

/* A namespace that nobody named may be erased with one that was. */
static void
siblings_in_use_are_named(void **state)
{
	struct reasons rs = { 0 };
	struct drive d;

	(void)state;
	free_drive(&d);
	d.scope.n_spaces = 4;
	for (uint32_t i = 0; i < 4; i++)
		d.scope.spaces[i].nsid = i + 1;
	d.scope.spaces[0].self = true;
	text_copy(d.scope.spaces[0].used_by, 160, "/self");
	text_copy(d.scope.spaces[1].node, 64, "nvme0n2");
	guard_spaces(&d, &rs);
	assert_int_equal(rs.n, 0);
	text_copy(d.scope.spaces[1].used_by, 160, "/mnt");
	text_copy(d.scope.spaces[3].used_by, 160, "dm-0");
	guard_spaces(&d, &rs);
	assert_int_equal(rs.n, 2);
	assert_int_equal(rs.r[0].code, REASON_SPACE_IN_USE);
	assert_string_equal(rs.r[0].arg, "nvme0n2: /mnt");
	assert_string_equal(rs.r[1].arg, "4: dm-0");
	/* it is not the drive itself that is in use */
	assert_int_equal(check(&d, false).n, 0);
}

static void
are(bool same, const struct drive *a, const struct drive *b)
{
	assert_int_equal(guard_same_medium(a, b), same);
	assert_int_equal(guard_same_medium(b, a), same);
}

static void
stand(struct drive *d, uint64_t dev, uint64_t ino)
{
	d->grounds[d->n_grounds++] = (struct ground){ dev, ino };
}

/* Both stand on one disk, or on one file. */
static void
one_ground_is_one_medium(void **state)
{
	struct drive a, b;

	(void)state;
	free_drive(&a), free_drive(&b);
	are(false, &a, &b);
	stand(&a, 0x700, 0), stand(&a, 0x800, 12);
	stand(&b, 0x701, 0), stand(&b, 0x800, 13);
	are(false, &a, &b);	/* two files of one file system */
	stand(&b, 0x800, 0);
	are(false, &a, &b);	/* a disk, and a file that lies on it */
	stand(&b, 0x800, 12);
	are(true, &a, &b);
	free_drive(&b);
	stand(&b, 0x700, 0);
	are(true, &a, &b);
	a.n_grounds = b.n_grounds = UINT32_MAX;
	are(true, &a, &b);	/* and it ends */
}

static void
one_name_is_one_medium(void **state)
{
	struct drive a, b;

	(void)state;
	free_drive(&a), free_drive(&b);
	text_copy(a.id.wwn, sizeof(a.id.wwn), "naa.5000c500a0b1c2d3");
	are(false, &a, &b);
	text_copy(b.id.wwn, sizeof(b.id.wwn), "naa.5000c500a0b1c2d3");
	b.id.size *= 2;		/* a path that has not heard that it grew */
	are(true, &a, &b);
	text_copy(b.id.wwn, sizeof(b.id.wwn), "naa.5000c500a0b1c2d4");
	are(false, &a, &b);
}

static void
one_serial_is_one_medium(void **state)
{
	struct drive a, b;

	(void)state;
	free_drive(&a), free_drive(&b);
	text_copy(a.id.model, sizeof(a.id.model), "ST2000");
	text_copy(b.id.model, sizeof(b.id.model), "ST2000");
	are(false, &a, &b);	/* no serial tells nothing */
	text_copy(a.id.serial, sizeof(a.id.serial), "Z1");
	are(false, &a, &b);
	text_copy(b.id.serial, sizeof(b.id.serial), "Z1");
	are(true, &a, &b);
	b.id.size *= 2;
	are(false, &a, &b);
	b.id.size = a.id.size;
	text_copy(b.id.model, sizeof(b.id.model), "ST4000");
	are(false, &a, &b);
	text_copy(b.id.model, sizeof(b.id.model), "ST2000");
	/* one path tells a name, the other does not */
	text_copy(a.id.wwn, sizeof(a.id.wwn), "naa.1");
	are(true, &a, &b);
	/* two units of one drive */
	text_copy(b.id.wwn, sizeof(b.id.wwn), "naa.2");
	are(false, &a, &b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(free_is_free),
		cmocka_unit_test(siblings_in_use_are_named),
		cmocka_unit_test(zeroed_is_refused),
		cmocka_unit_test(every_use_is_named),
		cmocka_unit_test(whole_disk_needs_no_second_name),
		cmocka_unit_test(gravest_first),
		cmocka_unit_test(never_overflows),
		cmocka_unit_test(every_flag_is_refused),
		cmocka_unit_test(sizes_that_do_not_fit),
		cmocka_unit_test(network_only_by_name),
		cmocka_unit_test(no_refusal_without_need),
		cmocka_unit_test(adds_to_what_is_there),
		cmocka_unit_test(one_ground_is_one_medium),
		cmocka_unit_test(one_name_is_one_medium),
		cmocka_unit_test(one_serial_is_one_medium),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
