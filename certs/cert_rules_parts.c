/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An erasure was interrupted and went on: does the document tell of it wherever
 * it counts?  What earlier parts did is named with their receipts; what stands
 * on the medium now was read back in the last part, all of it.
 */
#include "cert_rules.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum step_kind
kind_of(const json_t *j)
{
	for (int i = 0; i < STEP_KIND_COUNT; i++) {
		if (rules_is(j, "kind", step_name((enum step_kind)i)))
			return (enum step_kind)i;
	}
	return STEP_NONE;
}

static bool
is_carried(const json_t *j)
{
	return json_is_true(json_object_get(j, "carried"));
}

static const json_t *
resumed(const json_t *pass)
{
	const json_t *r = json_object_get(pass, "resumed");

	return json_is_null(r) ? NULL : r;
}

/* ---- the parts themselves ----------------------------------------------- */

static bool
is_time(const json_t *j, const char *key)
{
	int64_t t;

	return cert_instant(cert_get(j, key), &t);
}

static bool
is_new(const json_t *list, size_t n, const char *receipt)
{
	for (size_t i = 0; i < n; i++) {
		if (rules_is(json_array_get(list, i), "receipt", receipt))
			return false;
	}
	return true;
}

/* The oldest first; a gap in the numbers is told by them. */
static bool
part_fits(const struct rules *r, const struct record *x, const json_t *list,
	  size_t i)
{
	const json_t *p = json_array_get(list, i);
	const char *receipt = cert_get(p, "receipt");
	json_int_t before = i ? rules_number(json_array_get(list, i - 1),
					     "n") : 0;
	json_int_t n = rules_number(p, "n"), step = rules_number(p, "step");

	return json_object_size(p) == 7 && rules_is_digest(p, "receipt") &&
		!rules_is(r->doc, "evidence.receipt", receipt) &&
		is_new(list, i, receipt) && (i ? n > before : n == 1) &&
		is_time(p, "started") && is_time(p, "last") && step >= 1 &&
		step <= STEPS_MAX && kind_of(p) != STEP_NONE &&
		rules_number(p, "reached") >= 0 &&
		rules_number(p, "reached") <= x->size;
}

static int
rules_of_list(struct rules *r, const struct record *x)
{
	const json_t *list = cert_at(r->doc, "method.parts"), *last;
	size_t n = json_array_size(list), i;
	bool told = false;
	json_t *one;

	if (list && (!json_is_array(list) || n > PARTS_MAX))
		return rules_missing(r, "method.parts");
	for (i = 0; i < n; i++) {
		if (!part_fits(r, x, list, i))
			return rules_missing(r, "method.parts");
	}
	last = n ? json_array_get(list, n - 1) : NULL;
	json_array_foreach((json_t *)cert_at(r->doc, "level_reasons"), i,
			   one) {
		if (!rules_is(one, "code", reason_name(REASON_RESUMED)))
			continue;
		if (!last || strtoll(cert_get(one, "arg"), NULL, 10) !=
		    rules_number(last, "n"))
			return rules_missing(r, "level_reasons");
		told = true;
	}
	return told == (n != 0) ? 0 :
		rules_broken(r, "中断と再開の記録が、文書の中で一致していませ"
			     "ん", "it does not tell everywhere that the"
			     " erasure was interrupted");
}

/* ---- what counts of them ------------------------------------------------ */

/* Of a pass that was only sampled in the end, all that an earlier part wrote
 * was read back when it went on. */
static bool
margin_fits(const struct record *x, const json_t *p, json_int_t at,
	    json_int_t margin)
{
	return at > 0 && at <= x->size && margin > 0 && margin <= at &&
	       (margin == at || !x->last_read ||
		rules_is(x->verification, "mode",
			json_verify_name(VERIFY_FULL)) ||
		rules_number(x->last_read, "n") != rules_number(p, "n"));
}

/* A pass that went on has had its margin read back. */
static bool
resumed_fits(const struct record *x, const json_t *p)
{
	const json_t *r = resumed(p);
	json_int_t at = rules_number(r, "at");
	json_int_t margin = rules_number(r, "margin");

	if (!r)
		return true;
	if (kind_of(p) != STEP_OVERWRITE || json_object_size(r) != 3 ||
	    !json_is_boolean(json_object_get(r, "restarted")))
		return false;
	return json_is_true(json_object_get(r, "restarted")) ?
		at == 0 && margin == 0 :
		margin_fits(x, p, at, margin);
}

static bool
may_carry(const struct record *x, const json_t *step)
{
	switch (kind_of(step)) {
	case STEP_OVERWRITE:
	case STEP_VERIFY:
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		return x->technique == METHOD_OVERWRITE;
	case STEP_FIRMWARE:
	case STEP_PROVE:
		return x->technique == METHOD_OVERWRITE &&
			cert_method_named(cert_get(step, "method")) !=
			x->technique;
	default:
		return false;
	}
}

/* Is anything counted that another part did? */
static bool
counts(const struct rules *r)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.passes"), i, one) {
		if (is_carried(one) || resumed(one))
			return true;
	}
	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, one) {
		if (is_carried(one))
			return true;
	}
	return false;
}

/* Of a pass and its step the same is said. */
static bool
agree(const struct rules *r, const json_t *pass)
{
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		if (kind_of(s) == kind_of(pass) &&
		    rules_number(s, "pass_no") == rules_number(pass, "n") &&
		    rules_is(s, "started", cert_get(pass, "started")))
			return is_carried(s) == is_carried(pass);
	}
	return !is_carried(pass);
}

int
rules_of_parts(struct rules *r, const struct record *x)
{
	bool success = rules_is_success(r->doc);
	json_t *one;
	size_t i;
	int err = rules_of_list(r, x);

	if (err)
		return err;
	if (counts(r) && !json_array_size(cert_at(r->doc, "method.parts")))
		return rules_missing(r, "method.parts");
	json_array_foreach((json_t *)cert_at(r->doc, "method.passes"), i, one) {
		if (!resumed_fits(x, one) || !agree(r, one))
			return rules_missing(r, "method.passes");
	}
	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, one) {
		if (is_carried(one) && success && !may_carry(x, one))
			return rules_missing(r, "method.steps");
	}
	return success && x->last_read && is_carried(x->last_read) ?
		rules_broken(r, "再開後に読み出して照合していないのに消去済みと"
			     "しています", "it says erased, but what was"
			     " written last was not read back after the"
			     " interruption") : 0;
}
