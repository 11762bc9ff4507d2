/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With which key are the documents signed?  The case's; where none was put, the
 * technician can make one, so that an office without Linux needs no other tool.
 */
#include "tui.h"

#include "util.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* ---- where it is -------------------------------------------------------- */

static bool
exists(const char *path)
{
	return access(path, F_OK) == 0 || errno != ENOENT;
}

/* A certificate without its key: that one is kept elsewhere, and a second one
 * would sign what nobody trusts. */
static const char *
why_not_made(const char *key_path, bool several)
{
	char crt[PATH_LEN + 16];

	if (several)
		return _("several signing keys (*.p8) are on the stick: put the"
			 " one of this case into its folder, named key.p8");
	snprintf(crt, sizeof(crt), "%.*s.crt", (int)strlen(key_path) - 3,
		 key_path);
	if (exists(crt))
		return _("key.crt is here, its key is not: copy key.p8 into the"
			 " same folder, then start again");
	return NULL;
}

void
key_find(struct show *s)
{
	struct tui *t = &s->t;
	const char *why;
	int err = 0;

	t->no_key = false;
	if (s->cli.key) {
		text_copy(t->key_path, sizeof(t->key_path), s->cli.key);
		return;
	}
	if (t->stick)
		err = stick_key(&t->media, t->case_dir, t->key_path,
				sizeof(t->key_path));
	if (!t->stick || err)
		snprintf(t->key_path, sizeof(t->key_path), "%.*s/key.p8",
			 (int)sizeof(t->key_path) - 8, t->case_dir);
	if (t->has_key || exists(t->key_path))
		return;
	why = why_not_made(t->key_path, err == -ENOTUNIQ);
	if (why)
		tui_note(t, why);
	else
		t->no_key = true;
}

/* ---- opening it --------------------------------------------------------- */

/* The drives that were planned before it was open are signed for by it. */
static void
take_key(struct show *s)
{
	struct tui *t = &s->t;

	if (!show_same_case(s)) {
		show_other_case(s);
		return;
	}
	if (t->key_for_plan) {
		s->e.key = s->key;
		show_look_back(s);	/* the plan may have been read long */
	}
	paper_missing(s);
	if (t->key_for_report) {
		tui_go(t, PAGE_NEXT);
		paper_report(s);
	} else if (t->key_for_plan) {
		tui_ask_first(t);
	} else {
		round_look(s);
	}
}

static void
hide_typed(struct tui *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(t->secret); i++)
		t->secret[i].secret = true;
}

void
key_open(struct show *s)
{
	struct tui *t = &s->t;
	char err[300] = "";
	int ret;

	hide_typed(t);
	show_busy(s, _("opening the key"));
	s->e.key = NULL;
	key_free(&s->key);
	ret = key_load(t->key_path, t->secret[0].text, &s->key, err,
		       sizeof(err));
	edit_clear(&t->secret[0]);
	t->busy[0] = '\0';
	t->has_key = !ret;
	if (ret) {
		tui_note(t, ret == -EACCES ?
			 _("this is not the key's passphrase; type it again."
			   " Tab shows what is typed") :
			 err[0] ? err : strerror(-ret));
		return;
	}
	take_key(s);
}

/* ---- making one --------------------------------------------------------- */

static int
make(const struct tui *t, char *err, size_t err_len)
{
	struct key_subject of = { .c = "JP" };
	char name[PATH_LEN];

	text_copy(name, sizeof(name), t->key_path);
	name[strlen(name) - strlen(".p8")] = '\0';
	if (text_copy(of.cn, sizeof(of.cn), t->c->f[CASE_RESPONSIBLE_NAME]) ||
	    text_copy(of.o, sizeof(of.o), t->c->f[CASE_CONTRACTOR_NAME])) {
		snprintf(err, err_len, _("a name of the signer is too long: at"
			 " most 64 characters, a country two letters"));
		return -EINVAL;
	}
	return key_new(name, KEY_P256, &of, t->secret[0].text, err, err_len);
}

static void
forget_typed(struct tui *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(t->secret); i++)
		edit_clear(&t->secret[i]);
	hide_typed(t);
	t->at = 0;
}

void
key_make(struct show *s)
{
	struct tui *t = &s->t;
	char err[300] = "";
	int ret;

	if (strcmp(t->secret[0].text, t->secret[1].text) != 0) {
		forget_typed(t);
		tui_note(t, _("the two passphrases differ; type both again"));
		return;
	}
	hide_typed(t);
	show_busy(s, _("making the key"));
	ret = make(t, err, sizeof(err));
	t->busy[0] = '\0';
	if (ret) {
		forget_typed(t);
		tui_note(t, err[0] ? err : strerror(-ret));
		return;
	}
	t->no_key = false;
	edit_clear(&t->secret[1]);
	tui_note(t, _("the signing key is made. Give key.crt, which is in the"
		      " case's folder now, to the orderer: by it they check the"
		      " certificates"));
	key_open(s);
}
