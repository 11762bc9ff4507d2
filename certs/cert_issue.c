/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a certificate come into the world?  Everything is made and checked
 * in memory first; then three files appear, the authoritative one last; then
 * they are read again as an auditor would.  If any of it fails, what this call
 * wrote is taken away again and nothing is claimed.
 */
#include "cert_text.h"
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define _(s)	gettext(s)

struct papers {
	char id[CERT_ID_LEN + 1];
	struct {
		char name[48];
		void *data;
		size_t len;
	} file[3];		/* in the order of writing */
};

enum { PDF, P7S, JSON };

static int
fail(int ret, const char *what, char *err, size_t err_len)
{
	if (!err[0])
		snprintf(err, err_len, "%s: %s", what, strerror(-ret));
	return ret;
}

static int
draw(struct papers *p, const json_t *cert, const struct key *k, char *err,
     size_t err_len)
{
	const struct attachment a[] = {
		{ p->file[JSON].name, "application/json", p->file[JSON].data,
		  p->file[JSON].len },
		{ p->file[P7S].name, "application/pkcs7-signature",
		  p->file[P7S].data, p->file[P7S].len },
	};
	char hex[2 * DIGEST_LEN + 1];
	uint8_t digest[DIGEST_LEN], *bare = NULL, *out = NULL;
	size_t len = 0;
	int ret;

	ret = sha256(p->file[JSON].data, p->file[JSON].len, digest);
	if (ret)
		return fail(ret, _("the form cannot be drawn"), err, err_len);
	hex_encode(hex, digest, DIGEST_LEN);
	ret = form_render(cert, hex, &bare, &len, err, err_len);
	if (ret)
		return fail(ret, _("the form cannot be drawn"), err, err_len);
	ret = pades_sign(bare, len, a, ARRAY_SIZE(a), k, &out,
			 &p->file[PDF].len);
	free(bare);
	p->file[PDF].data = out;
	return ret ? fail(ret, _("the form cannot be signed"), err, err_len) :
		0;
}

static int
prepare(struct papers *p, const json_t *cert, const struct key *k, char *err,
	size_t err_len)
{
	const char *id = json_string_value(json_object_get(cert, "cert_id"));
	char own[CERT_ID_LEN + 1], *text = NULL;
	uint8_t *der = NULL;
	int ret;

	ret = cert_rules(cert, cert_lang(), err, err_len);
	if (ret)
		return ret;
	ret = cert_id_of(cert, own);
	if (ret || !id || strcmp(id, own) != 0)
		return fail(-EINVAL, _("the ID is wrong"), err, err_len);
	text_copy(p->id, sizeof(p->id), own);
	snprintf(p->file[JSON].name, sizeof(p->file[JSON].name), "%s.json",
		 own);
	snprintf(p->file[P7S].name, sizeof(p->file[P7S].name), "%s.json.p7s",
		 own);
	snprintf(p->file[PDF].name, sizeof(p->file[PDF].name), "%s.pdf", own);
	ret = json_canonical(cert, &text, &p->file[JSON].len);
	p->file[JSON].data = text;
	if (!ret)
		ret = sign_cms(k, text, p->file[JSON].len, &der,
			       &p->file[P7S].len);
	p->file[P7S].data = der;
	if (ret)
		return fail(ret, _("the certificate cannot be signed"), err,
			    err_len);
	return draw(p, cert, k, err, err_len);
}

static void
path_of(const char *dir, const struct papers *p, size_t i, char *out,
	size_t len)
{
	snprintf(out, len, "%s/%s", dir, p->file[i].name);
}

static void
take_back(const char *dir, const struct papers *p, size_t n)
{
	char path[PATH_LEN * 2];

	for (size_t i = 0; i < n; i++) {
		path_of(dir, p, i, path, sizeof(path));
		unlink(path);
	}
}

/* *n: how many of them are ours now. */
static int
write_all(const char *dir, const struct papers *p, size_t *n, char *err,
	  size_t err_len)
{
	char path[PATH_LEN * 2];
	int ret;

	for (*n = 0; *n < ARRAY_SIZE(p->file); (*n)++) {
		path_of(dir, p, *n, path, sizeof(path));
		ret = file_create(path, p->file[*n].data, p->file[*n].len,
				  false);
		if (ret) {
			snprintf(err, err_len, _("cannot write '%s': %s"),
				 path, strerror(-ret));
			/* It may be there, but not for good. */
			*n += ret != -EEXIST && !access(path, F_OK);
			return ret;
		}
	}
	return 0;
}

/* As a reader would: from the disk, knowing nothing. */
static int
read_again(const char *dir, const struct papers *p, char *err, size_t err_len)
{
	static const size_t which[] = { JSON, PDF };
	struct check_report r;
	char path[PATH_LEN * 2];

	for (size_t i = 0; i < ARRAY_SIZE(which); i++) {
		path_of(dir, p, which[i], path, sizeof(path));
		check_file(path, NULL, 0, cert_lang(), &r);
		if ((r.exit == 0 || r.exit == 4) && !strcmp(r.cert_id, p->id))
			continue;
		for (uint32_t k = 0; k < r.n; k++) {
			if (!r.lines[k].holds &&
			    strcmp(r.lines[k].what, "trust") != 0)
				snprintf(err, err_len, _("'%s' was written but"
					 " does not hold: %s: %s"), path,
					 r.lines[k].what, r.lines[k].detail);
		}
		return fail(-EBADMSG, path, err, err_len);
	}
	return 0;
}

static json_t *
describe(const struct papers *p)
{
	json_t *files = json_array();
	uint8_t digest[DIGEST_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(p->file); i++) {
		if (sha256(p->file[i].data, p->file[i].len, digest)) {
			json_decref(files);
			return NULL;
		}
		json_array_append_new(files, json_pack(
			"{s:s, s:o, s:o}", "name", p->file[i].name,
			"size", json_count(p->file[i].len),
			"sha256", json_hex(digest, DIGEST_LEN)));
	}
	return json_pack("{s:s, s:o}", "cert_id", p->id, "files", files);
}

int
cert_issue(const char *dir, const json_t *cert, const struct key *k,
	   char id_out[40], json_t **body, char *err, size_t err_len)
{
	struct papers p = { 0 };
	size_t n = 0;
	int ret;

	err[0] = id_out[0] = '\0';
	*body = NULL;
	ret = prepare(&p, cert, k, err, err_len);
	if (!ret)
		ret = write_all(dir, &p, &n, err, err_len);
	if (!ret)
		ret = read_again(dir, &p, err, err_len);
	if (!ret) {
		*body = describe(&p);
		ret = *body ? 0 : fail(-ENOMEM, dir, err, err_len);
	}
	if (ret)
		take_back(dir, &p, n);
	else
		text_copy(id_out, 40, p.id);
	for (size_t i = 0; i < ARRAY_SIZE(p.file); i++)
		free(p.file[i].data);
	return ret;
}

/* ---- what was cut off ---------------------------------------------------- */

static int
take_inner(struct papers *p, size_t which)
{
	const uint8_t *data;
	char name[80];
	size_t n;

	for (size_t i = 0; !pdf_attachment(p->file[PDF].data, p->file[PDF].len,
					   i, name, &data, &n); i++) {
		if (strcmp(name, p->file[which].name) != 0)
			continue;
		p->file[which].data = malloc(n ? n : 1);
		if (!p->file[which].data)
			return -ENOMEM;
		memcpy(p->file[which].data, data, n);
		p->file[which].len = n;
		return 0;
	}
	return -EBADMSG;
}

/* The same bytes may be there already, other ones stay as they are. */
static int
write_missing(const char *dir, const struct papers *p, size_t i, bool *ours)
{
	char path[PATH_LEN * 2], *text = NULL;
	struct stat st;
	size_t len = 0;
	int ret;

	path_of(dir, p, i, path, sizeof(path));
	/* an empty one is what FAT leaves of a rename that was cut off */
	if (!stat(path, &st) && S_ISREG(st.st_mode) && !st.st_size &&
	    unlink(path))
		return -errno;
	ret = file_create(path, p->file[i].data, p->file[i].len, false);
	*ours = !ret;
	if (ret != -EEXIST)
		return ret;
	ret = file_read(path, CERT_MAX, &text, &len);
	if (!ret && (len != p->file[i].len ||
		     memcmp(text, p->file[i].data, len) != 0))
		ret = -EEXIST;
	free(text);
	return ret;
}

/* A folder takes any file: only what this key signed, of this very outcome,
 * is the document that was cut off. */
static int
is_the_one(const struct papers *p, const struct key *k, const char *receipt,
	   const struct verdict *v)
{
	json_t *doc = json_loadb(p->file[JSON].data, p->file[JSON].len,
				 JSON_REJECT_DUPLICATES, NULL);
	char signer[2 * DIGEST_LEN + 1];
	int ret = doc ? x509_fingerprint(k->crt, signer) : -EBADMSG;

	if (!ret && (strcmp(cert_get(doc, "signer.fingerprint_sha256"),
			    signer) != 0 ||
		     strcmp(cert_get(doc, "evidence.receipt"), receipt) != 0 ||
		     strcmp(cert_get(doc, "result"),
			    outcome_name(v->outcome)) != 0 ||
		     strcmp(cert_get(doc, "level"), level_name(v->level)) != 0))
		ret = -EBADMSG;
	json_decref(doc);
	return ret;
}

/* It gets its name only if its signature covers all of it. */
static int
settle_pdf(const char *path, const struct papers *p, char *err, size_t err_len)
{
	struct signer s;

	pdf_verify(p->file[PDF].data, p->file[PDF].len, NULL, 0, &s);
	if (s.trust != TRUST_BAD)
		return file_settle(path);
	snprintf(err, err_len, _("'%s.tmp' was cut off; delete it"), path);
	return -EBADMSG;
}

int
cert_restore(const char *dir, const char *id, const struct key *k,
	     const char *receipt, const struct verdict *v, json_t **body,
	     char *err, size_t err_len)
{
	struct papers p = { 0 };
	char path[PATH_LEN * 2], *text = NULL;
	bool ours[ARRAY_SIZE(p.file)] = { 0 }, cut;
	int ret;

	err[0] = '\0';
	*body = NULL;
	text_copy(p.id, sizeof(p.id), id);
	snprintf(p.file[JSON].name, sizeof(p.file[JSON].name), "%s.json", p.id);
	snprintf(p.file[P7S].name, sizeof(p.file[P7S].name), "%s.json.p7s",
		 p.id);
	snprintf(p.file[PDF].name, sizeof(p.file[PDF].name), "%s.pdf", p.id);
	path_of(dir, &p, PDF, path, sizeof(path));
	ret = file_read_cut(path, CERT_MAX, &text, &p.file[PDF].len, &cut);
	p.file[PDF].data = text;
	if (!ret)
		ret = take_inner(&p, JSON);
	if (!ret)
		ret = take_inner(&p, P7S);
	if (!ret && is_the_one(&p, k, receipt, v)) {
		ret = -EBADMSG;
		snprintf(err, err_len, _("'%s' is not the document of this"
			 " outcome by this key; move it elsewhere"), path);
	}
	if (!ret && cut)
		ret = settle_pdf(path, &p, err, err_len);
	if (!ret)
		ret = write_missing(dir, &p, P7S, &ours[P7S]);
	if (!ret)
		ret = write_missing(dir, &p, JSON, &ours[JSON]);
	if (!ret)
		ret = read_again(dir, &p, err, err_len);
	if (!ret) {
		*body = describe(&p);
		ret = *body ? 0 : -ENOMEM;
	}
	if (ret)
		(void)fail(ret, path, err, err_len);
	for (size_t i = 0; i < ARRAY_SIZE(p.file); i++) {
		path_of(dir, &p, i, path, sizeof(path));
		if (ret && ours[i])
			unlink(path);
		free(p.file[i].data);
	}
	return ret;
}
