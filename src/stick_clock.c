/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which time is it, when the PC's clock may be wrong or in local time?  The
 * operator says so; what the PC's clock said then is kept beside it.
 */
#include "stick.h"

#include "case.h"
#include "util.h"

#include "../drivers/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define JAPAN_S		(9 * 3600)	/* ahead of UTC, without summer time */
#define TOLERATED_S	60
#define MADE		1763683200LL	/* 2025-11-21: no run can be older */
#define MADE_YEARS_S	(20LL * 366 * 24 * 3600)

static void
show(int64_t seconds, char out[20])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&t, &tm))
		strftime(out, 20, "%Y-%m-%d %H:%M:%S", &tm);
}

/* ---- what was said in this boot ----------------------------------------- */

/* Five lines: offset, who, when, rtc, word.  Not JSON, so that it can be read
 * where no library is. */
static int
recall(const char *run, struct stick_clock *out)
{
	char path[PATH_LEN * 2], *text = NULL, *line, *save = NULL, *end;
	size_t len = 0;
	int err;

	snprintf(path, sizeof(path), "%s/clock", run);
	err = file_read(path, 4096, &text, &len);
	if (err)
		return err;
	line = strtok_r(text, "\n", &save);
	errno = 0;
	out->offset_s = line ? strtoll(line, &end, 10) : 0;
	err = !line || errno || end == line || *end ? -EBADMSG : 0;
	line = strtok_r(NULL, "\n", &save);
	if (line)
		text_clean(out->by, sizeof(out->by), line, strlen(line));
	line = strtok_r(NULL, "\n", &save);
	if (line)
		text_clean(out->at, sizeof(out->at), line, strlen(line));
	out->confirmed = !err && out->by[0] && out->at[0];
	free(text);
	return err;
}

void
stick_clock(const char *run, struct stick_clock *out)
{
	int64_t rtc = 0;

	memset(out, 0, sizeof(*out));
	out->rtc_known = machine_rtc("", &rtc) == 0;
	if (out->rtc_known) {
		show(rtc, out->rtc);
		show(rtc, out->as_local);
	}
	show((int64_t)time(NULL) + JAPAN_S, out->now);
	if (recall(run, out)) {
		out->confirmed = false;
		out->offset_s = 0;
	}
}

/* ---- the operator's word ------------------------------------------------ */

/* The whole text, and nothing but that */
static bool
reads_as(const char *text, const char *format, struct tm *out)
{
	const char *end;

	*out = (struct tm){ 0 };
	end = strptime(text, format, out);
	return end && !*end;
}

/* "2026-11-21 11:48[:07]" in Japanese time. */
static int
parse(const char *word, int64_t *out)
{
	struct tm tm, asked;
	char text[128], *c;
	time_t t;

	if (case_fold(text, sizeof(text), word))
		return -EINVAL;
	for (c = text; *c; c++)
		if (*c == '/' || *c == 'T')
			*c = *c == '/' ? '-' : ' ';
	if (!reads_as(text, " %Y-%m-%d %H:%M ", &tm) &&
	    !reads_as(text, " %Y-%m-%d %H:%M:%S ", &tm))
		return -EINVAL;
	asked = tm;
	t = timegm(&tm);
	/* timegm() takes the 31st of June for the 1st of July */
	if (tm.tm_mday != asked.tm_mday || tm.tm_mon != asked.tm_mon ||
	    tm.tm_sec != asked.tm_sec)
		return -EINVAL;
	*out = (int64_t)t - JAPAN_S;
	return 0;
}

static int
record(const char *run, int64_t offset_s, const char *by, const char *word)
{
	char path[PATH_LEN * 2], text[512], now[TIME_LEN], who[64];
	struct stick_clock c;

	text_clean(who, sizeof(who), by, strlen(by));
	time_now(now);
	stick_clock(run, &c);
	snprintf(path, sizeof(path), "%s/clock", run);
	snprintf(text, sizeof(text), "%lld\n%s\n%s\n%s\n%.40s\n",
		 (long long)offset_s, who[0] ? who : "unknown", now,
		 c.rtc_known ? c.rtc : "unknown", word[0] ? word : "yes");
	/* said again: the later word counts */
	if (unlink(path) && errno != ENOENT)
		return -errno;
	return file_create(path, text, strlen(text), false);
}

int
stick_clock_say(const char *run, const char *word, const char *by)
{
	int64_t now = (int64_t)time(NULL), said = now, rtc = 0;
	struct stick s;
	int err = word[0] ? parse(word, &said) : 0;

	if (err)
		return err;
	if (said < MADE || said > MADE + MADE_YEARS_S)
		return -ERANGE;
	stick_look(run, &s);
	if (said - now > TOLERATED_S || now - said > TOLERATED_S) {
		/* the clock of somebody's own computer is not ours */
		err = s.live ? machine_set_clock(said) : -EPERM;
		if (err)
			return err;
	}
	if (!s.live)
		return 0;
	/* what is left within the tolerance is what minutes cannot tell */
	now = (int64_t)time(NULL);
	if (machine_rtc("", &rtc))
		rtc = now;
	return record(run, now - rtc, by, word);
}
