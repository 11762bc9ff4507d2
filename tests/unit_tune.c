/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drive gets the requests it moves most with, in every zone anew, and a
 * drive that is done soon is left alone.
 */
#undef NDEBUG
#include "../src/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)
#define ZONES	TUNE_ZONES

/* A drive whose speed is a function of what it gets. */
struct fake {
	struct drive d;
	struct engine e;
	struct stream s;
	struct range all;
	uint64_t base;		/* bytes/s */
	uint32_t best[ZONES];	/* bytes of a request there that are ... */
	unsigned pct;		/* ... so much of base */
	uint32_t good;		/* another, a tenth faster; 0 = none */
	/* pauses after so many bytes, from there on */
	uint64_t rest_every, rest_ms, rest_from;
	/* what happened */
	uint64_t now_us;
	unsigned turns;
	uint64_t slow;		/* bytes moved by another request than best */
};

static struct fake *
fake_new(enum medium medium, enum transport transport, uint64_t size)
{
	struct fake *f = calloc(1, sizeof(*f));
	unsigned i;

	assert_non_null(f);
	f->d.medium = medium;
	f->d.transport = transport;
	f->d.id.size = size;
	f->d.lblock = f->d.pblock = 512;
	f->e.d = &f->d;
	f->all = (struct range){ 0, size };
	f->s = (struct stream){
		.e = &f->e, .todo = &f->all, .n_todo = 1,
		.chunk = TUNE_CHUNK_MAX, .use = TUNE_WRITE,
	};
	f->base = 200 * MIB;
	f->pct = 100;
	f->now_us = 1000000;
	for (i = 0; i < ZONES; i++)
		f->best[i] = 1 << 20;
	return f;
}

/* 64 GiB of flash that moves so many percent with requests of that size, from
 * that zone on. */
static struct fake *
fake_flash(unsigned pct, unsigned from, uint32_t best)
{
	struct fake *f = fake_new(MEDIUM_FLASH, TRANSPORT_NVME, 64 * GIB);
	unsigned z;

	f->pct = pct;
	for (z = from; z < ZONES; z++)
		f->best[z] = best;
	return f;
}

static unsigned
zone_at(const struct fake *f, uint64_t at)
{
	uint64_t z = at / (f->d.id.size / ZONES);

	return z < ZONES ? (unsigned)z : ZONES - 1;
}

static void
request(struct fake *f, uint64_t at, uint32_t len)
{
	bool best = f->e.tune.chunk == f->best[zone_at(f, at)];
	uint64_t rate = f->base / 100 *
			(best ? f->pct : len == f->good ? 110 : 100);

	assert_true((uint64_t)f->e.tune.depth * f->e.tune.chunk <=
		    TUNE_AREA_MAX);
	f->now_us += (uint64_t)len * 1000000 / rate;
	if (f->rest_every && at >= f->rest_from && at / f->rest_every !=
			     (at + len) / f->rest_every)
		f->now_us += f->rest_ms * 1000;
	f->slow += best ? 0 : len;
	tune_moved(&f->s, at, len, f->now_us / 1000);
	if (f->e.tune.due) {
		tune_turn(&f->s);
		f->turns++;
	}
}

/* One pass; with two requests that changed places here and there. */
static void
pass(struct fake *f)
{
	uint64_t at, size = f->d.id.size;
	uint32_t len;

	f->turns = 0;
	f->slow = 0;
	tune_begin(&f->s);
	for (at = 0; at < size; at += len) {
		len = f->e.tune.chunk;
		if (at + 2 * len <= size && at / len % 5 == 3) {
			uint32_t was = len;

			request(f, at + len, len);
			if (f->e.tune.chunk != was) {	/* turned between */
				at += len;
				continue;
			}
			request(f, at, len);
			at += len;
			continue;
		}
		if (size - at < len)
			len = (uint32_t)(size - at);
		request(f, at, len);
	}
}

static void
test_finds_the_best_in_every_zone(void **state)
{
	static const struct {
		enum medium medium;
		enum transport transport;
		uint32_t sizes[TUNE_CHOICES];	/* KiB */
	} kinds[] = {
		{ MEDIUM_ROTATING, TRANSPORT_SATA, { 2048, 1024, 4096, 512 } },
		{ MEDIUM_FLASH, TRANSPORT_USB, { 1024, 4096, 256, 1024 } },
		{ MEDIUM_FLASH, TRANSPORT_NVME, { 1024, 512, 256, 2048 } },
	};
	unsigned k, i, z;

	(void)state;
	for (k = 0; k < 3; k++) {
		for (i = 0; i < TUNE_CHOICES; i++) {
			struct fake *f = fake_new(kinds[k].medium,
						  kinds[k].transport,
						  64 * GIB);

			f->pct = 120;
			for (z = 0; z < ZONES; z++)
				f->best[z] = kinds[k].sizes[i] << 10;
			pass(f);
			assert_int_equal(f->e.tune.chunk, f->best[0]);
			/* what the trials cost, of 64 GiB */
			assert_true(f->slow < 4 * GIB);
			assert_true(f->turns > 0);
			/* it is known now */
			pass(f);
			assert_int_equal(f->slow, 0);
			assert_int_equal(f->turns, 0);
			free(f);
		}
	}
}

/* Of two that are better it is the better one, wherever it stands. */
static void
test_the_best_of_the_better(void **state)
{
	static const uint32_t sizes[][2] = {
		{ 512 << 10, 2 << 20 }, { 2 << 20, 512 << 10 },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct fake *f = fake_flash(130, 0, sizes[i][0]);

		f->good = sizes[i][1];
		pass(f);
		assert_int_equal(f->e.tune.chunk, sizes[i][0]);
		assert_true(f->slow < 4 * GIB);
		free(f);
	}
}

/* Requests of two zones come back by turns around a border. */
static void
test_a_border_is_crossed_once(void **state)
{
	struct fake *f = fake_flash(150, 4, 256 << 10);
	uint64_t border = 4 * (64 * GIB / ZONES);
	unsigned i;

	(void)state;
	pass(f);
	f->turns = 0;
	tune_begin(&f->s);
	for (i = 0; i < 200; i++)
		request(f, 3 * (64 * GIB / ZONES) + i * MIB, MIB);
	assert_int_equal(f->turns, 0);
	for (i = 0; i < 6 * TUNE_DEPTH_MAX; i++)
		request(f, i % 2 ? border - (i + 1) * MIB : border + i * MIB,
			MIB);
	assert_int_equal(f->turns, 0);
	for (i = 0; i < 200; i++)
		request(f, border + (200 + i) * MIB, MIB);
	assert_int_equal(f->turns, 1);
	assert_int_equal(f->e.tune.chunk, 256 << 10);
	free(f);
}

static void
test_a_zone_has_its_own(void **state)
{
	struct fake *f = fake_flash(150, 4, 256 << 10);

	(void)state;
	pass(f);
	assert_int_equal(f->e.tune.chunk, 256 << 10);
	assert_true(f->slow < 4 * GIB);
	/* kept: two changes, at the start and at the border */
	pass(f);
	assert_int_equal(f->turns, 1);
	assert_true(f->slow < GIB);
	free(f);
}

static void
test_reads_are_not_writes(void **state)
{
	struct fake *f = fake_flash(130, 0, 512 << 10);
	unsigned z;

	(void)state;
	pass(f);
	assert_int_equal(f->e.tune.chunk, 512 << 10);
	for (z = 0; z < ZONES; z++)
		f->best[z] = 2 << 20;
	f->s.use = TUNE_READ;
	pass(f);
	assert_int_equal(f->e.tune.chunk, 2 << 20);
	f->s.use = TUNE_WRITE;
	tune_begin(&f->s);
	assert_int_equal(f->e.tune.chunk, 512 << 10);
	free(f);
}

/* A little more may be chance: what is good for the kind stays. */
static void
test_chance_is_not_followed(void **state)
{
	struct fake *f = fake_new(MEDIUM_ROTATING, TRANSPORT_SATA, 64 * GIB);

	(void)state;
	f->pct = 102;
	pass(f);
	assert_int_equal(f->e.tune.depth, 4);
	assert_int_equal(f->e.tune.chunk, 2 << 20);
	free(f);
}

/* The drive rests while a good choice is tried; that is not its fault. */
static void
test_a_rest_is_not_counted(void **state)
{
	struct fake *f = fake_flash(130, 0, 512 << 10);

	(void)state;
	f->rest_every = 100 * MIB;
	f->rest_ms = 5000;
	pass(f);
	assert_int_equal(f->e.tune.chunk, 512 << 10);
	/* one that rests all the time is not tried at */
	free(f);
	f = fake_new(MEDIUM_FLASH, TRANSPORT_NVME, 64 * GIB);
	f->rest_every = 8 * MIB;
	f->rest_ms = 5000;
	pass(f);
	assert_int_equal(f->e.tune.chunk, 1 << 20);
	assert_int_equal(f->turns, 0);
	free(f);
	/* nor left with what it happened to be tried with */
	f = fake_new(MEDIUM_FLASH, TRANSPORT_NVME, 64 * GIB);
	f->rest_every = 8 * MIB;
	f->rest_from = 70 * MIB;
	f->rest_ms = 5000;
	pass(f);
	assert_int_equal(f->e.tune.chunk, 1 << 20);
	assert_int_equal(f->turns, 2);
	free(f);
}

static void
test_what_is_done_soon_is_left_alone(void **state)
{
	struct fake *f = fake_new(MEDIUM_VIRTUAL, TRANSPORT_LOOP, 2 * GIB);

	(void)state;
	f->base = 5 * GIB;
	f->pct = 200;
	f->best[0] = 256 << 10;
	pass(f);
	assert_int_equal(f->turns, 0);
	assert_int_equal(f->e.tune.depth, 4);
	assert_int_equal(f->e.tune.chunk, 1 << 20);
	/* a trial would end, but all of them take half a zone */
	f->d.id.size = f->all.len = 16 * GIB;
	pass(f);
	assert_int_equal(f->turns, 0);
	/* nor one that is smaller than the zones */
	f->d.id.size = f->all.len = 4096;
	pass(f);
	assert_int_equal(f->turns, 0);
	free(f);
}

static void
test_at_a_set_rate_requests_are_short(void **state)
{
	struct fake *f = fake_new(MEDIUM_ROTATING, TRANSPORT_SATA, 64 * GIB);

	(void)state;
	f->e.pace.rate = 10 * MIB;
	pass(f);
	assert_int_equal(f->turns, 0);
	assert_int_equal(f->e.tune.chunk, 256 << 10);
	free(f);
}

static void
test_single_blocks_get_depth(void **state)
{
	struct fake *f = fake_new(MEDIUM_FLASH, TRANSPORT_NVME, 64 * GIB);
	struct range places[3] = { { 0, 512 }, { GIB, 512 }, { 2 * GIB, 512 } };

	(void)state;
	f->s.todo = places;
	f->s.n_todo = 3;
	f->s.use = TUNE_NOT;
	tune_begin(&f->s);
	assert_int_equal(f->e.tune.depth, 32);
	f->d.transport = TRANSPORT_USB;
	tune_begin(&f->s);
	assert_int_equal(f->e.tune.depth, 4);
	/* as far as memory reaches */
	f->d.transport = TRANSPORT_NVME;
	f->d.lblock = 1 << 20;
	tune_begin(&f->s);
	assert_int_equal(f->e.tune.chunk, 1 << 20);
	assert_int_equal(f->e.tune.depth, 8);
	free(f);
}

/* Whole units, whole blocks, within the memory there is, never nothing. */
static void
test_sizes_fit(void **state)
{
	static const uint32_t blocks[] = { 512, 520, 4096, 65536, 1 << 20 };
	static const uint32_t units[] = { 0, 1, 3, 15, 4095 };
	static const uint32_t most[] = { 1 << 20, TUNE_CHUNK_MAX };
	struct fake *f = fake_new(MEDIUM_ROTATING, TRANSPORT_SATA, 64 * GIB);
	struct tune *t = &f->e.tune;
	size_t b, u, m;

	(void)state;
	for (b = 0; b < 5; b++) {
		for (u = 0; u < 5; u++) {
			for (m = 0; m < 2; m++) {
				f->d.lblock = blocks[b];
				f->s.unit = blocks[b] * units[u];
				f->s.chunk = most[m];
				tune_begin(&f->s);
				assert_in_range(t->depth, 1, TUNE_DEPTH_MAX);
				assert_in_range(t->chunk, blocks[b], most[m]);
				assert_int_equal(t->chunk % blocks[b], 0);
				if (f->s.unit && f->s.unit <= 1 << 20)
					assert_int_equal(t->chunk %
							 f->s.unit, 0);
				assert_true((uint64_t)t->depth * t->chunk <=
					    TUNE_AREA_MAX);
			}
		}
	}
	free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_the_best_in_every_zone),
		cmocka_unit_test(test_the_best_of_the_better),
		cmocka_unit_test(test_a_zone_has_its_own),
		cmocka_unit_test(test_a_border_is_crossed_once),
		cmocka_unit_test(test_reads_are_not_writes),
		cmocka_unit_test(test_chance_is_not_followed),
		cmocka_unit_test(test_a_rest_is_not_counted),
		cmocka_unit_test(test_what_is_done_soon_is_left_alone),
		cmocka_unit_test(test_at_a_set_rate_requests_are_short),
		cmocka_unit_test(test_single_blocks_get_depth),
		cmocka_unit_test(test_sizes_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
