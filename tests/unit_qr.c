/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what a telephone reads from the QR page of the screen is the number of
 * the certificate and the digest of its file, at every size that shows one.
 *
 * The cells are drawn as a terminal draws them, a dot twice as high as wide or
 * two in one cell, and read by zbarimg, which knows nothing of us.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scratch.h"
#include "tui_sample.h"

#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WIDE	4		/* pixels of a cell */
#define HIGH	8
#define ID	"20261121-0123456789ab"
#define DIGEST	"00112233445566778899aabbccddeeff" \
		"fedcba98765432100123456789abcdef"
#define HOLDS	"MASSHO:1:20261121-0123456789AB:" \
		"00112233445566778899AABBCCDDEEFF" \
		"FEDCBA98765432100123456789ABCDEF"

static char dir[SCRATCH_LEN];

/* Dark on light where the code is; the rest of the screen is dark, as it is on
 * most terminals. */
static bool
light(const struct cell *cell, int y)
{
	if (cell->look != LOOK_QR)
		return false;
	switch (cell->ch) {
	case 0x2588: return false;
	case 0x2580: return y >= HIGH / 2;
	case 0x2584: return y < HIGH / 2;
	default: return true;
	}
}

static void
paint(const struct canvas *c, const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "P5 %d %d 255\n", c->cols * WIDE, c->rows * HIGH);
	for (int y = 0; y < c->rows * HIGH; y++)
		for (int x = 0; x < c->cols * WIDE; x++)
			putc(light(&c->cells[y / HIGH * c->cols + x / WIDE],
				   y % HIGH) ? 255 : 0, f);
	assert_int_equal(fclose(f), 0);
}

/* What zbarimg reads; false: there is no zbarimg. */
static bool
read_code(const char *picture, char *out, size_t len)
{
	char *argv[] = { "zbarimg", "-q", "--raw", (char *)picture, NULL };
	posix_spawn_file_actions_t a;
	char path[SCRATCH_LEN + 16];
	int status;
	pid_t pid;
	FILE *f;

	snprintf(path, sizeof(path), "%s/read", dir);
	posix_spawn_file_actions_init(&a);
	posix_spawn_file_actions_addopen(&a, 1, path, O_CREAT | O_TRUNC |
					 O_WRONLY, 0600);
	if (posix_spawnp(&pid, argv[0], &a, NULL, argv, environ))
		return false;
	posix_spawn_file_actions_destroy(&a);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	f = fopen(path, "r");
	assert_non_null(f);
	if (!fgets(out, (int)len, f))
		*out = '\0';
	fclose(f);
	out[strcspn(out, "\n")] = '\0';
	return !WIFEXITED(status) || WEXITSTATUS(status) != 127;
}

static void
test_a_telephone_reads_it(void **state)
{
	static const struct { int rows, cols; } sizes[] = {
		{ 24, 80 }, { 25, 80 }, { 30, 100 }, { 48, 128 }, { 67, 240 },
	};
	struct scene *s = scene_new(2);
	char path[SCRATCH_LEN + 16], got[256];
	struct canvas c;

	(void)state;
	assert_int_equal(scratch_make_quick(dir), 0);
	snprintf(path, sizeof(path), "%s/screen.pgm", dir);
	text_copy(s->e.jobs[1].cert_id, sizeof(s->e.jobs[1].cert_id), ID);
	text_copy(s->e.jobs[1].cert_digest, sizeof(s->e.jobs[1].cert_digest),
		  DIGEST);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		tui_go(&s->t, PAGE_QR);
		s->t.at = 1;
		assert_int_equal(canvas_make(sizes[i].rows, sizes[i].cols, &c),
				 0);
		tui_draw(&s->t, &c);
		paint(&c, path);
		canvas_free(&c);
		if (!read_code(path, got, sizeof(got))) {
			puts("needs zbarimg");
			scratch_remove(dir);
			exit(77);
		}
		printf("%dx%d: %s\n", sizes[i].cols, sizes[i].rows, got);
		assert_string_equal(got, HOLDS);
	}
	assert_int_equal(scratch_remove(dir), 0);
	scene_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_telephone_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
