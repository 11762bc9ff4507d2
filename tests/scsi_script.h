/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command set of SCSI, linked against a disk that answers from a script in
 * place of the doors of the kernel: also what no honest drive would say, and no
 * emulated one.
 */
#ifndef SCSI_SCRIPT_H
#define SCSI_SCRIPT_H

#define wire_scsi	fake_scsi
#define wire_wait	fake_wait
#define wire_clock	fake_clock
#define wire_size	fake_size
#define wire_rescan	fake_rescan
#define wire_remeasure	fake_remeasure
#define wire_memory	fake_memory
#define wire_kind	fake_kind
#define wire_identify	fake_identify
#define wire_drop_caches fake_drop_caches

/* NOLINTBEGIN(bugprone-suspicious-include): linked against the script */
#include "../drivers/scsi_identify.c"
#include "../drivers/scsi_offer.c"
#include "../drivers/scsi_ask.c"
#include "../drivers/scsi_erase.c"
#include "../drivers/bridge.c"
#include "../drivers/scsi.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define BLOCKS	2048U

/* ---- the script --------------------------------------------------------- */

/* key << 16 | ASC << 8 | ASCQ, as struct reply has it */
#define NOTHING		0x000000U
#define SANITIZING	0x02041bU
#define FORMATTING	0x020404U
#define SAN_FAILED	0x033103U
#define FMT_FAILED	0x033101U
#define RESET		0x062900U
#define NO_OPCODE	0x052000U
#define NO_FIELD	0x052400U
#define DEFERRED	0x1000000U	/* with any of them */

struct wire {
	uint8_t inquiry[SCSI_INQUIRY_MIN];
	uint8_t pages[8];		/* what VPD page 00h lists */
	uint8_t character[64], ata[SCSI_89_LEN];
	uint64_t blocks;
	uint32_t lblock;
	uint8_t protection;		/* byte 12 of READ CAPACITY (16) */
	uint32_t capacity_sense;
	uint8_t can[SCSI_OP_COUNT];	/* SUPPORT of each */
	uint32_t rsoc_sense, either_sense;
	bool protected_, tur_conflict, mode_conflict;

	/* the kernel */
	const char *bridge;
	uint64_t kernel_size;
	uint32_t kernel_lblock;

	/* what sense data says, now and after each REQUEST SENSE that follows
	 * the start; the last one stays */
	uint32_t now, then[16];
	unsigned int n_then, at;
	bool started;
	uint32_t attention;		/* said once, to whatever comes */
	unsigned int lose;		/* so many answers get lost */
	bool silent;			/* REQUEST SENSE says nothing */
	uint32_t refuse;		/* what is sent to erase it */
	uint8_t erase_status;
	int erase_err;

	/* the record */
	unsigned int n_erase, n_exit, n_rescan, n_drop, n_measure, n_sense;
	uint8_t cdb[16], list[SCSI_LIST_MAX];
	uint64_t clock;
	void *memory;
};

static int
check(struct wire_scsi *c, uint32_t code)
{
	memset(c->sense, 0, sizeof(c->sense));
	c->status = SCSI_CHECK;
	c->sense[0] = code & DEFERRED ? 0x71 : 0x70;
	c->sense[2] = code >> 16 & 0x0f;
	c->sense[7] = 10;
	c->sense[12] = code >> 8 & 0xff;
	c->sense[13] = code & 0xff;
	c->sense_len = 18;
	return 0;
}

static int
give(struct wire_scsi *c, const void *data, size_t len)
{
	if (len > c->len)
		len = c->len;
	memcpy(c->data, data, len);
	c->done = (uint32_t)len;
	return 0;
}

static int
give_inquiry(const struct wire *w, struct wire_scsi *c)
{
	static const uint8_t serial[] = { 0, 0x80, 0, 4, 'S', 'N', '4', '2' };
	static const uint8_t names[] = { 0, 0x83, 0, 12, 1, 3, 0, 8,
		0x50, 0, 0xc5, 0, 0x12, 0x34, 0x56, 0x78 };
	uint8_t p[72] = { 0 };
	size_t n = strnlen((const char *)w->pages, sizeof(w->pages));

	if (!(c->cdb[1] & 1))
		return give(c, w->inquiry, sizeof(w->inquiry));
	switch (c->cdb[2]) {
	case 0x00:
		p[3] = (uint8_t)(n + 1);
		memcpy(p + 5, w->pages, n);
		return give(c, p, n + 5);
	case 0x80:
		return give(c, serial, sizeof(serial));
	case 0x83:
		return give(c, names, sizeof(names));
	case 0x89:
		return give(c, w->ata, sizeof(w->ata));
	case 0xb1:
		return give(c, w->character, sizeof(w->character));
	}
	return check(c, NO_FIELD);
}

static int
give_capacity(const struct wire *w, struct wire_scsi *c)
{
	uint8_t p[32] = { 0 };
	unsigned int i;

	if (w->capacity_sense)
		return check(c, w->capacity_sense);
	for (i = 0; i < 8; i++)
		p[i] = (uint8_t)((w->blocks - 1) >> (56 - 8 * i));
	for (i = 0; i < 4; i++)
		p[8 + i] = (uint8_t)(w->lblock >> (24 - 8 * i));
	p[12] = w->protection;
	if (c->cdb[0] == SCSI_READ_CAPACITY_10)
		return give(c, p + 4, 8);
	return give(c, p, sizeof(p));
}

static int
give_support(const struct wire *w, struct wire_scsi *c)
{
	uint8_t p[16] = { 0, 0, 0, 10, c->cdb[3] };
	unsigned int op = c->cdb[3] == SCSI_FORMAT_UNIT ? SCSI_OP_FORMAT :
			  c->cdb[5] == 1 ? SCSI_OP_OVERWRITE :
			  c->cdb[5] == 2 ? SCSI_OP_BLOCK : SCSI_OP_CRYPTO;

	if (w->rsoc_sense)
		return check(c, w->rsoc_sense);
	if (w->either_sense && c->cdb[2] == SCSI_RSOC_EITHER)
		return check(c, w->either_sense);
	/* of a command with service actions, and of one without */
	if (c->cdb[2] == SCSI_RSOC_ACTION && op == SCSI_OP_FORMAT)
		return check(c, NO_FIELD);
	if (c->cdb[2] == SCSI_RSOC_OPCODE && op != SCSI_OP_FORMAT)
		return check(c, NO_FIELD);
	p[1] = w->can[op];
	return give(c, p, sizeof(p));
}

static int
give_sense(struct wire *w, struct wire_scsi *c)
{
	struct wire_scsi s = { 0 };

	w->n_sense++;
	if (w->silent)
		return give(c, "", 0);
	if (w->started && w->at < w->n_then)
		w->now = w->then[w->at++];
	check(&s, w->now);
	return give(c, s.sense, 18);
}

static int
erase_it(struct wire *w, struct wire_scsi *c)
{
	assert_int_equal(c->timeout_ms, 120000);
	memcpy(w->cdb, c->cdb, sizeof(w->cdb));
	if (c->dir == WIRE_OUT)
		memcpy(w->list, c->data, c->len);
	if (c->cdb[0] == SCSI_SANITIZE && c->cdb[1] == SCSI_SAN_EXIT) {
		w->n_exit++;
		return check(c, NO_FIELD);
	}
	w->n_erase++;
	if (w->erase_err)
		return w->erase_err;
	if (w->refuse)
		return check(c, w->refuse);
	c->status = w->erase_status;
	w->started = !c->status;
	return 0;
}

int
wire_scsi(struct wire *w, struct wire_scsi *c)
{
	assert_true(c->timeout_ms > 0);
	c->status = c->sense_len = 0;
	c->done = 0;
	if (c->cdb[0] != SCSI_SANITIZE && c->cdb[0] != SCSI_FORMAT_UNIT) {
		assert_true(wire_scsi_reads(c));
		if (w->lose && w->started) {
			w->lose--;
			return -ETIMEDOUT;
		}
	}
	if (w->attention && w->started && c->cdb[0] != SCSI_REQUEST_SENSE &&
	    c->cdb[0] != SCSI_INQUIRY) {
		check(c, w->attention);
		w->attention = 0;
		return 0;
	}
	switch (c->cdb[0]) {
	case SCSI_INQUIRY:
		return give_inquiry(w, c);
	case SCSI_READ_CAPACITY_10:
	case SCSI_SERVICE_IN_16:
		return give_capacity(w, c);
	case SCSI_MAINTENANCE_IN:
		return give_support(w, c);
	case SCSI_REQUEST_SENSE:
		return give_sense(w, c);
	case SCSI_TEST_UNIT_READY:
		if (w->tur_conflict)
			c->status = SCSI_CONFLICT;
		return w->now && !w->tur_conflict ? check(c, w->now) : 0;
	case SCSI_MODE_SENSE_10:
		if (w->mode_conflict) {
			c->status = SCSI_CONFLICT;
			return 0;
		}
		return give(c, w->protected_ ?
			    "\0\x12\0\x80\0\0\0\0\x0a\x0a\0\0\0\0\0\0\0\0\0\0" :
			    "\0\x12\0\0\0\0\0\0\x0a\x0a\0\0\0\0\0\0\0\0\0\0",
			    20);
	case SCSI_SANITIZE:
	case SCSI_FORMAT_UNIT:
		return erase_it(w, c);
	}
	return check(c, NO_OPCODE);
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
wire_size(struct wire *w, uint64_t *bytes)
{
	*bytes = w->kernel_size;
	return 0;
}

/* Both read the block node, which hangs while a drive erases itself. */
static void
must_be_free(const struct wire *w)
{
	assert_false(w->started && (w->now == SANITIZING ||
				    w->now == FORMATTING));
}

int
wire_rescan(struct wire *w)
{
	must_be_free(w);
	w->n_rescan++;
	return -EINVAL;			/* has no partitions: not judged */
}

int
wire_drop_caches(struct wire *w)
{
	must_be_free(w);
	w->n_drop++;
	return 0;
}

int
wire_remeasure(struct wire *w, uint64_t *bytes)
{
	must_be_free(w);
	w->n_measure++;
	*bytes = w->kernel_size = w->blocks * w->lblock;
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
	return WIRE_SCSI;
}

int
wire_identify(struct wire *w, struct drive *out)
{
	text_copy(out->name, sizeof(out->name), "sda");
	text_copy(out->bridge.name, sizeof(out->bridge.name),
		  w->bridge ? w->bridge : "");
	out->id.size = w->kernel_size;
	out->lblock = w->kernel_lblock;
	out->medium = MEDIUM_UNKNOWN;
	return 0;
}

/* ---- a disk that has everything ----------------------------------------- */

static void
put_text(uint8_t *p, size_t len, const char *s)
{
	for (; len; len--)
		*p++ = *s ? (uint8_t)*s++ : ' ';
}

static struct wire *
a_disk(void)
{
	struct wire *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->inquiry[2] = 7;
	put_text(w->inquiry + 8, 8, "EXAMPLE");
	put_text(w->inquiry + 16, 16, "SAS DISK");
	put_text(w->inquiry + 32, 4, "0001");
	memcpy(w->pages, "\x80\x83\xb1", 4);
	w->character[1] = 0xb1;
	w->character[3] = 0x3c;
	w->character[5] = 1;
	w->blocks = BLOCKS;
	w->lblock = w->kernel_lblock = 512;
	w->kernel_size = BLOCKS * 512;
	memset(w->can, SCSI_RSOC_STANDARD, sizeof(w->can));
	return w;
}

static void
end(struct wire *w)
{
	free(w->memory);
	free(w);
}

#endif
