/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: signing a form appends to it without changing a byte, strangers find
 * the signature valid and the attachments whole, and one changed byte shows.
 */
#undef NDEBUG
#include "../certs/pdf.h"
#include "../src/util.h"
#include "form_sample.h"
#include "scratch.h"

#include <errno.h>
#include <poppler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PASS "correct horse battery staple"

static char dir[SCRATCH_LEN];
static const char json[] = "{\"result\":\"erased\"}";
static const char p7s[] = "\x30\x03\x02\x01\x05 endstream endobj";

/* In no order, so that the tree of names must make one. */
static const struct attachment files[] = {
	{ "20261121-0123456789ab.json.p7s", "application/pkcs7-signature",
	  p7s, sizeof(p7s) - 1 },
	{ "20261121-0123456789ab.json", "application/json", json,
	  sizeof(json) - 1 },
};

static struct key *
fresh(const char *name, enum key_alg alg)
{
	static const struct key_subject who = {
		.cn = "𠮷田 太郎", .o = "株式会社桐生データサービス", .c = "JP",
	};
	char err[256] = "", base[160], path[176];
	struct key *k = NULL;

	snprintf(base, sizeof(base), "%s/%s", dir, name);
	if (key_new(base, alg, &who, PASS, err, sizeof(err)))
		fail_msg("key_new: %s", err);
	snprintf(path, sizeof(path), "%s.p8", base);
	if (key_load(path, PASS, &k, err, sizeof(err)))
		fail_msg("key_load: %s", err);
	unlink(path);
	snprintf(path, sizeof(path), "%s.crt", base);
	unlink(path);
	return k;
}

/* Drawn once, and one key for all tests that do not ask for another. */
static uint8_t *form;
static size_t form_len;
static struct key *p256;

static void
sign_form(const struct key *k, uint8_t **out, size_t *len)
{
	assert_int_equal(pades_sign(form, form_len, files, 2, k, out, len), 0);
	assert_true(*len > form_len);
	assert_memory_equal(*out, form, form_len);
}

static void
signed_form(uint8_t **out, size_t *len)
{
	sign_form(p256, out, len);
}

static PopplerDocument *
open_pdf(const uint8_t *pdf, size_t len)
{
	GBytes *bytes = g_bytes_new_static(pdf, len);
	PopplerDocument *doc = poppler_document_new_from_bytes(bytes, NULL,
							       NULL);

	g_bytes_unref(bytes);
	return doc;
}

static PopplerSignatureStatus
stranger_says(const uint8_t *pdf, size_t len)
{
	PopplerSignatureStatus status = POPPLER_SIGNATURE_NOT_VERIFIED;
	PopplerDocument *doc = open_pdf(pdf, len);
	/* Offline, like the station that signs. */
	const PopplerSignatureValidationFlags flags =
		(PopplerSignatureValidationFlags)0;
	GList *fields, *l;

	assert_non_null(doc);
	fields = poppler_document_get_signature_fields(doc);
	assert_int_equal(g_list_length(fields), 1);
	for (l = fields; l; l = l->next) {
		PopplerSignatureInfo *info =
			poppler_form_field_signature_validate_sync(
				l->data, flags, NULL, NULL);

		assert_non_null(info);
		status = poppler_signature_info_get_signature_status(info);
		poppler_signature_info_free(info);
	}
	g_list_free_full(fields, g_object_unref);
	g_object_unref(doc);
	return status;
}

static void
strangers_find_it_valid(void **state)
{
	static const enum key_alg algs[] = {
		KEY_P256, KEY_P384, KEY_RSA3072, KEY_RSA4096
	};
	uint8_t *pdf;
	size_t len, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		struct key *k = fresh("key", algs[i]);

		sign_form(k, &pdf, &len);
		key_free(&k);
		assert_int_equal(stranger_says(pdf, len),
				 POPPLER_SIGNATURE_VALID);
		free(pdf);
	}
}

static void
one_changed_byte_shows(void **state)
{
	uint8_t *pdf, *hit;
	size_t len;

	(void)state;
	signed_form(&pdf, &len);
	/* In the drawing, in an attachment, behind the signature. */
	pdf[100] ^= 1;
	assert_int_not_equal(stranger_says(pdf, len), POPPLER_SIGNATURE_VALID);
	pdf[100] ^= 1;
	hit = memmem(pdf, len, json, sizeof(json) - 1);
	assert_non_null(hit);
	hit[3] ^= 1;
	assert_int_not_equal(stranger_says(pdf, len), POPPLER_SIGNATURE_VALID);
	hit[3] ^= 1;
	assert_int_equal(stranger_says(pdf, len), POPPLER_SIGNATURE_VALID);
	free(pdf);
}

static void
our_reader_agrees(void **state)
{
	struct signer s;
	const uint8_t *data;
	char name[80];
	uint8_t *pdf;
	size_t len, n, i, k;

	(void)state;
	signed_form(&pdf, &len);
	pdf_verify(pdf, len, NULL, 0, &s);
	assert_int_equal(s.trust, TRUST_UNKNOWN_SIGNER);
	for (i = 0; i < 2; i++) {
		assert_int_equal(pdf_attachment(pdf, len, i, name, &data, &n),
				 0);
		k = strcmp(name, files[0].name) != 0;
		assert_string_equal(name, files[k].name);
		assert_int_equal(n, files[k].len);
		assert_memory_equal(data, files[k].data, n);
	}
	assert_int_equal(pdf_attachment(pdf, len, 2, name, &data, &n),
			 -ENOENT);
	pdf[200] ^= 1;
	pdf_verify(pdf, len, NULL, 0, &s);
	assert_int_equal(s.trust, TRUST_BAD);
	free(pdf);
}

static void
attachments_come_out_whole(void **state)
{
	PopplerDocument *doc;
	GList *list, *l;
	uint8_t *pdf;
	size_t len, found = 0, i;

	(void)state;
	signed_form(&pdf, &len);
	doc = open_pdf(pdf, len);
	assert_non_null(doc);
	assert_true(poppler_document_has_attachments(doc));
	list = poppler_document_get_attachments(doc);
	assert_int_equal(g_list_length(list), 2);
	for (l = list; l; l = l->next) {
		const char *name = poppler_attachment_get_name(l->data);
		char *data = NULL, path[160];
		size_t n = 0;

		snprintf(path, sizeof(path), "%s/attached", dir);
		assert_true(poppler_attachment_save(l->data, path, NULL));
		assert_int_equal(file_read(path, 4096, &data, &n), 0);
		unlink(path);
		for (i = 0; i < 2; i++) {
			if (strcmp(name, files[i].name) != 0)
				continue;
			assert_int_equal(n, files[i].len);
			assert_memory_equal(data, files[i].data, n);
			found++;
		}
		free(data);
	}
	assert_int_equal(found, 2);
	g_list_free_full(list, g_object_unref);
	g_object_unref(doc);
	free(pdf);
}

static void
profile(void **state)
{
	static const char *const words[] = {
		("/Type /Sig /Filter /Adobe.PPKLite "
		 "/SubFilter /ETSI.CAdES.detached"), "/SigFlags 3",
		"/Type /EmbeddedFile", "/AFRelationship /Data", "/F 132",
		"/Lang (ja-JP)", "/M (D:20261121154210+09'00", "/ID [<",
	};
	uint8_t *pdf;
	size_t len, i, at;
	unsigned long a, b, c;
	char *end;

	(void)state;
	signed_form(&pdf, &len);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!memmem(pdf, len, words[i], strlen(words[i])))
			fail_msg("'%s' is not in the PDF", words[i]);
	at = (size_t)((uint8_t *)memmem(pdf, len, "/ByteRange [0 ", 14) - pdf);
	a = strtoul((char *)pdf + at + 14, &end, 10);
	b = strtoul(end, &end, 10);
	c = strtoul(end, &end, 10);
	assert_int_equal(end[strspn(end, " ")], ']');
	assert_int_equal(pdf[a], '<');
	assert_int_equal(pdf[b - 1], '>');
	assert_int_equal(b + c, len);
	free(pdf);
}

static void
broken_input_is_an_error(void **state)
{
	struct key *k = p256;
	struct attachment bad = { "a)b.json", "application/json", json, 4 };
	uint8_t *pdf = form, *out = NULL, *twice = NULL;
	size_t len = form_len, n, cut;

	(void)state;
	assert_int_equal(pades_sign(pdf, len, &bad, 1, k, &out, &n), -EINVAL);
	assert_null(out);
	for (cut = 1; cut <= 2000; cut += 37)
		if (pades_sign(pdf, len - cut, files, 2, k, &out, &n) == 0) {
			/* What the form was before its own update. */
			assert_memory_equal(out, pdf, len - cut);
			free(out);
		}
	assert_int_equal(pades_sign(pdf, 0, files, 2, k, &out, &n), -EINVAL);
	assert_int_equal(pades_sign(pdf, len, files, 2, k, &out, &n), 0);
	/* A signed form is finished. */
	assert_int_equal(pades_sign(out, n, files, 2, k, &twice, &len),
			 -EINVAL);
	free(out);
}

static int
set_up(void **state)
{
	json_t *doc = sample();
	char err[512];

	(void)state;
	if (scratch_make(dir) || form_render(doc, SAMPLE_SHA, &form, &form_len,
					 err, sizeof(err)))
		return -1;
	json_decref(doc);
	p256 = fresh("p256", KEY_P256);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(form);
	key_free(&p256);
	return scratch_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_find_it_valid),
		cmocka_unit_test(one_changed_byte_shows),
		cmocka_unit_test(our_reader_agrees),
		cmocka_unit_test(attachments_come_out_whole),
		cmocka_unit_test(profile),
		cmocka_unit_test(broken_input_is_an_error),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
