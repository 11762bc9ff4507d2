/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: every page fits into 80x24 and any larger screen, in both languages,
 * with whole letters of a width that nobody doubts; and what is not erased is
 * never drawn as if it were. */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui_sample.h"

#include <dlfcn.h>
#include <time.h>
#include <wchar.h>

static const struct { int rows, cols; } sizes[] = {
	{ 24, 80 }, { 25, 80 }, { 30, 100 }, { 48, 128 }, { 67, 240 },
};

/* No half of a letter, none that is no letter, none of doubtful width. */
static void
is_sound(const struct canvas *c)
{
	for (int i = 0; i < c->rows * c->cols; i++) {
		uint32_t ch = c->cells[i].ch;
		int left = c->cols - i % c->cols, w = wcwidth((wchar_t)ch);

		if (!ch) {
			assert_true(i % c->cols > 0);
			assert_int_equal(wcwidth((wchar_t)
					 c->cells[i - 1].ch), 2);
			continue;
		}
		assert_true(ch >= ' ' && ch <= 0xffff && ch != 0x7f);
		assert_false(ch >= 0x2000 && ch < 0x2500);
		assert_false(ch >= 0x25a0 && ch < 0x2c00);
		assert_true(w == 1 || w == 2);
		assert_true(w <= left);
		if (w == 2)
			assert_int_equal(c->cells[i + 1].ch, 0);
		assert_true(c->cells[i].look < LOOK_COUNT);
	}
	assert_true(c->cursor_row < c->rows && c->cursor_col < c->cols);
}

static void
draws(struct tui *t, enum page p, int rows, int cols)
{
	struct canvas c;

	t->page = p;
	t->at = p == PAGE_FORM ? FORM_COUNT - 1 : t->n_drives / 2;
	if (tui_lines(t) && t->at >= tui_lines(t))
		t->at = tui_lines(t) - 1;
	t->before = PAGE_DRIVES;
	assert_int_equal(canvas_make(rows, cols, &c), 0);
	tui_draw(t, &c);
	is_sound(&c);
	/* the keys are there to their very end, and the road's station */
	assert_int_equal(shows(&c, rows - 4, rows, "F3: "),
			 t->page != PAGE_MESSAGES);
	assert_true(shows(&c, 0, 1, "massho 0.1.0"));
	canvas_free(&c);
}

static void
test_pages_fit(void **state)
{
	struct scene *s = scene_new(40);

	(void)state;
	cli_lang_set(LANG_JA);
	assert_string_equal(_("drives"), "ドライブ");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (int p = 0; p < PAGE_COUNT; p++)
			for (int lang = 0; lang < 2; lang++) {
				s->t.lang = (enum lang)lang;
				cli_lang_set(s->t.lang);
				draws(&s->t, (enum page)p, sizes[i].rows,
				      sizes[i].cols);
			}
	scene_free(&s);
}

/* The line that is chosen is in sight, wherever it stands in the list. */
static void
test_chosen_line_is_seen(void **state)
{
	static const enum page lists[] = { PAGE_DRIVES, PAGE_RUN, PAGE_RESULT };
	struct scene *s = scene_new(64);
	struct canvas c;
	char name[80];

	(void)state;
	assert_int_equal(canvas_make(24, 80, &c), 0);
	for (size_t k = 0; k < ARRAY_SIZE(lists); k++)
		for (size_t i = 0; i < 64; i++) {
			tui_go(&s->t, lists[k]);
			s->t.at = i;
			tui_draw(&s->t, &c);
			snprintf(name, sizeof(name), "%s ",
				 s->t.drives[i].name);
			assert_true(shows(&c, 2, 20, name));
			assert_true(shows(&c, 2, 20, "> "));
		}
	canvas_free(&c);
	scene_free(&s);
}

static void
test_too_small(void **state)
{
	struct scene *s = scene_new(1);
	struct canvas c;

	(void)state;
	assert_int_equal(canvas_make(10, 30, &c), 0);
	s->t.page = PAGE_RUN;
	tui_draw(&s->t, &c);
	is_sound(&c);
	canvas_free(&c);
	assert_int_equal(canvas_make(1, 1, &c), 0);
	tui_draw(&s->t, &c);
	canvas_free(&c);
	assert_true(canvas_make(0, 80, &c) < 0);
	scene_free(&s);
}

static void
is_text(const char *from, int width, const char *want)
{
	struct canvas c;
	char buf[2048], *end;

	assert_int_equal(canvas_make(1, 40, &c), 0);
	canvas_text(&c, 0, 0, width, LOOK_PLAIN, from);
	row_text(&c, 0, buf);
	end = buf + strlen(buf);
	while (end > buf && end[-1] == ' ')
		*--end = '\0';
	assert_string_equal(buf, want);
	is_sound(&c);
	canvas_free(&c);
}

static void
test_letters(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	is_text("消去", 4, "消去");
	is_text("消去", 3, "消");	/* no half of it */
	is_text("a消", 2, "a");
	is_text("①⑳", 40, "(1)(20)");
	is_text("㈱×№℃", 40, "(株)xNo.C");
	is_text("𠮷田", 40, "〓田");
	is_text("か\u3099", 40, "か");	/* the mark has no width */
	is_text("a\tb\033[2Jc\x7f", 40, "a?b?[2Jc?");
	is_text("\xff\xfe" "ok\xe3\x81", 40, "??ok??");
	is_text("■△→…", 40, "#^->...");
	is_text("─│█", 40, "─│█");
	is_text("\ue000", 40, "〓");
}

/* Nothing is lost by wrapping, nothing is wider than it may be, and no line
 * begins with what clings to the one before. */
static void
wraps(const char *text, int width)
{
	struct canvas c;
	struct pen p;
	char all[4096] = "", buf[2048], *end;
	size_t used = 0;
	int row;

	assert_int_equal(canvas_make(60, width + 2, &c), 0);
	p = pen_on(&c, 0, 60, 0);
	pen_wrap(&p, LOOK_PLAIN, 0, "%s", text);
	is_sound(&c);
	for (row = 0; row < p.line; row++) {
		const char *line = row_text(&c, row, buf) + 1;

		end = buf + strlen(buf);
		while (end > line && end[-1] == ' ')
			*--end = '\0';
		if (row)
			assert_true(strncmp(line, "。", 3) != 0 &&
				    strncmp(line, "、", 3) != 0 &&
				    strncmp(line, "：", 3) != 0 &&
				    strncmp(line, "ッ", 3) != 0);
		/* nor does one end with what clings to the one after */
		if (strlen(line) > 3)
			assert_string_not_equal(end - 3, "（");
		used += strlen(line);
		assert_true(used < sizeof(all));
		text_copy(all + used - strlen(line), strlen(line) + 1, line);
	}
	for (const char *s = text, *a = all; *s || *a; s++, a++) {
		s += strspn(s, " ");
		a += strspn(a, " ");
		assert_int_equal(*s, *a);
		if (!*s)
			break;
	}
	canvas_free(&c);
}

static void
test_wrapping(void **state)
{
	(void)state;
	for (int width = 8; width < 120; width += 3) {
		wraps("選ばれたドライブはファームウェアにより凍結されており、"
		      "電源が一度切れるまで消去命令を受け付けません。", width);
		if (width >= 20)	/* no bracket is longer */
			wraps("末尾4桁を入力すると同意になります（3145728）。"
			      "水準に届きません（要求：purge/clear）", width);
		wraps("the firmware has frozen drives that were chosen: they"
		      " take no erase command until they lose their power",
		      width);
		wraps("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		      width);
	}
}

static struct canvas
result_of(struct scene *s, enum page p)
{
	struct canvas c;

	cli_lang_set(LANG_EN);
	s->t.lang = LANG_EN;
	assert_int_equal(canvas_make(24, 80, &c), 0);
	tui_go(&s->t, p);
	tui_draw(&s->t, &c);
	return c;
}

static bool
is_good(const struct canvas *c)
{
	bool good = false;

	for (int i = c->cols; i < c->rows * c->cols; i++)
		good |= c->cells[i].look == LOOK_GOOD;
	return good || shows(c, 1, c->rows, "[ERASED]") ||
	       shows(c, 1, c->rows, "drives are erased and documented");
}

/* Every end that a job can have, and the only one that is good. */
static void
test_only_the_erased_look_erased(void **state)
{
	static const enum page pages[] = { PAGE_RUN, PAGE_RUN_DRIVE,
					   PAGE_RESULT, PAGE_RESULT_DRIVE };
	struct scene *s = scene_new(1);
	struct job *j = &s->e.jobs[0];

	(void)state;
	text_copy(j->d.id.model, sizeof(j->d.id.model), "M");
	for (unsigned bits = 0; bits < 16 * OUTCOME_COUNT; bits++) {
		bool erased;

		j->started = bits & 1;
		j->ended = bits & 2;
		j->undocumented = bits & 4;
		j->unrecorded = bits & 8;
		j->verdict.outcome = (enum outcome)(bits / 16);
		erased = j->started && j->ended && !j->undocumented &&
			 !j->unrecorded && j->verdict.outcome ==
			 OUTCOME_ERASED;
		/* judged, and its document in the making */
		j->over = j->started && !j->ended &&
			  j->verdict.outcome == OUTCOME_ERASED;
		j->paper = j->over ? PAPER_MAKING : PAPER_NONE;
		for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
			struct canvas c = result_of(s, pages[i]);
			bool only = shows(&c, 1, 24, "ATTENTION");

			if (erased)
				assert_true(is_good(&c) && !only);
			else
				assert_true(!is_good(&c) || only);
			if (only)
				assert_false(shows(&c, 1, 24, "[ERASED]"));
			canvas_free(&c);
		}
	}
	scene_free(&s);
}

/* The certificate is named, and so is what came onto the drive since. */
static void
test_what_is_erased_already_is_marked(void **state)
{
	struct scene *s = scene_new(2);
	struct canvas c;

	(void)state;
	cli_lang_set(LANG_EN);
	s->t.lang = LANG_EN;
	s->t.n_unfinished = 0;
	assert_int_equal(canvas_make(24, 80, &c), 0);
	tui_go(&s->t, PAGE_DRIVES);
	tui_draw(&s->t, &c);
	assert_false(shows(&c, 0, 24, "certificate"));
	text_copy(s->t.choices[0].cert_id, sizeof(s->t.choices[0].cert_id),
		  "20261121-0123456789ab");
	canvas_clear(&c);
	tui_draw(&s->t, &c);
	assert_true(shows(&c, 0, 24, "certificate 20261121-0123456789ab;"));
	s->t.drives[0].n_contents = 0;
	canvas_clear(&c);
	tui_draw(&s->t, &c);
	assert_true(shows(&c, 0, 24, "certificate 20261121-0123456789ab"));
	assert_false(shows(&c, 0, 24, "0123456789ab;"));
	canvas_free(&c);
	scene_free(&s);
}

static void
test_what_began_anew_is_said(void **state)
{
	static const enum page pages[] = { PAGE_RUN, PAGE_RUN_DRIVE,
					   PAGE_RESULT_DRIVE };
	struct scene *s = scene_new(1);
	struct job *j = &s->e.jobs[0];

	(void)state;
	for (int anew = 0; anew < 2; anew++)
		for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
			struct canvas c;

			j->run.results[j->progress.step].restarted = anew;
			c = result_of(s, pages[i]);
			assert_int_equal(shows(&c, 2, 20, "begun anew"), anew);
			canvas_free(&c);
		}
	scene_free(&s);
}

/* The key is told where there is a choice, and nowhere else. */
static void
test_who_may_be_chosen(void **state)
{
	struct scene *s = scene_new(1);
	struct canvas c = result_of(s, PAGE_CASE);

	(void)state;
	assert_true(shows(&c, 2, 20, "(o: another)"));
	assert_false(shows(&c, 2, 20, "(w: another)"));
	canvas_free(&c);
	s->t.role = CASE_OPERATOR;
	c = result_of(s, PAGE_PEOPLE);
	assert_true(shows(&c, 2, 20, "> 髙橋 﨑郎"));
	assert_true(shows(&c, 2, 20, "  鈴木 一郎"));
	canvas_free(&c);
	s->c.people[CASE_OPERATOR].n = 1;
	c = result_of(s, PAGE_CASE);
	assert_false(shows(&c, 2, 20, "another"));
	canvas_free(&c);
	scene_free(&s);
}

static void
test_passphrase_is_not_drawn(void **state)
{
	struct scene *s = scene_new(1);
	struct canvas c;

	(void)state;
	text_copy(s->t.secret[0].text, sizeof(s->t.secret[0].text),
		  "すいか4711");
	c = result_of(s, PAGE_KEY);
	assert_true(shows(&c, 2, 20, "*******_"));
	assert_false(shows(&c, 0, 24, "4711"));
	assert_false(shows(&c, 0, 24, "********"));
	canvas_free(&c);
	scene_free(&s);
}

/* A passphrase is shown on demand only, and what may be wrong is named. */
static void
test_what_a_star_hides_can_be_seen(void **state)
{
	struct scene *s = scene_new(1);
	struct canvas c;

	(void)state;
	text_copy(s->t.secret[0].text, sizeof(s->t.secret[0].text), "pa:ss");
	text_copy(s->t.media.keys, sizeof(s->t.media.keys), "us");
	c = result_of(s, PAGE_KEY_NEW);
	assert_false(shows(&c, 0, 24, "pa:ss"));
	assert_true(shows(&c, 2, 20, "*****_"));
	assert_true(shows(&c, 2, 20, "US English"));
	assert_false(shows(&c, 2, 20, "Caps Lock"));
	canvas_free(&c);
	s->t.media.caps_lock = true;
	assert_int_equal(canvas_make(24, 80, &c), 0);
	tui_key(&s->t, PRESS_NEXT);
	tui_draw(&s->t, &c);
	assert_true(shows(&c, 2, 20, "pa:ss_"));
	assert_true(shows(&c, 2, 20, "Caps Lock"));
	canvas_free(&c);
	scene_free(&s);
}

/* Only keys that do something, and none of them broken over two lines. */
static void
test_keys_at_the_foot(void **state)
{
	struct scene *s = scene_new(2);
	struct canvas c;

	(void)state;
	s->t.japanese = true;
	c = result_of(s, PAGE_DRIVES);
	assert_false(shows(&c, 20, 24, "u: thaw"));
	assert_false(shows(&c, 20, 24, "w: locked"));
	assert_true(shows(&c, 20, 24, "F3: messages"));
	canvas_free(&c);
	s->t.drives[1].lock.frozen = ANSWER_YES;
	s->t.drives[1].lock.locked = ANSWER_YES;
	c = result_of(s, PAGE_DRIVES);
	assert_true(shows(&c, 20, 24, "u: thaw"));
	assert_true(shows(&c, 20, 24, "w: locked"));
	assert_true(shows(&c, 20, 24, "r: look again"));
	assert_true(shows(&c, 20, 24, "F2: 日本語"));
	canvas_free(&c);
	c = result_of(s, PAGE_MESSAGES);
	assert_false(shows(&c, 20, 24, "F3"));
	canvas_free(&c);
	text_copy(s->t.busy, sizeof(s->t.busy), "at work");
	c = result_of(s, PAGE_DRIVES);
	assert_true(shows(&c, 20, 24, "please wait"));
	assert_false(shows(&c, 20, 24, "Space"));
	canvas_free(&c);
	scene_free(&s);
}

/* Whoever is asked is told where on the road, and why so early. */
static void
test_where_the_key_is_asked_for(void **state)
{
	static const struct {
		bool for_plan, missing;
		const char *road, *why;
	} asked[] = {
		{ true, false, "4/8 signing key", "" },
		{ false, false, "2/8 signing key",
		  "an order (job.ini) is here" },
		{ false, true, "2/8 signing key", "a document is missing" },
	};
	struct scene *s = scene_new(1);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		struct canvas c;

		s->t.unfinished[0].kind = asked[i].missing ?
			UNFINISHED_PAPER : UNFINISHED_RUN;
		s->t.key_for_plan = asked[i].for_plan;
		c = result_of(s, PAGE_KEY);
		assert_true(shows(&c, 0, 1, asked[i].road));
		assert_true(shows(&c, 2, 20, asked[i].why));
		assert_int_equal(shows(&c, 2, 20, " is here"),
				 !asked[i].for_plan && !asked[i].missing);
		canvas_free(&c);
	}
	scene_free(&s);
}

static void
test_qr_fits(void **state)
{
	struct scene *s = scene_new(1);
	struct job *j = &s->e.jobs[0];
	struct canvas c;
	int dots = 0;

	(void)state;
	text_copy(j->cert_id, sizeof(j->cert_id), "20261121-0123456789ab");
	memset(j->cert_digest, 'f', sizeof(j->cert_digest) - 1);
	c = result_of(s, PAGE_QR);
	is_sound(&c);
	for (int i = 0; i < 24 * 80; i++)
		dots += c.cells[i].look == LOOK_QR;
	assert_true(dots > 30 * 15);
	assert_true(shows(&c, 2, 20, "20261121-0123456789ab"));
	canvas_free(&c);
	scene_free(&s);
}

/* What drawing costs is counted in letters that are placed or measured, which
 * no other load of the machine changes. */
static unsigned long letters;

int
wcwidth(wchar_t wc)
{
	static int (*real)(wchar_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "wcwidth");
	assert_non_null(real);
	letters++;
	return real(wc);
}

static void
test_drawing_is_cheap(void **state)
{
	static const enum page pages[] = { PAGE_DRIVES, PAGE_PLAN, PAGE_RUN,
					   PAGE_RESULT };
	struct scene *s = scene_new(64);
	unsigned long cells, most = 0;
	struct canvas c;
	clock_t before;

	(void)state;
	assert_int_equal(canvas_make(67, 240, &c), 0);
	cells = (unsigned long)c.rows * (unsigned long)c.cols;
	before = clock();
	for (size_t i = 0; i < 20; i++) {
		tui_go(&s->t, pages[i % ARRAY_SIZE(pages)]);
		s->t.at = i * 3;
		letters = 0;
		tui_draw(&s->t, &c);
		assert_true(letters > 0);
		most = letters > most ? letters : most;
	}
	print_message("64 drives: %.2f ms a screen, %lu letters for %lu"
		      " cells\n", (double)(clock() - before) * 1000 / 20 /
		      CLOCKS_PER_SEC, most, cells);
	assert_true(most < 16 * cells);
	canvas_free(&c);
	scene_free(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_fit),
		cmocka_unit_test(test_chosen_line_is_seen),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_only_the_erased_look_erased),
		cmocka_unit_test(test_what_is_erased_already_is_marked),
		cmocka_unit_test(test_what_began_anew_is_said),
		cmocka_unit_test(test_who_may_be_chosen),
		cmocka_unit_test(test_passphrase_is_not_drawn),
		cmocka_unit_test(test_what_a_star_hides_can_be_seen),
		cmocka_unit_test(test_keys_at_the_foot),
		cmocka_unit_test(test_where_the_key_is_asked_for),
		cmocka_unit_test(test_qr_fits),
		cmocka_unit_test(test_drawing_is_cheap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
