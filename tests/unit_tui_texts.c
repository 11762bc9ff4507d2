/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the pages that no machine of the tests comes to are drawn in both
 * languages, and a drive that has its certificate is told of wherever it is
 * asked about.  With SCREENS=DIR they are kept there for the documentation.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui_sample.h"

static char *
trimmed(char *text)
{
	for (size_t n = strlen(text); n && text[n - 1] == ' '; )
		text[--n] = '\0';
	return text;
}

/* For the documentation: those that no machine of the tests comes to. */
static void
test_pages_for_the_documentation(void **state)
{
	static const struct {
		enum page page;
		const char *name;
	} kept[] = {
		{ PAGE_SLEEP, "3-sleep" }, { PAGE_LOOK, "3-looking" },
		{ PAGE_STOPPED, "0-stopped" },
	};
	const char *dir = getenv("SCREENS");
	struct scene *s = scene_new(3);
	struct canvas c;
	char path[512], buf[2048];
	FILE *f;

	(void)state;
	s->t.media.state = STICK_GONE;
	s->t.n_seen = s->t.n_notes;
	for (int k = 0; k < 2 * (int)ARRAY_SIZE(kept); k++) {
		s->t.lang = k % 2 ? LANG_EN : LANG_JA;
		cli_lang_set(s->t.lang);
		stick_why(&s->t.media, s->t.lang, s->t.stopped,
			  sizeof(s->t.stopped));
		assert_int_equal(canvas_make(24, 80, &c), 0);
		tui_go(&s->t, kept[k / 2].page);
		tui_draw(&s->t, &c);
		assert_true(strlen(trimmed(row_text(&c, 3, buf))) > 20);
		snprintf(path, sizeof(path), "%s/%s-%s.txt", dir ? dir : "",
			 k % 2 ? "en" : "ja", kept[k / 2].name);
		f = dir ? fopen(path, "w") : NULL;
		for (int row = 0; f && row < 24; row++)
			fprintf(f, "%s\n", trimmed(row_text(&c, row, buf)));
		if (f)
			fclose(f);
		canvas_free(&c);
	}
	scene_free(&s);
}

/* Not only in the list, which is two pages back by then. */
static void
test_an_erased_one_is_told_to_the_end(void **state)
{
	static const enum page pages[] = { PAGE_PLAN, PAGE_CONSENT };
	struct scene *s = scene_new(2);
	struct canvas c;

	(void)state;
	s->t.lang = LANG_EN;
	cli_lang_set(LANG_EN);
	s->e.jobs[0].arg = s->t.drives[0].path;
	text_copy(s->t.choices[0].cert_id, sizeof(s->t.choices[0].cert_id),
		  "20261122-0123456789ab");
	for (size_t i = 0; i < 2 * ARRAY_SIZE(pages); i++) {
		if (i == ARRAY_SIZE(pages))
			s->t.choices[0].cert_id[0] = '\0';
		assert_int_equal(canvas_make(24, 80, &c), 0);
		tui_go(&s->t, pages[i % ARRAY_SIZE(pages)]);
		tui_draw(&s->t, &c);
		assert_int_equal(shows(&c, 2, 20, "has its certificate 2026"),
				 i < ARRAY_SIZE(pages));
		canvas_free(&c);
	}
	scene_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_for_the_documentation),
		cmocka_unit_test(test_an_erased_one_is_told_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
