/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a noun said in JSON?  What a drive, a policy and a list of reasons
 * are called in docs/FORMATS.md; json_drive.c has what a drive can do itself,
 * json_run.c plans and runs.
 */
#include "cert.h"
#include "../src/util.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_MAX	1024

/* Text from outside: never a reason to lose a record. */
static json_t *
tame(const char *s)
{
	char clean[TEXT_MAX];

	if (text_valid(s) && !strpbrk(s, "\t\n"))
		return json_string(s);
	text_clean(clean, sizeof(clean), s, strlen(s));
	return json_string(clean);
}

json_t *
json_text(const char *s)
{
	return s && *s ? tame(s) : json_string("unknown");
}

json_t *
json_text_or_null(const char *s)
{
	return s && *s ? tame(s) : json_null();
}

json_t *
json_count(uint64_t n)
{
	char digits[24];

	if (n < (UINT64_C(1) << 53))
		return json_integer((json_int_t)n);
	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	return json_string(digits);
}

json_t *
json_hex(const uint8_t *bytes, size_t len)
{
	char hex[2 * 64 + 1];

	if (len > 64)
		return NULL;
	hex_encode(hex, bytes, len);
	return json_string(hex);
}

json_t *
json_digest_or_null(const uint8_t digest[DIGEST_LEN])
{
	static const uint8_t none[DIGEST_LEN];

	if (!memcmp(digest, none, DIGEST_LEN))
		return json_null();
	return json_hex(digest, DIGEST_LEN);
}

json_t *
json_merge(json_t *j, json_t *more)
{
	if (!j || !more || json_object_update(j, more)) {
		json_decref(j);
		j = NULL;
	}
	json_decref(more);
	return j;
}

json_t *
json_identity(const struct identity *id)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "vendor", json_text(id->vendor),
			 "model", json_text(id->model),
			 "serial", json_text(id->serial),
			 "wwn", json_text(id->wwn),
			 "firmware", json_text(id->firmware),
			 "size", json_count(id->size),
			 "diskseq", json_count(id->diskseq));
}

json_t *
json_why(const struct reason *r, enum lang lang)
{
	char here[512], en[512];

	return json_pack("{s:s, s:o, s:o, s:o}",
			 "code", reason_name(r->code),
			 "arg", json_text_or_null(r->arg),
			 "text", json_text(reason_text(r, lang, here,
						       sizeof(here))),
			 "text_en", json_text(reason_text(r, LANG_EN, en,
							  sizeof(en))));
}

json_t *
json_reason(const struct reason *r, enum lang lang)
{
	if (r->code == REASON_UNKNOWN && !r->arg[0])
		return json_null();
	return json_why(r, lang);
}

json_t *
json_reasons(const struct reasons *rs, enum lang lang)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < rs->n && i < REASONS_MAX; i++) {
		if (json_array_append_new(list, json_why(&rs->r[i], lang))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
uses_of(const struct drive *d, enum lang lang)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < d->n_uses && i < USES_MAX; i++) {
		const struct use *u = &d->uses[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:o, s:o}", "kind", use_name(u->kind),
			"text", use_text(u->kind, lang),
			"node", json_text(u->node), "by", json_text(u->by)));
	}
	return list;
}

static const char *
content_name(enum content_kind k)
{
	switch (k) {
	case CONTENT_TABLE:
		return "table";
	case CONTENT_FILESYSTEM:
		return "filesystem";
	case CONTENT_RAID:
		return "raid";
	case CONTENT_CRYPTO:
		return "crypto";
	case CONTENT_OTHER:
		return "other";
	case CONTENT_UNKNOWN:
		break;
	}
	return "unknown";
}

static json_t *
contents_of(const struct drive *d)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < d->n_contents && i < CONTENTS_MAX;
	     i++) {
		const struct content *c = &d->contents[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:o, s:o, s:o, s:o, s:o}",
			"kind", content_name(c->kind),
			"node", json_text(c->node),
			"type", json_text(c->type),
			"label", json_text_or_null(c->label),
			"at", json_count(c->at), "len", json_count(c->len)));
	}
	return list;
}

json_t *
json_drive(const struct drive *d, enum lang lang)
{
	json_t *j = json_identity(&d->id);
	json_t *more = json_pack(
		"{s:o, s:o, s:o, s:i, s:i, s:i, s:i, s:s, s:s, s:s, s:s,"
		" s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:o, s:o}",
		"path", json_text(d->path), "name", json_text(d->name),
		"driver", json_text(d->driver),
		"major", (int)d->major, "minor", (int)d->minor,
		"lblock", (int)d->lblock, "pblock", (int)d->pblock,
		"medium", medium_name(d->medium),
		"medium_text", medium_text(d->medium, lang),
		"transport", transport_name(d->transport),
		"transport_text", transport_text(d->transport, lang),
		"removable", d->removable, "read_only", d->read_only,
		"image", d->image, "boot", d->boot, "network", d->network,
		"virtual", d->virtual_, "zoned", d->zoned, "whole", d->whole,
		"uses_known", d->uses_known, "uses", uses_of(d, lang),
		"contents", contents_of(d));

	return json_merge(json_merge(j, more), json_firmware(d, lang));
}

const char *
json_verify_name(enum verify_mode m)
{
	switch (m) {
	case VERIFY_FULL:
		return "full";
	case VERIFY_SAMPLE:
		return "sample";
	case VERIFY_NONE:
		break;
	}
	return "none";
}

static json_t *
media_of(uint32_t bits)
{
	json_t *list = json_array();

	for (int m = 0; list && m < MEDIUM_COUNT; m++) {
		if (bits & (1U << m))
			json_array_append_new(list,
				json_string(medium_name((enum medium)m)));
	}
	return list;
}

json_t *
json_policy(const struct policy *p)
{
	json_t *passes = json_array();
	char text[64];

	for (uint32_t i = 0; passes && i < p->n_passes && i < STEPS_MAX; i++)
		json_array_append_new(passes, json_string(
			pass_text(&p->passes[i], text, sizeof(text))));
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b, s:b, s:o, s:o,"
		" s:i, s:{s:s, s:i}, s:o}",
		"name", p->name, "title", p->title, "title_ja", p->title_ja,
		"source", p->source, "standing",
		p->standing == STANDARD_CURRENT ? "current" : "withdrawn",
		"level", level_name(p->level), "level_on_premises",
		p->level_on_premises == LEVEL_NONE ? json_null() :
		json_string(level_name(p->level_on_premises)),
		"lower_ok", p->lower_ok, "firmware", p->firmware,
		"destroy_after", p->destroy_after,
		"media", media_of(p->media),
		"size_min", json_count(p->size_min),
		"bad_max_ppm", (int)p->bad_max_ppm,
		"verify", "mode", json_verify_name(p->verify.mode),
		"share_ppm", (int)p->verify.share_ppm, "passes", passes);
}
