/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is it said in JSON what a drive has besides its blocks: hidden areas,
 * locks, health, namespaces, what stands before it, and what it offers?
 */
#include "cert.h"

static json_t *
size_or_unknown(uint64_t bytes)
{
	return bytes ? json_count(bytes) : json_string("unknown");
}

static json_t *
count_or_unknown(const struct count *c)
{
	return c->known ? json_count(c->n) : json_string("unknown");
}

json_t *
json_areas(const struct areas *a)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:s}",
			 "kernel", size_or_unknown(a->kernel),
			 "current", size_or_unknown(a->current),
			 "native", size_or_unknown(a->native),
			 "dco", size_or_unknown(a->dco),
			 "hpa", answer_name(a->hpa),
			 "dco_set", answer_name(a->dco_set),
			 "amac", answer_name(a->amac));
}

json_t *
json_lock(const struct lock *l)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}",
		"supported", answer_name(l->supported),
		"enabled", answer_name(l->enabled),
		"locked", answer_name(l->locked),
		"frozen", answer_name(l->frozen),
		"expired", answer_name(l->expired),
		"enhanced", answer_name(l->enhanced),
		"maximum", answer_name(l->maximum),
		"master_id", json_count(l->master_id),
		"erase_min", size_or_unknown(l->erase_min),
		"enhanced_min", size_or_unknown(l->enhanced_min));
}

json_t *
json_health(const struct health *h)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "failing", answer_name(h->failing),
			 "reallocated", count_or_unknown(&h->reallocated),
			 "pending", count_or_unknown(&h->pending),
			 "uncorrectable", count_or_unknown(&h->uncorrectable),
			 "grown", count_or_unknown(&h->grown),
			 "hours", count_or_unknown(&h->hours),
			 "percent_used", count_or_unknown(&h->percent_used),
			 "celsius", count_or_unknown(&h->celsius));
}

json_t *
json_spaces(const struct space *s, uint32_t n)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < n && i < SPACES_MAX; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:i, s:i, s:b, s:b, s:o, s:o}",
			"nsid", json_count(s[i].nsid),
			"size", json_count(s[i].size),
			"lblock", (int)s[i].lblock, "meta", (int)s[i].meta,
			"attached", s[i].attached, "self", s[i].self,
			"node", json_text_or_null(s[i].node),
			"used_by", json_text_or_null(s[i].used_by)));
	return list;
}

json_t *
json_scope(const struct scope *s)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:o}",
			 "subsystem", json_text_or_null(s->subsystem),
			 "controllers", count_or_unknown(&s->controllers),
			 "controller_ids", json_text_or_null(s->controller_ids),
			 "unallocated", count_or_unknown(&s->unallocated),
			 "rpmb", answer_name(s->rpmb),
			 "boot_partitions", answer_name(s->boot_partitions),
			 "pmr", answer_name(s->pmr),
			 "spaces", json_spaces(s->spaces, s->n_spaces));
}

json_t *
json_bridge(const struct bridge *b)
{
	if (!b->name[0])
		return json_null();
	return json_pack("{s:o, s:s, s:s}", "name", json_text(b->name),
			 "identity", answer_name(b->identity),
			 "registers", answer_name(b->registers));
}

static json_t *
sanitize_of(const struct sanitize *s)
{
	return json_pack("{s:s, s:o}", "state", sanitize_name(s->state),
			 "permille", s->state == SANITIZE_RUNNING ?
			 json_count(s->permille) : json_null());
}

static json_t *
offers_of(const struct drive *d, enum lang lang)
{
	json_t *list = json_array();

	for (int i = METHOD_NONE + 1; list && i < METHOD_COUNT; i++) {
		const struct offer *o = &d->offers[i];
		enum method m = (enum method)i;

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:b, s:o, s:o, s:b, s:o}",
			"method", method_name(m), "text", method_text(m, lang),
			"command", method_command(m, d->driver),
			"offered", o->offered, "why", o->offered ?
			json_null() : json_why(&o->why, lang),
			"first", o->offered ? json_reason(&o->why, lang) :
			json_null(),
			"shared", o->shared,
			"est_s", size_or_unknown(o->est_s)));
	}
	return list;
}

static json_t *
layouts_of(const struct drive *d)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < d->n_layouts && i < LAYOUTS_MAX; i++)
		json_array_append_new(list, json_pack(
			"{s:i, s:i}", "lblock", (int)d->layouts[i].lblock,
			"meta", (int)d->layouts[i].meta));
	return list;
}

json_t *
json_firmware(const struct drive *d, enum lang lang)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:s,"
		" s:s, s:s, s:s}",
		"offers", offers_of(d, lang), "areas", json_areas(&d->areas),
		"lock", json_lock(&d->lock),
		"sanitize", sanitize_of(&d->sanitize),
		"health", json_health(&d->health),
		"scope", json_scope(&d->scope),
		"bridge", json_bridge(&d->bridge),
		"rpm", size_or_unknown(d->rpm), "meta", (int)d->meta,
		"aligned", count_or_unknown(&d->aligned),
		"layouts", layouts_of(d),
		"trim", answer_name(d->trim),
		"trim_same", answer_name(d->trim_same),
		"trim_zeros", answer_name(d->trim_zeros),
		"encrypts", answer_name(d->encrypts));
}
