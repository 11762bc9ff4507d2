/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command set of NVMe, linked against a drive that answers from a script
 * in place of the doors of the kernel: also what no honest drive would say,
 * and no emulated one.
 */
#ifndef NVME_SCRIPT_H
#define NVME_SCRIPT_H

#define wire_nvme	fake_nvme
#define wire_nvme_send	fake_nvme_send
#define wire_sent	fake_sent
#define wire_wait	fake_wait
#define wire_clock	fake_clock
#define wire_rescan	fake_rescan
#define wire_remeasure	fake_remeasure
#define wire_memory	fake_memory
#define wire_kind	fake_kind
#define wire_identify	fake_identify
#define wire_drop_caches fake_drop_caches

/* NOLINTBEGIN(bugprone-suspicious-include): linked against the script */
#include "../drivers/nvme_identify.c"
#include "../drivers/nvme_offer.c"
#include "../drivers/nvme_ask.c"
#include "../drivers/nvme_erase.c"
#include "../drivers/nvme.c"
#define complete complete_sanitize
#include "../drivers/nvme_sanitize.c"
#undef complete
#include "../drivers/nvme_format.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define SIZE	(1ULL << 30)
#define SPACES	40

/* ---- the script --------------------------------------------------------- */

struct wire {
	struct nvme_id_ctrl ctrl;
	struct nvme_id_ns ns;		/* of every namespace */
	struct nvme_sanitize_log log;
	uint32_t active[SPACES], allocated[SPACES];
	uint16_t controllers;
	uint32_t self;
	unsigned kernel_spaces;
	uint8_t tcg;

	/* what becomes of the log once a Sanitize was accepted */
	struct nvme_sanitize_log then[4];
	unsigned n_then, polls;
	bool started;

	uint32_t objects;		/* bits of CDW10 that it refuses */
	uint32_t protected_;		/* a namespace that has PI */
	bool short_log;			/* 512 bytes of it are refused */
	uint16_t sanitize_status, log_status, format_status, all_status;
	int identify_err, format_err, lose_err;
	uint32_t format_ms;		/* it takes */
	struct nvme_id_ns formatted;	/* what it leaves, if lbaf is set */

	/* the record */
	unsigned n_sanitize, n_format, n_rescan, n_reads;
	struct wire_nvme last, *flying;
	uint64_t clock, lands;
	void *memory;
};

static void
put(uint8_t *p, unsigned int bytes, uint64_t v)
{
	while (bytes--) {
		*p++ = (uint8_t)v;
		v >>= 8;
	}
}

static void
put_text(uint8_t *p, size_t len, const char *s)
{
	for (; len; len--)
		*p++ = *s ? (uint8_t)*s++ : ' ';
}

static void
answer(struct wire_nvme *c, const void *data, size_t len)
{
	memcpy(c->data, data, len < c->len ? len : c->len);
}

static void
answer_list(struct wire_nvme *c, const uint32_t *ids)
{
	unsigned int i;

	for (i = 0; i < SPACES && ids[i]; i++)
		put((uint8_t *)c->data + 4 * i, 4, ids[i]);
}

static void
identify_this(struct wire *w, struct wire_nvme *c)
{
	uint8_t *p = c->data;

	switch (c->cdw10 & 0xff) {
	case NVME_CNS_CTRL:
		answer(c, &w->ctrl, sizeof(w->ctrl));
		break;
	case NVME_CNS_NS:
	case NVME_CNS_NS_ALLOCATED:
		answer(c, &w->ns, sizeof(w->ns));
		if (c->nsid == w->protected_)
			((struct nvme_id_ns *)c->data)->dps = 1;
		break;
	case NVME_CNS_ACTIVE:
		answer_list(c, w->active);
		break;
	case NVME_CNS_ALLOCATED:
		if (!(le16(w->ctrl.oacs) & NVME_OACS_NAMESPACES))
			c->status = NVME_INVALID_FIELD;
		else
			answer_list(c, w->allocated);
		break;
	case NVME_CNS_CONTROLLERS:
		put(p, 2, w->controllers);
		put(p + 4, 2, 1);
		break;
	default:
		c->status = NVME_INVALID_FIELD;
	}
}

static void
log_this(struct wire *w, struct wire_nvme *c)
{
	uint8_t lid = c->cdw10 & 0xff;

	assert_true(c->cdw10 & NVME_LOG_RAE);
	if (lid != NVME_LOG_SANITIZE) {
		c->status = NVME_INVALID_LOG;
		return;
	}
	if (w->started && w->polls < w->n_then)
		w->log = w->then[w->polls++];
	c->status = w->short_log && c->len > NVME_SANITIZE_LOG_1_3 ?
		    NVME_INVALID_FIELD : w->log_status;
	if (!c->status)
		answer(c, &w->log, sizeof(w->log));
}

int
wire_nvme(struct wire *w, struct wire_nvme *c)
{
	assert_true(c->timeout_ms > 0);
	assert_null(w->flying);		/* never while a Format is on its way */
	c->status = 0;
	switch (c->opcode) {
	case NVME_IDENTIFY:
		w->n_reads++;
		if (w->identify_err)
			return w->identify_err;
		identify_this(w, c);
		return 0;
	case NVME_GET_LOG_PAGE:
		w->n_reads++;
		log_this(w, c);
		return 0;
	case NVME_SECURITY_RECEIVE:
		assert_int_equal(c->cdw10, 0x01000100);
		((uint8_t *)c->data)[3] = 60;
		((uint8_t *)c->data)[49] = NVME_TCG_LOCKING;
		((uint8_t *)c->data)[51] = 12;
		((uint8_t *)c->data)[52] = w->tcg;
		return 0;
	case NVME_SANITIZE:
		w->n_sanitize++;
		w->last = *c;
		c->status = c->cdw10 & w->objects ? NVME_INVALID_FIELD :
						    w->sanitize_status;
		w->started = !c->status;
		return w->lose_err;
	}
	fail_msg("opcode %02x", c->opcode);
	return -EIO;
}

int
wire_nvme_send(struct wire *w, struct wire_nvme *c)
{
	assert_int_equal(c->opcode, NVME_FORMAT_NVM);
	assert_null(w->flying);
	w->n_format++;
	w->last = *c;
	w->flying = c;
	w->lands = w->clock + w->format_ms;
	return 0;
}

int
wire_sent(struct wire *w, uint32_t ms, int *err)
{
	if (!w->flying)
		return -ENOENT;
	w->clock += ms;
	if (w->clock < w->lands)
		return 0;
	*err = w->format_err;
	w->flying->status = w->flying->nsid == NVME_NSID_ALL ?
			    w->all_status : w->format_status;
	if (!w->flying->status && !*err && w->formatted.nsze[0])
		w->ns = w->formatted;
	w->flying = NULL;
	return 1;
}

void
wire_wait(struct wire *w, uint32_t ms)
{
	w->clock += ms;
}

uint64_t
wire_clock(struct wire *w)
{
	return w->clock;
}

int
wire_rescan(struct wire *w)
{
	w->n_rescan++;
	return -EINVAL;			/* has no partitions: not judged */
}

int
wire_drop_caches(struct wire *w)
{
	(void)w;
	return 0;
}

int
wire_remeasure(struct wire *w, uint64_t *bytes)
{
	*bytes = le64(w->ns.nsze) << w->ns.lbaf[w->ns.flbas & 0xf][2];
	return 0;
}

void **
wire_memory(struct wire *w)
{
	return &w->memory;
}

enum wire_kind
wire_kind(const struct wire *w)
{
	(void)w;
	return WIRE_NVME;
}

int
wire_identify(struct wire *w, struct drive *out)
{
	unsigned int i;

	text_copy(out->name, sizeof(out->name), "nvme0n1");
	text_copy(out->id.serial, sizeof(out->id.serial), "kernel's");
	out->id.size = SIZE;
	out->lblock = 4096;
	out->medium = MEDIUM_FLASH;
	out->scope = (struct scope){ .n_spaces = w->kernel_spaces };
	for (i = 0; i < w->kernel_spaces; i++) {
		out->scope.spaces[i].nsid = i + 1;
		out->scope.spaces[i].self = i + 1 == w->self;
		snprintf(out->scope.spaces[i].node, 64, "nvme0n%u", i + 1);
	}
	return 0;
}

/* ---- a drive that has everything ---------------------------------------- */

static struct wire *
a_drive(void)
{
	struct wire *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	put_text(w->ctrl.sn, sizeof(w->ctrl.sn), "SN1");
	put_text(w->ctrl.mn, sizeof(w->ctrl.mn), "Example");
	put(w->ctrl.ver, 4, NVME_VER(1, 4));
	put(w->ctrl.oacs, 2, NVME_OACS_FORMAT);
	put(w->ctrl.sanicap, 4, NVME_SANICAP_ANY);
	put(w->ctrl.nn, 4, 16);
	w->ctrl.fna = NVME_FNA_CRYPTO;
	put(w->ns.nsze, 8, SIZE / 4096);
	w->ns.nlbaf = 1;
	w->ns.flbas = 1;
	w->ns.lbaf[0][2] = 9;
	w->ns.lbaf[1][2] = 12;
	w->active[0] = w->allocated[0] = 1;
	w->self = w->kernel_spaces = 1;
	put(w->log.sprog, 2, NVME_SPROG_IDLE);
	return w;
}

static void
end(struct wire *w)
{
	free(w->memory);
	free(w);
}

#endif
