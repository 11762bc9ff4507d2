/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom does the case let choose among?  PURE.  A team shares a case: the one
 * it names comes first, then the others it lists, and whoever is at work today
 * is chosen of them, never typed.  Title, department and contact stand in the
 * case once and hold for all of them.
 */
#include "case.h"

#include "util.h"

#include <errno.h>
#include <string.h>

static const struct {
	enum case_field name, others;
} fields[CASE_ROLE_COUNT] = {
	[CASE_OPERATOR] = { CASE_OPERATOR_NAME, CASE_OPERATOR_OTHERS },
	[CASE_WITNESS] = { CASE_WITNESS_NAME, CASE_WITNESS_OTHERS },
};

static bool
is_listed(const struct case_people *p, const char *name)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (strcmp(p->name[i], name) == 0)
			return true;
	return false;
}

/* The end of the first name of a list. */
static const char *
name_end(const char *list)
{
	const char *at = list;
	uint32_t c;

	do {
		list = at;
		c = case_next(&at);
	} while (c && c != ',' && c != 0x3001 && c != 0xff0c);
	return list;
}

static int
add(struct case_people *p, const char *from, const char *end)
{
	char name[CASE_TEXT], *bare;

	text_copy(name, (size_t)(end - from) + 1, from);
	bare = case_trim(name);
	if (!*bare || is_listed(p, bare))
		return 0;
	if (p->n == CASE_PEOPLE_MAX)
		return -E2BIG;
	return text_copy(p->name[p->n++], CASE_TEXT, bare);
}

static int
list(const struct casefile *c, enum case_role r, struct case_people *out)
{
	const char *name = c->f[fields[r].name], *at = c->f[fields[r].others];
	const char *end;
	int err;

	out->n = 0;
	err = add(out, name, name + strlen(name));
	while (!err && *at) {
		end = name_end(at);
		err = add(out, at, end);
		at = end;
		if (*at)
			case_next(&at);
	}
	return err;
}

int
case_people_list(const struct case_source *src, struct casefile *c)
{
	for (int r = 0; r < CASE_ROLE_COUNT; r++)
		if (list(c, (enum case_role)r, &c->people[r]))
			return case_say(src, c->line[fields[r].others],
					"more than %d names",
					"氏名は %d 名までです",
					CASE_PEOPLE_MAX);
	return 0;
}

const char *
case_person(const struct casefile *c, enum case_role r)
{
	return c->f[fields[r].name];
}

bool
case_may_choose(const struct casefile *c, enum case_role r)
{
	return c->people[r].n > (case_person(c, r)[0] != '\0');
}

int
case_choose(struct casefile *c, enum case_role r, const char *name)
{
	return is_listed(&c->people[r], name) ?
	       text_copy(c->f[fields[r].name], CASE_TEXT, name) : -ENOENT;
}

void
case_recall(struct casefile *c, enum case_role r, const char *name)
{
	text_copy(c->f[fields[r].name], CASE_TEXT, name);
}
