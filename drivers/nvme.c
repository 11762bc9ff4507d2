/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An NVMe drive: what is it, what surrounds it, what does it offer, and who
 * carries out its steps?
 *
 * NVM Express Base Specification 2.1.
 */
#include "nvme.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

static int
match(struct wire *w)
{
	return wire_kind(w) == WIRE_NVME;
}

/* ---- identify ----------------------------------------------------------- */

static void
blind(struct nvme_facts *f, const char *why)
{
	if (!f->blind[0])
		text_copy(f->blind, sizeof(f->blind), why);
}

static void
note_protected(struct nvme_facts *f, const struct scope *sc, uint32_t nsid)
{
	uint32_t i;

	if (f->protected_[0])
		return;
	snprintf(f->protected_, sizeof(f->protected_), "namespace %u", nsid);
	for (i = 0; i < sc->n_spaces; i++)
		if (sc->spaces[i].nsid == nsid && sc->spaces[i].node[0])
			text_copy(f->protected_, sizeof(f->protected_),
				  sc->spaces[i].node);
}

/* One list of namespaces.  0, -errno, or the drive's status. */
static int
add_list(struct wire *w, uint8_t cns, struct scope *sc, struct nvme_facts *f)
{
	uint8_t buf[NVME_IDENTIFY_LEN];
	uint32_t list[SPACES_MAX];
	bool attached = cns == NVME_CNS_ACTIVE;
	struct nvme_ns ns;
	size_t i, n = 0;
	int told, r = nvme_ask_identify(w, cns, 0, buf);

	if (r)
		return r;
	r = nvme_parse_list(buf, sizeof(buf), list, SPACES_MAX, &n);
	for (i = 0; i < n; i++) {
		told = nvme_ask_ns(w, list[i], attached, &ns);
		if (told < 0 && told != -EBADMSG && told != -ENOENT)
			return told;
		if (nvme_add_space(sc, list[i], attached, told ? NULL : &ns))
			return -ENOSPC;
		if (!told && ns.write_protected)
			note_protected(f, sc, list[i]);
	}
	return r;
}

/* Every namespace of the subsystem, or why they are not known. */
static void
look_around(struct wire *w, struct scope *sc, struct nvme_facts *f)
{
	int r = add_list(w, NVME_CNS_ACTIVE, sc, f);

	if (r == -ENOSPC)
		blind(f, "too many namespaces");
	else if (r)
		blind(f, "list of namespaces");
	/* what is attached to no controller, or to another one */
	if (f->ctrl.oacs & NVME_OACS_NAMESPACES) {
		r = add_list(w, NVME_CNS_ALLOCATED, sc, f);
		if (r == -ENOSPC)
			blind(f, "too many namespaces");
		else if (r)
			blind(f, "list of allocated namespaces");
	} else if (f->ctrl.cmic & NVME_CMIC_CONTROLLERS &&
		   (!sc->controllers.known || sc->controllers.n > 1)) {
		blind(f, "namespaces of the drive's other controllers");
	}
}

static void
count_controllers(struct wire *w, const struct nvme_ctrl *c, struct scope *sc)
{
	struct count *out = &sc->controllers;
	uint8_t buf[NVME_IDENTIFY_LEN];
	int r;

	*out = (struct count){ 0 };
	sc->controller_ids[0] = '\0';
	if (!(c->cmic & NVME_CMIC_CONTROLLERS)) {
		*out = (struct count){ true, 1 };
		return;
	}
	r = nvme_ask_identify(w, NVME_CNS_CONTROLLERS, 0, buf);
	if (r || nvme_parse_controllers(buf, sizeof(buf), &out->n))
		return;
	out->known = true;
	if (out->n > 1)
		nvme_name_controllers(buf, sc->controller_ids,
				      sizeof(sc->controller_ids));
}

/* Which of the places that no erase reaches does it have? */
static void
look_beyond(struct wire *w, const struct nvme_ctrl *c, struct scope *sc)
{
	uint8_t buf[NVME_LOG_LEN];

	sc->rpmb = c->rpmb ? ANSWER_YES : ANSWER_NO;
	if (c->bpcap)
		sc->boot_partitions = ANSWER_YES;
	else if (c->version < NVME_VER(1, 3))	/* there were none */
		sc->boot_partitions = ANSWER_NO;
	else if (c->version >= NVME_VER(2, 0) &&
		 !nvme_ask_log(w, NVME_LOG_BOOT, buf,
			       sizeof(struct nvme_boot_log)))
		sc->boot_partitions = nvme_parse_boot(buf, sizeof(buf));
	if (c->version < NVME_VER(1, 4) && sc->pmr == ANSWER_UNKNOWN)
		sc->pmr = ANSWER_NO;		/* there was none */
}

/* The drive's own words go before what the kernel remembers of it. */
static void
name_drive(const struct nvme_ctrl *c, struct drive *d)
{
	text_copy(d->id.model, sizeof(d->id.model), c->model);
	text_copy(d->id.serial, sizeof(d->id.serial), c->serial);
	text_copy(d->id.firmware, sizeof(d->id.firmware), c->firmware);
	/* the kernel corrects names that drives share or do not have */
	if (!d->scope.subsystem[0])
		text_copy(d->scope.subsystem, sizeof(d->scope.subsystem),
			  c->subsystem);
	d->trim = c->oncs & NVME_ONCS_DSM ? ANSWER_YES : ANSWER_NO;
	d->scope.unallocated = c->unallocated;
}

/* NVMe hides nothing of a namespace; but if kernel and drive do not agree
 * about its size, somebody is wrong. */
static void
measure(const struct nvme_ns *ns, struct drive *d)
{
	d->meta = ns->meta;
	d->n_layouts = ns->n_layouts;
	memcpy(d->layouts, ns->layouts, sizeof(d->layouts));
	d->areas.current = d->areas.native = ns->size;
	d->areas.dco_set = d->areas.amac = ANSWER_NO;
	d->areas.hpa = ns->size == d->id.size && ns->lblock == d->lblock ?
		       ANSWER_NO : ANSWER_UNKNOWN;
	d->read_only |= ns->write_protected;
}

static void
look_at_self(struct wire *w, struct nvme_facts *f, struct drive *d)
{
	uint8_t buf[NVME_IDENTIFY_LEN];
	char wwn[64] = "";
	uint32_t nsid;

	if (nvme_ask_self(w, &nsid) ||
	    nvme_ask_ns(w, nsid, true, &f->self)) {
		blind(f, "own namespace");
		return;
	}
	f->self_known = true;
	measure(&f->self, d);
	/* CNS 03h came with 1.3 */
	if (f->ctrl.version >= NVME_VER(1, 3) &&
	    !nvme_ask_identify(w, NVME_CNS_NAMES, nsid, buf))
		nvme_parse_names(buf, sizeof(buf), wwn);
	if (!wwn[0])
		text_copy(wwn, sizeof(wwn), f->self.wwn);
	if (wwn[0])
		text_copy(d->id.wwn, sizeof(d->id.wwn), wwn);
}

/* What the plan calls self must be the one that is asked. */
static void
mark_self(struct scope *sc, struct nvme_facts *f)
{
	uint32_t i, n = 0;

	for (i = 0; i < sc->n_spaces; i++)
		n += sc->spaces[i].self;
	if (!n && sc->n_spaces == 1)
		sc->spaces[0].self = true;
	else if (n != 1)
		blind(f, "own namespace");
}

static int
health(struct wire *w, struct health *out)
{
	uint8_t buf[NVME_LOG_LEN];
	int r;

	*out = (struct health){ 0 };
	if (nvme_format_flies(w))
		return -EBUSY;
	r = nvme_ask_log(w, NVME_LOG_SMART, buf, sizeof(buf));
	if (!r)
		nvme_parse_smart(buf, sizeof(buf), out);
	return r < 0 ? r : 0;
}

/* Who may not ask is told what the kernel knows, and that nothing is offered
 * but what the host does. */
static int
unasked(struct drive *d, int r)
{
	unsigned int m;

	if (r < 0 && r != -EPERM && r != -EACCES && r != -EOPNOTSUPP &&
	    r != -EBADMSG)
		return r;
	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		d->offers[m] = (struct offer){
			.why.code = REASON_NO_STATUS,
			.shared = nvme_is_sanitize(m) || nvme_is_format(m),
		};
	driver_host_offer(d);
	return 0;
}

static int
identify(struct wire *w, struct drive *out)
{
	struct nvme_facts f = { 0 };
	int r = wire_identify(w, out);

	if (r)
		return r;
	out->lock = (struct lock){ .supported = ANSWER_NO };
	out->sanitize = (struct sanitize){ 0 };
	out->health = (struct health){ 0 };
	out->areas.kernel = out->id.size;
	r = nvme_format_flies(w) ? -EBUSY : nvme_ask_ctrl(w, &f.ctrl);
	if (r)
		return unasked(out, r);
	name_drive(&f.ctrl, out);
	look_at_self(w, &f, out);
	count_controllers(w, &f.ctrl, &out->scope);
	look_around(w, &out->scope, &f);
	mark_self(&out->scope, &f);
	look_beyond(w, &f.ctrl, &out->scope);
	if (f.ctrl.sanicap & NVME_SANICAP_ANY)
		f.log_known = !nvme_ask_sanlog(w, &f.log, NULL);
	nvme_sanitize_state(&f, &out->sanitize);
	/* not while it sanitizes: the drive would not answer this one */
	if (f.ctrl.oacs & NVME_OACS_SECURITY &&
	    out->sanitize.state != SANITIZE_RUNNING &&
	    out->sanitize.state != SANITIZE_FAILED)
		f.tcg_locked = nvme_ask_tcg(w) == ANSWER_YES;
	driver_host_offer(out);
	nvme_offers(&f, out);
	r = health(w, &out->health);
	return r == -ENODEV ? r : 0;	/* else unknown, and shown as that */
}

/* ---- steps -------------------------------------------------------------- */

/* NVMe knows neither passwords nor limits of the address space. */
static bool
foreign(const struct step *s)
{
	if (s->kind == STEP_FIRMWARE)
		return !nvme_is_sanitize(s->method) &&
		       !nvme_is_format(s->method);
	return s->kind == STEP_UNLOCK || s->kind == STEP_EXPOSE;
}

static int
start(struct wire *w, const struct step *s, struct reply *out,
      struct sent *log)
{
	if (foreign(s)) {
		out->err = EOPNOTSUPP;
		return 0;
	}
	if (nvme_format_flies(w))
		return -EBUSY;
	if (s->kind == STEP_READY)
		return nvme_ready_start(w, out, log);
	if (s->kind != STEP_FIRMWARE)
		return driver_host_start(w, s, out, log);
	if (nvme_is_sanitize(s->method))
		return nvme_sanitize_start(w, s, out, log);
	return nvme_format_start(w, s, out, log);
}

static int
poll(struct wire *w, const struct step *s, struct drive_progress *out)
{
	if (foreign(s)) {
		out->reply.err = EOPNOTSUPP;
		out->state = DRIVE_FAILED;
		return 0;
	}
	if (s->kind == STEP_READY)
		return nvme_ready_poll(w, out);
	if (s->kind != STEP_FIRMWARE)
		return driver_host_poll(w, s, out);
	if (nvme_is_sanitize(s->method))
		return nvme_sanitize_poll(w, s, out);
	return nvme_format_poll(w, out);
}

static int
settle(struct wire *w, const struct step *s, struct reply *out,
       struct sent *log)
{
	if (foreign(s) || s->kind == STEP_READY)
		return 0;		/* nothing was begun */
	if (s->kind != STEP_FIRMWARE)
		return driver_host_settle(w, s, out, log);
	if (nvme_is_sanitize(s->method))
		return nvme_sanitize_settle(w, out, log);
	return nvme_format_settle(w, out, log);
}

const struct driver nvme_driver = {
	.name = "nvme",
	.match = match,
	.identify = identify,
	.start = start,
	.poll = poll,
	.settle = settle,
	.health = health,
};
