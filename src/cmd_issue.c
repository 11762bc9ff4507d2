/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho case issue: an erasure ended, its outcome is in the log, but its
 * document could not be written.  Is the log good for one now?
 *
 * One whose program was killed or lost its power has an outcome of the next
 * start and no run of its own: that is put together from the lines it left.
 * Only from a chain that holds, and only if all is again what it was: the plan
 * must have the digest that was consented to, and the verdict is judged anew
 * and must be the recorded one.  One outcome never gets a second document.
 */
#include "cmd_docs.h"

#include "erase_trail.h"
#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the log holds of one erasure. */
struct found {
	const struct loose *want;
	json_t *drives;		/* of this session, by their path */
	json_t *running;	/* the program, in this session */
	json_t *drive, *tool, *intent, *ended;
	struct trail *trail;	/* up to that outcome */
	bool issued;
};

struct past {
	struct drive d;
	struct plan p;
	struct consent consent;
	struct run run;
	struct verdict v;
};

/* ---- what the log says --------------------------------------------------- */

static bool
is_of(const struct found *f, const json_t *body)
{
	uint8_t receipt[DIGEST_LEN];

	return hex_decode(receipt, DIGEST_LEN,
			  cert_get(body, "receipt")) == 0 &&
	       memcmp(receipt, f->want->receipt, DIGEST_LEN) == 0;
}

static int
take_line(void *ctx, const struct evidence_line *l)
{
	struct found *f = ctx;
	json_t *b = (json_t *)l->body;

	if (strcmp(l->event, "opened") == 0) {
		json_object_clear(f->drives);
		json_decref(f->running);
		f->running = json_incref(json_object_get(b, "tool"));
	} else if (strcmp(l->event, "drive") == 0) {
		json_object_set(f->drives, cert_get(b, "path"), b);
	} else if (strcmp(l->event, "intent") == 0 &&
		   memcmp(l->hash, f->want->receipt, DIGEST_LEN) == 0) {
		f->intent = json_incref(b);
		f->tool = json_incref(f->running);
		f->drive = json_incref(json_object_get(f->drives,
					cert_get(b, "plan.path")));
	} else if (strcmp(l->event, "outcome") == 0 && is_of(f, b)) {
		f->ended = json_incref(b);
	} else if (strcmp(l->event, "certificate") == 0 && is_of(f, b)) {
		f->issued = true;
	}
	return 0;
}

static bool
is_past(const struct found *f)
{
	return f->trail->ended &&
	       !memcmp(f->trail->receipt, f->want->receipt, DIGEST_LEN);
}

static int
take_trail(void *ctx, const struct evidence_line *l)
{
	struct found *f = ctx;

	if (!is_past(f))
		trail_follow(f->trail, l);
	return 0;
}

static void
forget(struct found *f)
{
	free(f->trail);
	json_decref(f->drives);
	json_decref(f->running);
	json_decref(f->drive);
	json_decref(f->tool);
	json_decref(f->intent);
	json_decref(f->ended);
}

/* The log is open for writing: nobody else changes it between. */
static int
scan(const char *path, int (*take)(void *ctx, const struct evidence_line *l),
     struct found *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct log_chain chain = { 0 };
	int err;

	if (fd < 0)
		return -errno;
	err = evidence_scan(fd, take, f, &chain);
	if (!err && chain.fault != CHAIN_HOLDS)
		err = -EBADMSG;
	chain_free(&chain);
	close(fd);
	return err;
}

static int
look_up(const char *path, const struct loose *l, struct found *out)
{
	int err;

	*out = (struct found){ .want = l, .drives = json_object(),
			       .trail = calloc(1, sizeof(*out->trail)) };
	if (!out->trail)
		return -ENOMEM;
	err = scan(path, take_line, out);
	if (err || json_object_get(out->ended, "run") ||
	    json_read_identity(json_object_get(out->intent, "identity"),
			       &out->trail->of))
		return err;
	out->trail->nsid = cert_own_nsid(json_object_get(out->drive, "scope"));
	return scan(path, take_trail, out);
}

/* ---- is it what it was? -------------------------------------------------- */

static bool
same_reasons(const json_t *list, const struct reasons *rs)
{
	const json_t *one;
	size_t i;

	if (json_array_size(list) != rs->n)
		return false;
	json_array_foreach((json_t *)list, i, one)
		if (strcmp(cert_get(one, "code"),
			   reason_name(rs->r[i].code)) != 0 ||
		    strcmp(cert_get(one, "arg"), rs->r[i].arg) != 0)
			return false;
	return true;
}

static bool
same_plan(const struct plan *p)
{
	struct plan *again = malloc(sizeof(*again));
	bool same;

	if (!again)
		return false;
	*again = *p;
	plan_seal(again);
	same = memcmp(again->digest, p->digest, DIGEST_LEN) == 0 &&
	       strcmp(again->token, p->token) == 0;
	free(again);
	return same;
}

/* Nobody judged it then: all that may come of it is what was put down. */
static int
piece_together(const struct found *f, struct past *x)
{
	const struct trail *t = f->trail;
	struct run *r = &x->run;
	uint32_t i;

	if (!is_past(f) || !t->sound)
		return -EBADMSG;
	memcpy(r->plan_digest, x->p.digest, DIGEST_LEN);
	r->before = x->p.id;
	memcpy(r->started, t->part.started, sizeof(r->started));
	memcpy(r->finished, t->part.last, sizeof(r->finished));
	r->state = STATE_INTERRUPTED;
	r->n_results = x->p.n_steps;
	memcpy(r->results, t->r.results, sizeof(r->results));
	for (i = 0; i < r->n_results; i++)
		if (r->results[i].state == STATE_NONE &&
		    r->results[i].started[0])
			r->results[i].state = STATE_INTERRUPTED;
	r->unwritten = t->r.unwritten;
	r->parts = t->r.parts;
	resume_cut_off(&x->p, r);
	verify_judge(&x->p, &x->consent, r, &x->v);
	return x->v.outcome == OUTCOME_INTERRUPTED &&
	       !strcmp(outcome_name(x->v.outcome),
		       cert_get(f->ended, "result")) &&
	       !strcmp(level_name(x->v.level), cert_get(f->ended, "level")) ?
	       0 : -EBADMSG;
}

static int
relive(const struct found *f, struct past *x)
{
	const json_t *run = json_object_get(f->ended, "run");
	int err = json_read_drive(f->drive, &x->d);

	if (!err)
		err = json_read_plan(json_object_get(f->intent, "plan"), &x->p);
	if (!err)
		err = json_read_consent(json_object_get(f->intent, "consent"),
					f->want->receipt, &x->consent);
	if (!err && run)
		err = json_read_run(run, &x->p, &x->run);
	if (err)
		return err;
	x->d.id.diskseq = x->p.id.diskseq;
	if (!same_plan(&x->p) || identity_differs(&x->d.id, &x->p.id))
		return -EBADMSG;
	if (!run)
		return piece_together(f, x);
	verify_judge(&x->p, &x->consent, &x->run, &x->v);
	return strcmp(outcome_name(x->v.outcome),
		      cert_get(f->ended, "result")) == 0 &&
	       strcmp(level_name(x->v.level),
		      cert_get(f->ended, "level")) == 0 &&
	       same_reasons(json_object_get(f->ended, "reasons"),
			    &x->v.reasons) ? 0 : -EBADMSG;
}

/* ---- its document -------------------------------------------------------- */

struct issue {
	const struct cli *cli;
	const struct casefile *c;
	const struct loose *l;
	const struct key *key;
	struct evidence *log;
	char out[PATH_LEN + 8];
	char id[40], err[512];
};

static const struct case_medium *
row_of(const struct issue *x, const struct found *f, const struct past *was)
{
	const char *asset = cert_get(f->intent, "asset_no");
	uint32_t i;

	for (i = 0; *asset && i < x->c->n_media; i++)
		if (strcasecmp(x->c->media[i].asset, asset) == 0)
			return &x->c->media[i];
	return case_match(x->c, was->d.id.serial);
}

/* The case, with those who were at work then. */
static struct casefile *
case_of(const struct issue *x, const struct found *f)
{
	const json_t *people = json_object_get(f->intent, "people");
	struct casefile *c = malloc(sizeof(*c));

	if (!c)
		return NULL;
	*c = *x->c;
	if (json_is_object(people)) {
		case_recall(c, CASE_OPERATOR, cert_get(people, "operator"));
		case_recall(c, CASE_WITNESS, cert_get(people, "witness"));
	}
	return c;
}

static int
build(struct issue *x, const struct found *f, const struct past *was,
      json_t **cert)
{
	json_t *position = evidence_position(x->log);
	struct casefile *c = case_of(x, f);
	char receipt[2 * DIGEST_LEN + 1];
	int err = -ENOMEM;

	hex_encode(receipt, x->l->receipt, DIGEST_LEN);
	if (position && c &&
	    !json_object_set_new(position, "receipt", json_string(receipt)))
		err = cert_build(&(struct cert_input){
			.c = c, .medium = row_of(x, f, was), .d = &was->d,
			.p = &was->p, .consent = &was->consent, .r = &was->run,
			.v = &was->v, .key = x->key, .evidence = position,
			.tool = f->tool,
		}, cert);
	json_decref(position);
	free(c);
	return err;
}

static bool
tells_of(const char *path, const uint8_t receipt[DIGEST_LEN])
{
	char *text = NULL, name[80];
	uint8_t its[DIGEST_LEN];
	const uint8_t *data;
	bool found = false, cut;
	size_t len, n, i;

	if (file_read_cut(path, 64U << 20, &text, &len, &cut))
		return false;
	for (i = 0; !found && !pdf_attachment((const uint8_t *)text, len, i,
					      name, &data, &n); i++) {
		json_t *doc = json_loadb((const char *)data, n, 0, NULL);

		found = hex_decode(its, DIGEST_LEN,
				   cert_get(doc, "evidence.receipt")) == 0 &&
			memcmp(its, receipt, DIGEST_LEN) == 0;
		json_decref(doc);
	}
	free(text);
	return found;
}

/* A PDF of this erasure whose other files were not written any more. */
static bool
left_over(struct issue *x)
{
	char path[PATH_LEN * 3];
	DIR *dir = opendir(x->out);
	struct dirent *e;
	bool found = false;

	while (dir && !found && (e = readdir(dir))) {
		size_t n = strlen(e->d_name);

		/* one that was cut off before it got its name counts too */
		if (n > 4 && strcmp(e->d_name + n - 4, ".tmp") == 0)
			n -= 4;
		if (n < 5 || n > sizeof(x->id) + 3 ||
		    strncmp(e->d_name + n - 4, ".pdf", 4) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%.*s", x->out, (int)n,
			 e->d_name);
		found = tells_of(path, x->l->receipt);
		if (found)
			snprintf(x->id, sizeof(x->id), "%.*s", (int)n - 4,
				 e->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int
write_down(struct issue *x, json_t *body)
{
	char receipt[2 * DIGEST_LEN + 1];

	hex_encode(receipt, x->l->receipt, DIGEST_LEN);
	if (!body ||
	    json_object_set_new(body, "receipt", json_string(receipt)))
		return -ENOMEM;
	return evidence_append(x->log, "certificate", json_incref(body), NULL,
			       NULL);
}

static int
make_one(struct issue *x, const struct found *f)
{
	struct past *was = calloc(1, sizeof(*was));
	json_t *cert = NULL, *body = NULL;
	char receipt[2 * DIGEST_LEN + 1];
	int err = was ? relive(f, was) : -ENOMEM;

	hex_encode(receipt, x->l->receipt, DIGEST_LEN);
	if (err == -EBADMSG) {
		snprintf(x->err, sizeof(x->err), "%s", _("what the log holds of"
			 " it does not lead to its outcome again"));
	} else if (!err && left_over(x)) {
		err = cert_restore(x->out, x->id, x->key, receipt, &was->v,
				   &body, x->err, sizeof(x->err));
	} else if (!err) {
		err = build(x, f, was, &cert);
		if (!err)
			err = cert_issue(x->out, cert, x->key, x->id, &body,
					 x->err, sizeof(x->err));
	}
	if (!err)
		err = write_down(x, body);
	json_decref(cert);
	json_decref(body);
	free(was);
	return err;
}

/* ---- one after the other ------------------------------------------------- */

static int
issue_one(struct issue *x)
{
	char dir[PATH_LEN + 16], path[PATH_LEN * 2], station[80];
	struct found f = { 0 };
	int err;

	x->err[0] = x->id[0] = '\0';
	snprintf(dir, sizeof(dir), "%s/evidence", x->c->dir);
	snprintf(path, sizeof(path), "%s/%s", dir, x->l->log);
	snprintf(station, sizeof(station), "%.*s",
		 (int)(strlen(x->l->log) - strlen(".jsonl")), x->l->log);
	err = evidence_open(dir, station, &x->log, x->err, sizeof(x->err));
	if (!err)
		err = look_up(path, x->l, &f);
	if (!err && (f.issued || !f.ended)) {
		snprintf(x->err, sizeof(x->err), "%s", f.issued ?
			 _("it has a document already") :
			 _("the log holds no run that ended; erase the medium"
			   " again"));
		err = -EEXIST;
	}
	if (!err)
		err = make_one(x, &f);
	if (err)
		cli_error(_("no document for the erasure begun %s of '%s': %s"),
			  x->l->time, x->l->path,
			  x->err[0] ? x->err : strerror(-err));
	forget(&f);
	evidence_close(&x->log);
	return err;
}

static int
check(const struct cli *cli, const struct casefile *c, const struct docs *d)
{
	char missing[2048];

	if (d->log_why[0]) {
		cli_error(_("an evidence log does not hold: %s"), d->log_why);
		return EXIT_NOT_ERASED;
	}
	if (case_complete(c, cli->lang, missing, sizeof(missing))) {
		cli_error("%s", missing);
		return EXIT_USAGE;
	}
	return d->n_loose && docs_folder(c->dir) ? EXIT_USAGE : 0;
}

int
docs_issue_by(const struct cli *cli, const struct casefile *c,
	      const struct docs *d, const struct key *key, json_t *made)
{
	struct issue x = { .cli = cli, .c = c, .key = key };
	size_t i, failed = 0;
	int ret = check(cli, c, d);

	if (ret)
		return ret;
	snprintf(x.out, sizeof(x.out), "%s/out", c->dir);
	for (i = 0; i < d->n_loose; i++) {
		x.l = &d->loose[i];
		if (issue_one(&x))
			failed++;
		else
			json_array_append_new(made, json_string(x.id));
	}
	return failed ? EXIT_EXCEPTIONS : 0;
}

int
docs_issue(const struct cli *cli, const struct casefile *c,
	   const struct docs *d)
{
	json_t *made = json_array(), *id;
	struct key *key = NULL;
	int ret = check(cli, c, d);
	size_t i;

	if (!ret && d->n_loose && docs_key(cli, c->dir, &key))
		ret = EXIT_USAGE;
	else if (!ret)
		ret = docs_issue_by(cli, c, d, key, made);
	else
		goto out;
	json_array_foreach(made, i, id)
		if (!cli->json)
			printf("%s/out/%s.pdf\n", c->dir,
			       json_string_value(id));
	if (cli->json && (!ret || ret == EXIT_EXCEPTIONS))
		cli_json(json_pack("{s:s, s:O, s:i}", "case", c->dir, "issued",
				   made, "failed", (int)(d->n_loose -
				   json_array_size(made))));
	else if (!ret && !d->n_loose)
		printf(_("every erasure of '%s' has its document\n"), c->dir);
out:
	key_free(&key);
	json_decref(made);
	return ret;
}
