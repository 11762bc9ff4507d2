/* SPDX-License-Identifier: Apache-2.0 */
/* What does a step of a plan do, in the words of the operator? */
#include "cli.h"

#include "util.h"

#include <stdio.h>
#include <string.h>

const char *
cli_step_kind(const struct step *s)
{
	switch (s->kind) {
	case STEP_READY:
		return _("wait until ready");
	case STEP_UNLOCK:
		return _("unlock");
	case STEP_EXPOSE:
		return _("open hidden areas");
	case STEP_MARK:
		return s->marks ? _("note content, lay marks") :
				  _("note content");
	case STEP_MARK_AGAIN:
		return s->marks ? _("note content again, lay new marks") :
				  _("note content again");
	case STEP_FIRMWARE:
		return _("drive erases itself");
	case STEP_PROVE:
		return _("look for remains");
	case STEP_OVERWRITE:
		return _("overwrite");
	case STEP_VERIFY:
		return _("read back");
	case STEP_SIGNATURES:
		return _("look for signatures");
	case STEP_NONE:
	case STEP_KIND_COUNT:
		break;
	}
	return "-";
}

static void
how_text(const struct verify_how *how, char *buf, size_t len)
{
	if (how->mode == VERIFY_SAMPLE)
		snprintf(buf, len, _("sample %.2f%%"),
			 how->share_ppm / 10000.0);
	else
		text_copy(buf, len, _("in full"));
}

/* Those that are a word; the others are digits. */
const char *
cli_pass(const struct pass *p, char *buf, size_t len)
{
	switch (p->kind) {
	case PASS_RANDOM:
		text_copy(buf, len, _("random"));
		return buf;
	case PASS_CHAR:
		text_copy(buf, len, _("a character"));
		return buf;
	case PASS_COMPLEMENT:
		text_copy(buf, len, _("its complement"));
		return buf;
	default:
		return pass_text(p, buf, len);
	}
}

const char *
cli_step_what(const struct plan *p, const struct step *s, enum lang lang,
	      char *buf, size_t len)
{
	char pass[64], how[64];

	cli_pass(&s->pass, pass, sizeof(pass));
	how_text(&s->how, how, sizeof(how));
	buf[0] = '\0';
	switch (s->kind) {
	case STEP_UNLOCK:
		snprintf(buf, len, _("password of %s"),
			 password_name(s->password));
		break;
	case STEP_EXPOSE:
		text_copy(buf, len, "HPA, DCO, AMAC");
		break;
	case STEP_FIRMWARE:
		snprintf(buf, len, "%s: %s", method_text(s->method, lang),
			 method_command(s->method, p->driver));
		break;
	case STEP_PROVE:
		text_copy(buf, len, how);
		break;
	case STEP_OVERWRITE:
		text_copy(buf, len, pass);
		break;
	case STEP_VERIFY:
		snprintf(buf, len, "%s, %s", pass, how);
		break;
	default:
		break;
	}
	return buf;
}

const char *
cli_attempt(const struct plan *p, uint32_t i, enum lang lang, char *buf,
	    size_t len)
{
	size_t at = 0;

	buf[0] = '\0';
	for (uint32_t k = 0; k < p->n_steps; k++) {
		const struct step *s = &p->steps[k];

		if (s->kind != STEP_FIRMWARE || s->attempt != i)
			continue;
		snprintf(buf + at, len - at, "%s%s", at ? " + " : "",
			 method_text(s->method, lang));
		at += strlen(buf + at);
	}
	if (!at)
		text_copy(buf, len, method_text(p->attempts[i].method, lang));
	return buf;
}

const char *
cli_passed(const struct plan *p, uint32_t i, enum lang lang, char *buf,
	   size_t len)
{
	const struct passed_over *o = &p->passed[i];
	const char *command = method_command(o->method, p->driver);
	char why[640];

	reason_text(&o->why, lang, why, sizeof(why));
	if (strcmp(command, "-") != 0)
		snprintf(buf, len, "%s, %s: %s", method_text(o->method, lang),
			 command, why);
	else
		snprintf(buf, len, "%s: %s", method_text(o->method, lang), why);
	return buf;
}

const char *
cli_space(const struct space *s, char *buf, size_t len)
{
	char size[32];

	size_text(s->size, size, sizeof(size));
	if (s->node[0])
		snprintf(buf, len, _("namespace %u (%s), %s"), s->nsid,
			 s->node, size);
	else
		snprintf(buf, len, _("namespace %u, %s"), s->nsid, size);
	return buf;
}
