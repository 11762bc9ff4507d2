/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: no key but those typed as a consent leads to an erasure, whatever is
 * pressed, in whatever order, on whatever page. */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui_sample.h"

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static const uint32_t keys[] = {
	PRESS_ENTER, PRESS_ESCAPE, PRESS_GO_UP, PRESS_GO_DOWN, PRESS_PAGE_UP,
	PRESS_PAGE_DOWN, PRESS_GO_HOME, PRESS_GO_END, PRESS_LANGUAGE,
	PRESS_MESSAGES, PRESS_COMPOSE, PRESS_BACK, PRESS_NEXT, PRESS_RUB_LINE,
	PRESS_SIZE, ' ', 'a', 'c', 'd', 'n', 'o', 'p', 'q', 'r', 's', 'u', 'w',
	'x', 'y', '1',
	0x6d88, 0x1f600, 0, 0x9b,
};

/* Does what the screen would do, without doing it. */
static void
follow(struct scene *s, enum wish w)
{
	static const enum page to[] = {
		[WISH_CASE] = PAGE_CASE, [WISH_FORM] = PAGE_CASE,
		[WISH_PERSON] = PAGE_CASE,
		[WISH_CLOCK] = PAGE_DRIVES, [WISH_KEY] = PAGE_DRIVES,
		[WISH_KEY_NEW] = PAGE_DRIVES,
		[WISH_LOOK] = PAGE_DRIVES, [WISH_PLAN] = PAGE_PLAN,
		[WISH_SLEEP] = PAGE_DRIVES, [WISH_SKIP] = PAGE_BEGIN,
		[WISH_CONSENT] = PAGE_CONSENT, [WISH_START] = PAGE_RUN,
		[WISH_ORDER] = PAGE_RUN,
		[WISH_AFRESH] = PAGE_PLAN,
		[WISH_OFF] = PAGE_STOPPED, [WISH_RESTART] = PAGE_STOPPED,
		[WISH_PULL] = PAGE_STOPPED, [WISH_LEAVE] = PAGE_STOPPED,
	};

	if (w == WISH_KEY || w == WISH_KEY_NEW) {
		edit_clear(&s->t.secret[0]);
		edit_clear(&s->t.secret[1]);
		s->t.has_key = true;
		s->t.no_key = false;
	}
	if ((w == WISH_KEY || w == WISH_KEY_NEW) && s->t.key_for_plan)
		tui_ask_first(&s->t);
	else if (w < ARRAY_SIZE(to) && to[w])
		tui_go(&s->t, to[w]);
}

static void
is_allowed(enum page before, const struct edit *typed, uint32_t key,
	   enum wish w)
{
	switch (w) {
	case WISH_CONSENT:
		assert_int_equal(before, PAGE_CONSENT);
		assert_int_equal(key, PRESS_ENTER);
		assert_true(typed->text[0]);
		break;
	case WISH_SKIP:
		assert_int_equal(before, PAGE_CONSENT);
		assert_int_equal(key, PRESS_ESCAPE);
		break;
	case WISH_START:
		assert_int_equal(before, PAGE_BEGIN);
		assert_int_equal(key, PRESS_ENTER);
		break;
	case WISH_ORDER:
		assert_int_equal(before, PAGE_ORDER);
		assert_int_equal(key, 'y');
		break;
	case WISH_KEY:
		assert_int_equal(before, PAGE_KEY);
		assert_int_equal(key, PRESS_ENTER);
		break;
	case WISH_PERSON:
		assert_int_equal(before, PAGE_PEOPLE);
		assert_int_equal(key, PRESS_ENTER);
		break;
	case WISH_STOP:
		assert_int_equal(before, PAGE_STOP);
		assert_int_equal(key, 'y');
		break;
	case WISH_STOP_ALL:
		assert_int_equal(before, PAGE_STOP_ALL);
		assert_int_equal(key, 'y');
		break;
	case WISH_SLEEP:
		assert_int_equal(before, PAGE_SLEEP);
		assert_int_equal(key, 'y');
		break;
	case WISH_OFF:
	case WISH_RESTART:
	case WISH_PULL:
	case WISH_LEAVE:
		assert_true(before == PAGE_NEXT || before == PAGE_STOPPED);
		break;
	default:
		break;
	}
}

static void
press_at_random(uint32_t seed, enum page from)
{
	struct scene *s = scene_new(9);
	struct tui *t = &s->t;
	struct canvas c;

	assert_int_equal(canvas_make(24, 80, &c), 0);
	for (size_t i = 0; i < 9; i++)	/* nobody was asked yet */
		s->e.jobs[i].started = i % 2;
	tui_go(t, from);
	for (int i = 0; i < 1500; i++) {
		enum page before = t->page;
		struct edit typed = t->edit;
		uint32_t key = keys[next_random(&seed) % ARRAY_SIZE(keys)];
		enum wish w = tui_key(t, key);
		size_t lines;

		is_allowed(before, &typed, key, w);
		follow(s, w);
		lines = tui_lines(t);
		assert_true(t->page < PAGE_COUNT && t->top >= 0);
		assert_true(!lines || t->at < lines);
		if (i % 16 == 0)
			tui_draw(t, &c);
		for (size_t k = 0; k < 9; k++) {
			assert_int_equal(s->e.jobs[k].consent.how,
					 CONSENT_NONE);
			if (t->choices[k].against.n || t->choices[k].hung)
				assert_false(t->choices[k].chosen);
		}
	}
	canvas_free(&c);
	scene_free(&s);
}

static void
test_anything_pressed(void **state)
{
	(void)state;
	for (int p = 0; p < PAGE_COUNT; p++)
		press_at_random(4711U + (uint32_t)p, (enum page)p);
}

/* Whoever leans on Enter, or on Escape, erases nothing. */
static void
test_leaning_on_a_key(void **state)
{
	static const uint32_t one[] = { PRESS_ENTER, PRESS_ESCAPE, ' ', 'y' };

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(one); k++) {
		struct scene *s = scene_new(3);

		tui_go(&s->t, PAGE_CASE);
		for (int i = 0; i < 200; i++) {
			enum wish w = tui_key(&s->t, one[k]);

			assert_true(w != WISH_CONSENT && w != WISH_START);
			follow(s, w);
		}
		scene_free(&s);
	}
}

static void
test_only_what_is_free_can_be_chosen(void **state)
{
	struct scene *s = scene_new(11);	/* 6: in use, 10: hung */
	struct tui *t = &s->t;
	uint32_t notes;

	(void)state;
	tui_go(t, PAGE_DRIVES);
	for (size_t i = 0; i < 11; i++) {
		t->at = i;
		notes = t->n_notes;
		tui_key(t, ' ');
		assert_int_equal(t->choices[i].chosen, i != 6 && i != 10);
		/* and it is said why not */
		assert_int_equal(t->n_notes - notes, i == 6 || i == 10);
		tui_key(t, ' ');
		assert_false(t->choices[i].chosen);
	}
	scene_free(&s);
}

/* Three are listed in media.csv; one of them is in use. */
static void
test_all_means_listed(void **state)
{
	struct scene *s = scene_new(8);
	struct tui *t = &s->t;

	(void)state;
	reasons_add(&t->choices[1].against, REASON_MOUNTED, "/mnt");
	tui_go(t, PAGE_DRIVES);
	for (int k = 0; k < 2; k++) {	/* a key that was held too long */
		tui_key(t, 'a');
		for (size_t i = 0; i < 8; i++)
			assert_int_equal(t->choices[i].chosen,
					 i == 0 || i == 2);
	}
	scene_free(&s);
}

/* What a certificate says of is left out, unless something is on it again. */
static void
test_all_leaves_out_what_is_erased(void **state)
{
	struct scene *s = scene_new(3);
	struct tui *t = &s->t;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		text_copy(t->choices[i].cert_id, sizeof(t->choices[i].cert_id),
			  "20261121-0123456789ab");
	t->drives[0].n_contents = 0;
	t->n_unfinished = 0;
	tui_go(t, PAGE_DRIVES);
	tui_key(t, 'a');
	assert_false(t->choices[0].chosen);
	assert_true(t->choices[1].chosen && t->choices[2].chosen);
	tui_key(t, ' ');		/* by hand it may be chosen */
	assert_true(t->choices[0].chosen);
	/* begun once more since, and cut off: it counts for nothing */
	tui_key(t, ' ');
	t->n_unfinished = 1;
	t->unfinished[0].kind = UNFINISHED_RUN;
	t->unfinished[0].drive = 0;
	tui_key(t, 'a');
	assert_true(t->choices[0].chosen);
	scene_free(&s);
}

/* A PC's clock in Japanese time, as most are, and one in UTC */
static void
test_which_of_two_clocks(void **state)
{
	struct scene *s = scene_new(1);
	struct tui *t = &s->t;

	(void)state;
	text_copy(t->clock.as_local, sizeof(t->clock.as_local),
		  "2026-11-21 02:48:07");
	tui_go(t, PAGE_CLOCK);
	assert_int_equal(tui_lines(t), 2);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_CLOCK);
	assert_string_equal(t->edit.text, "2026-11-21 02:48:07");
	tui_key(t, PRESS_GO_DOWN);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_CLOCK);
	assert_string_equal(t->edit.text, "");
	/* once it was said, and where the system's clock is somebody's own */
	t->clock.confirmed = true;
	tui_go(t, PAGE_CLOCK);
	assert_int_equal(tui_lines(t), 0);
	t->clock.confirmed = t->stick = false;
	assert_int_equal(tui_lines(t), 0);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_CLOCK);
	assert_string_equal(t->edit.text, "");
	scene_free(&s);
}

/* By way of the last page nobody gets past the first. */
static void
test_the_case_is_agreed_to(void **state)
{
	struct scene *s = scene_new(1);
	struct tui *t = &s->t;

	(void)state;
	t->media.n_cases = 1;
	tui_go(t, PAGE_CASE);
	tui_key(t, PRESS_ESCAPE);
	assert_int_equal(t->page, PAGE_NEXT);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	assert_int_equal(t->page, PAGE_CASE);
	t->looked = true;
	tui_go(t, PAGE_NEXT);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_LOOK);
	scene_free(&s);
}

static void
type(struct tui *t, const char *text)
{
	for (; *text; text++)
		assert_int_equal(tui_key(t, (unsigned char)*text),
				 WISH_NOTHING);
}

/* Where no key was put, one can be made: typed twice, shown if wanted. */
static void
test_key_is_made_where_there_is_none(void **state)
{
	struct scene *s = scene_new(1);
	struct tui *t = &s->t;

	(void)state;
	t->no_key = true;
	tui_go(t, PAGE_PLAN);
	tui_key(t, PRESS_ENTER);
	assert_int_equal(t->page, PAGE_KEY_NEW);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	assert_int_equal(t->at, 0);
	type(t, "one of 13 (.)");
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	assert_int_equal(t->at, 0);	/* too short */
	type(t, "!");
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	assert_int_equal(t->at, 1);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	assert_int_equal(tui_key(t, PRESS_NEXT), WISH_NOTHING);
	assert_false(t->secret[0].secret || t->secret[1].secret);
	type(t, "two");
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_KEY_NEW);
	assert_string_equal(t->secret[0].text, "one of 13 (.)!");
	assert_string_equal(t->secret[1].text, "two");
	tui_key(t, PRESS_ESCAPE);
	assert_int_equal(t->page, PAGE_PLAN);
	for (size_t i = 0; i < 2; i++)
		assert_memory_equal(t->secret[i].text, (char [256]){ 0 }, 256);
	assert_true(t->secret[0].secret && t->secret[1].secret);
	scene_free(&s);
}

/* Once more is allowed, but nobody does it unawares. */
static void
test_choosing_an_erased_one_is_told(void **state)
{
	struct scene *s = scene_new(2);
	struct tui *t = &s->t;

	(void)state;
	text_copy(t->choices[0].cert_id, sizeof(t->choices[0].cert_id),
		  "MS-1");
	t->drives[0].n_contents = 0;
	t->n_unfinished = 0;
	tui_go(t, PAGE_DRIVES);
	tui_key(t, ' ');
	assert_true(t->choices[0].chosen);
	assert_non_null(strstr(t->notes[(t->n_notes - 1) % TUI_NOTES],
			       "MS-1"));
	tui_key(t, ' ');
	assert_false(t->choices[0].chosen);
	scene_free(&s);
}

/* Where serials are known, nobody gives a drive the number of another. */
static void
test_number_of_another_is_refused(void **state)
{
	struct scene *s = scene_new(2);
	struct tui *t = &s->t;
	struct case_medium *row = s->c.media;

	(void)state;
	for (uint32_t i = 0; i < s->c.n_media; i++)
		row[i].serial[0] = '\0';
	text_copy(row[1].serial, sizeof(row[1].serial),
		  t->drives[0].id.serial);
	t->choices[0].row = &row[1];
	tui_go(t, PAGE_DRIVES);
	t->at = 0;
	tui_key(t, 'n');
	assert_int_equal(t->page, PAGE_ROWS);
	assert_int_equal(t->at, 1);	/* its own */
	tui_key(t, PRESS_GO_UP);
	tui_key(t, PRESS_ENTER);	/* has none, but this drive has */
	assert_int_equal(t->page, PAGE_ROWS);
	assert_string_equal(t->choices[0].asset, "");
	tui_key(t, PRESS_GO_DOWN);
	tui_key(t, PRESS_ENTER);
	assert_int_equal(t->page, PAGE_DRIVES);
	assert_ptr_equal(t->choices[0].row, &row[1]);
	/* one whose serial the list does not know */
	t->drives[0].id.serial[0] = '\0';
	t->choices[0].row = NULL;
	t->choices[0].asset[0] = '\0';
	tui_key(t, 'n');
	tui_key(t, PRESS_GO_DOWN);
	tui_key(t, PRESS_ENTER);	/* another drive's */
	assert_int_equal(t->page, PAGE_ROWS);
	tui_key(t, PRESS_GO_UP);
	tui_key(t, PRESS_ENTER);
	assert_int_equal(t->page, PAGE_DRIVES);
	assert_ptr_equal(t->choices[0].row, &row[0]);
	scene_free(&s);
}

static void
test_policy_in_force_is_kept_by_enter(void **state)
{
	struct scene *s = scene_new(1);
	struct tui *t = &s->t;

	(void)state;
	tui_go(t, PAGE_DRIVES);
	tui_key(t, 'p');
	assert_int_equal(t->page, PAGE_POLICIES);
	tui_key(t, PRESS_ENTER);
	assert_string_equal(t->rq.policy, "purge-or-clear");
	assert_int_equal(t->page, PAGE_DRIVES);
	scene_free(&s);
}

static void
test_refused_are_not_asked_about(void **state)
{
	struct scene *s = scene_new(4);

	(void)state;
	s->t.has_key = true;
	erase_refuse(&s->e.jobs[0], REASON_SAME_MEDIUM, "x");
	erase_refuse(&s->e.jobs[2], REASON_SAME_MEDIUM, "x");
	tui_go(&s->t, PAGE_PLAN);
	tui_key(&s->t, PRESS_ENTER);
	assert_int_equal(s->t.page, PAGE_CONSENT);
	assert_int_equal(s->t.at, 1);
	assert_int_equal(tui_ask_next(&s->t, 2), 3);
	erase_refuse(&s->e.jobs[1], REASON_NOT_CONFIRMED, "");
	erase_refuse(&s->e.jobs[3], REASON_NOT_CONFIRMED, "");
	assert_int_equal(tui_ask_next(&s->t, 0), 4);
	tui_go(&s->t, PAGE_PLAN);
	tui_key(&s->t, PRESS_ENTER);
	assert_int_equal(s->t.page, PAGE_PLAN);
	scene_free(&s);
}

/* Behind the plan, once, and only if there is something to consent to. */
static void
test_key_is_asked_for_behind_the_plan(void **state)
{
	struct scene *s = scene_new(2);
	struct tui *t = &s->t;

	(void)state;
	tui_go(t, PAGE_PLAN);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	assert_int_equal(t->page, PAGE_KEY);
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_NOTHING);
	type(t, "half");
	tui_key(t, PRESS_MESSAGES);
	tui_key(t, PRESS_ESCAPE);
	assert_int_equal(t->page, PAGE_KEY);
	assert_int_equal(tui_key(t, PRESS_ESCAPE), WISH_NOTHING);
	assert_int_equal(t->page, PAGE_PLAN);
	assert_memory_equal(t->secret[0].text, (char [256]){ 0 }, 256);
	tui_key(t, PRESS_ENTER);
	type(t, "whole");
	assert_int_equal(tui_key(t, PRESS_ENTER), WISH_KEY);
	t->has_key = true;
	tui_ask_first(t);
	assert_int_equal(t->page, PAGE_CONSENT);
	tui_go(t, PAGE_PLAN);
	tui_key(t, PRESS_ENTER);
	assert_int_equal(t->page, PAGE_CONSENT);
	scene_free(&s);
}

static void
test_no_key_is_asked_for_in_vain(void **state)
{
	struct scene *s = scene_new(2);
	struct tui *t = &s->t;
	uint32_t notes = t->n_notes;

	(void)state;
	erase_refuse(&s->e.jobs[0], REASON_SAME_MEDIUM, "x");
	erase_refuse(&s->e.jobs[1], REASON_SAME_MEDIUM, "x");
	tui_go(t, PAGE_PLAN);
	tui_key(t, PRESS_ENTER);
	assert_int_equal(t->page, PAGE_PLAN);
	assert_int_equal(t->n_notes, notes + 1);
	/* without a case there is nothing to be signed */
	s->e.jobs[0].refused = false;
	t->no_case = true;
	t->c = NULL;
	tui_key(t, PRESS_ENTER);
	assert_int_equal(t->page, PAGE_CONSENT);
	scene_free(&s);
}

/* Asked for before the drives, Escape is no way to them. */
static void
test_key_before_the_drives(void **state)
{
	struct scene *s = scene_new(1);
	struct tui *t = &s->t;

	(void)state;
	tui_ask_key(t, true);
	tui_ask_key(t, false);
	assert_int_equal(tui_key(t, PRESS_ESCAPE), WISH_NOTHING);
	assert_int_equal(t->page, PAGE_CLOCK);
	assert_false(tui_paper_missing(t));
	t->unfinished[1].kind = UNFINISHED_PAPER;
	assert_true(tui_paper_missing(t));
	scene_free(&s);
}

static void
test_typing(void **state)
{
	struct edit e = { 0 };

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	assert_true(edit_key(&e, 'a') && edit_key(&e, 0x6d88) &&
		    edit_key(&e, 0x20bb7));
	assert_string_equal(e.text, "a消𠮷");
	assert_true(edit_key(&e, PRESS_BACK));
	assert_string_equal(e.text, "a消");
	edit_key(&e, PRESS_BACK);
	edit_key(&e, PRESS_BACK);
	edit_key(&e, PRESS_BACK);
	assert_string_equal(e.text, "");
	assert_false(edit_key(&e, PRESS_ENTER));
	assert_false(edit_key(&e, PRESS_GO_UP));
	assert_false(edit_key(&e, 0x1b));
	assert_false(edit_key(&e, 0x9b));
	for (int i = 0; i < 1000; i++)
		edit_key(&e, 0x6d88);
	assert_true(strlen(e.text) < sizeof(e.text));
	assert_int_equal(strlen(e.text) % 3, 0);	/* no half letter */
	edit_key(&e, PRESS_RUB_LINE);
	for (size_t i = 0; i < sizeof(e.text); i++)	/* nothing is left */
		assert_int_equal(e.text[i], 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anything_pressed),
		cmocka_unit_test(test_leaning_on_a_key),
		cmocka_unit_test(test_only_what_is_free_can_be_chosen),
		cmocka_unit_test(test_which_of_two_clocks),
		cmocka_unit_test(test_the_case_is_agreed_to),
		cmocka_unit_test(test_all_means_listed),
		cmocka_unit_test(test_all_leaves_out_what_is_erased),
		cmocka_unit_test(test_key_is_made_where_there_is_none),
		cmocka_unit_test(test_choosing_an_erased_one_is_told),
		cmocka_unit_test(test_number_of_another_is_refused),
		cmocka_unit_test(test_policy_in_force_is_kept_by_enter),
		cmocka_unit_test(test_refused_are_not_asked_about),
		cmocka_unit_test(test_key_is_asked_for_behind_the_plan),
		cmocka_unit_test(test_no_key_is_asked_for_in_vain),
		cmocka_unit_test(test_key_before_the_drives),
		cmocka_unit_test(test_typing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
