/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does what is said of an erasure follow from its numbers?  Everything that
 * has two places in the document must be the same in both, and a success must
 * be borne out by every pass, every block and every time.
 */
#include "cert_rules.h"
#include "../src/util.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define SECTIONS_MIN	1000	/* of a sample */

bool
rules_is_state(const json_t *j, const char *path, enum step_state s)
{
	return rules_is(j, path, step_state_name(s));
}

bool
rules_has_state(const json_t *j)
{
	for (int i = 0; i <= STATE_DONE; i++) {
		if (rules_is_state(j, "state", (enum step_state)i))
			return true;
	}
	return false;
}

static bool
is_done(const json_t *j)
{
	return rules_is_state(j, "state", STATE_DONE);
}

/* ---- what every document about an erasure has --------------------------- */

static int
rules_of_names(struct rules *r)
{
	static const char *const named[] = {
		"method.policy", "operator.name", "place.performed",
		"consent.who", "evidence.station",
	};
	static const char *const digests[] = {
		"consent.plan_digest", "evidence.head", "evidence.receipt",
	};

	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (!*cert_get(r->doc, named[i]))
			return rules_missing(r, named[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(digests); i++) {
		if (!rules_is_digest(r->doc, digests[i]))
			return rules_missing(r, digests[i]);
	}
	if (!rules_is(r->doc, "consent.how", "typed") &&
	    !rules_is(r->doc, "consent.how", "token") &&
	    !rules_is(r->doc, "consent.how", "job"))
		return rules_missing(r, "consent.how");
	if (!json_array_size(cert_at(r->doc, "info_items")))
		return rules_missing(r, "info_items");
	if (!json_array_size(cert_at(r->doc, "not_examined")))
		return rules_missing(r, "not_examined");
	if (!cert_log_name(cert_get(r->doc, "evidence.file")))
		return rules_missing(r, "evidence.file");
	return rules_number(r->doc, "evidence.seq") >= 1 ? 0 :
		rules_missing(r, "evidence.seq");
}

/* Of what did not succeed the end may be unknown; a clock that was set back
 * must be told of. */
static int
rules_of_times(struct rules *r)
{
	const char *finished = cert_get(r->doc, "finished_at");
	int64_t issued, started, ended, agreed;
	bool set_back = cert_tells(r->doc, "level_reasons",
				   REASON_CLOCK_SET_BACK);
	char day[11];

	if (!cert_instant(cert_get(r->doc, "issued_at"), &issued))
		return rules_missing(r, "issued_at");
	if (!cert_instant(cert_get(r->doc, "consent.at"), &agreed))
		return rules_missing(r, "consent.at");
	if (!rules_is_success(r->doc) && !strcmp(finished, "unknown"))
		return rules_is(r->doc, "date", "unknown") ? 0 :
			rules_missing(r, "date");
	if (!cert_instant(cert_get(r->doc, "started_at"), &started))
		return rules_missing(r, "started_at");
	if (!cert_instant(finished, &ended))
		return rules_missing(r, "finished_at");
	if ((ended < started) != set_back || issued < ended)
		return rules_broken(r, "開始、終了、発行の時刻の順が、記録され"
				    "た内容と合いません（機器の時計が戻された"
				    "場合を含みます）", "the order of start,"
				    " end and issue is not what its own record"
				    " says (was the clock set back?)");
	snprintf(day, sizeof(day), "%.10s", finished);
	return rules_is(r->doc, "date", day) ? 0 : rules_missing(r, "date");
}

static int
rules_of_media(struct rules *r, struct record *x)
{
	const json_t *list = cert_at(r->doc, "media");

	x->technique = cert_method_named(cert_get(r->doc, "method.technique"));
	/* What the drive did itself is not believed without its record. */
	if (x->technique == METHOD_NONE || (x->technique != METHOD_OVERWRITE &&
					    !cert_at(r->doc, "drive")))
		return rules_missing(r, "method.technique");
	x->media = json_array_get(list, 0);
	x->size = rules_number(x->media, "size");
	return json_array_size(list) == 1 && x->size > 0 &&
		*cert_get(x->media, "qty") &&
		rules_number(x->media, "lblock") > 0 ? 0 :
		rules_missing(r, "media");
}

static bool
is_time_or_null(const json_t *j)
{
	const char *s = json_string_value(j);
	int64_t t;

	return s ? cert_instant(s, &t) : json_is_null(j);
}

static bool
pass_fits(const json_t *p, json_int_t size)
{
	bool written = rules_is(p, "kind", step_name(STEP_OVERWRITE));
	bool stream = rules_is(p, "pattern", "random");
	json_int_t bytes = rules_number(p, "bytes");

	if (!written && !rules_is(p, "kind", step_name(STEP_VERIFY)))
		return false;
	if (rules_number(p, "n") < 0 || bytes < 0 || bytes > size ||
	    !*cert_get(p, "pattern") || !rules_has_state(p))
		return false;
	if (written ? !json_is_boolean(cert_at(p, "flushed")) :
	    !json_is_null(cert_at(p, "flushed")))
		return false;
	if ((!stream && !json_is_null(cert_at(p, "key"))) ||
	    !is_time_or_null(cert_at(p, "started")) ||
	    !is_time_or_null(cert_at(p, "finished")))
		return false;
	if (!is_done(p))
		return true;
	/* An error that cost no byte is none. */
	return (!stream || rules_is_digest(p, "key")) &&
		(rules_number(p, "errno") == 0 || bytes < size);
}

/* Finds the last write, and what read it back after. */
static int
rules_of_passes(struct rules *r, struct record *x)
{
	const json_t *list = cert_at(r->doc, "method.passes");
	json_t *p;
	size_t i;

	json_array_foreach((json_t *)list, i, p) {
		if (!pass_fits(p, x->size))
			return rules_missing(r, "method.passes");
		if (rules_is(p, "kind", step_name(STEP_OVERWRITE))) {
			x->last_write = p;
			x->last_read = NULL;
		} else {
			x->last_read = p;
		}
	}
	if (!x->last_write != (x->technique > METHOD_OVERWRITE))
		return rules_missing(r, "method.passes");
	return (cert_uses_stream(r->doc) ?
		rules_is(r->doc, "crypto.encryption", "AES-256-CTR") :
		json_is_null(cert_at(r->doc, "crypto.encryption"))) ? 0 :
		rules_missing(r, "crypto.encryption");
}

/* The longest first, of those as long the first, and none twice. */
static bool
in_order(const json_t *list, size_t i, json_int_t at, json_int_t len)
{
	json_int_t a, n;
	size_t k;

	for (k = 0; k < i; k++) {
		const json_t *one = json_array_get(list, k);

		a = json_integer_value(json_array_get(one, 0));
		n = json_integer_value(json_array_get(one, 1));
		if (n < len || (n == len && a >= at) ||
		    (a <= at + len && at <= a + n))
			return false;
	}
	return true;
}

/* [[at, len], ...] within the medium; what did not fit is in `lost`. */
static bool
ranges_fit(const json_t *j, json_int_t size)
{
	const json_t *list = cert_at(j, "ranges");
	json_int_t total = rules_number(j, "total"), sum;
	json_t *one;
	size_t i;

	sum = rules_number(j, "lost");
	if (total < 0 || total > size || sum < 0 || !json_is_array(list) ||
	    json_array_size(list) > RANGES_MAX)
		return false;
	json_array_foreach((json_t *)list, i, one) {
		const json_t *at = json_array_get(one, 0);
		const json_t *len = json_array_get(one, 1);
		json_int_t a = json_integer_value(at);
		json_int_t n = json_integer_value(len);

		if (json_array_size(one) != 2 || !json_is_integer(at) ||
		    !json_is_integer(len) || n < 1 || n > size ||
		    a < 0 || a > size - n || sum > size ||
		    !in_order(list, i, a, n))
			return false;
		sum += n;
	}
	return sum == total;
}

static bool
reasons_fit(const json_t *list)
{
	json_t *one;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach((json_t *)list, i, one) {
		bool known = false;

		for (int c = 0; c < REASON_COUNT; c++)
			known = known || rules_is(one, "code", reason_name(
				(enum reason_code)c));
		if (!known || !*cert_get(one, "text") ||
		    !*cert_get(one, "text_en"))
			return false;
	}
	return true;
}

static int
rules_of_exceptions(struct rules *r, struct record *x)
{
	const json_t *e = cert_at(r->doc, "exceptions");

	if (!ranges_fit(cert_at(e, "unwritten"), x->size) ||
	    !ranges_fit(cert_at(e, "unread"), x->size))
		return rules_missing(r, "exceptions");
	if (!reasons_fit(cert_at(e, "reasons")))
		return rules_missing(r, "exceptions.reasons");
	if (!reasons_fit(cert_at(r->doc, "level_reasons")))
		return rules_missing(r, "level_reasons");
	x->unwritten = rules_number(e, "unwritten.total");
	x->unread = rules_number(e, "unread.total");
	return 0;
}

static int
rules_of_verification(struct rules *r, struct record *x)
{
	const json_t *v = cert_at(r->doc, "verification");

	x->verification = v;
	if (!rules_is(v, "mode", json_verify_name(VERIFY_NONE)) &&
	    !rules_is(v, "mode", json_verify_name(VERIFY_SAMPLE)) &&
	    !rules_is(v, "mode", json_verify_name(VERIFY_FULL)))
		return rules_missing(r, "verification.mode");
	if (!rules_has_state(v))
		return rules_missing(r, "verification.state");
	if (rules_number(v, "bytes") < 0 || rules_number(v, "samples") < 0 ||
	    rules_number(v, "sections") < 0 ||
	    !json_is_boolean(cert_at(v, "cache_dropped")))
		return rules_missing(r, "verification");
	/* Without a difference there is no first one. */
	return (rules_number(v, "mismatches") == 0) ==
		json_is_null(cert_at(v, "first_mismatch")) ? 0 :
		rules_missing(r, "verification.first_mismatch");
}

/* ---- what only a success has -------------------------------------------- */

/* The sentence on the page must be what so many samples allow to say. */
static bool
claim_fits(const struct record *x)
{
	const json_t *v = x->verification, *claim = cert_at(v, "claim");
	json_int_t ppm = rules_number(claim, "confidence_ppm");
	struct step_result as = { 0 };
	json_t *again;
	double share;
	bool same;

	if (ppm < 1 || ppm > 999999)
		return false;
	as.claim_conf_ppm = (uint32_t)ppm;
	as.claim_share_ppb = (uint64_t)rules_number(claim, "share_ppb");
	share = -expm1(log1p(-(double)ppm / 1e6) /
		       (double)rules_claimed(v)) * 1e9;
	again = json_claim(&as, cert_at(claim, "bytes") ? (uint64_t)x->size :
			   0);
	same = json_equal(again, (json_t *)claim);
	json_decref(again);
	return same && (double)as.claim_share_ppb + 1 >= share;
}

/* With a part left out nothing is claimed of the whole. */
bool
rules_claim_fits(const struct record *x)
{
	bool none = json_is_null(cert_at(x->verification, "claim"));

	if (rules_claimed(x->verification) <= 0)
		return none;
	return none ? x->unwritten + x->unread > 0 : claim_fits(x);
}

bool
rules_sample_fits(const struct record *x)
{
	const json_t *v = x->verification;
	json_int_t sections = rules_number(v, "sections");
	json_int_t bytes = rules_number(v, "bytes");

	if (!rules_is_digest(v, "salt"))
		return false;
	/* A small medium is read whole. */
	if (!sections)
		return !rules_number(v, "samples") && rules_claim_fits(x) &&
			bytes + x->unwritten + x->unread == x->size;
	if (sections < SECTIONS_MIN ||
	    rules_number(v, "samples") != 2 * sections || bytes <= 0)
		return false;
	return rules_claim_fits(x);
}

static bool
full_fits(const struct record *x)
{
	const json_t *v = x->verification;

	return rules_number(v, "bytes") + x->unwritten + x->unread ==
		x->size && !rules_number(v, "samples") &&
		!rules_number(v, "sections") &&
		json_is_null(cert_at(v, "claim")) &&
		json_is_null(cert_at(v, "salt"));
}

static int
rules_of_reading(struct rules *r, const struct record *x)
{
	const json_t *v = x->verification, *p = x->last_read;

	if (rules_number(v, "mismatches") != 0)
		return rules_broken(r, "不一致があるのに消去済みとしています",
				    "it says erased, but verification found"
				    " data");
	if (!is_done(v) || !p || !is_done(p))
		return rules_broken(r, "検証が完了していないのに消去済みとして"
				    "います", "it says erased, but verification"
				    " did not end");
	if (rules_number(p, "bytes") != rules_number(v, "bytes") ||
	    rules_number(p, "n") != rules_number(x->last_write, "n") ||
	    !rules_is(p, "pattern", cert_get(x->last_write, "pattern")) ||
	    !json_equal((json_t *)cert_at(p, "key"),
			(json_t *)cert_at(x->last_write, "key")))
		return rules_missing(r, "method.passes");
	if (rules_is(v, "mode", json_verify_name(VERIFY_FULL)) ?
	    !full_fits(x) : rules_is(v, "mode", json_verify_name(VERIFY_NONE))
	    || !rules_sample_fits(x))
		return rules_broken(r, "検証の数値が、示された検証の方法と合い"
				    "ません", "the numbers of the verification"
				    " are not those of its mode");
	if (!json_is_true(cert_at(v, "cache_dropped")))
		return rules_broken(r, "キャッシュを破棄せずに読み出したのに消"
				    "去済みとしています", "it says erased, but"
				    " the cache was not dropped before reading"
				    " back");
	return json_is_null(cert_at(v, "signatures_left")) ? 0 :
		rules_broken(r, "識別情報が残っているのに消去済みとしていま"
			     "す", "it says erased, but a file system was still"
			     " found or not looked for");
}

/* Of an earlier pass a block may be missing that a later one has reached. */
static int
rules_of_writing(struct rules *r, const struct record *x)
{
	json_t *p;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.passes"), i, p) {
		if (!is_done(p))
			return rules_broken(r, "完了していない回があるのに消去"
				"済みとしています", "it says erased, but not"
				" every pass was done");
		if (json_is_false(cert_at(p, "flushed")))
			return rules_broken(r, "書込みが確定していない回がある"
				"のに消去済みとしています", "it says erased,"
				" but a pass was not flushed");
	}
	return rules_number(x->last_write, "bytes") + x->unwritten == x->size ?
		0 : rules_broken(r, "最後の回が全域に及んでいないのに消去済み"
				 "としています", "it says erased, but the last"
				 " pass did not cover the medium");
}

int
rules_of_erasure(struct rules *r)
{
	struct record x = { 0 };
	int err = rules_of_names(r);

	if (!err)
		err = rules_of_times(r);
	if (!err)
		err = rules_of_media(r, &x);
	if (!err)
		err = rules_of_passes(r, &x);
	if (!err)
		err = rules_of_exceptions(r, &x);
	if (!err)
		err = rules_of_verification(r, &x);
	if (!err && cert_at(r->doc, "drive"))
		err = rules_of_steps(r, &x);
	if (!err)
		err = rules_of_parts(r, &x);
	if (err)
		return err;
	if (!rules_is_success(r->doc))
		return rules_is(r->doc, "level", level_name(LEVEL_NONE)) ? 0 :
			rules_broken(r, "消去できていないのに水準を示していま"
				     "す", "it names a level, but nothing was"
				     " erased");
	if (cert_at(r->doc, "drive"))
		err = rules_of_attempts(r, &x);
	if (!err && x.technique > METHOD_OVERWRITE)
		err = rules_of_proof(r, &x);
	else if (!err)
		err = rules_of_writing(r, &x);
	if (!err && x.technique == METHOD_OVERWRITE)
		err = rules_of_reading(r, &x);
	return err ? err : rules_of_result(r, &x);
}
