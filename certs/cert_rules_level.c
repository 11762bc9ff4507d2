/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the result say no more than the technique is worth on this medium, and
 * does it leave out nothing that it should tell?  The level is worked out
 * again as the plan did, from what the document says of the drive.
 */
#include "cert_rules.h"
#include "../src/util.h"

#include <string.h>

/* Its data lies on some other storage, or behind a controller. */
static bool
is_over_storage(const json_t *medium)
{
	static const enum transport over[] = {
		TRANSPORT_LOOP, TRANSPORT_VIRTIO, TRANSPORT_IMAGE,
		TRANSPORT_RAID, TRANSPORT_NETWORK, TRANSPORT_STACKED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(over); i++) {
		if (rules_is(medium, "transport", transport_name(over[i])))
			return true;
	}
	return json_is_true(json_object_get(medium, "image")) ||
		!json_is_false(json_object_get(medium, "virtual")) ||
		!json_is_false(json_object_get(medium, "network"));
}

static bool
is_bridged(const struct rules *r, const json_t *medium)
{
	return rules_is(medium, "transport", transport_name(TRANSPORT_USB)) ||
		json_is_object(cert_at(r->doc, "drive.bridge"));
}

/* Serial number, size and answers may be the bridge's. */
static bool
is_doubtful(const struct rules *r, const json_t *medium)
{
	return is_bridged(r, medium) &&
		!rules_is(r->doc, "drive.bridge.identity",
			  answer_name(ANSWER_YES));
}

enum level
rules_level(const struct rules *r, const struct record *x, enum method m)
{
	enum reason_code why;
	enum level l = policy_level(m, cert_medium_named(
		cert_get(x->media, "medium")), &why);

	return l > LEVEL_CLEAR && (is_over_storage(x->media) ||
				   is_doubtful(r, x->media)) ? LEVEL_CLEAR : l;
}

/* What leaves something out; `blocks`: also if it is only blocks. */
static bool
tells_exception(const json_t *doc, const char *path, bool blocks)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		enum reason_code c = (enum reason_code)i;

		if (!blocks && (c == REASON_BLOCKS_NOT_WRITTEN ||
				c == REASON_BLOCKS_NOT_READ))
			continue;
		if (cert_is_exception(doc, c) && cert_tells(doc, path, c))
			return true;
	}
	return false;
}

/* A medium that was not reached everywhere has no level. */
static int
rules_of_partial(struct rules *r, bool clean)
{
	const char *path = "exceptions.reasons";

	if (!tells_exception(r->doc, path, !clean))
		return rules_broken(r, "例外の内容がありません",
				    "it tells of exceptions, but names none");
	return rules_is(r->doc, "level", level_name(LEVEL_NONE)) ? 0 :
		rules_broken(r, "例外があるのに水準を示しています",
			     "it names a level, but has exceptions");
}

static bool
says(const struct rules *r, const char *path, enum answer a)
{
	return rules_is(r->doc, path, answer_name(a));
}

static enum answer
answer_at(const struct rules *r, const char *path)
{
	return says(r, path, ANSWER_YES) ? ANSWER_YES :
		says(r, path, ANSWER_NO) ? ANSWER_NO : ANSWER_UNKNOWN;
}

/* What the technique does not reach, or may not; behind a bridge, which hides
 * the answer, it is enough that this is told. */
static bool
hides(const struct rules *r, const struct record *x)
{
	struct areas a = {
		.hpa = answer_at(r, "drive.areas.after.hpa"),
		.dco_set = answer_at(r, "drive.areas.after.dco_set"),
		.amac = answer_at(r, "drive.areas.after.amac"),
	};
	const char *driver = cert_get(r->doc, "method.driver");
	enum reach left = reach_hidden(driver, x->technique, &a,
				       is_bridged(r, x->media));

	if (left == REACH_TOLD && !strcmp(driver, "ata"))
		return !cert_tells(r->doc, "level_reasons",
				   REASON_HIDDEN_UNKNOWN);
	return left == REACH_UNKNOWN ||
		(left == REACH_LEFT && !strcmp(driver, "ata"));
}

/* A drive that keeps a password is in nobody's hands. */
static bool
is_locked(const struct rules *r)
{
	const char *path = "drive.lock.after.enabled";
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		if (rules_is(s, "kind", step_name(STEP_FIRMWARE)) &&
		    json_is_object(json_object_get(s, "password")) &&
		    !rules_is_state(s, "state", STATE_SKIPPED) &&
		    !says(r, path, ANSWER_NO))
			return true;
	}
	return says(r, path, ANSWER_YES);
}

/* A limit that was unknown before may have become known. */
static bool
tells_silently(const json_t *doc)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		enum reason_code c = (enum reason_code)i;

		if (c != REASON_HIDDEN_UNKNOWN && cert_is_exception(doc, c) &&
		    cert_tells(doc, "level_reasons", c))
			return true;
	}
	return false;
}

/* Of its last command, as it was proven. */
static enum level
proven_level(const struct rules *r, const struct record *x)
{
	enum level l = rules_level(r, x, x->technique);
	bool crypto;

	if (x->technique == METHOD_OVERWRITE || rules_proven(r, &crypto))
		return l;
	if (!crypto || !cert_tells(r->doc, "level_reasons",
				   REASON_CRYPTO_ALONE))
		return LEVEL_NONE;	/* that cannot be named */
	return l > LEVEL_CLEAR ? LEVEL_CLEAR : l;
}

int
rules_of_result(struct rules *r, const struct record *x)
{
	bool clean = !x->unwritten && !x->unread;
	enum level level = proven_level(r, x);
	int err = rules_of_spaces(r, x);

	if (err)
		return err;
	if (rules_is(r->doc, "result", outcome_name(OUTCOME_EXCEPTIONS)))
		return rules_of_partial(r, clean);
	if (!clean || json_array_size(cert_at(r->doc, "exceptions.reasons")))
		return rules_broken(r, "書込み又は読出しのできない範囲があるの"
				    "に消去済みとしています", "it says erased,"
				    " but a part could not be written or read");
	if (hides(r, x) || is_locked(r) || tells_silently(r->doc))
		return rules_broken(r, "例外とすべき事項があるのに消去済みとし"
				    "ています", "it says erased, but tells of"
				    " what makes it an exception");
	return level != LEVEL_NONE &&
		rules_is(r->doc, "level", level_name(level)) ? 0 :
		rules_broken(r, "消去の水準が、この媒体にこの方法で達し得るもの"
			     "と異なります", "it names a level that this"
			     " method does not reach on this medium, or none");
}
