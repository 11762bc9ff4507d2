/* SPDX-License-Identifier: Apache-2.0 */
/* What did the log say a drive is, apart from its blocks?  What json_drive.c
 * wrote, as far as a certificate needs it. */
#include "json_read.h"
#include "../src/util.h"

#include <errno.h>
#include <string.h>

static bool
is_unknown(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s && !strcmp(s, "unknown");
}

/* 0 is unknown. */
static bool
size_told(const json_t *j, const char *key, uint64_t *out)
{
	*out = 0;
	return is_unknown(j, key) || (read_count(j, key, out) && *out);
}

static bool
number_told(const json_t *j, const char *key, uint32_t *out)
{
	*out = 0;
	return is_unknown(j, key) || (read_number(j, key, out) && *out);
}

static bool
count_told(const json_t *j, const char *key, struct count *out)
{
	*out = (struct count){ 0 };
	if (is_unknown(j, key))
		return true;
	out->known = read_count(j, key, &out->n);
	return out->known;
}

static bool
answer(const json_t *j, const char *key, enum answer *out)
{
	int a = READ_NAMED(j, key, ANSWER_COUNT, answer_name);

	*out = a < 0 ? ANSWER_UNKNOWN : (enum answer)a;
	return a >= 0;
}

bool
read_areas(const json_t *j, struct areas *out)
{
	memset(out, 0, sizeof(*out));
	return size_told(j, "kernel", &out->kernel) &&
		size_told(j, "current", &out->current) &&
		size_told(j, "native", &out->native) &&
		size_told(j, "dco", &out->dco) &&
		answer(j, "hpa", &out->hpa) &&
		answer(j, "dco_set", &out->dco_set) &&
		answer(j, "amac", &out->amac);
}

bool
read_lock(const json_t *j, struct lock *out)
{
	memset(out, 0, sizeof(*out));
	return answer(j, "supported", &out->supported) &&
		answer(j, "enabled", &out->enabled) &&
		answer(j, "locked", &out->locked) &&
		answer(j, "frozen", &out->frozen) &&
		answer(j, "expired", &out->expired) &&
		answer(j, "enhanced", &out->enhanced) &&
		answer(j, "maximum", &out->maximum) &&
		read_number(j, "master_id", &out->master_id) &&
		number_told(j, "erase_min", &out->erase_min) &&
		number_told(j, "enhanced_min", &out->enhanced_min);
}

bool
read_health(const json_t *j, struct health *out)
{
	memset(out, 0, sizeof(*out));
	return answer(j, "failing", &out->failing) &&
		count_told(j, "reallocated", &out->reallocated) &&
		count_told(j, "pending", &out->pending) &&
		count_told(j, "uncorrectable", &out->uncorrectable) &&
		count_told(j, "grown", &out->grown) &&
		count_told(j, "hours", &out->hours) &&
		count_told(j, "percent_used", &out->percent_used) &&
		count_told(j, "celsius", &out->celsius);
}

bool
read_spaces(const json_t *j, const char *key, struct space *out, uint32_t *n)
{
	const json_t *list = read_list(j, key, SPACES_MAX), *one;
	size_t i;

	*n = 0;
	json_array_foreach((json_t *)list, i, one) {
		struct space *s = &out[i];

		if (!read_number(one, "nsid", &s->nsid) ||
		    !read_number(one, "lblock", &s->lblock) ||
		    !read_number(one, "meta", &s->meta) ||
		    !read_count(one, "size", &s->size) ||
		    !read_flag(one, "attached", &s->attached) ||
		    !read_flag(one, "self", &s->self) ||
		    !read_text(one, "node", s->node, sizeof(s->node)) ||
		    !read_text(one, "used_by", s->used_by, sizeof(s->used_by)))
			return false;
		(*n)++;
	}
	return list;
}

static bool
scope(const json_t *j, struct scope *out)
{
	return read_text(j, "subsystem", out->subsystem,
			 sizeof(out->subsystem)) &&
		count_told(j, "controllers", &out->controllers) &&
		read_text(j, "controller_ids", out->controller_ids,
			  sizeof(out->controller_ids)) &&
		count_told(j, "unallocated", &out->unallocated) &&
		answer(j, "rpmb", &out->rpmb) &&
		answer(j, "boot_partitions", &out->boot_partitions) &&
		answer(j, "pmr", &out->pmr) &&
		read_spaces(j, "spaces", out->spaces, &out->n_spaces);
}

static bool
bridge(const json_t *j, struct bridge *out)
{
	return json_is_null(j) ||
		(read_text(j, "name", out->name, sizeof(out->name)) &&
		 answer(j, "identity", &out->identity) &&
		 answer(j, "registers", &out->registers));
}

static bool
sanitize(const json_t *j, struct sanitize *out)
{
	int state = READ_NAMED(j, "state", SANITIZE_STATE_COUNT,
			       sanitize_name);

	out->state = state < 0 ? SANITIZE_UNKNOWN : (enum sanitize_state)state;
	if (out->state == SANITIZE_RUNNING)
		return read_number(j, "permille", &out->permille);
	return state >= 0 && json_is_null(json_object_get(j, "permille"));
}

static bool
layouts(const json_t *j, struct drive *out)
{
	const json_t *list = read_list(j, "layouts", LAYOUTS_MAX), *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		struct layout *l = &out->layouts[out->n_layouts++];

		if (!read_number(one, "lblock", &l->lblock) ||
		    !read_number(one, "meta", &l->meta))
			return false;
	}
	return list;
}

static bool
firmware(const json_t *j, struct drive *out)
{
	return read_areas(json_object_get(j, "areas"), &out->areas) &&
		read_lock(json_object_get(j, "lock"), &out->lock) &&
		sanitize(json_object_get(j, "sanitize"), &out->sanitize) &&
		read_health(json_object_get(j, "health"), &out->health) &&
		scope(json_object_get(j, "scope"), &out->scope) &&
		bridge(json_object_get(j, "bridge"), &out->bridge) &&
		number_told(j, "rpm", &out->rpm) &&
		read_number(j, "meta", &out->meta) &&
		count_told(j, "aligned", &out->aligned) &&
		layouts(j, out) &&
		answer(j, "trim", &out->trim) &&
		answer(j, "trim_same", &out->trim_same) &&
		answer(j, "trim_zeros", &out->trim_zeros) &&
		answer(j, "encrypts", &out->encrypts);
}

int
json_read_drive(const json_t *j, struct drive *out)
{
	int medium = READ_NAMED(j, "medium", MEDIUM_COUNT, medium_name);
	int transport = READ_NAMED(j, "transport", TRANSPORT_COUNT,
				   transport_name);

	memset(out, 0, sizeof(*out));
	if (medium < 0 || transport < 0 || !read_identity(j, &out->id) ||
	    !read_text(j, "path", out->path, sizeof(out->path)) ||
	    !read_text(j, "name", out->name, sizeof(out->name)) ||
	    !read_text(j, "driver", out->driver, sizeof(out->driver)) ||
	    !read_number(j, "lblock", &out->lblock) ||
	    !read_number(j, "pblock", &out->pblock) ||
	    !read_flag(j, "image", &out->image) ||
	    !read_flag(j, "virtual", &out->virtual_) ||
	    !read_flag(j, "network", &out->network) || !firmware(j, out))
		return -EBADMSG;
	out->medium = (enum medium)medium;
	out->transport = (enum transport)transport;
	return 0;
}
