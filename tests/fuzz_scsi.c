/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes a SCSI disk answers: they are read without a crash, what is
 * made of them can be printed, and no sense data turns into a success that was
 * not asked for.
 *
 * The first byte chooses the answer that the rest stands for.
 */
#include "../drivers/scsi.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
names(const uint8_t *p, size_t len)
{
	struct scsi_inquiry q;
	char text[64];

	if (!scsi_parse_inquiry(p, len, &q))
		must(text_valid(q.vendor) && text_valid(q.model) &&
		     text_valid(q.firmware));
	scsi_parse_serial(p, len, text);
	must(text_valid(text));
	scsi_parse_names(p, len, text);
	must(text_valid(text));
}

static void
pages(const uint8_t *p, size_t len)
{
	struct scsi_character c;

	(void)scsi_parse_list(p, len, SCSI_VPD_ATA);
	scsi_parse_character(p, len, &c);
	must(!(c.solid && c.rpm) && c.after_block < 4 && c.after_crypto < 4);
	must(scsi_parse_trim(p, len, NULL, 0) < ANSWER_COUNT);
	must(scsi_parse_trim(NULL, 0, p, len) < ANSWER_COUNT);
}

static void
capacity(const uint8_t *p, size_t len)
{
	struct scsi_facts f = { 0 };
	struct drive d = { .id.size = 1 << 20, .lblock = 512 };
	uint8_t list[SCSI_LIST_MAX];
	struct wire_scsi c;
	unsigned int m;

	if (scsi_parse_capacity10(p, len, &f.cap))
		must(!f.cap.blocks && !f.cap.lblock);
	if (scsi_parse_capacity16(p, len, &f.cap)) {
		must(!f.cap.blocks && !f.cap.lblock);
		return;
	}
	must(f.cap.blocks <= INT64_MAX / f.cap.lblock);
	must(f.cap.pblock >= f.cap.lblock && f.cap.protection <= 3);
	scsi_build_format(&f.cap, list, &c);
	must((c.len == 4 || c.len == 8) && list[1] == SCSI_FMT_IMMED);
	/* nothing else was told: no command of the drive may be offered */
	scsi_fill(&f, &d);
	scsi_offers(&f, &d);
	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		must(d.offers[m].offered ? m == METHOD_OVERWRITE :
					   d.offers[m].why.code != 0);
	must(!d.offers[METHOD_OVERWRITE].offered ||
	     d.id.size == f.cap.blocks * f.cap.lblock);
}

static void
logs(const uint8_t *p, size_t len)
{
	struct health h = { 0 };
	struct count n = scsi_parse_defects(p, len);

	must(n.known || !n.n);
	scsi_parse_log(p, len, &h);
	must(h.failing < ANSWER_COUNT && h.celsius.n < SCSI_LOG_UNKNOWN);
	must(h.percent_used.n <= 255);
}

static void
sense(const uint8_t *p, size_t len)
{
	struct scsi_memory m = { .quick = true, .clean = 100 };
	struct drive d = { 0 };
	struct scsi_facts f = { 0 };
	enum drive_state st;
	struct sense s;

	(void)sense_parse(p, len, &s);
	f.says = scsi_says(&s);
	must(s.valid || f.says == SCSI_SAYS_UNKNOWN);
	must(scsi_errno(SCSI_CHECK, &s) != 0);
	scsi_sanitize_state(&f, &d.sanitize);
	must(d.sanitize.state != SANITIZE_DONE);
	/* nothing was accepted */
	must(scsi_judge(&m, f.says, 0) != DRIVE_DONE);
	m.accepted = m.seen = true;
	st = scsi_judge(&m, f.says, 0);
	must(st != DRIVE_DONE || (f.says == SCSI_SAYS_NOTHING && !s.deferred &&
				  s.key <= SENSE_RECOVERED));
	m.blamed = true;
	must(scsi_judge(&m, f.says, 0) != DRIVE_DONE);
}

static void
behind(const uint8_t *p, size_t len)
{
	struct bridge_ata a;

	if (bridge_parse_ata(p, len, &a))
		return;
	must(text_valid(a.model) && text_valid(a.serial));
	must(text_valid(a.firmware));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *p;
	size_t len;

	if (!size)
		return 0;
	len = size - 1;
	/* memory of its own: what is read past it is found */
	p = malloc(len ? len : 1);
	must(p);
	memcpy(p, data + 1, len);
	switch (data[0] & 7) {
	case 0:
		names(p, len);
		break;
	case 1:
		pages(p, len);
		break;
	case 2:
		capacity(p, len);
		break;
	case 3:
		must(scsi_parse_support(p, len, SCSI_SANITIZE) < ANSWER_COUNT);
		break;
	case 4:
		must(scsi_parse_protected(p, len) < ANSWER_COUNT);
		break;
	case 5:
		logs(p, len);
		break;
	case 6:
		sense(p, len);
		break;
	case 7:
		behind(p, len);
		break;
	}
	free(p);
	return 0;
}
