/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever an ATA drive answers: no crash, no name that a terminal would obey,
 * no success without registers, no done sanitize without all of them, and no
 * method offered that needs what did not come back.
 *
 * Input: which answer (1 byte), options (1 byte), the answer.
 */
#include "../drivers/ata.h"

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

/* Set right first, so that what lies behind it is reached. */
static void
seal(uint8_t p[ATA_BLOCK])
{
	uint8_t sum = 0;
	int i;

	p[510] = ATA_255_SIGNATURE;
	for (i = 0; i < ATA_BLOCK - 1; i++)
		sum += p[i];
	p[ATA_BLOCK - 1] = (uint8_t)-sum;
}

static void
look_at_offers(const struct ata_id *id, uint8_t options)
{
	struct drive *d = calloc(1, sizeof(*d));
	enum method m;

	if (!d)
		abort();
	if (options & 2)
		must(!text_copy(d->bridge.name, sizeof(d->bridge.name), "b"));
	d->bridge.identity = (options >> 2 & 3) % ANSWER_COUNT;
	d->bridge.registers = (options >> 4 & 3) % ANSWER_COUNT;
	d->sanitize.state = (options >> 5) % SANITIZE_STATE_COUNT;
	d->id.size = id->sectors * id->lblock;
	d->lblock = 512;
	ata_fill(id, d);
	ata_offers(id, options & 1, d);
	for (m = METHOD_OVERWRITE; m < METHOD_COUNT; m++) {
		must(d->offers[m].offered ||
		     d->offers[m].why.code != REASON_UNKNOWN);
		must(!d->offers[m].offered || m == METHOD_OVERWRITE ||
		     d->bridge.registers == ANSWER_YES);
	}
	if (d->bridge.name[0] || d->lock.frozen == ANSWER_YES ||
	    d->lock.supported != ANSWER_YES)
		must(!d->offers[METHOD_SECURITY_ERASE].offered &&
		     !d->offers[METHOD_SECURITY_ERASE_ENHANCED].offered);
	must(text_valid(d->id.model) && text_valid(d->id.serial));
	free(d);
}

static void
identify(uint8_t p[ATA_BLOCK], uint8_t options)
{
	struct ata_id id;
	uint32_t ms;

	if (options & 0x80)
		seal(p);
	memset(&id, 0xa5, sizeof(id));
	if (ata_id_parse(p, &id)) {
		must(!id.model[0] && !id.sectors && !id.proven &&
		     !id.lock.enabled);
		return;
	}
	must(id.model[0] && text_valid(id.model) && text_valid(id.serial) &&
	     text_valid(id.firmware) && text_valid(id.wwn));
	must(!strpbrk(id.model, "\t\n") && !strpbrk(id.serial, "\t\n"));
	must(id.lblock >= 512 && id.sectors <= UINT64_C(1) << 48);
	must(id.sanitize || (!id.block && !id.crypto && !id.overwrite));
	ms = ata_erase_timeout_ms(&id, options & 1);
	must(ms >= 12 * 3600 * 1000U);
	look_at_offers(&id, options);
}

static void
answer(const uint8_t *p, size_t n, uint8_t options)
{
	static const enum sat_protocol protocols[] = {
		SAT_NON_DATA, SAT_PIO_IN, SAT_PIO_OUT, SAT_NON_DATA
	};
	enum sat_protocol protocol = protocols[options & 3];
	struct wire_scsi x = { .len = ATA_BLOCK };
	struct sanitize s;
	struct ata_answer a;

	x.status = options & 4 ? 0x02 : options >> 3;
	x.done = options & 8 ? ATA_BLOCK : 0;
	if (protocol == SAT_NON_DATA)
		x.len = x.done = 0;
	x.sense_len = n < 255 ? (uint8_t)n : 255;
	memcpy(x.sense, p, n < WIRE_SENSE_MAX ? n : WIRE_SENSE_MAX);
	memset(&a, 0xa5, sizeof(a));
	ata_judge(&x, protocol, &a);
	must((a.outcome == ATA_OK) == (a.reply.err == 0));
	must(a.reply.raw_len <= REPLY_RAW);
	must(a.outcome != ATA_OK || protocol != SAT_NON_DATA ||
	     (a.s.has_ata && a.s.ata_status & ATA_ST_DRDY &&
	      !(a.s.ata_status & ATA_ST_ERR)));
	must(a.outcome != ATA_OK || x.done == x.len);
	ata_sanitize_parse(&a, &s);
	must(s.state != SANITIZE_DONE ||
	     (a.outcome == ATA_OK && a.s.ata_complete &&
	      a.s.count & ATA_SAN_DONE && !(a.s.count & ATA_SAN_RUNS)));
	must(s.permille < 1000);
	must(!ata_native_sectors(&a, true) || a.s.ata_complete);
	must(ata_smart_failing(&a) == ANSWER_UNKNOWN || a.s.has_ata);
	must(ata_power_registers(&a) != ANSWER_YES || a.s.has_ata);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t p[ATA_BLOCK] = { 0 };
	struct health h = { 0 };
	uint64_t v;

	if (size < 2)
		return 0;
	memcpy(p, data + 2, size - 2 < sizeof(p) ? size - 2 : sizeof(p));
	switch (data[0] % 6) {
	case 0:
		identify(p, data[1]);
		break;
	case 1:
		answer(data + 2, size - 2, data[1]);
		break;
	case 2:
		if (data[1] & 0x80)
			seal(p);
		ata_smart_parse(p, &h);
		break;
	case 3:
		ata_stats_parse(p, data[1], &h);
		break;
	case 4:
		if (data[1] & 0x80)
			seal(p);
		must(ata_dco_sectors(p) <= UINT64_C(1) << 48);
		break;
	default:
		must(ata_id_security_page(p, &v) || !v);
		break;
	}
	return 0;
}
