/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does the drive answer when it is only asked?  Nothing here changes
 * anything on a drive.
 */
#include "ata.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 15 * 1000 };	/* a drive that must spin up first */

const struct ata_cmd *
ata_command(enum ata_command c)
{
	static const struct ata_cmd commands[] = {
		[ATA_C_IDENTIFY] = {
			"IDENTIFY DEVICE", SAT_PIO_IN, false, ATA_IDENTIFY,
			0, 1, ASK_MS, 0 },
		[ATA_C_POWER] = {
			"CHECK POWER MODE", SAT_NON_DATA, false,
			ATA_CHECK_POWER_MODE, 0, 0, ASK_MS, 0 },
		[ATA_C_SAN_STATUS] = {
			"SANITIZE STATUS EXT", SAT_NON_DATA, true,
			ATA_SANITIZE, ATA_SAN_STATUS, 0, ASK_MS, 0 },
		[ATA_C_SMART_STATUS] = {
			"SMART RETURN STATUS", SAT_NON_DATA, false, ATA_SMART,
			ATA_SMART_STATUS, 0, ASK_MS, ATA_SMART_KEY },
		[ATA_C_SMART_DATA] = {
			"SMART READ DATA", SAT_PIO_IN, false, ATA_SMART,
			ATA_SMART_READ_DATA, 1, ASK_MS, ATA_SMART_KEY },
		[ATA_C_DCO_IDENTIFY] = {
			"DEVICE CONFIGURATION IDENTIFY", SAT_PIO_IN, false,
			ATA_DCO, ATA_DCO_IDENTIFY, 1, ASK_MS, 0 },
		[ATA_C_NATIVE] = {
			"READ NATIVE MAX ADDRESS", SAT_NON_DATA, false,
			ATA_READ_NATIVE_MAX, 0, 0, ASK_MS, 0 },
		[ATA_C_NATIVE_EXT] = {
			"READ NATIVE MAX ADDRESS EXT", SAT_NON_DATA, true,
			ATA_READ_NATIVE_MAX_EXT, 0, 0, ASK_MS, 0 },
		[ATA_C_MAX_NATIVE] = {
			"GET NATIVE MAX ADDRESS EXT", SAT_NON_DATA, true,
			ATA_MAX_ADDRESS, ATA_MAX_GET_NATIVE, 0, ASK_MS, 0 },
	};

	return &commands[c];
}

struct ata_memory *
ata_memory(struct wire *w)
{
	void **slot = wire_memory(w);

	if (!*slot)
		*slot = calloc(1, sizeof(struct ata_memory));
	return *slot;
}

/* A block of data, or the reason why not: -EIO if the drive refused. */
static int
read_block(struct wire *w, const struct ata_cmd *c, uint8_t out[ATA_BLOCK])
{
	struct ata_answer a;
	int r = ata_do(w, c, out, NULL, &a);

	return r ? r : -a.reply.err;
}

int
ata_id_read(struct wire *w, struct ata_id *out)
{
	uint8_t block[ATA_BLOCK] = { 0 };
	int r = read_block(w, ata_command(ATA_C_IDENTIFY), block);

	*out = (struct ata_id){ 0 };
	return r ? r : ata_id_parse(block, out);
}

/* ---- bridges ------------------------------------------------------------ */

/* A bridge may show a little less than there is, where it makes larger blocks
 * of the drive's. */
static enum answer
same_drive(const struct ata_id *id, const struct drive *d)
{
	const uint64_t largest_block = 4096;
	uint64_t size = id->sectors * id->lblock;

	if (!id->proven || !size || !d->areas.kernel)
		return ANSWER_UNKNOWN;
	return d->areas.kernel <= size &&
	       size - d->areas.kernel < largest_block ? ANSWER_YES : ANSWER_NO;
}

void
ata_prove_bridge(struct wire *w, const struct ata_id *id, struct drive *d)
{
	struct ata_answer a;

	d->bridge.identity = d->bridge.name[0] ? same_drive(id, d) :
						 ANSWER_YES;
	d->bridge.registers = ANSWER_UNKNOWN;
	if (!ata_do(w, ata_command(ATA_C_POWER), NULL, NULL, &a))
		d->bridge.registers = ata_power_registers(&a);
}

int
ata_look(struct wire *w, struct ata_id *out, bool *bridged, bool *proven)
{
	struct drive *d = calloc(1, sizeof(*d));
	int r = -ENOMEM;

	*out = (struct ata_id){ 0 };
	*bridged = true;
	*proven = false;
	if (!d)
		return r;
	r = wire_identify(w, d);
	if (!r)
		r = ata_id_read(w, out);
	if (r)
		goto out;
	if (!d->areas.kernel)
		d->areas.kernel = d->id.size;
	ata_prove_bridge(w, out, d);
	*bridged = d->bridge.name[0];
	*proven = d->bridge.identity == ANSWER_YES &&
		  d->bridge.registers == ANSWER_YES;
out:
	free(d);
	return r;
}

/* ---- states ------------------------------------------------------------- */

int
ata_sanitize_read(struct wire *w, struct sanitize *out, struct reply *reply)
{
	struct ata_answer a;
	int r = ata_do(w, ata_command(ATA_C_SAN_STATUS), NULL, NULL, &a);

	*out = (struct sanitize){ 0 };
	if (!r)
		ata_sanitize_parse(&a, out);
	if (reply)
		*reply = a.reply;
	return r;
}

uint64_t
ata_native_read(struct wire *w, const struct ata_id *id)
{
	const struct ata_cmd *c = ata_command(id->lba48 ? ATA_C_NATIVE_EXT :
							  ATA_C_NATIVE);
	struct ata_answer a;

	if (ata_do(w, c, NULL, NULL, &a))
		return 0;
	return ata_native_sectors(&a, id->lba48);
}

uint64_t
ata_max_native_read(struct wire *w)
{
	struct ata_answer a;

	if (ata_do(w, ata_command(ATA_C_MAX_NATIVE), NULL, NULL, &a))
		return 0;
	return ata_native_sectors(&a, true);
}

/* ---- hidden areas ------------------------------------------------------- */

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void
ata_areas_read(struct wire *w, const struct ata_id *id, struct areas *out)
{
	uint8_t block[ATA_BLOCK] = { 0 };
	uint64_t native = id->sectors, n;

	out->current = id->sectors * id->lblock;
	out->hpa = out->amac = out->dco_set = ANSWER_NO;
	if (id->hpa) {
		n = ata_native_read(w, id);
		out->hpa = ata_hides(id->sectors, n);
		native = larger(native, n);
	}
	if (id->amac) {
		n = ata_max_native_read(w);
		out->amac = ata_hides(id->sectors, n);
		native = larger(native, n);
	}
	out->native = out->hpa == ANSWER_UNKNOWN ||
		      out->amac == ANSWER_UNKNOWN ? 0 : native * id->lblock;
	out->dco = out->native;
	if (!id->dco)
		return;
	n = read_block(w, ata_command(ATA_C_DCO_IDENTIFY), block) ? 0 :
	    ata_dco_sectors(block);
	out->dco_set = ata_hides(native, n);
	out->dco = out->dco_set == ANSWER_UNKNOWN ? 0 : n * id->lblock;
}

/* ---- health ------------------------------------------------------------- */

/* 0, or why not. */
static int
statistics_read(struct wire *w, struct health *out)
{
	static const uint8_t wanted[] = { ATA_STAT_GENERAL, ATA_STAT_ROTATING,
		ATA_STAT_ERRORS, ATA_STAT_TEMPERATURE, ATA_STAT_SOLID };
	struct ata_cmd c = { "READ LOG EXT", SAT_PIO_IN, true,
		ATA_READ_LOG_EXT, 0, 1, ASK_MS, ATA_LOG_STATISTICS };
	uint8_t list[ATA_BLOCK] = { 0 }, page[ATA_BLOCK];
	size_t i;
	int r = read_block(w, &c, list);

	if (r || list[2])
		return r;
	for (i = 0; i < list[8] && !r; i++) {
		if (!memchr(wanted, list[9 + i], sizeof(wanted)))
			continue;
		c.lba = ATA_LOG_STATISTICS | (uint64_t)list[9 + i] << 8;
		r = read_block(w, &c, page);
		if (!r)
			ata_stats_parse(page, list[9 + i], out);
	}
	return r;
}

static bool
sanitizes(struct wire *w, const struct ata_id *id)
{
	struct sanitize now;

	return id->sanitize && (ata_sanitize_read(w, &now, NULL) ||
				now.state == SANITIZE_RUNNING);
}

void
ata_health_read(struct wire *w, const struct ata_id *id, struct health *out)
{
	struct ata_memory *m = ata_memory(w);
	uint8_t block[ATA_BLOCK] = { 0 };
	struct ata_answer a;

	*out = (struct health){ 0 };
	if (!m || sanitizes(w, id))
		return;
	if (id->smart && !m->mute_status) {
		m->mute_status = ata_do(w, ata_command(ATA_C_SMART_STATUS),
					NULL, NULL, &a) || a.reply.err;
		out->failing = ata_smart_failing(&a);
	}
	if (id->smart && !m->mute_data) {
		m->mute_data = read_block(w, ata_command(ATA_C_SMART_DATA),
					  block);
		if (!m->mute_data)
			ata_smart_parse(block, out);
	}
	if (id->gpl && !m->mute_log)
		m->mute_log = statistics_read(w, out);
}
