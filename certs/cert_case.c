/* SPDX-License-Identifier: Apache-2.0 */
/* What does the contract case say on every document made from it? */
#include "cert_text.h"
#include "../src/util.h"

#include <string.h>

static json_t *
field(const struct casefile *c, enum case_field f)
{
	return json_text_or_null(c->f[f]);
}

/* "yes" and "no" as the case file's parser writes them. */
static json_t *
yes_no(const struct casefile *c, enum case_field f)
{
	if (!strcmp(c->f[f], "yes"))
		return json_true();
	return c->f[f][0] ? json_false() : json_null();
}

static json_t *
info_item(const struct case_item *i)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			 "item", json_text(i->item),
			 "kind", json_text_or_null(i->kind),
			 "class", json_text_or_null(i->class_),
			 "count", json_text_or_null(i->count),
			 "origin", json_text_or_null(i->origin));
}

static const struct case_item *
find_item(const struct casefile *c, const char *name)
{
	for (uint32_t i = 0; i < c->n_items && i < CASE_ITEMS_MAX; i++) {
		if (!strcmp(c->items[i].item, name))
			return &c->items[i];
	}
	return NULL;
}

/* Appends what media.csv names, with the case's details where it knows it. */
static void
add_named(const struct casefile *c, const char *name, json_t *list)
{
	const struct case_item *known = find_item(c, name);
	struct case_item bare = { 0 };

	if (!known) {
		text_copy(bare.item, sizeof(bare.item), name);
		known = &bare;
	}
	json_array_append_new(list, info_item(known));
}

/* "A、B": cut only if the whole is not itself the name of an item. */
static void
add_row_items(const struct casefile *c, const char *text, json_t *list)
{
	static const char *const cut[] = { "、", "，", "；", ",", ";" };
	char rest[CASE_TEXT], name[CASE_TEXT];
	char *at = rest;

	if (find_item(c, text)) {
		add_named(c, text, list);
		return;
	}
	text_copy(rest, sizeof(rest), text);
	while (*at) {
		char *end = at + strlen(at);
		size_t skip = 0;

		for (size_t i = 0; i < ARRAY_SIZE(cut); i++) {
			char *hit = strstr(at, cut[i]);

			if (hit && hit < end) {
				end = hit;
				skip = strlen(cut[i]);
			}
		}
		text_clean(name, sizeof(name), at, (size_t)(end - at));
		if (name[0])
			add_named(c, name, list);
		at = end + skip;
	}
}

json_t *
cert_items(const struct casefile *c, const struct case_medium *m)
{
	json_t *list = json_array();

	if (m && m->items[0]) {
		add_row_items(c, m->items, list);
		return list;
	}
	for (uint32_t i = 0; i < c->n_items && i < CASE_ITEMS_MAX; i++)
		json_array_append_new(list, info_item(&c->items[i]));
	return list;
}

static json_t *
person(const struct casefile *c, enum case_field name, enum case_field title,
       enum case_field org, enum case_field contact)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "name", field(c, name),
			 "title", field(c, title), "org", field(c, org),
			 "contact", field(c, contact));
}

static json_t *
validator(const struct casefile *c)
{
	if (!c->f[CASE_VALIDATOR_NAME][0])
		return json_null();
	/* The case tells who is meant to; that they did, they sign by hand. */
	return json_pack("{s:b, s:o, s:o, s:o}", "planned", 1,
			 "name", field(c, CASE_VALIDATOR_NAME),
			 "title", field(c, CASE_VALIDATOR_TITLE),
			 "org", field(c, CASE_VALIDATOR_ORG));
}

static json_t *
witness(const struct casefile *c)
{
	if (!c->f[CASE_WITNESS_NAME][0] && !c->f[CASE_WITNESS_REQUESTED][0])
		return json_null();
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o}", "planned", 1,
			 "requested", yes_no(c, CASE_WITNESS_REQUESTED),
			 "name", field(c, CASE_WITNESS_NAME),
			 "title", field(c, CASE_WITNESS_TITLE),
			 "org", field(c, CASE_WITNESS_ORG),
			 "method", field(c, CASE_WITNESS_METHOD));
}

static json_t *
approval(const struct casefile *c)
{
	if (!c->f[CASE_APPROVAL_NO][0] && !c->f[CASE_APPROVAL_DATE][0] &&
	    !c->f[CASE_APPROVAL_BY][0])
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "no", field(c, CASE_APPROVAL_NO),
			 "date", field(c, CASE_APPROVAL_DATE),
			 "by", field(c, CASE_APPROVAL_BY));
}

static json_t *
parties(const struct casefile *c)
{
	return json_pack(
		"{s:{s:o, s:o, s:o}, s:{s:o}, s:{s:o, s:o, s:o, s:o, s:o},"
		" s:{s:o, s:o, s:o, s:o, s:o, s:o}}",
		"addressee", "name", field(c, CASE_ADDRESSEE_NAME),
		"title", field(c, CASE_ADDRESSEE_TITLE),
		"honorific", field(c, CASE_ADDRESSEE_HONORIFIC),
		"orderer", "name", field(c, CASE_ORDERER_NAME),
		"contractor", "name", field(c, CASE_CONTRACTOR_NAME),
		"address", field(c, CASE_CONTRACTOR_ADDRESS),
		"rep_title", field(c, CASE_CONTRACTOR_REP_TITLE),
		"rep_name", field(c, CASE_CONTRACTOR_REP_NAME),
		"reg_no", field(c, CASE_CONTRACTOR_REG_NO),
		"contract", "name", field(c, CASE_CONTRACT_NAME),
		"no", field(c, CASE_CONTRACT_NO),
		"date", field(c, CASE_CONTRACT_DATE),
		"start", field(c, CASE_CONTRACT_START),
		"end", field(c, CASE_CONTRACT_END),
		"completed_on", field(c, CASE_CONTRACT_COMPLETED));
}

json_t *
cert_of_case(const struct casefile *c)
{
	json_t *j = parties(c);
	json_t *more = json_pack(
		"{s:{s:o, s:o, s:o}, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:{s:o, s:o, s:o}, s:o, s:{s:o, s:o, s:o}}",
		"form", "no", field(c, CASE_FORM_NO),
		"clause", field(c, CASE_FORM_CLAUSE),
		"seal", field(c, CASE_FORM_SEAL),
		"responsible", person(c, CASE_RESPONSIBLE_NAME,
				      CASE_RESPONSIBLE_TITLE,
				      CASE_RESPONSIBLE_ORG,
				      CASE_RESPONSIBLE_CONTACT),
		"operator", person(c, CASE_OPERATOR_NAME, CASE_OPERATOR_TITLE,
				   CASE_OPERATOR_ORG, CASE_OPERATOR_CONTACT),
		"validator", validator(c), "witness", witness(c),
		"approval", approval(c),
		"instruction", field(c, CASE_INSTRUCTION_REF),
		"place", "performed", field(c, CASE_PLACE_NAME),
		"filed", field(c, CASE_PLACE_FILED),
		"on_premises", yes_no(c, CASE_PLACE_ON_PREMISES),
		"purpose", field(c, CASE_PURPOSE),
		"contact", "issuer", field(c, CASE_CONTACT_ISSUER),
		"person", field(c, CASE_CONTACT_PERSON),
		"phone", field(c, CASE_CONTACT_PHONE));

	if (!j || !more || json_object_update(j, more)) {
		json_decref(j);
		j = NULL;
	}
	json_decref(more);
	return j;
}
