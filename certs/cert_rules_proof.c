/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a success of the drive's own commands follow from what was found
 * afterwards?  An accepted command and nothing left of what was there before;
 * what the drive reported of itself is not asked here.
 */
#include "cert_rules.h"
#include "../src/util.h"

#include <string.h>

struct evidence_of {
	const json_t *v, *proof;
	size_t n_chain;
	enum method chain[CHAIN_MAX];
};

static json_int_t
number(const struct evidence_of *e, const char *path)
{
	return rules_number(e->proof, path);
}

/* ---- the commands ------------------------------------------------------- */

static bool
was_accepted(const struct rules *r, const json_t *step)
{
	json_t *c;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.commands"), i,
			   c) {
		if (rules_number(c, "step") == rules_number(step, "n") &&
		    rules_number(c, "errno") == 0 &&
		    reach_is_command(cert_get(c, "command"), cert_method_named(
			cert_get(step, "method")),
			cert_get(r->doc, "method.driver")))
			return true;
	}
	return false;
}

/* What is said to have been carried out was: as steps, and as commands. */
static int
rules_of_chain(struct rules *r, const struct record *x,
	       struct evidence_of *e)
{
	const json_t *chain = cert_at(e->proof, "chain");
	json_t *s;
	size_t i, k = 0;

	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		const char *name = json_string_value(json_array_get(chain,
								    k));

		if (!rules_is(s, "kind", step_name(STEP_FIRMWARE)) ||
		    rules_number(s, "attempt") != number(e, "attempt") ||
		    !rules_is_state(s, "state", STATE_DONE))
			continue;
		if (!was_accepted(r, s))
			return rules_broken(r, "消去命令が受け付けられた記録が"
					    "ありません", "no command of this"
					    " method was accepted");
		if (!name || !rules_is(s, "method", name) ||
		    k >= ARRAY_SIZE(e->chain))
			return rules_missing(r, "verification.proof.chain");
		e->chain[k++] = cert_method_named(name);
	}
	e->n_chain = k;
	return k && k == json_array_size(chain) &&
		e->chain[k - 1] == x->technique ? 0 :
		rules_missing(r, "verification.proof.chain");
}

/* ---- fresh marks -------------------------------------------------------- */

static bool
marks(const json_t *step)
{
	return rules_is(step, "kind", step_name(STEP_MARK)) ||
		rules_is(step, "kind", step_name(STEP_MARK_AGAIN));
}

/* Enough was there to be found again. */
static bool
tells(const json_t *step)
{
	const json_t *p = json_object_get(step, "proof");

	return marks(step) && rules_is_state(step, "state", STATE_DONE) &&
		rules_number(p, "thin") == 0 &&
		rules_number(p, "marks") + rules_number(p, "preimages") > 0 &&
		(!rules_number(p, "marks") ||
		 json_is_true(cert_at(step, "laid.flushed")));
}

bool
rules_proven(const struct rules *r, bool *crypto)
{
	bool fresh = true, proven = true, done = false;
	json_t *s;
	size_t i;

	*crypto = false;
	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		fresh = fresh || tells(s);
		if (!rules_is(s, "kind", step_name(STEP_FIRMWARE)) ||
		    rules_is_state(s, "state", STATE_REFUSED) ||
		    rules_is_state(s, "state", STATE_SKIPPED))
			continue;
		*crypto = *crypto || done;
		done = rules_is_state(s, "state", STATE_DONE) &&
			reach_is_crypto(cert_method_named(cert_get(
				s, "method")));
		proven = fresh;
		fresh = false;
	}
	return proven;
}

/* Of the marks that were laid last: what the record of them says. */
static const json_t *
last_marks(const struct rules *r)
{
	const json_t *last = NULL;
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		if (marks(s) && rules_is_state(s, "state", STATE_DONE))
			last = s;
	}
	return last;
}

/* Before the first command; of a later one the level speaks. */
static bool
first_tells(const struct rules *r)
{
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		if (rules_is(s, "kind", step_name(STEP_MARK)))
			return tells(s);
	}
	return false;
}

/* They are what their step says. */
static bool
marks_fit(const struct rules *r, const struct evidence_of *e)
{
	const json_t *s = last_marks(r);
	const json_t *laid = json_object_get(s, "laid");
	static const char *const counts[] = { "marks", "preimages", "thin" };

	if (!s)
		return json_is_null(json_object_get(e->proof, "key")) &&
			json_is_null(json_object_get(e->proof, "commitment"));
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (number(e, counts[i]) !=
		    rules_number(cert_at(s, "proof"), counts[i]))
			return false;
	}
	return json_is_object(laid) &&
		json_equal(json_object_get(laid, "key"),
			   json_object_get(e->proof, "key")) &&
		json_equal(json_object_get(laid, "commitment"),
			   json_object_get(e->proof, "commitment"));
}

/* ---- what was found ----------------------------------------------------- */

static int
rules_of_survivors(struct rules *r, const struct evidence_of *e)
{
	static const char *const none[] = {
		"marks_left", "preimages_left", "misplaced", "unstable",
	};

	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		if (number(e, none[i]) != 0)
			return rules_broken(r, "消去前の内容が残っているのに消"
					    "去済みとしています", "it says"
					    " erased, but something of before"
					    " was found again");
	}
	return json_is_null(json_object_get(e->proof, "first_left")) ? 0 :
		rules_missing(r, "verification.proof.first_left");
}

/* "0x00000000": the class that this is read as. */
static enum content_class
class_of(const char *pattern)
{
	uint8_t b[4];

	if (strncmp(pattern, "0x", 2) != 0 || hex_decode(b, 4, pattern + 2))
		return CLASS_UNKNOWN;
	if (memcmp(b, b + 2, 2) != 0 || b[0] != b[1])
		return CLASS_PATTERN;
	return b[0] == 0x00 ? CLASS_ZEROS : b[0] == 0xff ? CLASS_ONES :
		CLASS_CONSTANT;
}

/* What the drive was told to write, and nothing else, is there. */
static int
rules_of_fill(struct rules *r, const struct evidence_of *e,
	      const json_t *classes)
{
	enum content_class want = CLASS_UNKNOWN;
	json_t *s;
	size_t i;

	if (e->chain[e->n_chain - 1] != METHOD_SANITIZE_OVERWRITE)
		return 0;
	json_array_foreach((json_t *)cert_at(r->doc, "method.steps"), i, s) {
		if (rules_is(s, "kind", step_name(STEP_PROVE)) &&
		    rules_is_state(s, "state", STATE_DONE))
			want = class_of(cert_get(s, "pattern"));
	}
	return want != CLASS_UNKNOWN && number(e, "looked") ==
		rules_number(classes, class_name(want)) ? 0 :
		rules_missing(r, "verification.proof.classes");
}

/* Blocks of every class, and how many there are. */
static int
rules_of_classes(struct rules *r, const struct record *x,
		 const struct evidence_of *e)
{
	const json_t *classes = json_object_get(e->proof, "classes");
	json_int_t sum = 0, block = rules_number(x->media, "lblock");
	json_int_t unread = rules_number(classes,
					 class_name(CLASS_UNREADABLE));
	bool one = !json_array_size(cert_at(r->doc, "drive.spaces"));

	for (int i = 0; i < CLASS_COUNT; i++) {
		enum content_class c = (enum content_class)i;
		json_int_t n = rules_number(classes, class_name(c));

		if (n < 0)
			return rules_missing(r, "verification.proof.classes");
		if (n && !classify_agrees(c, e->chain, e->n_chain))
			return rules_broken(r, "消去後の内容が方法と合わないの"
					    "に消去済みとしています",
					    "it says erased, but what was read"
					    " does not agree with the method");
		sum += c == CLASS_UNREADABLE ? 0 : n;
	}
	if (json_object_size(classes) != CLASS_COUNT || sum < 1 ||
	    sum != number(e, "looked") || (unread && !x->unread) ||
	    (one && (sum * block != rules_number(e->v, "bytes") ||
		     unread * block > x->unread)))
		return rules_missing(r, "verification.proof.classes");
	return rules_of_fill(r, e, classes);
}

/* Random where nothing that was known before has become random: these blocks
 * were not treated as those were. */
static int
rules_of_random(struct rules *r, const struct evidence_of *e)
{
	json_int_t n = rules_number(cert_at(e->proof, "classes"),
				    class_name(CLASS_RANDOM));
	json_int_t places = number(e, "places");
	json_int_t random = number(e, "places_random");
	bool one = !json_array_size(cert_at(r->doc, "drive.spaces"));

	if (places < 0 || random < 0 || random > n ||
	    places > number(e, "marks") + number(e, "preimages") ||
	    (one && random > places))
		return rules_missing(r, "verification.proof.places");
	return n && places && !random ?
		rules_broken(r, "消去前に確かめた箇所のどれも乱数になっていな"
			     "いのに、乱数の箇所があります", "it says erased,"
			     " but blocks are random where no place that was"
			     " known before has become so") : 0;
}

json_int_t
rules_claimed(const json_t *v)
{
	json_int_t n = rules_number(v, "samples");
	const json_t *p = cert_at(v, "proof");
	json_int_t places = rules_number(p, "places");

	if (rules_number(cert_at(p, "classes"), class_name(CLASS_RANDOM)) <= 0)
		return n;
	return !n || places < n ? places : n;
}

/* The salt was chosen before the drive erased, and told after. */
static int
rules_of_salt(struct rules *r, const struct evidence_of *e)
{
	const json_t *said = json_object_get(e->proof, "commitment");
	uint8_t salt[DIGEST_LEN], digest[DIGEST_LEN], want[DIGEST_LEN];
	bool unproven = cert_tells(r->doc, "exceptions.reasons",
				   REASON_NO_PROOF);

	if (hex_decode(salt, DIGEST_LEN, cert_get(e->v, "salt")))
		return rules_missing(r, "verification.salt");
	if (json_is_null(said) && unproven)
		return 0;
	if (hex_decode(want, DIGEST_LEN, cert_get(e->proof, "commitment")) ||
	    sha256(salt, DIGEST_LEN, digest) ||
	    memcmp(digest, want, DIGEST_LEN) != 0)
		return rules_broken(r, "検証箇所を決めた値が、消去前に約された"
				    "ものと異なります", "the salt is not the"
				    " one that was committed to before");
	return 0;
}

/* What was laid, or why the drive's own word is all there is. */
static int
rules_of_marks(struct rules *r, const struct evidence_of *e)
{
	json_int_t marks = number(e, "marks");
	json_int_t images = number(e, "preimages");
	json_int_t lost = rules_number(json_object_get(
		e->proof, "classes"), class_name(CLASS_UNREADABLE));
	bool unproven = cert_tells(r->doc, "exceptions.reasons",
				   REASON_NO_PROOF);

	if (marks < 0 || images < 0 || number(e, "thin") < 0)
		return rules_missing(r, "verification.proof");
	if (!unproven && !first_tells(r))
		return rules_broken(r, "消去前の目印も内容の控えもないのに消去"
				    "済みとしています", "it says erased, but"
				    " nothing was there to prove it by");
	if (marks + images > number(e, "looked") + lost)
		return rules_missing(r, "verification.proof.looked");
	if (marks && !rules_is_digest(e->proof, "key"))
		return rules_missing(r, "verification.proof.key");
	return marks_fit(r, e) ? 0 : rules_missing(r, "method.steps");
}

static bool
reading_fits(const struct rules *r, const struct record *x,
	     const struct evidence_of *e)
{
	bool one = !json_array_size(cert_at(r->doc, "drive.spaces"));

	if (rules_is(e->v, "mode", json_verify_name(VERIFY_SAMPLE)) &&
	    rules_number(e->v, "sections") > 0)
		return number(e, "looked") + x->unread >=
			rules_number(e->v, "samples") && rules_sample_fits(x);
	return !rules_is(e->v, "mode", json_verify_name(VERIFY_NONE)) &&
		!rules_number(e->v, "samples") &&
		!rules_number(e->v, "sections") && rules_claim_fits(x) &&
		(!one || rules_number(e->v, "bytes") + x->unread == x->size);
}

static int
rules_of_looking(struct rules *r, const struct record *x,
		 const struct evidence_of *e)
{
	if (!rules_is_state(e->v, "state", STATE_DONE) ||
	    rules_number(e->v, "mismatches") != 0)
		return rules_broken(r, "検証が完了していないのに消去済みとして"
				    "います", "it says erased, but verification"
				    " did not end");
	if (!reading_fits(r, x, e))
		return rules_broken(r, "検証の数値が、示された検証の方法と合い"
				    "ません", "the numbers of the verification"
				    " are not those of its mode");
	if (!json_is_true(cert_at(e->v, "cache_dropped")))
		return rules_broken(r, "キャッシュを破棄せずに読み出したのに消"
				    "去済みとしています", "it says erased, but"
				    " the cache was not dropped before reading"
				    " back");
	return json_is_null(cert_at(e->v, "signatures_left")) ? 0 :
		rules_broken(r, "識別情報が残っているのに消去済みとしていま"
			     "す", "it says erased, but a file system was still"
			     " found or not looked for");
}

int
rules_of_proof(struct rules *r, const struct record *x)
{
	struct evidence_of e = {
		.v = x->verification, .proof = cert_at(x->verification,
						       "proof"),
	};
	int err;

	if (!json_is_object(e.proof))
		return rules_missing(r, "verification.proof");
	err = rules_of_chain(r, x, &e);
	if (!err)
		err = rules_of_survivors(r, &e);
	if (!err)
		err = rules_of_classes(r, x, &e);
	if (!err)
		err = rules_of_random(r, &e);
	if (!err)
		err = rules_of_salt(r, &e);
	if (!err)
		err = rules_of_marks(r, &e);
	return err ? err : rules_of_looking(r, x, &e);
}

/* ---- what was erased along ---------------------------------------------- */

static bool
names(const json_t *doc, const char *arg)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)cert_at(doc, "exceptions.reasons"), i,
			   one) {
		if (rules_is(one, "code", reason_name(REASON_SPACE_UNREAD)) &&
		    rules_is(one, "arg", arg))
			return true;
	}
	return false;
}

int
rules_of_spaces(struct rules *r, const struct record *x)
{
	const json_t *list = cert_at(r->doc, "drive.spaces");
	struct space s[SPACES_MAX] = { 0 };
	char some[sizeof(((struct reason *)0)->arg)], all[sizeof(some)];
	uint32_t n = 0;
	json_t *one;
	size_t i;

	if (json_array_size(list) > SPACES_MAX)
		return rules_missing(r, "drive.spaces");
	json_array_foreach((json_t *)list, i, one) {
		s[n].nsid = (uint32_t)rules_number(one, "nsid");
		text_copy(s[n++].node, sizeof(s->node), cert_get(one, "node"));
	}
	/* what the host overwrites is one of them alone */
	if (!reach_spaces(s, n, x->technique != METHOD_OVERWRITE, some,
			  sizeof(some)) || names(r->doc, some))
		return 0;
	(void)reach_spaces(s, n, false, all, sizeof(all));
	return names(r->doc, all) ? 0 :
		rules_broken(r, "読み出していない名前空間があるのに、その旨を"
			     "示していません", "it does not tell of namespaces"
			     " that nothing was read of");
}
