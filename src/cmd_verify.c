/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho verify: does this device still hold what its certificate says was
 * written last, or what its drive left when it erased itself?  Another day,
 * another machine; read-only.
 */
#include "cli.h"
#include "ui.h"
#include "util.h"

#include "../certs/cert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE "massho verify DEV --cert ID.json [--verify full|sample[:PCT]]"
#define CERT_MAX (16U << 20)

/* What the certificate claims of the medium. */
struct claim {
	json_t *doc;
	const char *id, *serial, *model, *wwn, *result;
	uint64_t size;
	struct step written;	/* the last pass */
	uint8_t key[KEY_LEN];
	struct ranges excepted;	/* never written, or never read back */
	bool by_drive;		/* it erased itself: then this instead */
	struct proven proven;
};

static int
read_pass(const json_t *passes, struct claim *out)
{
	const json_t *last = json_array_get(passes,
					    json_array_size(passes) - 1);
	const char *pattern = json_string_value(json_object_get(last,
								"pattern"));
	const char *key = json_string_value(json_object_get(last, "key"));
	struct pass pass[STEPS_MAX];
	uint32_t n = 0;
	size_t bad;

	if (!pattern || policy_parse_passes(pattern, pass, &n, &bad) || n != 1)
		return -EINVAL;
	if (pass[0].kind == PASS_RANDOM &&
	    (!key || hex_decode(out->key, KEY_LEN, key)))
		return -EINVAL;
	if (pass[0].kind != PASS_RANDOM && pass[0].kind != PASS_FILL)
		return -EINVAL;
	out->written = (struct step){
		.kind = STEP_OVERWRITE, .pass_no = 1, .pass = pass[0],
		.len = out->size,
	};
	return 0;
}

static enum method
find_method(const char *name)
{
	int m;

	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		if (strcmp(name, method_name((enum method)m)) == 0)
			return (enum method)m;
	return METHOD_NONE;
}

/* How the step that proved it was planned: where it looked, and for what. */
static int
read_prove_step(const json_t *steps, struct proven *out)
{
	struct pass pass[STEPS_MAX];
	uint32_t n = 0;
	json_t *s, *how;
	size_t i, bad;

	json_array_foreach((json_t *)steps, i, s) {
		if (strcmp(cert_get(s, "kind"), step_name(STEP_PROVE)) != 0 ||
		    strcmp(cert_get(s, "state"),
			   step_state_name(STATE_DONE)) != 0)
			continue;
		how = json_object_get(s, "verify");
		out->how.share_ppm = (uint32_t)json_integer_value(
			json_object_get(how, "share_ppm"));
		out->how.mode = strcmp(cert_get(how, "mode"),
				       json_verify_name(VERIFY_FULL)) == 0 ?
				VERIFY_FULL : VERIFY_SAMPLE;
		if (!*cert_get(s, "pattern"))
			return 0;
		if (policy_parse_passes(cert_get(s, "pattern"), pass, &n,
					&bad) || n != 1)
			return -EINVAL;
		out->pass = pass[0];
		return 0;
	}
	return -EINVAL;
}

/* The marks of a run that were laid before the last ones. */
static int
read_earlier(const json_t *steps, struct proven *out)
{
	const json_t *key;
	json_t *s;
	size_t i;

	json_array_foreach((json_t *)steps, i, s) {
		key = json_object_get(json_object_get(s, "laid"), "key");
		if (!json_is_string(key))
			continue;
		if (out->n_earlier >= MARKS_MAX ||
		    hex_decode(out->earlier[out->n_earlier], KEY_LEN,
			       json_string_value(key)))
			return -EINVAL;
		/* the last ones are told of already */
		if (!out->marks || memcmp(out->earlier[out->n_earlier],
					  out->key, KEY_LEN) != 0)
			out->n_earlier++;
	}
	return 0;
}

static int
read_proven(const json_t *doc, struct proven *out)
{
	const json_t *v = json_object_get(doc, "verification");
	const json_t *p = json_object_get(v, "proof");
	const json_t *key = json_object_get(p, "key"), *one;
	const json_t *chain = json_object_get(p, "chain");
	json_int_t attempt = json_integer_value(json_object_get(p, "attempt"));
	size_t i;

	if (attempt < 1 || attempt > ATTEMPTS_MAX ||
	    json_array_size(chain) > CHAIN_MAX)
		return -EINVAL;
	out->attempt = (uint32_t)attempt - 1;
	out->marks = json_is_string(key);
	if (hex_decode(out->salt, DIGEST_LEN, cert_get(v, "salt")) ||
	    (out->marks && hex_decode(out->key, KEY_LEN,
				      json_string_value(key))))
		return -EINVAL;
	json_array_foreach((json_t *)chain, i, one) {
		const char *name = json_string_value(one);

		out->chain[i] = find_method(name ? name : "");
		if (out->chain[i] <= METHOD_OVERWRITE)
			return -EINVAL;
		out->n_chain++;
	}
	if (!out->n_chain || read_earlier(json_object_get(
		json_object_get(doc, "method"), "steps"), out))
		return -EINVAL;
	return read_prove_step(json_object_get(
		json_object_get(doc, "method"), "steps"), out);
}

static int
read_excepted(const json_t *doc, struct ranges *out)
{
	const json_t *x = json_object_get(doc, "exceptions");
	struct ranges unread;
	uint32_t i;

	if (!json_read_ranges(json_object_get(x, "unwritten"), out) ||
	    !json_read_ranges(json_object_get(x, "unread"), &unread))
		return -EINVAL;
	for (i = 0; i < unread.n; i++)
		ranges_add(out, unread.r[i].at, unread.r[i].len);
	return 0;
}

static int
read_claim(const char *path, struct claim *out)
{
	const json_t *medium, *size;
	char *text = NULL;
	size_t len;
	int err = file_read(path, CERT_MAX, &text, &len);

	if (err)
		return err;
	out->doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	medium = json_array_get(json_object_get(out->doc, "media"), 0);
	size = json_object_get(medium, "size");
	out->id = json_string_value(json_object_get(out->doc, "cert_id"));
	out->result = json_string_value(json_object_get(out->doc, "result"));
	out->serial = json_string_value(json_object_get(medium, "serial"));
	out->model = json_string_value(json_object_get(medium, "model"));
	out->wwn = json_string_value(json_object_get(medium, "wwn"));
	if (!out->id || !out->result || !out->serial || !out->model ||
	    !out->wwn ||
	    !json_is_integer(size))
		return -EINVAL;
	out->size = (uint64_t)json_integer_value(size);
	err = read_excepted(out->doc, &out->excepted);
	if (err)
		return err;
	out->by_drive = find_method(cert_get(out->doc, "method.technique")) >
			METHOD_OVERWRITE;
	if (out->by_drive)
		return read_proven(out->doc, &out->proven);
	return read_pass(json_object_get(json_object_get(out->doc, "method"),
					 "passes"), out);
}

/* "unknown" in the certificate stands for an empty string. */
static bool
same_text(const char *cert, const char *drive)
{
	return strcmp(cert, drive) == 0 ||
	       (strcmp(cert, "unknown") == 0 && !drive[0]);
}

/* Not identity_differs(): another day, on another machine, the kernel counts
 * anew, and who made the drive may be told by the adapter between. */
static bool
is_meant(const struct claim *c, const struct drive *d)
{
	return same_text(c->serial, d->id.serial) &&
	       same_text(c->model, d->id.model) &&
	       same_text(c->wwn, d->id.wwn) && c->size == d->id.size;
}

static const char *
told(const char *text)
{
	return *text && strcmp(text, "unknown") != 0 ? text : _("unknown");
}

static enum stop
tick(void *ctx, const struct progress *p)
{
	const struct cli *c = ctx;
	char rate[32];

	if (!c->json && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%3u %%  %s/s\033[K", (unsigned)
			(p->total ? p->done * 100 / p->total : 0),
			size_text(p->rate, rate, sizeof(rate)));
	return STOP_NO;
}

static int
record(void *ctx, uint32_t step, const struct step_result *r)
{
	(void)ctx, (void)step, (void)r;
	return 0;
}

/* Bytes that could not be read, though the certificate excepts them not. */
static uint64_t
lost_since(const struct claim *c, const struct ranges *unread)
{
	uint64_t lost = unread->total;
	uint32_t i;

	for (i = 0; i < unread->n; i++)
		lost -= ranges_overlap(&c->excepted, unread->r[i].at,
				       unread->r[i].len);
	return lost;
}

/* Exceptions are its certificate's to tell; what it does not except is held
 * to it all the same. */
static bool
holds(const struct claim *c, const struct step_result *r,
      const struct ranges *unread)
{
	return r->state == STATE_DONE && r->mismatches == 0 &&
	       lost_since(c, unread) == 0 &&
	       (strcmp(c->result, outcome_name(OUTCOME_ERASED)) == 0 ||
		strcmp(c->result, outcome_name(OUTCOME_EXCEPTIONS)) == 0);
}

static int
exit_of(const struct claim *c, bool ok)
{
	if (!ok)
		return EXIT_NOT_ERASED;
	return strcmp(c->result, outcome_name(OUTCOME_ERASED)) == 0 ?
	       EXIT_ERASED : EXIT_EXCEPTIONS;
}

/* Of how much the share is told in bytes, too. */
static uint64_t
claim_size(const struct claim *c)
{
	return c->by_drive ? c->size : 0;
}

static void
tell_json(const struct cli *cli, const struct claim *c, const struct drive *d,
	  const struct step_result *r, const struct ranges *unread)
{
	bool ok = holds(c, r, unread);

	cli_json(json_pack(
		"{s:s, s:s, s:b, s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:o}",
		"drive", d->path, "cert_id", c->id, "holds", ok,
		"bytes", (json_int_t)r->bytes, "mismatches",
		(json_int_t)r->mismatches, "first_mismatch", json_mismatch(r),
		"unread", json_ranges(unread),
		"excepted", json_ranges(&c->excepted),
		"claim", json_claim(r, claim_size(c)),
		"certified_result", c->result,
		"why", json_step_why(r, cli->lang),
		"proof", c->by_drive ? json_proof(&r->proof) : json_null()));
}

/* What was read is a sample: how surely would more have been found? */
static void
tell_claim(const struct claim *c, const struct step_result *r, enum lang lang)
{
	json_t *claim = json_claim(r, claim_size(c));
	const char *text = json_string_value(json_object_get(
		claim, lang == LANG_JA ? "text" : "text_en"));

	if (text)
		printf("  %s\n", text);
	json_decref(claim);
}

static void
tell_mismatch(const struct step_result *r)
{
	char expected[2 * EVIDENCE_BYTES + 1], found[2 * EVIDENCE_BYTES + 1];

	hex_encode(expected, r->first.expected, r->first.len);
	hex_encode(found, r->first.found, r->first.len);
	printf(_("  %llu blocks differ; first at byte %llu\n"
		 "    expected %s\n    found    %s\n"),
	       (unsigned long long)r->mismatches,
	       (unsigned long long)r->first.at, expected, found);
}

static void
tell_holds(const struct cli *cli, const struct claim *c, const struct drive *d,
	   const struct step_result *r)
{
	const char *text = !c->by_drive ?
		_("%s: holds: %s read and equal to the last pass of"
		  " certificate %s\n") : c->proven.marks ?
		_("%s: holds: %s read; no mark is left, and what is"
		  " there agrees with the methods of certificate %s\n") :
		_("%s: holds: %s read; what is there agrees with the"
		  " methods of certificate %s, which laid no marks\n");
	char size[32];

	printf(text, d->path, size_text(r->bytes, size, sizeof(size)), c->id);
	if (exit_of(c, true) == EXIT_EXCEPTIONS)
		puts(_("  as certified, with the exceptions that the"
		       " certificate tells of"));
	if (c->excepted.total)
		printf(_("  but for %llu bytes that the certificate excepts,"
			 " which are not held against it\n"),
		       (unsigned long long)c->excepted.total);
	tell_claim(c, r, cli->lang);
}

static void
tell(const struct cli *cli, const struct claim *c, const struct drive *d,
     const struct step_result *r, const struct ranges *unread)
{
	bool ok = holds(c, r, unread);
	char buf[400];

	if (cli->json) {
		tell_json(cli, c, d, r, unread);
		return;
	}
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (ok) {
		tell_holds(cli, c, d, r);
		return;
	}
	printf(_("%s: DOES NOT HOLD against certificate %s (its result: %s)\n"),
	       d->path, c->id, cert_result_text(c->result, cli->lang));
	if (r->mismatches)
		tell_mismatch(r);
	else if (r->why.code)
		printf("  %s\n", reason_text(&r->why, cli->lang, buf,
					     sizeof(buf)));
	if (lost_since(c, unread))
		printf(_("  %llu bytes could not be read\n"),
		       (unsigned long long)lost_since(c, unread));
}

static int
check_certificate(const struct cli *c)
{
	struct check_report report;
	uint32_t i;

	for (i = 0; i < c->n_trust; i++)
		if (access(c->trust[i], R_OK)) {
			cli_error(_("cannot read '%s': %s"), c->trust[i],
				  strerror(errno));
			return EXIT_USAGE;
		}
	check_file(c->cert, c->trust, c->n_trust, c->lang, &report);
	if (report.exit == 0)
		return 0;
	if (report.exit == EXIT_EXCEPTIONS) {
		cli_error(_("the signer of '%s' is not among --trust"),
			  c->cert);
		return EXIT_EXCEPTIONS;
	}
	for (i = 0; i < report.n; i++)
		if (!report.lines[i].holds)
			cli_error("%s: %s: %s", c->cert, report.lines[i].what,
				  report.lines[i].detail);
	return report.exit;
}

/* As it was read when it was certified, unless another way is asked for. */
static int
read_device(const struct cli *cli, const char *path, struct claim *c,
	    const struct drive *d, struct step_result *r,
	    struct ranges *unread)
{
	struct ui ui = {
		.ctx = (void *)(uintptr_t)cli, .tick = tick, .record = record,
	};
	struct verify_how how = { VERIFY_FULL, 1000000 };

	if (cli->rq.verify_set)
		how = c->proven.how = plan_verify(&cli->rq, d->id.size);
	if (c->by_drive)
		return prove_device(path, cli->rq.image, &c->proven, &ui, d, r,
				    unread);
	return verify_device(path, cli->rq.image, &c->written, c->key, &how,
			     &c->excepted, &ui, d, r, unread);
}

static int
hold_against(const struct cli *cli, const char *path, struct claim *c)
{
	static struct drive d;
	struct ranges *unread = calloc(1, sizeof(*unread));
	struct step_result *r = calloc(1, sizeof(*r));
	int err = unread && r ? probe_one(path, cli->rq.image, &d) : -ENOMEM;

	if (err) {
		err = cli_probe_error(path, err);
	} else if (!is_meant(c, &d)) {
		cli_error(_("'%s' (model %s, serial %s, %llu bytes) is not the"
			    " drive of certificate %s (model %s, serial %s,"
			    " %llu bytes)"), path, told(d.id.model),
			  told(d.id.serial), (unsigned long long)d.id.size,
			  c->id, told(c->model), told(c->serial),
			  (unsigned long long)c->size);
		err = EXIT_REFUSED;
	} else {
		err = read_device(cli, path, c, &d, r, unread);
		if (!err) {
			tell(cli, c, &d, r, unread);
			err = exit_of(c, holds(c, r, unread));
		} else {
			cli_error(_("cannot read '%s': %s"), path,
				  strerror(-err));
			err = EXIT_NOT_ERASED;
		}
	}
	free(unread);
	free(r);
	return err;
}

int
cmd_verify(int argc, char **argv)
{
	struct claim claim = { 0 };
	struct cli cli;
	int ret = cli_parse(argc, argv, CLI_VERIFY | CLI_IMAGE | CLI_CERT |
			    CLI_TRUST, USAGE, &cli);
	int err, signer;

	if (ret >= 0)
		return ret;
	if (cli.argc != 1 || !cli.cert) {
		cli_error(_("name one device and its certificate: %s"), USAGE);
		return EXIT_USAGE;
	}
	signer = check_certificate(&cli);
	/* asked whom to trust, and it is not that one */
	if (signer && (signer != EXIT_EXCEPTIONS || cli.n_trust))
		return signer == EXIT_EXCEPTIONS ? EXIT_NOT_ERASED : signer;
	err = read_claim(cli.cert, &claim);
	if (err) {
		cli_error(_("'%s' does not say what was written last; name the"
			    " ID.json of an erasure"), cli.cert);
		ret = EXIT_USAGE;
	} else {
		ret = exit_graver(signer, hold_against(&cli, cli.argv[0],
						       &claim));
	}
	json_decref(claim.doc);
	return ret;
}
