/* SPDX-License-Identifier: Apache-2.0 */
/* A technician's screen in the middle of its work: names as long as contracts
 * have them, drives of every state.  For the tests of tui*.c. */
#ifndef TUI_SAMPLE_H
#define TUI_SAMPLE_H

#include "../src/tui.h"
#include "sample.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct scene {
	struct tui t;
	struct erase e;
	struct casefile c;
	struct order order;
};

static inline void
scene_case(struct casefile *c)
{
	text_copy(c->f[CASE_CONTRACT_NAME], CASE_TEXT,
		  "令和８年度 庁内パソコン更新に伴うデータ消去業務委託（総務"
		  "部・市民部・福祉部・教育委員会事務局分）①");
	text_copy(c->f[CASE_CONTRACT_NO], CASE_TEXT, "見情契第118号");
	text_copy(c->f[CASE_ORDERER_NAME], CASE_TEXT, "見本市");
	text_copy(c->f[CASE_CONTRACTOR_NAME], CASE_TEXT, "㈱見本データ𠮷田");
	text_copy(c->f[CASE_RESPONSIBLE_NAME], CASE_TEXT, "佐藤 花子");
	text_copy(c->f[CASE_OPERATOR_NAME], CASE_TEXT, "髙橋 﨑郎");
	text_copy(c->f[CASE_PLACE_NAME], CASE_TEXT, "本庁舎３階 電算室");
	c->people[CASE_OPERATOR].n = 2;
	text_copy(c->people[CASE_OPERATOR].name[0], CASE_TEXT, "髙橋 﨑郎");
	text_copy(c->people[CASE_OPERATOR].name[1], CASE_TEXT, "鈴木 一郎");
	c->n_media = 3;
	for (uint32_t i = 0; i < c->n_media; i++) {
		snprintf(c->media[i].asset, sizeof(c->media[i].asset),
			 "見情-%04u", i);
		text_copy(c->media[i].name, CASE_TEXT,
			  "デスクトップパソコン内蔵ハードディスク");
		snprintf(c->media[i].serial, sizeof(c->media[i].serial),
			 "EX-%07u", i);
	}
}

/* Every seventh is in use, every eleventh never answers. */
static inline void
scene_drive(struct scene *s, size_t i)
{
	struct drive *d = &s->t.drives[i];
	struct choice *c = &s->t.choices[i];

	*d = i % 2 ? ssd("nvme") : disk();
	snprintf(d->name, sizeof(d->name), "sd%c%c", 'a' + (int)(i / 26),
		 'a' + (int)(i % 26));
	snprintf(d->path, sizeof(d->path), "/dev/%s", d->name);
	snprintf(d->id.serial, sizeof(d->id.serial), "EX-%07zu", i);
	d->minor = (uint32_t)(16 * i);
	d->n_contents = 1;
	d->contents[0] = (struct content){ .kind = CONTENT_FILESYSTEM,
		.type = "ntfs", .label = "住民情報ボリューム", .len = GB };
	if (i % 7 == 6)
		reasons_add(&c->against, REASON_MOUNTED, "/mnt/データ");
	c->hung = i % 11 == 10;
	c->row = case_match(&s->c, d->id.serial);
}

static inline void
scene_job(struct scene *s, size_t i)
{
	struct job *j = &s->e.jobs[i];
	struct request rq = policy("purge-or-clear");

	j->d = s->t.drives[i];
	j->arg = j->d.path;
	j->row = s->t.choices[i].row;
	j->w.fd = -1;
	assert_int_equal(plan_make(&j->d, &rq, &j->p), 0);
	j->started = true;
	j->progress = (struct progress){ .step = 1, .n_steps = j->p.n_steps,
		.kind = j->p.steps[0].kind, .done = GB * i,
		.total = 1500 * GB, .rate = 210 * MB, .left_s = 3723,
		.errors = i % 5, .celsius = { true, 41 } };
}

/* The translations that lie beside the program under test. */
static inline void
scene_language(void)
{
	const char *o = getenv("O");
	char dir[PATH_LEN];

	snprintf(dir, sizeof(dir), "%s/locale", o ? o : "build");
	assert_non_null(bindtextdomain("massho", dir));
	assert_non_null(bind_textdomain_codeset("massho", "UTF-8"));
	assert_non_null(textdomain("massho"));
}

static inline struct scene *
scene_new(size_t n)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct tui *t = &s->t;

	assert_non_null(s);
	setlocale(LC_ALL, "C.UTF-8");
	scene_language();
	scene_case(&s->c);
	t->c = &s->c;
	t->e = &s->e;
	t->stick = t->japanese = t->sleepy = true;
	text_copy(t->version, sizeof(t->version), "0.1.0");
	text_copy(t->case_dir, sizeof(t->case_dir), "/run/massho/stick/case");
	text_copy(t->key_path, sizeof(t->key_path), "/run/massho/key.p8");
	text_copy(t->clock.now, sizeof(t->clock.now), "2026-11-21 11:48:07");
	t->secret[0].secret = t->secret[1].secret = true;
	t->media.state = STICK_READY;
	t->media.n_cases = 2;
	text_copy(t->media.cases[0], PATH_LEN, "/run/massho/stick/case");
	text_copy(t->media.cases[1], PATH_LEN, "/run/massho/stick/見本市");
	t->drives = calloc(n, sizeof(*t->drives));
	t->choices = calloc(n, sizeof(*t->choices));
	s->e.jobs = calloc(n, sizeof(*s->e.jobs));
	assert_true(t->drives && t->choices && s->e.jobs);
	t->n_drives = s->e.n_jobs = n;
	for (size_t i = 0; i < n; i++) {
		scene_drive(s, i);
		scene_job(s, i);
	}
	t->order = &s->order;
	s->order.f.n = 3;
	text_copy(s->order.f.who, sizeof(s->order.f.who),
		  "総務部情報政策課長 佐藤 花子");
	text_copy(s->order.f.until, sizeof(s->order.f.until), "2026-12-31");
	t->n_unfinished = 2;
	for (int i = 0; i < 2; i++) {
		text_copy(t->unfinished[i].time, TIME_LEN,
			  "2026-11-20T09:00:00+09:00");
		text_copy(t->unfinished[i].serial, 64, "EX-0000001");
	}
	tui_note(t, "電源が切れたため、前回の作業は中断しています。もう一度選ん"
		    "でください");
	return s;
}

static inline void
scene_free(struct scene **s)
{
	free((*s)->t.drives);
	free((*s)->t.choices);
	free((*s)->e.jobs);
	free(*s);
	*s = NULL;
}

/* ---- what stands on a canvas --------------------------------------------- */

/* A row of the canvas as text. */
static inline char *
row_text(const struct canvas *c, int row, char buf[2048])
{
	size_t at = 0;

	for (int i = 0; i < c->cols; i++) {
		mbstate_t st = { 0 };
		const struct cell *cell = &c->cells[row * c->cols + i];

		if (cell->ch)
			at += wcrtomb(buf + at, (wchar_t)cell->ch, &st);
	}
	buf[at] = '\0';
	return buf;
}

static inline bool
shows(const struct canvas *c, int from, int to, const char *text)
{
	char buf[2048];

	for (int row = from; row < to; row++)
		if (strstr(row_text(c, row, buf), text))
			return true;
	return false;
}

#endif
