/* SPDX-License-Identifier: Apache-2.0 */
/* Which word of a request is not known?  Before any drive is looked at. */
#include "cli.h"

#include <string.h>

static bool
method_known(const char *name)
{
	for (int m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		if (!strcmp(name, method_name((enum method)m)))
			return true;
	return !*name;
}

int
cli_check_request(const struct request *rq)
{
	struct pass passes[STEPS_MAX];
	uint32_t n;
	size_t bad;

	if (*rq->policy && !policy_find(rq->policy)) {
		cli_error(_("no policy '%s'; see `massho policy list`"),
			  rq->policy);
		return EXIT_USAGE;
	}
	if (*rq->passes && policy_parse_passes(rq->passes, passes, &n, &bad)) {
		cli_error(_("--passes: cannot be used from character %zu on"
			    " ('%.20s'); write a list like"
			    " random,0x00,0x924924,verify"), bad + 1,
			  rq->passes + bad);
		return EXIT_USAGE;
	}
	if (!method_known(rq->method)) {
		cli_error(_("no method '%s'; leave --method out for the"
			    " strongest that the policy allows"), rq->method);
		return EXIT_USAGE;
	}
	return 0;
}
