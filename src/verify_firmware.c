/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do the records show that the drive erased itself?  PURE.  Its own word is
 * needed and never enough: the command was accepted, its status said so, and
 * nothing of what was there before was found again.
 */
#include "verify_judge.h"
#include "util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PPM		1000000U
#define FAST		1000000000U	/* bytes/s that no disk rewrites */

static bool
is_security(enum method m)
{
	return m == METHOD_SECURITY_ERASE ||
	       m == METHOD_SECURITY_ERASE_ENHANCED;
}

/* ---- the command --------------------------------------------------------- */

/* The one that erases: a password that was set is no erasure. */
static bool
was_accepted(const struct trial *t, uint32_t i)
{
	const struct sent *sent = &t->r->sent;
	uint32_t k;

	for (k = 0; k < sent->n && k < COMMANDS_MAX; k++)
		if (sent->c[k].step == i && !sent->c[k].reply.err &&
		    reach_is_command(sent->c[k].name, t->p->steps[i].method,
				     t->p->driver))
			return true;
	return false;
}

/* Enhanced erase may change a key only, and what is done in seconds is then
 * no wonder. */
static bool
rewrites(enum method m)
{
	return m == METHOD_SANITIZE_OVERWRITE || m == METHOD_SECURITY_ERASE ||
	       m == METHOD_FORMAT;
}

static void
check_speed(struct trial *t, const struct step *s,
	    const struct step_result *x)
{
	char arg[24];

	if (t->p->medium != MEDIUM_ROTATING || !rewrites(s->method) ||
	    x->ms >= t->size / (FAST / 1000))
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64, x->ms / 1000);
	(void)trial_except(t, REASON_TOO_FAST, arg);
}

bool
firmware_holds(struct trial *t, uint32_t i)
{
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];

	if (!was_accepted(t, i))
		return trial_blame(t, REASON_NEVER_STARTED, NULL);
	if (x->reply.err)
		return trial_blame(t, REASON_DRIVE_FAILED,
				   method_name(s->method));
	if (x->err)		/* settled, but something is left */
		(void)trial_except(t, is_security(s->method) ?
				   REASON_PASSWORD_LEFT : REASON_UNSETTLED,
				   is_security(s->method) ?
				   password_name(s->password) :
				   method_name(s->method));
	check_speed(t, s, x);
	return true;
}

/* ---- the claim ----------------------------------------------------------- */

uint64_t
verify_claimed(const struct step_result *r)
{
	if (!r->proof.classes[CLASS_RANDOM])
		return r->samples;
	return !r->samples || r->proof.places < r->samples ?
	       r->proof.places : r->samples;
}

/* No more than so many places allow to say. */
static bool
claim_holds(const struct trial *t, const struct step_result *x)
{
	uint64_t n = verify_claimed(x);

	if (!x->claim_conf_ppm && !x->claim_share_ppb)
		return true;
	return n && x->claim_conf_ppm <= SAMPLE_CONF_PPM &&
	       x->claim_share_ppb + 1 >= sample_claim_ppb(n, SAMPLE_CONF_PPM) ?
	       true : trial_blame(t, REASON_INTERNAL, "claim");
}

/* ---- the proof ----------------------------------------------------------- */

bool
mark_holds(struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];
	const struct proof *p = &x->proof;

	/* marks found elsewhere: it has less room than it says */
	if (p->misplaced)
		return trial_blame(t, REASON_MISMATCH, x->why.arg);
	if (t->p->attempts[t->won].method == METHOD_OVERWRITE)
		return true;
	if (x->state != STATE_DONE || p->thin || !(p->marks + p->preimages))
		return trial_except(t, REASON_NO_PROOF, NULL);
	if (p->marks && !x->flushed)
		return trial_blame(t, REASON_FLUSH_FAILED, NULL);
	return true;
}

/* Enough was there to be found again. */
static bool
marks_tell(const struct step_result *x)
{
	const struct proof *p = &x->proof;

	return x->state == STATE_DONE && !p->thin && p->marks + p->preimages &&
	       (!p->marks || x->flushed);
}

/*
 * Refused: it did nothing, and what stood there before still tells.  What
 * became of any other that is not skipped only fresh marks can outlive.
 */
static bool
last_is_proven(const struct trial *t, bool *crypto)
{
	bool fresh = true, proven = true;
	uint32_t i;

	*crypto = false;
	for (i = 0; i <= t->last; i++) {
		const struct step_result *x = &t->r->results[i];

		if (attempts_marks(t->p->steps[i].kind) && marks_tell(x))
			fresh = true;
		if (t->p->steps[i].kind != STEP_FIRMWARE ||
		    x->state == STATE_REFUSED || x->state == STATE_SKIPPED)
			continue;
		proven = fresh;
		fresh = false;
		*crypto |= i < t->last && x->state == STATE_DONE &&
			   reach_is_crypto(t->p->steps[i].method);
	}
	return proven;
}

enum level
firmware_level(struct trial *t, enum level planned)
{
	bool crypto;

	if (t->p->attempts[t->won].method == METHOD_OVERWRITE ||
	    last_is_proven(t, &crypto))
		return planned;
	if (crypto)
		(void)trial_blame(t, REASON_CRYPTO_ALONE, NULL);
	else
		(void)trial_except(t, REASON_NO_PROOF, NULL);
	return planned < LEVEL_CLEAR ? planned : LEVEL_CLEAR;
}

/* The places were fixed before anybody could know them. */
static bool
committed(const struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];
	static const uint8_t none[DIGEST_LEN];
	uint32_t m = attempts_marked(t->p, t->r->results, i);
	uint8_t digest[DIGEST_LEN];

	if (!memcmp(x->salt, none, DIGEST_LEN))
		return trial_blame(t, REASON_INTERNAL, "salt");
	if (m == t->p->n_steps)
		return true;
	if (sha256(x->salt, DIGEST_LEN, digest) ||
	    memcmp(digest, t->r->results[m].commitment, DIGEST_LEN) != 0)
		return trial_blame(t, REASON_INTERNAL, "salt");
	return true;
}

/* The class that a pattern of SANITIZE OVERWRITE must have been read as. */
static enum content_class
class_of(const struct pass *pass, uint8_t pattern[16])
{
	uint8_t block[512];
	uint32_t i;

	if (pass->kind != PASS_FILL || !pass->len ||
	    pass->len > PASS_BYTES_MAX)
		return CLASS_UNKNOWN;
	for (i = 0; i < sizeof(block); i++)
		block[i] = pass->bytes[i % pass->len];
	return classify(block, sizeof(block), pattern);
}

static bool
class_agrees(const struct trial *t, uint32_t i, enum content_class c)
{
	const struct step *s = &t->p->steps[i];
	const struct proof *p = &t->r->results[i].proof;
	enum method chain[CHAIN_MAX];
	uint8_t pattern[16] = { 0 };
	size_t n = attempts_chain(t->p, t->r->results, i, chain);

	if (!n || chain[n - 1] != s->method || !classify_agrees(c, chain, n))
		return false;
	if (s->method != METHOD_SANITIZE_OVERWRITE || c == CLASS_UNREADABLE)
		return true;
	if (c != class_of(&s->pass, pattern))
		return false;
	return (c != CLASS_CONSTANT && c != CLASS_PATTERN) ||
	       !memcmp(pattern, p->pattern, sizeof(pattern));
}

static bool
classes_agree(const struct trial *t, uint32_t i)
{
	const struct proof *p = &t->r->results[i].proof;
	uint64_t sum = 0;
	int c;

	for (c = 0; c < CLASS_COUNT; c++) {
		if (!p->classes[c])
			continue;
		if (!class_agrees(t, i, (enum content_class)c))
			return trial_blame(t, REASON_CONTENT_ODD,
				class_name((enum content_class)c));
		if (c != CLASS_UNREADABLE)
			sum += p->classes[c];
	}
	/* random where nothing that was known has become random */
	if (p->classes[CLASS_RANDOM] && p->places && !p->places_random)
		return trial_blame(t, REASON_CONTENT_ODD,
				   class_name(CLASS_RANDOM));
	if (p->places_random > p->classes[CLASS_RANDOM])
		return trial_blame(t, REASON_INTERNAL, "places");
	return sum == p->looked && p->looked ? true :
	       trial_blame_step(t, REASON_NOT_VERIFIED, i);
}

static bool
nothing_left(const struct trial *t, const struct step_result *x)
{
	const struct proof *p = &x->proof;

	if (p->marks_left || p->misplaced)
		return trial_blame(t, REASON_MARK_LEFT, NULL);
	if (p->preimages_left)
		return trial_blame(t, REASON_PREIMAGE_LEFT, NULL);
	if (p->unstable)
		return trial_blame(t, REASON_CONTENT_ODD,
				   class_name(CLASS_RANDOM));
	return true;
}

static bool
looked_enough(const struct trial *t, uint32_t i)
{
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];
	uint64_t all = x->bytes + t->r->unread.total;

	if (!t->p->n_spaces && x->bytes != x->proof.looked * t->p->lblock)
		return trial_blame_step(t, REASON_NOT_VERIFIED, i);
	if (x->samples ? s->how.mode == VERIFY_SAMPLE && s->how.share_ppm &&
	    x->sections >= SAMPLE_SECTIONS_MIN &&
	    x->samples == 2 * x->sections &&
	    all >= verify_tolerated(t->size, s->how.share_ppm) :
	    all >= t->size)
		return true;
	return trial_blame_step(t, REASON_NOT_VERIFIED, i);
}

/* Of what was read, not of the drive: a sample stands for all of it. */
static bool
readable(struct trial *t, const struct step_result *x)
{
	const struct proof *p = &x->proof;
	uint64_t bad = p->classes[CLASS_UNREADABLE];
	uint64_t bytes = t->r->unread.total;
	char arg[64];

	if (!bad && !bytes)
		return true;
	(void)trial_blocks(t, bytes, arg);
	if (bytes < bad * t->p->lblock && !t->p->n_spaces)
		return trial_blame(t, REASON_INTERNAL, "unread");
	if (bytes > verify_tolerated(x->bytes + bytes, t->p->bad_max_ppm))
		return trial_blame(t, REASON_UNREADABLE, arg);
	return trial_except(t, REASON_UNREADABLE, arg);
}

bool
proof_holds(struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];

	if (!t->r->cache_dropped)
		return trial_blame(t, REASON_NOT_VERIFIED, NULL);
	if (trial_find(t, STEP_MARK) == t->p->n_steps)
		(void)trial_except(t, REASON_NO_PROOF, NULL);
	return nothing_left(t, x) && committed(t, i) && classes_agree(t, i) &&
	       looked_enough(t, i) && claim_holds(t, x) && readable(t, x);
}

/* ---- what is left -------------------------------------------------------- */

static void
tell_hidden(struct trial *t)
{
	const struct areas *a = &t->r->areas;
	uint64_t all = a->dco > a->native ? a->dco : a->native;
	char arg[64];

	snprintf(arg, sizeof(arg), "%s %" PRIu64 " B",
		 a->hpa == ANSWER_YES ? "HPA" : a->amac == ANSWER_YES ?
		 "AMAC" : "DCO", all > a->current ? all - a->current : 0);
	(void)trial_except(t, REASON_HIDDEN_LEFT, arg);
}

/* The plan has told, to whom consented, what keeps the answer back. */
static bool
is_bridged(const struct trial *t)
{
	const struct reasons *rs = &t->p->attempts[t->won].level_reasons;
	uint32_t i;

	for (i = 0; i < rs->n && i < REASONS_MAX; i++)
		if (rs->r[i].code == REASON_HIDDEN_UNKNOWN && rs->r[i].arg[0])
			return true;
	return false;
}

static void
except_hidden(struct trial *t)
{
	switch (reach_hidden(t->p->driver, t->p->attempts[t->won].method,
			     &t->r->areas, is_bridged(t))) {
	case REACH_LEFT:
		tell_hidden(t);
		break;
	case REACH_UNKNOWN:
		(void)trial_except(t, REASON_HIDDEN_UNKNOWN, NULL);
		break;
	default:
		break;
	}
}

/* Whatever was to be opened and was not is told, also where the method reaches
 * it: nothing of it could be read. */
static void
check_hidden(struct trial *t)
{
	uint32_t e = trial_find(t, STEP_EXPOSE);
	char arg[64];

	if (e < t->p->n_steps && t->r->results[e].state == STATE_DONE &&
	    t->r->after_known && t->r->after.size != t->p->size_full) {
		snprintf(arg, sizeof(arg), "%" PRIu64 " -> %" PRIu64,
			 t->p->size_full, t->r->after.size);
		(void)trial_except(t, REASON_HIDDEN_BACK, arg);
	} else if (e < t->p->n_steps &&
		   t->r->results[e].state != STATE_DONE) {
		tell_hidden(t);
	} else {
		except_hidden(t);
	}
}

/* Bytes that the proof must have read at least, had it read all of them. */
static uint64_t
share_of_spaces(const struct trial *t, const struct verify_how *how)
{
	uint32_t ppm = how->mode == VERIFY_FULL ? PPM : how->share_ppm, i;
	uint64_t sum = verify_tolerated(t->size, ppm);

	for (i = 0; i < t->p->n_spaces && i < SPACES_MAX; i++)
		if (t->p->spaces[i].node[0])
			sum += verify_tolerated(t->p->spaces[i].size, ppm);
	return sum;
}

/* What is erased along is proven like the drive itself, or it is told. */
static void
check_spaces(struct trial *t)
{
	bool read = false;
	char arg[sizeof(((struct reason *)0)->arg)];
	uint32_t i;

	for (i = 0; i < t->p->n_steps && i < STEPS_MAX; i++)
		if (t->p->steps[i].kind == STEP_PROVE &&
		    t->p->steps[i].attempt == t->won)
			read = t->r->results[i].bytes + t->r->unread.total >=
			       share_of_spaces(t, &t->p->steps[i].how);
	if (reach_spaces(t->p->spaces, t->p->n_spaces, read, arg, sizeof(arg)))
		(void)trial_except(t, REASON_SPACE_UNREAD, arg);
}

/* A password may have been set: by a SECURITY ERASE that was begun, and not
 * refused because there was one. */
static enum password
password_set(const struct trial *t)
{
	uint32_t i;

	for (i = 0; i < t->p->n_steps && i < STEPS_MAX; i++)
		if (t->p->steps[i].kind == STEP_FIRMWARE &&
		    is_security(t->p->steps[i].method) &&
		    t->r->results[i].why.code != REASON_PASSWORD_KEPT &&
		    t->r->results[i].state != STATE_NONE &&
		    t->r->results[i].state != STATE_SKIPPED)
			return t->p->steps[i].password;
	return PASSWORD_NONE;
}

static void
check_lock(struct trial *t)
{
	enum password set = password_set(t);
	enum answer enabled = t->r->lock_after.enabled;

	if (set != PASSWORD_NONE && enabled != ANSWER_NO)
		(void)trial_except(t, REASON_PASSWORD_LEFT, password_name(set));
	else if (enabled == ANSWER_YES && t->r->why.code != REASON_LOCKED)
		(void)trial_except(t, REASON_PASSWORD_KEPT, NULL);
}

static void
tell_sectors(const struct trial *t)
{
	const struct health *h = &t->r->health_after;
	uint64_t n = (h->reallocated.known ? h->reallocated.n : 0) +
		     (h->grown.known ? h->grown.n : 0);
	char arg[24];

	if (!n || reach_is_sanitize(t->p->attempts[t->won].method))
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64, n);
	(void)trial_blame(t, REASON_REALLOCATED, arg);
}

void
firmware_leftovers(struct trial *t)
{
	uint32_t u = trial_find(t, STEP_UNLOCK);

	check_lock(t);
	if (t->won >= t->p->n_attempts || t->won >= ATTEMPTS_MAX)
		return;
	check_hidden(t);
	check_spaces(t);
	tell_sectors(t);
	if (u < t->p->n_steps && t->r->results[u].state == STATE_DONE)
		(void)trial_blame(t, REASON_UNLOCKED,
				  password_name(t->p->steps[u].password));
}
