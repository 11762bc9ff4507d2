/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must never be printed: a failure that reads like a success, 廃棄 (the
 * destruction of the medium) for an erasure by software, a promise of 100 %.
 * A document that breaks a rule is not drawn at all.
 */
#include "cert_text.h"
#include "form.h"

#include <errno.h>
#include <string.h>

enum form_kind
form_kind_of(const json_t *doc)
{
	static const char *const names[] = {
		[FORM_UNKNOWN] = "unknown",
		[FORM_ERASE] = "erase",
		[FORM_NONE_HANDLED] = "none_handled",
		[FORM_RETURNED] = "returned",
		[FORM_DESTROYED] = "destroyed",
		[FORM_RETENTION] = "retention",
	};
	const char *type = json_string_value(json_object_get(doc, "doc_type"));
	size_t i;

	for (i = 1; type && i < G_N_ELEMENTS(names); i++)
		if (!strcmp(type, names[i]))
			return (enum form_kind)i;
	return FORM_UNKNOWN;
}

enum outcome
form_outcome_of(const json_t *doc)
{
	const char *result = json_string_value(json_object_get(doc, "result"));
	int o;

	for (o = OUTCOME_COUNT - 1; result && o > OUTCOME_FAILED; o--)
		if (!strcmp(result, outcome_name((enum outcome)o)))
			return (enum outcome)o;
	return OUTCOME_FAILED;
}

const char *
form_mark(const struct form *f)
{
	if (f->kind != FORM_ERASE)
		return "";
	switch (f->outcome) {
	case OUTCOME_ERASED:
	case OUTCOME_EXCEPTIONS:
		return "";
	case OUTCOME_INTERRUPTED:
		return "消去は完了していません";
	default:
		return "消去できていません";
	}
}

const char *
form_id_label(const struct form *f)
{
	return !*form_mark(f) && strstr(form_get(f, "title"), "証明書") ?
	       "証明書番号" : "文書番号";
}

static int
forbid(const char *path, const char *what, char *err, size_t err_len)
{
	snprintf(err, err_len, _("the form would not be true: '%s' %s"), path,
		 what);
	return -EINVAL;
}

/* Our own words: what the contract is called is not ours to judge. */
static const char *
own_words(const struct form *f, const char *path)
{
	const char *name = form_say(f, "「%s」", form_get(f, "contract.name"));
	const char *text = form_get(f, path), *at;

	while ((at = strstr(text, name)))
		text = form_say(f, "%.*s%s", (int)(at - text), text,
				at + strlen(name));
	return text;
}

static int
rules_of_wording(const struct form *f, char *err, size_t err_len)
{
	static const char *const claims[] = {
		"title", "statement", "method.text", "level_text",
		"level_gloss",
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(claims); i++)
		if (cert_promises(f->doc, claims[i]))
			return forbid(claims[i], _("promises what nobody can"),
				      err, err_len);
	if (f->kind == FORM_ERASE && strstr(form_get(f, "method.text"), "廃棄"))
		return forbid("method.text", _("says 廃棄, but software does "
			      "not destroy a medium"), err, err_len);
	return 0;
}

static int
rules_of_failure(const struct form *f, char *err, size_t err_len)
{
	const char *title = form_get(f, "title");

	if (!strstr(title, form_mark(f)) ||
	    g_str_has_suffix(title, "証明書"))
		return forbid("title", form_say(f, _("must say %s"),
						form_mark(f)), err, err_len);
	if (strstr(own_words(f, "statement"), "証明"))
		return forbid("statement", _("certifies an erasure that did "
			      "not succeed"), err, err_len);
	if (strcmp(form_get(f, "level"), level_name(LEVEL_NONE)) != 0)
		return forbid("level", _("must be none"), err, err_len);
	return 0;
}

/* A medium that was not reached everywhere may have no level. */
static int
rules_of_exceptions(const struct form *f, char *err, size_t err_len)
{
	if (!strstr(form_get(f, "title"), "例外"))
		return forbid("title", _("must say 例外"), err, err_len);
	if (strstr(own_words(f, "statement"), "完全"))
		return forbid("statement", _("says 完全, but there are "
			      "exceptions"), err, err_len);
	return 0;
}

static int
rules_of_success(const struct form *f, char *err, size_t err_len)
{
	const char *level = form_get(f, "level");

	if (f->outcome == OUTCOME_EXCEPTIONS)
		return rules_of_exceptions(f, err, err_len);
	if (strcmp(level, level_name(LEVEL_CLEAR)) != 0 &&
	    strcmp(level, level_name(LEVEL_PURGE)) != 0)
		return forbid("level", _("is none, but the result says "
			      "erased"), err, err_len);
	return 0;
}

int
form_rules(const struct form *f, char *err, size_t err_len)
{
	int ret;

	if (f->kind == FORM_UNKNOWN)
		return forbid("doc_type", _("is no document we know"), err,
			      err_len);
	if (!*form_get(f, "title") || !*form_get(f, "cert_id"))
		return forbid("title", _("or 'cert_id' is missing"), err,
			      err_len);
	ret = rules_of_wording(f, err, err_len);
	if (ret || f->kind != FORM_ERASE)
		return ret;
	if (*form_mark(f))
		return rules_of_failure(f, err, err_len);
	return rules_of_success(f, err, err_len);
}

int
form_check(const json_t *doc, char *err, size_t err_len)
{
	struct form f = {
		.doc = doc, .kind = form_kind_of(doc),
		.outcome = form_outcome_of(doc),
	};
	int ret;

	if (err_len)
		*err = '\0';
	f.words = g_string_chunk_new(1024);
	ret = form_rules(&f, err, err_len);
	g_string_chunk_free(f.words);
	return ret;
}
