/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose serial and size are it, the drive's or the USB bridge's before it?
 * PURE, of what came back by SCSI.
 *
 * A bridge is believed about its drive only if it hands over the drive's own
 * IDENTIFY DEVICE data, whole, and shows the same capacity itself.  Nothing
 * here makes it believed about commands: one that erases may be swallowed, or
 * cut off by the bridge's own timeout.
 */
#include "ata.h"
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

/* ---- the drive's own words, handed over (SAT-4, ATA Information) -------- */

int
bridge_parse_ata(const uint8_t *page, size_t len, struct bridge_ata *out)
{
	struct ata_id id;

	*out = (struct bridge_ata){ 0 };
	if (len < SCSI_89_LEN || page[1] != SCSI_VPD_ATA ||
	    page[SCSI_89_COMMAND] != SCSI_89_IDENTIFY_DEVICE ||
	    ata_id_parse(page + SCSI_89_DATA, &id) || !id.proven || !id.lblock)
		return -EBADMSG;
	text_copy(out->model, sizeof(out->model), id.model);
	text_copy(out->serial, sizeof(out->serial), id.serial);
	text_copy(out->firmware, sizeof(out->firmware), id.firmware);
	out->size = id.sectors * id.lblock;
	return 0;
}

/* ---- judgement ---------------------------------------------------------- */

bool
bridge_is_nvme(const char *name)
{
	static const char *const chips[] = {
		"152d:0583", "152d:0586",	/* JMicron JMS583, JMS586 */
		"174c:2362", "174c:2364",	/* ASMedia ASM2362, ASM2364 */
		"0bda:9210", "0bda:9220",	/* Realtek RTL9210, RTL9220 */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chips); i++)
		if (!strncmp(name, chips[i], strlen(chips[i])))
			return true;
	return false;
}

/* Where a bridge makes larger blocks of the drive's, the last one may be
 * missing. */
static enum answer
same_size(uint64_t shown, uint64_t behind)
{
	const uint64_t largest_block = 4096;

	if (!shown || !behind)
		return ANSWER_UNKNOWN;
	return shown <= behind && behind - shown < largest_block ?
	       ANSWER_YES : ANSWER_NO;
}

void
bridge_judge(const struct bridge_ata *behind, struct drive *d)
{
	struct identity *id = &d->id;

	d->bridge.identity = d->bridge.registers = ANSWER_YES;
	if (!d->bridge.name[0])
		return;
	/* nothing that would show it is ever sent through one */
	d->bridge.registers = ANSWER_UNKNOWN;
	d->bridge.identity = behind ? same_size(id->size, behind->size) :
				      ANSWER_UNKNOWN;
	/* these chips carry flash; SCSI has no word for NVMe */
	if (d->medium == MEDIUM_UNKNOWN && bridge_is_nvme(d->bridge.name))
		d->medium = MEDIUM_FLASH;
	if (d->bridge.identity != ANSWER_YES)
		return;
	if (!behind->model[0] || !behind->serial[0]) {
		d->bridge.identity = ANSWER_UNKNOWN;
		return;
	}
	text_copy(id->model, sizeof(id->model), behind->model);
	text_copy(id->serial, sizeof(id->serial), behind->serial);
	text_copy(id->firmware, sizeof(id->firmware), behind->firmware);
}
