/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do steps, attempts and commands agree with each other?  Every word follows
 * from a number beside it, and a method that did not succeed is told of where
 * the level is explained.
 */
#include "cert_rules.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const json_t *
list_of(const struct rules *r, const char *path)
{
	return cert_at(r->doc, path);
}

static const char *
driver_of(const struct rules *r)
{
	return cert_get(r->doc, "method.driver");
}

static enum step_kind
kind_of(const json_t *step)
{
	for (int i = 0; i < STEP_KIND_COUNT; i++) {
		if (rules_is(step, "kind", step_name((enum step_kind)i)))
			return (enum step_kind)i;
	}
	return STEP_NONE;
}

static bool
is_of_attempt(enum step_kind k)
{
	return k == STEP_MARK_AGAIN || k == STEP_FIRMWARE || k == STEP_PROVE ||
		k == STEP_OVERWRITE || k == STEP_VERIFY;
}

static bool
was_begun(const json_t *step)
{
	return !rules_is_state(step, "state", STATE_SKIPPED) &&
		(!rules_is_state(step, "state", STATE_NONE) ||
		 *cert_get(step, "started"));
}

static bool
is_done(const json_t *step)
{
	return rules_is_state(step, "state", STATE_DONE);
}

/* ---- each for itself ---------------------------------------------------- */

/* The drive's answer in words is what its number means. */
static bool
reply_fits(const struct rules *r, const json_t *j)
{
	const char *status = cert_get(j, "status");
	const json_t *raw = json_object_get(j, "raw");
	json_int_t err = rules_number(j, "errno");
	char text[96], *end;
	unsigned long n = strtoul(status, &end, 16);

	if (!*status || *end || n > UINT32_MAX || err < 0 || err > INT32_MAX)
		return false;
	if (!json_is_null(raw) && !*cert_get(j, "raw"))
		return false;
	return rules_is(j, "text", reply_text(driver_of(r), (int32_t)err,
					      (uint32_t)n, text,
					      sizeof(text)));
}

static bool
password_fits(const json_t *step)
{
	const json_t *p = json_object_get(step, "password");
	enum method m = cert_method_named(cert_get(step, "method"));
	bool needed = kind_of(step) == STEP_UNLOCK ||
		(kind_of(step) == STEP_FIRMWARE &&
		 (m == METHOD_SECURITY_ERASE ||
		  m == METHOD_SECURITY_ERASE_ENHANCED));

	if (!needed)
		return json_is_null(p);
	for (int i = PASSWORD_NONE + 1; i < PASSWORD_COUNT; i++) {
		if (rules_is(p, "name", password_name((enum password)i)))
			return rules_is(p, "typed",
					password_text((enum password)i));
	}
	return false;
}

static bool
method_fits(const struct rules *r, const json_t *step)
{
	enum method m = cert_method_named(cert_get(step, "method"));

	switch (kind_of(step)) {
	case STEP_FIRMWARE:
		if (!rules_is(step, "command", method_command(
			m, driver_of(r))) || rules_is(step, "command", "-"))
			return false;
		/* fall through */
	case STEP_PROVE:
		return m > METHOD_OVERWRITE &&
			rules_is(step, "method_text",
				 method_text(m, LANG_JA));
	default:
		return json_is_null(json_object_get(step, "method"));
	}
}

static bool
step_fits(const struct rules *r, const json_t *step, size_t i)
{
	size_t n = json_array_size(list_of(r, "method.attempts"));
	const json_t *attempt = json_object_get(step, "attempt");
	const json_t *reply = json_object_get(step, "reply");
	enum step_kind k = kind_of(step);
	json_int_t a = json_integer_value(attempt);

	if (rules_number(step, "n") != (json_int_t)i + 1 || k == STEP_NONE ||
	    !rules_has_state(step))
		return false;
	if (is_of_attempt(k) ? a < 1 || a > (json_int_t)n :
	    !json_is_null(attempt))
		return false;
	return method_fits(r, step) && password_fits(step) &&
		(json_is_null(reply) || reply_fits(r, reply));
}

/* A method of an attempt, and what it would be worth. */
static bool
attempt_fits(const struct rules *r, const struct record *x, const json_t *a,
	     size_t i)
{
	enum method m = cert_method_named(cert_get(a, "method"));

	return rules_number(a, "n") == (json_int_t)i + 1 &&
		m != METHOD_NONE && rules_has_state(a) &&
		rules_is(a, "text", method_text(m, LANG_JA)) &&
		rules_is(a, "command", method_command(m, driver_of(r))) &&
		rules_is(a, "level", level_name(rules_level(r, x, m)));
}

static bool
command_fits(const struct rules *r, const json_t *c)
{
	json_int_t n = (json_int_t)json_array_size(list_of(r,
							   "method.steps"));
	json_int_t step = rules_number(c, "step");

	return step >= 1 && step <= n && *cert_get(c, "command") &&
		json_is_string(json_object_get(c, "sent")) && reply_fits(r, c);
}

/* ---- all together ------------------------------------------------------- */

/* From 1; of a run that came to none it is the first. */
static json_int_t
last_attempt(const struct rules *r)
{
	json_int_t last = 1;
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)list_of(r, "method.steps"), i, s) {
		json_int_t a = rules_number(s, "attempt");

		if (was_begun(s) && a > last)
			last = a;
	}
	return last;
}

static int
rules_of_rest(struct rules *r)
{
	json_t *again = cert_not_examined(r->doc);
	bool same = json_equal(again, (json_t *)cert_at(r->doc,
							"not_examined"));

	json_decref(again);
	return same ? 0 : rules_missing(r, "not_examined");
}

int
rules_of_steps(struct rules *r, const struct record *x)
{
	const json_t *steps = list_of(r, "method.steps"), *now;
	const json_t *attempts = list_of(r, "method.attempts");
	json_t *one;
	size_t i;

	if (!*driver_of(r))
		return rules_missing(r, "method.driver");
	if (!json_array_size(steps) || !json_array_size(attempts))
		return rules_missing(r, "method.steps");
	json_array_foreach((json_t *)attempts, i, one) {
		if (!attempt_fits(r, x, one, i))
			return rules_missing(r, "method.attempts");
	}
	json_array_foreach((json_t *)steps, i, one) {
		if (!step_fits(r, one, i))
			return rules_missing(r, "method.steps");
	}
	json_array_foreach((json_t *)list_of(r, "method.commands"), i, one) {
		if (!command_fits(r, one))
			return rules_missing(r, "method.commands");
	}
	if (!json_is_array(list_of(r, "method.commands")) ||
	    rules_number(r->doc, "method.commands_lost") < 0)
		return rules_missing(r, "method.commands");
	now = json_array_get(attempts, (size_t)last_attempt(r) - 1);
	if (!rules_is(now, "method", method_name(x->technique)))
		return rules_missing(r, "method.technique");
	return rules_of_rest(r);
}

/* ---- what did not succeed ----------------------------------------------- */

/* "sanitize-block: Invalid Field": the method that a fall-back names. */
static enum method
fell_from(const json_t *reason)
{
	const char *arg = cert_get(reason, "arg");
	char name[64];

	if (!rules_is(reason, "code", reason_name(REASON_FELL_BACK)))
		return METHOD_NONE;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg, ":"), arg);
	return cert_method_named(name);
}

static bool
told(const struct rules *r, enum method m)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)list_of(r, "level_reasons"), i, one) {
		if (m != METHOD_NONE && fell_from(one) == m)
			return true;
	}
	return false;
}

static bool
is_failure(const json_t *step)
{
	return was_begun(step) && !is_done(step);
}

/* Every fall-back that is told has a step that failed. */
static bool
fell(const struct rules *r, enum method m)
{
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)list_of(r, "method.steps"), i, s) {
		if (is_failure(s) && m == cert_method_named(
			cert_get(s, "method")))
			return true;
	}
	return false;
}

static int
rules_of_fall(struct rules *r)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)list_of(r, "level_reasons"), i, one) {
		if (rules_is(one, "code", reason_name(REASON_FELL_BACK)) &&
		    !fell(r, fell_from(one)))
			return rules_broken(r, "成功しなかったとされる方法に、"
					    "対応する工程がありません",
					    "it tells of a fall-back, but no"
					    " step has failed");
	}
	return 0;
}

/* Around the attempts: a limit of the size may stay, marks may be missing,
 * and what became of an earlier sanitize counts for nothing. */
static bool
around_fits(const struct rules *r, const struct record *x, const json_t *s)
{
	const char *told = "exceptions.reasons";

	if (is_done(s))
		return true;
	switch (kind_of(s)) {
	case STEP_READY:
		return was_begun(s);
	case STEP_UNLOCK:	/* not locked; is_locked() has the rest */
		return was_begun(s) &&
			rules_is(s, "why.code",
				 reason_name(REASON_PASSWORD_STAYS)) &&
			rules_is(r->doc, "drive.lock.after.locked",
				 answer_name(ANSWER_NO));
	case STEP_EXPOSE:
		return was_begun(s) &&
			cert_tells(r->doc, told, REASON_HIDDEN_LEFT);
	case STEP_MARK:
		return x->technique == METHOD_OVERWRITE ||
			cert_tells(r->doc, told, REASON_NO_PROOF);
	default:
		return false;
	}
}

/* Of the attempt that ended, all but the first of two methods, and marks whose
 * lack lowers the level (rules_proven). */
static bool
ended_fits(const struct rules *r, const struct record *x, const json_t *s)
{
	enum method m = cert_method_named(cert_get(s, "method"));

	if (is_done(s))
		return true;
	if (kind_of(s) == STEP_MARK_AGAIN)
		return is_failure(s);
	return kind_of(s) == STEP_FIRMWARE && m != x->technique &&
		is_failure(s) && told(r, m);
}

/* Nothing is proven of what was not carried out. */
static bool
follows(const json_t *prove, const json_t *before)
{
	return kind_of(prove) != STEP_PROVE || !was_begun(prove) ||
		(kind_of(before) == STEP_FIRMWARE && is_done(before) &&
		 rules_is(before, "method", cert_get(prove, "method")));
}

static bool
step_went(const struct rules *r, const struct record *x, const json_t *s,
	  json_int_t last)
{
	json_int_t a = rules_number(s, "attempt");
	json_int_t n = rules_number(s, "n");

	if (!follows(s, json_array_get(list_of(r, "method.steps"),
				       n > 1 ? (size_t)n - 2 : 0)))
		return false;
	if (a < 0)
		return around_fits(r, x, s);
	if (a > last)
		return !was_begun(s);
	return a == last ? ended_fits(r, x, s) :
		!is_failure(s) || kind_of(s) == STEP_MARK_AGAIN ||
		told(r, cert_method_named(cert_get(
			s, "method")));
}

/* What was given up has a step that failed; nothing is given up for nothing. */
static bool
gave_up(const struct rules *r, json_int_t attempt)
{
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)list_of(r, "method.steps"), i, s) {
		if (rules_number(s, "attempt") == attempt && is_failure(s) &&
		    kind_of(s) != STEP_MARK_AGAIN)
			return true;
	}
	return false;
}

int
rules_of_attempts(struct rules *r, const struct record *x)
{
	json_int_t last = last_attempt(r), a;
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)list_of(r, "method.steps"), i, s) {
		if (!step_went(r, x, s, last))
			return rules_broken(r, "完了していない工程があるのに、"
				"消去済みとしているか、その旨を示していませ"
				"ん", "it says erased, but a step was not done,"
				" or is not told of");
	}
	json_array_foreach((json_t *)list_of(r, "method.attempts"), i, s) {
		if (is_done(s) != ((json_int_t)i + 1 == last))
			return rules_missing(r, "method.attempts");
	}
	for (a = 1; a < last; a++) {
		if (!gave_up(r, a))
			return rules_broken(r, "より強い方法を行わなかった理由"
					    "がありません", "a stronger method"
					    " was left without a failure");
	}
	return rules_of_fall(r);
}
