/* SPDX-License-Identifier: Apache-2.0 */
/* Which word of a request, or which path, is no good, and what to do? */
#include "cli.h"

#include "util.h"

#include <errno.h>
#include <string.h>

/* Every name of a method, for who has mistyped one. */
static const char *
method_names(char *buf, size_t len)
{
	size_t at = 0;

	buf[0] = '\0';
	for (int m = METHOD_NONE + 1; m < METHOD_COUNT; m++) {
		text_copy(buf + at, len - at, at ? ", " : "");
		at += strlen(buf + at);
		text_copy(buf + at, len - at, method_name((enum method)m));
		at += strlen(buf + at);
	}
	return buf;
}

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
	char names[256];
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
		cli_error(_("no method '%s'; there are %s; leave --method out"
			    " for the strongest that the policy allows"),
			  rq->method, method_names(names, sizeof(names)));
		return EXIT_USAGE;
	}
	return 0;
}

int
cli_probe_error(const char *path, int err)
{
	switch (err) {
	case -ENOTBLK:
		cli_error(_("'%s' is not a block device; a disk image needs"
			    " --image"), path);
		break;
	case -ENOTSUP:
		cli_error(_("'%s' is a block device; leave --image out"), path);
		break;
	case -EISDIR:
		cli_error(_("'%s' is a folder; name the image file"), path);
		break;
	case -EMEDIUMTYPE:
		cli_error(_("'%s' is neither a block device nor a regular"
			    " file"), path);
		break;
	case -EINVAL:
		cli_error(_("'%s' is no disk image: its size is not a multiple"
			    " of 512"), path);
		break;
	default:
		cli_error(_("cannot look at '%s': %s"), path, strerror(-err));
	}
	return EXIT_USAGE;
}
