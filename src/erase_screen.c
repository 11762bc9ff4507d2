/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a person need to see of many drives at work on one screen?  PURE:
 * jobs to lines.
 */
#include "erase.h"

#include "util.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define STILL_S	60		/* without progress: worth saying */

/* What is shown first. */
enum care {
	CARE_DONE,		/* erased */
	CARE_RUNS,
	CARE_ENDED,		/* not as it should have: said already */
	CARE_SLOW,		/* than others, or than it was */
	CARE_TROUBLE,		/* bad blocks, too hot */
	CARE_SILENT
};

struct seen {
	size_t job;
	enum care care;
	uint32_t left_s;
};

static void __attribute__((format(printf, 3, 4)))
append(char *buf, size_t len, const char *fmt, ...)
{
	size_t n = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + n, len - n, fmt, ap);
	va_end(ap);
}

/* Does the drive do it by itself?  Then there are no bytes to count. */
static bool
by_drive(const struct progress *p)
{
	return p->kind == STEP_FIRMWARE || p->kind == STEP_READY;
}

/* ---- one drive ---------------------------------------------------------- */

const char *
screen_step_words(const struct job *j, enum lang lang, char *buf, size_t len)
{
	const struct progress *p = &j->progress;
	const struct step *s;
	char pass[64];

	if (j->ended || p->step >= j->p.n_steps)
		return "";
	s = &j->p.steps[p->step];
	switch (s->kind) {
	case STEP_OVERWRITE:
		snprintf(buf, len, _("write %s"),
			 cli_pass(&s->pass, pass, sizeof(pass)));
		return buf;
	case STEP_FIRMWARE:
		return method_text(s->method, lang);
	case STEP_VERIFY:
		return _("verify");
	case STEP_SIGNATURES:
		return _("look for leftovers");
	default:
		return cli_step_kind(s);
	}
}

bool
screen_anew(const struct job *j, uint32_t step)
{
	return step < j->p.n_steps && j->run.results[step].restarted;
}

/* What is out of the ordinary. */
static void
warn(const struct job *j, char *buf, size_t len)
{
	const struct progress *p = &j->progress;

	if (screen_anew(j, p->step))
		append(buf, len, "  %s", _("begun anew"));
	if (p->errors)
		append(buf, len, _("  %llu bad blocks"),
		       (unsigned long long)p->errors);
	if (p->paused)
		append(buf, len, "  %s", _("too hot, waiting"));
	if (p->celsius.known && (p->paused || by_drive(p)))
		append(buf, len, "  %llu C", (unsigned long long)p->celsius.n);
	if (p->slow_percent)
		append(buf, len, _("  slow: under %u %% of its own speed"),
		       p->slow_percent);
	if (p->stalled_s >= STILL_S)
		append(buf, len, _("  no progress for %u min"),
		       p->stalled_s / 60);
	else if (j->told_silent)
		append(buf, len, "  %s", _("does not answer"));
}

static void
left(uint32_t s, char *buf, size_t len)
{
	char text[32];

	append(buf, len, "  %s %s", _("left"), s == UINT32_MAX ? "-" :
	       duration_text(s, text, sizeof(text)));
}

/* What is wrong comes first: the end of a long line is cut off. */
static void
line_of(const struct erase *e, const struct job *j, char *buf, size_t len)
{
	const struct progress *p = &j->progress;
	char text[32], words[80], name[64];
	uint64_t permille = p->total ? p->done * 1000 / p->total : 0;

	text_pad(name, sizeof(name), j->arg, 12);
	if (j->ended) {
		snprintf(buf, len, "%s %s", name, j->refused ? _("refused") :
			 erase_told_text(j, e->cli.lang));
		return;
	}
	if (j->over) {
		snprintf(buf, len, "%s %s", name, j->paper ?
			 _("making the certificate") : _("at its end"));
		return;
	}
	snprintf(buf, len, "%s %u/%u %s", name, p->step + 1, j->p.n_steps,
		 screen_step_words(j, e->cli.lang, words, sizeof(words)));
	if (p->total)
		append(buf, len, "  %3u.%u %%", (unsigned)(permille / 10),
		       (unsigned)(permille % 10));
	warn(j, buf, len);
	if (!by_drive(p))
		append(buf, len, "  %s/s", size_text(p->rate, text,
						     sizeof(text)));
	left(p->left_s, buf, len);
}

/* ---- all of them -------------------------------------------------------- */

/* How much of its plan a drive has behind it, weighed by what was expected of
 * each step. */
static unsigned
permille_of(const struct job *j)
{
	const struct progress *p = &j->progress;
	double all = 0, done = 0, part;
	uint32_t i;

	if (j->over || j->ended)
		return 1000;
	for (i = 0; i < j->p.n_steps; i++) {
		const struct step *s = &j->p.steps[i];

		if (s->attempt != j->p.steps[p->step < j->p.n_steps ?
					     p->step : 0].attempt)
			continue;
		all += s->est_s;
		part = i < p->step ? 1 : i > p->step || !p->total ? 0 :
		       (double)p->done / (double)p->total;
		done += part * s->est_s;
	}
	return all > 0 ? (unsigned)(done / all * 1000) : 0;
}

static int
by_rate(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* What most drives do at present; 0 = nobody writes or reads. */
static uint64_t
usual_rate(const struct erase *e)
{
	uint64_t rates[DRIVES_MAX];
	size_t i, n = 0;

	for (i = 0; i < e->n_jobs && n < DRIVES_MAX; i++) {
		const struct job *j = &e->jobs[i];

		if (j->started && !j->ended && !by_drive(&j->progress) &&
		    j->progress.rate)
			rates[n++] = j->progress.rate;
	}
	if (!n)
		return 0;
	qsort(rates, n, sizeof(*rates), by_rate);
	return rates[n / 2];
}

static enum care
care_of(const struct job *j, uint64_t usual)
{
	const struct progress *p = &j->progress;

	if (j->ended)
		return !j->refused && j->exit == EXIT_ERASED ? CARE_DONE :
							       CARE_ENDED;
	if (j->over)
		return CARE_RUNS;
	if (j->told_silent || p->stalled_s >= STILL_S)
		return CARE_SILENT;
	if (p->errors || p->paused)
		return CARE_TROUBLE;
	if (p->slow_percent ||
	    (!by_drive(p) && p->rate && p->rate < usual / 2))
		return CARE_SLOW;
	return CARE_RUNS;
}

/* What needs a look, then what ends last. */
static int
by_care(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->care != y->care)
		return x->care < y->care ? 1 : -1;
	if (x->left_s != y->left_s)
		return x->left_s < y->left_s ? 1 : -1;
	return x->job < y->job ? -1 : x->job > y->job;
}

/* Among those that are shown each keeps its place, whatever its neighbours'
 * time left says at this moment. */
static int
by_place(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->care != y->care)
		return x->care < y->care ? 1 : -1;
	return x->job < y->job ? -1 : x->job > y->job;
}

static size_t
look(const struct erase *e, struct seen *out)
{
	uint64_t usual = usual_rate(e);
	size_t i, n = 0;

	for (i = 0; i < e->n_jobs && n < DRIVES_MAX; i++) {
		const struct job *j = &e->jobs[i];

		if (j->started)
			out[n++] = (struct seen){ i, care_of(j, usual),
						  j->progress.left_s };
	}
	return n;
}

/* "64 drives: 55 running, 4 erased, 5 faulty  41.3 %  3.2 GiB/s  left 2 h" */
static void
sum_line(const struct erase *e, const struct seen *s, size_t n, char *buf,
	 size_t len)
{
	size_t runs = 0, erased = 0, i;
	uint64_t rate = 0, permille = 0;
	uint32_t longest = 0;
	char text[32];

	for (i = 0; i < n; i++) {
		const struct job *j = &e->jobs[s[i].job];

		permille += permille_of(j);
		erased += s[i].care == CARE_DONE;
		if (j->ended)
			continue;
		runs++;
		rate += by_drive(&j->progress) ? 0 : j->progress.rate;
		longest = s[i].left_s > longest ? s[i].left_s : longest;
	}
	permille /= n;
	snprintf(buf, len, _("%zu drives: %zu running, %zu erased"), n, runs,
		 erased);
	if (n > runs + erased)
		append(buf, len, _(", %zu faulty"), n - runs - erased);
	append(buf, len, "  %u.%u %%  %s/s", (unsigned)permille / 10,
	       (unsigned)permille % 10, size_text(rate, text, sizeof(text)));
	left(longest, buf, len);
}

/* Those that are not shown: all of them are better off. */
static void
rest_line(const struct erase *e, const struct seen *s, size_t n, char *buf,
	  size_t len)
{
	unsigned least = 1000, most = 0, at;
	size_t i;

	for (i = 0; i < n; i++) {
		at = permille_of(&e->jobs[s[i].job]);
		least = at < least ? at : least;
		most = at > most ? at : most;
	}
	snprintf(buf, len, _("and %zu more: %u.%u %% to %u.%u %%"), n,
		 least / 10, least % 10, most / 10, most % 10);
}

/* A wrapped line would break the redraw. */
static void
cut(char *line, size_t cols)
{
	while (text_width(line) >= cols)
		text_copy(line, strlen(line), line);
}

size_t
screen_lines(const struct erase *e, size_t rows, size_t cols,
	     char (*out)[SCREEN_LINE])
{
	struct seen s[DRIVES_MAX];
	size_t n = look(e, s), shown = n, at = 0, i;
	bool sum = n > 1 && rows > 1;

	if (n + sum > rows)
		shown = rows > 2 ? rows - 2 : rows - sum;
	if (shown < n) {
		qsort(s, n, sizeof(*s), by_care);
		qsort(s, shown, sizeof(*s), by_place);
	}
	for (i = 0; i < shown; i++)
		line_of(e, &e->jobs[s[i].job], out[at++], SCREEN_LINE);
	if (shown < n && at + sum < rows)
		rest_line(e, s + shown, n - shown, out[at++], SCREEN_LINE);
	if (sum)
		sum_line(e, s, n, out[at++], SCREEN_LINE);
	for (i = 0; i < at; i++)
		cut(out[i], cols);
	return at;
}
