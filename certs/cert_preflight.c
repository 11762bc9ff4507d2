/* SPDX-License-Identifier: Apache-2.0 */
/* Will there be a document, however this ends?  Asked while all is still there:
 * what the rules object to then is the words of the case. */
#include "cert_text.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARKS	(2 * MARK_MIN)	/* as many as none could find too few */
#define MARK_MIN	300

/* One run that might come of a plan: it ends with this attempt. */
struct might {
	const struct plan *p;
	enum outcome o;
	uint32_t attempt;
	struct run *r;
	uint8_t salt[DIGEST_LEN];
};

static bool
is_of_attempt(const struct step *s)
{
	return s->kind == STEP_MARK_AGAIN || s->kind == STEP_FIRMWARE ||
	       s->kind == STEP_PROVE || s->kind == STEP_OVERWRITE ||
	       s->kind == STEP_VERIFY;
}

/* The drive took the command, and did it. */
static void
imagine_command(const struct might *m, uint32_t i)
{
	struct sent *sent = &m->r->sent;
	struct command *c;

	if (sent->n >= COMMANDS_MAX)
		return;
	c = &sent->c[sent->n++];
	c->step = i;
	text_copy(c->name, sizeof(c->name), method_command(
		m->p->steps[i].method, m->p->driver));
	c->sent_len = 1;
}

/* Everything was read and is zero; one block could not be read if that is
 * asked. */
static void
imagine_proof(const struct might *m, const struct step *s,
	      struct step_result *x)
{
	uint64_t left_out = m->o == OUTCOME_EXCEPTIONS ? m->p->lblock : 0;
	struct proof *p = &x->proof;

	x->bytes = s->len - left_out;
	p->looked = x->bytes / m->p->lblock;
	p->classes[CLASS_ZEROS] = p->looked;
	p->classes[CLASS_UNREADABLE] = left_out != 0;
	memcpy(x->salt, m->salt, DIGEST_LEN);
	if (left_out)
		ranges_add(&m->r->unread, 0, left_out);
}

static void
imagine_pass(const struct might *m, const struct step *s,
	     struct step_result *x)
{
	uint64_t left_out = m->o == OUTCOME_EXCEPTIONS ? m->p->lblock : 0;

	x->bytes = s->len - left_out;
	x->flushed = s->kind == STEP_OVERWRITE;
	memset(x->key, 1, sizeof(x->key));
	if (s->how.mode == VERIFY_SAMPLE)
		memset(x->salt, 1, sizeof(x->salt));
	if (left_out && !m->r->unwritten.n)
		ranges_add(&m->r->unwritten, 0, left_out);
}

static int
imagine_mark(const struct might *m, struct step_result *x)
{
	memset(x->key, 1, sizeof(x->key));
	x->flushed = true;
	x->proof.marks = x->proof.preimages = MARKS;
	if (x->proof.marks > m->p->id.size / m->p->lblock / 2)
		x->proof.marks = x->proof.preimages = 1;
	return sha256(m->salt, DIGEST_LEN, x->commitment);
}

static int
imagine_step(const struct might *m, uint32_t i)
{
	const struct step *s = &m->p->steps[i];
	struct step_result *x = &m->r->results[i];
	int err = 0;

	x->state = STATE_DONE;
	if (is_of_attempt(s) && s->attempt != m->attempt) {
		x->state = s->attempt < m->attempt && !m->r->sent.n &&
			s->kind == STEP_FIRMWARE ? STATE_REFUSED :
			STATE_SKIPPED;
		return 0;
	}
	if (s->kind == STEP_FIRMWARE)
		imagine_command(m, i);
	else if (s->kind == STEP_PROVE)
		imagine_proof(m, s, x);
	else if (s->kind == STEP_OVERWRITE || s->kind == STEP_VERIFY)
		imagine_pass(m, s, x);
	else if (s->kind == STEP_MARK || s->kind == STEP_MARK_AGAIN)
		err = imagine_mark(m, x);
	return err;
}

static int
imagine(struct might *m)
{
	struct run *r = m->r;
	int err = 0;

	memset(r, 0, sizeof(*r));
	memset(m->salt, 1, DIGEST_LEN);
	memcpy(r->plan_digest, m->p->digest, DIGEST_LEN);
	r->before = r->after = m->p->id;
	r->after_known = r->cache_dropped = true;
	time_now(r->started);
	time_now(r->finished);
	r->state = STATE_DONE;
	r->areas = (struct areas){ .hpa = ANSWER_NO, .dco_set = ANSWER_NO,
				   .amac = ANSWER_NO };
	r->lock_after.enabled = ANSWER_NO;
	for (uint32_t i = 0; !err && i < m->p->n_steps && i < STEPS_MAX; i++) {
		r->n_results++;
		err = imagine_step(m, i);
	}
	return err;
}

/* Each method before was refused, and is told of. */
static void
tell_falls(const struct might *m, struct reasons *why)
{
	char arg[64];

	for (uint32_t i = 0; i < m->r->n_results; i++) {
		if (m->r->results[i].state != STATE_REFUSED)
			continue;
		snprintf(arg, sizeof(arg), "%s: refused",
			 method_name(m->p->steps[i].method));
		reasons_add(why, REASON_FELL_BACK, arg);
	}
}

static bool
has_step(const struct plan *p, enum step_kind k)
{
	for (uint32_t i = 0; i < p->n_steps && i < STEPS_MAX; i++)
		if (p->steps[i].kind == k)
			return true;
	return false;
}

static void
judge(const struct might *m, struct verdict *v)
{
	const struct attempt *a = &m->p->attempts[m->attempt];
	enum reason_code left = m->r->unread.n ? REASON_UNREADABLE :
		REASON_BLOCKS_NOT_WRITTEN;

	*v = (struct verdict){ .outcome = m->o };
	tell_falls(m, &v->reasons);
	if (m->o == OUTCOME_ERASED) {
		v->level = a->level;
		for (uint32_t i = 0; i < a->level_reasons.n; i++)
			reasons_add(&v->reasons, a->level_reasons.r[i].code,
				    a->level_reasons.r[i].arg);
	} else {
		reasons_add(&v->reasons, m->o == OUTCOME_EXCEPTIONS ? left :
			    REASON_INTERRUPTED, "1");
	}
	if (m->o == OUTCOME_EXCEPTIONS && !has_step(m->p, STEP_MARK))
		reasons_add(&v->reasons, REASON_NO_PROOF, NULL);
}

/* Without anything to compare it is never more than an exception. */
static bool
may_end(const struct might *m)
{
	return m->o != OUTCOME_ERASED || has_step(m->p, STEP_MARK) ||
		m->p->attempts[m->attempt].method == METHOD_OVERWRITE;
}

static json_t *
position(void)
{
	static const uint8_t some[DIGEST_LEN] = { 1 };

	return json_pack("{s:s, s:s, s:i, s:o, s:o}", "station", "preflight",
			 "file", "preflight.jsonl", "seq", 1,
			 "head", json_hex(some, DIGEST_LEN),
			 "receipt", json_hex(some, DIGEST_LEN));
}

struct asked {
	const struct casefile *c;
	const struct case_medium *medium;
	const struct drive *d;
	const struct consent *consent;
	const struct key *key;
	json_t *where;
};

static int
could_say(const struct asked *a, struct might *m, char *err, size_t err_len)
{
	struct verdict v;
	json_t *doc = NULL;
	int ret = imagine(m);

	if (ret)
		return ret;
	judge(m, &v);
	ret = cert_make(&(struct cert_input){
		.c = a->c, .medium = a->medium, .d = a->d, .p = m->p,
		.consent = a->consent, .r = m->r, .v = &v, .key = a->key,
		.evidence = a->where }, &doc, err, err_len);
	if (!ret)
		ret = form_check(doc, err, err_len);
	json_decref(doc);
	return ret;
}

int
cert_preflight(const struct casefile *c, const struct case_medium *medium,
	       const struct drive *d, const struct plan *p,
	       const struct consent *consent, const struct key *key,
	       char *err, size_t err_len)
{
	struct asked a = { c, medium, d, consent, key, position() };
	struct might m = { .p = p, .r = malloc(sizeof(*m.r)) };
	int ret = m.r && a.where ? 0 : -ENOMEM;

	err[0] = '\0';
	for (int o = 0; !ret && o < OUTCOME_COUNT; o++) {
		m.o = (enum outcome)o;
		for (m.attempt = 0; !ret && m.attempt < p->n_attempts;
		     m.attempt++) {
			if (may_end(&m))
				ret = could_say(&a, &m, err, err_len);
		}
	}
	if (ret && !err[0])
		snprintf(err, err_len, "%s", strerror(-ret));
	json_decref(a.where);
	free(m.r);
	return ret;
}
