/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the certificate of a drive's own erase share: a run that went
 * well, the document made of it, and lies in that document. */
#ifndef RULES_SAMPLE_H
#define RULES_SAMPLE_H

#include "cert_setup.h"
#include "cert_tamper.h"

static inline void
plan(struct drive d)
{
	struct request rq = policy("purge-or-clear");

	s.d = d;
	sample_plan(&s, &rq);
}

static inline int
setup(void **state)
{
	(void)state;
	sample_open(&s, "clear");
	plan(flash());
	return 0;
}

static inline json_t *
build(enum outcome want)
{
	char err[512] = "";
	json_t *j = NULL;

	verify_judge(&s.p, &s.consent, &s.r, &s.v);
	if (cert_make(&(struct cert_input){
		.c = &s.c, .d = &s.d, .p = &s.p, .consent = &s.consent,
		.r = &s.r, .v = &s.v, .key = s.key, .evidence = s.evidence },
		&j, err, sizeof(err)) || form_check(j, err, sizeof(err)))
		fail_msg("%s: %s", outcome_name(s.v.outcome), err);
	if (s.v.outcome != want)
		fail_msg("%s: %s", outcome_name(s.v.outcome),
			 reason_name(s.v.reasons.r[0].code));
	return j;
}

static inline bool
says(const json_t *j, const char *path, const char *what)
{
	char *text = json_dumps(cert_at(j, path), JSON_ENCODE_ANY);
	bool found = text && strstr(text, what);

	free(text);
	return found;
}

/* Takes j. */
static inline void
no_lie_holds(json_t *j, const char *const lie[][2], size_t n)
{
	assert_true(holds_with(j, "notes", "\"x\""));
	for (size_t i = 0; i < n; i++) {
		if (holds_with(j, lie[i][0], lie[i][1]))
			fail_msg("%s = %s", lie[i][0], lie[i][1]);
	}
	json_decref(j);
}

/* The step with this kind, of this attempt. */
static inline uint32_t
find(enum step_kind k, uint32_t attempt)
{
	uint32_t i;

	for (i = 0; i < s.p.n_steps; i++)
		if (s.p.steps[i].kind == k && s.p.steps[i].attempt == attempt)
			return i;
	fail_msg("no step %s", step_name(k));
	return 0;
}

#endif
