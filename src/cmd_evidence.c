/* SPDX-License-Identifier: Apache-2.0 */
/* massho evidence: what happened, as the log tells it; a verified copy. */
#include "cli.h"
#include "util.h"

#include "../certs/cert.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE "massho evidence show | export FILE.jsonl [--json]"

static const char *
event_text(const char *event)
{
	static const struct {
		const char *event, *text;
	} word[] = {
		{ "opened", N_("session opened") },
		{ "recovered", N_("torn end kept") },
		{ "drive", N_("drive") },
		{ "plan", N_("plan") },
		{ "job", N_("job file") },
		{ "consent", N_("consent") },
		{ "intent", N_("INTENT") },
		{ "step", N_("step") },
		{ "outcome", N_("OUTCOME") },
		{ "certificate", N_("certificate") },
		{ "refused", N_("refused") },
		{ "closed", N_("session closed") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(word); i++) {
		if (!strcmp(word[i].event, event))
			return _(word[i].text);
	}
	return event;
}

static const char *
kind_text(const char *kind)
{
	static const char *const text[] = {
		[STEP_OVERWRITE] = N_("overwrite"),
		[STEP_VERIFY] = N_("read back"),
		[STEP_SIGNATURES] = N_("look for signatures"),
	};

	for (size_t i = STEP_OVERWRITE; i < ARRAY_SIZE(text); i++) {
		if (!strcmp(kind, step_name((enum step_kind)i)))
			return _(text[i]);
	}
	return kind;
}

/* A step is recorded before it starts, then without a state, and after. */
static const char *
state_text(const char *state)
{
	static const char *const text[] = {
		[STATE_NONE] = N_("begins"), [STATE_REFUSED] = N_("refused"),
		[STATE_FAILED] = N_("failed"),
		[STATE_INTERRUPTED] = N_("interrupted"),
		[STATE_DONE] = N_("done"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		if (!strcmp(state, step_state_name((enum step_state)i)))
			return _(text[i]);
	}
	return state;
}

/* The one thing of each event that a reader looks for. */
static void
detail(const struct evidence_line *l, enum lang lang, char *out, size_t len)
{
	const json_t *b = l->body;
	const char *e = l->event;

	out[0] = '\0';
	if (!strcmp(e, "drive"))
		snprintf(out, len, "%s  %s  %s", cert_get(b, "path"),
			 cert_get(b, "model"), cert_get(b, "serial"));
	else if (!strcmp(e, "plan"))
		snprintf(out, len, "%s  %s  %s", cert_get(b, "path"),
			 cert_get(b, "policy"), cert_get(b, "level"));
	else if (!strcmp(e, "intent"))
		snprintf(out, len, "%s  %s", cert_get(b, "identity.model"),
			 cert_get(b, "identity.serial"));
	else if (!strcmp(e, "consent"))
		snprintf(out, len, "%s  (%s)", cert_get(b, "who"),
			 cert_get(b, "how"));
	else if (!strcmp(e, "step"))
		snprintf(out, len, "%" JSON_INTEGER_FORMAT "  %s  %s",
			 json_integer_value(json_object_get(b, "step")),
			 kind_text(cert_get(b, "kind")),
			 state_text(cert_get(b, "state")));
	else if (!strcmp(e, "outcome"))
		snprintf(out, len, "%s",
			 cert_result_text(cert_get(b, "result"), lang));
	else if (!strcmp(e, "certificate"))
		snprintf(out, len, "%s", cert_get(b, "cert_id"));
	else if (!strcmp(e, "refused"))
		snprintf(out, len, "%s", cert_get(b, "drive"));
	else if (!strcmp(e, "job"))
		snprintf(out, len, "%s  %s", cert_get(b, "ordered_by"),
			 cert_get(b, "sha256"));
	else if (!strcmp(e, "opened"))
		snprintf(out, len, "%s  massho %s", cert_get(b, "station"),
			 cert_get(b, "tool.version"));
}

static int
show_line(void *ctx, const struct evidence_line *l)
{
	const struct cli *c = ctx;
	char name[64], what[512], clean[512];

	if (c->json) {
		printf("%.*s\n", (int)l->len, l->text);
		return 0;
	}
	text_pad(name, sizeof(name), event_text(l->event), 16);
	detail(l, c->lang, what, sizeof(what));
	text_clean(clean, sizeof(clean), what, strlen(what));
	printf("%6" PRIu64 "  %s  %s  %s\n", l->seq, l->time, name, clean);
	return 0;
}

/* Says what is wrong; the exit code. */
static int
conclude(const struct cli *c, const char *path, const struct log_chain *chain)
{
	char why[256];

	if (chain->fault != CHAIN_HOLDS) {
		chain_text(chain, c->lang, why, sizeof(why));
		cli_error("%s: %s", path, why);
		return EXIT_NOT_ERASED;
	}
	if (chain->n_open)
		cli_error(_("%s: interrupted, or still running: %u erasure(s)"
			    " without an outcome"), path, chain->n_open);
	else if (!chain->closed)
		cli_error(_("%s: the last session was not closed: still"
			    " running, interrupted, or lines were cut off"),
			  path);
	return chain->closed && !chain->n_open ? 0 : EXIT_NOT_ERASED;
}

static int
show(const struct cli *c, const char *path, int fd)
{
	struct log_chain chain;
	int err = evidence_scan(fd, show_line, (void *)c, &chain);
	int ret = EXIT_USAGE;

	if (err)
		cli_error(_("cannot read '%s': %s"), path, strerror(-err));
	else
		ret = conclude(c, path, &chain);
	chain_free(&chain);
	return ret;
}

/* No further than what was verified: the log may still grow. */
struct copy {
	uint64_t lines, last;
};

static int
copy_line(void *ctx, const struct evidence_line *l)
{
	struct copy *to = ctx;

	if (l->seq > to->last)
		return 0;
	fputs(to->lines++ ? ",\n" : "[", stdout);
	fwrite(l->text, 1, l->len, stdout);
	return ferror(stdout) ? -EIO : 0;
}

static int
copy_bytes(int fd, uint64_t len)
{
	char buf[65536];
	uint64_t at = 0;

	while (at < len) {
		size_t want = len - at < sizeof(buf) ? (size_t)(len - at) :
			sizeof(buf);
		ssize_t n = pread(fd, buf, want, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		if (fwrite(buf, 1, (size_t)n, stdout) != (size_t)n)
			return -EIO;
		at += (uint64_t)n;
	}
	return 0;
}

/* Bytes as they are, torn ends included: the copy checks like the log. */
static int
export(const struct cli *c, const char *path, int fd)
{
	struct log_chain chain, again = { 0 };
	struct copy to = { 0 };
	int err = evidence_scan(fd, NULL, NULL, &chain), ret = EXIT_USAGE;

	if (!err && chain.fault != CHAIN_HOLDS) {
		ret = conclude(c, path, &chain);
		goto out;
	}
	to.last = chain.seq;
	if (!err && c->json) {
		err = evidence_scan(fd, copy_line, &to, &again);
		fputs(to.lines ? "]\n" : "[]\n", stdout);
	} else if (!err) {
		err = copy_bytes(fd, chain.size);
	}
	if (!err && fflush(stdout))
		err = -errno;
	if (err)
		cli_error(_("cannot copy '%s': %s"), path, strerror(-err));
	else
		ret = conclude(c, path, &chain);
out:
	chain_free(&again);
	chain_free(&chain);
	return ret;
}

int
cmd_evidence(int argc, char **argv)
{
	struct cli c;
	int fd, ret = cli_parse(argc, argv, 0, USAGE, &c);
	bool copy;

	if (ret >= 0)
		return ret;
	copy = c.argc == 2 && !strcmp(c.argv[0], "export");
	if (!copy && (c.argc != 2 || strcmp(c.argv[0], "show") != 0)) {
		cli_error(_("usage: %s"), USAGE);
		return EXIT_USAGE;
	}
	fd = open(c.argv[1], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		cli_error(_("cannot open '%s': %s"), c.argv[1],
			  strerror(errno));
		return EXIT_USAGE;
	}
	ret = copy ? export(&c, c.argv[1], fd) : show(&c, c.argv[1], fd);
	close(fd);
	return ret;
}
