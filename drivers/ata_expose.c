/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does an ATA drive show all of itself?  Host Protected Area and Device
 * Configuration Overlay (ATA8-ACS), Accessible Max Address (ACS-4).
 *
 * Each can be refused: a firmware has frozen it, or it was changed since the
 * drive got power.  What stays hidden is said, and nothing else follows here.
 */
#include "ata.h"

#include <errno.h>

enum { CHANGE_MS = 60 * 1000 };

/* ---- the three limits --------------------------------------------------- */

/*
 * SET MAX ADDRESS counts only right after READ NATIVE MAX ADDRESS.  For good,
 * so that a reset in the middle of the erase does not hide the rest again; a
 * drive takes that once per power cycle, so otherwise until it loses power.
 */
static int
remove_hpa(struct wire *w, const struct ata_id *id, struct reply *out,
	   struct sent *log)
{
	struct ata_cmd c = { .protocol = SAT_NON_DATA, .ext = id->lba48,
			     .timeout_ms = CHANGE_MS };
	struct ata_answer a;
	uint64_t native;
	int keep, r;

	c.name = id->lba48 ? "SET MAX ADDRESS EXT" : "SET MAX ADDRESS";
	c.command = id->lba48 ? ATA_SET_MAX_EXT : ATA_SET_MAX;
	for (keep = 1; keep >= 0; keep--) {
		native = ata_native_read(w, id);
		out->err = EPROTO;
		if (!native)
			return 0;
		c.lba = native - 1;
		c.count = keep ? ATA_SET_MAX_KEEP : 0;
		r = ata_do(w, &c, NULL, log, &a);
		*out = a.reply;
		if (r || a.outcome == ATA_OK)
			return r;
	}
	return 0;
}

static int
restore_dco(struct wire *w, struct reply *out, struct sent *log)
{
	const struct ata_cmd c = { "DEVICE CONFIGURATION RESTORE",
		SAT_NON_DATA, false, ATA_DCO, ATA_DCO_RESTORE, 0,
		CHANGE_MS, 0 };
	struct ata_answer a;
	int r = ata_do(w, &c, NULL, log, &a);

	*out = a.reply;
	return r;
}

/* Set to the feature's own maximum, read now; to nothing else. */
static int
remove_amac(struct wire *w, struct reply *out, struct sent *log)
{
	struct ata_cmd c = { "SET ACCESSIBLE MAX ADDRESS EXT",
		SAT_NON_DATA, true, ATA_MAX_ADDRESS, ATA_MAX_SET, 0,
		CHANGE_MS, 0 };
	uint64_t native = ata_max_native_read(w);
	struct ata_answer a;
	int r;

	out->err = EPROTO;
	if (!native)
		return 0;
	c.lba = native - 1;
	r = ata_do(w, &c, NULL, log, &a);
	*out = a.reply;
	return r;
}

/* ---- the step ----------------------------------------------------------- */

static int
look_again(struct wire *w, struct ata_id *id, struct areas *areas)
{
	int r = ata_id_read(w, id);

	if (!r)
		ata_areas_read(w, id, areas);
	return r;
}

/* A DCO is not restored while an HPA is set, and may itself have hidden one:
 * or the feature to ask for it. */
static int
remove_all(struct wire *w, struct ata_id *id, struct areas *areas,
	   struct reply *out, struct sent *log)
{
	int r = look_again(w, id, areas);

	if (!r && areas->hpa == ANSWER_YES) {
		r = remove_hpa(w, id, out, log);
		if (!r)
			r = look_again(w, id, areas);
	}
	if (!r && areas->dco_set == ANSWER_YES &&
	    areas->hpa != ANSWER_YES) {
		r = restore_dco(w, out, log);
		if (!r)
			r = look_again(w, id, areas);
		if (!r && areas->hpa == ANSWER_YES)
			r = remove_hpa(w, id, out, log);
		if (!r)
			r = look_again(w, id, areas);
	}
	if (!r && areas->amac == ANSWER_YES) {
		r = remove_amac(w, out, log);
		if (!r)
			r = look_again(w, id, areas);
	}
	return r;
}

int
ata_expose(struct wire *w, struct reply *out, struct sent *log)
{
	struct areas areas = { 0 };
	struct ata_id id;
	bool bridged, proven, whole;
	uint64_t bytes;
	int r = ata_look(w, &id, &bridged, &proven);

	if (!r && !proven) {
		out->err = EOPNOTSUPP;
		return 0;
	}
	if (!r)
		r = remove_all(w, &id, &areas, out, log);
	/* whatever became of it, the kernel must see what is there now */
	if (!r)
		r = wire_remeasure(w, &bytes);
	whole = areas.hpa == ANSWER_NO && areas.dco_set == ANSWER_NO &&
		areas.amac == ANSWER_NO;
	if (r)
		out->err = -r;
	else if (whole)
		out->err = 0;
	else if (!out->err)
		out->err = EIO;
	return r;
}
