/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does an NVMe drive say of itself?  PURE: bytes in, facts out.
 *
 * NVM Express Base Specification 2.1, clauses 5.1.12 and 5.1.13; NVM Command
 * Set Specification 1.1, clause 4.1.5.
 */
#include "nvme.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

/* Nothing but zeros or ones is what a dead or absent controller answers. */
static bool
blank(const uint8_t *p, size_t len)
{
	return bytes_are(p, len, 0x00) || bytes_are(p, len, 0xff);
}

/* 128 bits, of which a drive of this century uses 64. */
static struct count
wide(const uint8_t p[16])
{
	struct count c = { 0 };

	if (bytes_are(p + 8, 8, 0)) {
		c.known = true;
		c.n = le64(p);
	}
	return c;
}

int
nvme_parse_ctrl(const uint8_t *buf, size_t len, struct nvme_ctrl *out)
{
	const struct nvme_id_ctrl *c = (const void *)buf;
	struct nvme_ctrl n = { 0 };

	if (len < sizeof(*c) || blank(buf, sizeof(*c)))
		return -EBADMSG;
	text_clean(n.serial, sizeof(n.serial), (char *)c->sn, sizeof(c->sn));
	text_clean(n.model, sizeof(n.model), (char *)c->mn, sizeof(c->mn));
	text_clean(n.firmware, sizeof(n.firmware), (char *)c->fr,
		   sizeof(c->fr));
	text_clean(n.subsystem, sizeof(n.subsystem), (char *)c->subnqn,
		   strnlen((char *)c->subnqn, sizeof(c->subnqn)));
	n.version = le32(c->ver);
	n.nn = le32(c->nn);
	n.sanicap = le32(c->sanicap);
	n.oacs = le16(c->oacs);
	n.oncs = le16(c->oncs);
	n.cmic = c->cmic;
	n.fna = c->fna;
	n.bpcap = c->bpcap;
	n.rpmb = le32(c->rpmbs) & NVME_RPMBS_UNITS;
	/* without namespace management the field may simply not be kept */
	if (n.oacs & NVME_OACS_NAMESPACES || !blank(c->tnvmcap, 16))
		n.unallocated = wide(c->unvmcap);
	*out = n;
	return 0;
}

/* ---- namespaces --------------------------------------------------------- */

/* As the kernel's attribute "wwid" has it, so that both are the same text. */
static void
name_wwn(char wwn[64], unsigned int type, const uint8_t *id)
{
	char hex[33];

	hex_encode(hex, id, type == NVME_NIDT_EUI64 ? 8 : 16);
	if (type == NVME_NIDT_UUID)
		snprintf(wwn, 64, "uuid.%.8s-%.4s-%.4s-%.4s-%.12s", hex,
			 hex + 8, hex + 12, hex + 16, hex + 20);
	else
		snprintf(wwn, 64, "eui.%s", hex);
}

void
nvme_parse_names(const uint8_t *buf, size_t len, char wwn[64])
{
	static const uint8_t sizes[] = { [NVME_NIDT_EUI64] = 8,
					 [NVME_NIDT_NGUID] = 16,
					 [NVME_NIDT_UUID] = 16 };
	unsigned int best = 0, type, size;
	size_t at;

	wwn[0] = '\0';
	for (at = 0; at + NVME_NAME_HEAD <= len; at += NVME_NAME_HEAD + size) {
		type = buf[at];
		size = buf[at + 1];
		if (!size || at + NVME_NAME_HEAD + size > len)
			return;
		if (type > best && type < ARRAY_SIZE(sizes) &&
		    size == sizes[type] &&
		    !blank(buf + at + NVME_NAME_HEAD, size)) {
			name_wwn(wwn, type, buf + at + NVME_NAME_HEAD);
			best = type;
		}
	}
}

/* Format 0 is always there; one without a size is none. */
static void
list_layouts(const struct nvme_id_ns *d, struct nvme_ns *out)
{
	unsigned int i, shift;

	for (i = 0; i <= d->nlbaf && i < ARRAY_SIZE(d->lbaf); i++) {
		shift = d->lbaf[i][2];
		if (shift < NVME_LBADS_MIN || shift > 24)
			continue;
		out->layouts[out->n_layouts++] = (struct layout){
			1U << shift, le16(d->lbaf[i]) };
	}
}

int
nvme_parse_ns(const uint8_t *buf, size_t len, struct nvme_ns *out)
{
	const struct nvme_id_ns *d = (const void *)buf;
	struct nvme_ns n = { 0 };
	uint32_t shift;
	uint64_t nsze;

	if (len < sizeof(*d) || bytes_are(buf, sizeof(*d), 0xff))
		return -EBADMSG;
	nsze = le64(d->nsze);
	if (!nsze)
		return -ENOENT;
	n.format = d->flbas & 0xf;
	if (d->nlbaf > 15)		/* only then are the upper bits valid */
		n.format |= d->flbas >> 1 & 0x30;
	if (n.format > d->nlbaf)
		return -EBADMSG;
	shift = d->lbaf[n.format][2];
	if (shift < NVME_LBADS_MIN || shift > 24 || nsze > UINT64_MAX >> shift)
		return -EBADMSG;
	n.lblock = 1U << shift;
	n.size = nsze << shift;
	n.meta = le16(d->lbaf[n.format]);
	list_layouts(d, &n);
	n.inline_meta = d->flbas & NVME_FLBAS_INLINE;
	n.pi = d->dps & NVME_DPS_TYPE;
	n.pi_first = d->dps & NVME_DPS_FIRST;
	n.write_protected = d->nsattr & NVME_NSATTR_PROTECTED;
	if (!blank(d->nguid, sizeof(d->nguid)))
		name_wwn(n.wwn, NVME_NIDT_NGUID, d->nguid);
	else if (!blank(d->eui64, sizeof(d->eui64)))
		name_wwn(n.wwn, NVME_NIDT_EUI64, d->eui64);
	*out = n;
	return 0;
}

int
nvme_parse_list(const uint8_t *buf, size_t len, uint32_t *out, size_t max,
		size_t *n)
{
	uint32_t nsid, before = 0;
	size_t i;

	*n = 0;
	if (len < NVME_IDENTIFY_LEN)
		return -EBADMSG;
	for (i = 0; i < NVME_LIST_MAX; i++) {
		nsid = le32(buf + 4 * i);
		if (!nsid)
			return 0;
		if (nsid <= before || nsid >= NVME_NSID_ALL - 1)
			return -EBADMSG;
		if (*n == max)
			return -ENOSPC;
		out[(*n)++] = before = nsid;
	}
	return -ENOSPC;		/* a full list may go on */
}

int
nvme_parse_controllers(const uint8_t *buf, size_t len, uint64_t *n)
{
	unsigned int i, count;
	int32_t before = -1;

	*n = 0;
	if (len < NVME_IDENTIFY_LEN)
		return -EBADMSG;
	count = le16(buf);
	if (!count || count > NVME_CONTROLLERS_MAX)
		return -EBADMSG;
	for (i = 1; i <= count; i++) {
		if (le16(buf + 2 * i) <= before)
			return -EBADMSG;
		before = le16(buf + 2 * i);
	}
	*n = count;
	return 0;
}

void
nvme_name_controllers(const uint8_t *buf, char *out, size_t len)
{
	unsigned int i, count = le16(buf);
	size_t at = 0;
	char id[8];

	out[0] = '\0';
	for (i = 1; i <= count && i <= NVME_CONTROLLERS_MAX; i++) {
		snprintf(id, sizeof(id), "%u", le16(buf + 2 * i));
		if (at + strlen(id) + sizeof(", ...") > len) {
			snprintf(out + at, len - at, "...");
			return;
		}
		at += (size_t)snprintf(out + at, len - at, "%s%s", id,
				       i < count ? ", " : "");
	}
}

/* ---- logs --------------------------------------------------------------- */

enum answer
nvme_parse_boot(const uint8_t *buf, size_t len)
{
	const struct nvme_boot_log *l = (const void *)buf;

	if (len < sizeof(*l) || l->lid != NVME_LOG_BOOT)
		return ANSWER_UNKNOWN;
	return le32(l->bpinfo) & NVME_BPINFO_SIZE ? ANSWER_YES : ANSWER_NO;
}

void
nvme_parse_smart(const uint8_t *buf, size_t len, struct health *out)
{
	const struct nvme_smart_log *l = (const void *)buf;
	uint16_t kelvin;

	*out = (struct health){ 0 };
	if (len < sizeof(*l) || blank(buf, sizeof(*l)))
		return;
	out->failing = l->warning & NVME_WARN_FAILING ? ANSWER_YES : ANSWER_NO;
	out->hours = wide(l->hours);
	out->uncorrectable = wide(l->media_errors);
	out->percent_used = (struct count){ true, l->used };
	/* 0 is "not reported", and what no drive survives is no answer */
	kelvin = le16(l->temperature);
	if (kelvin >= NVME_KELVIN && kelvin < NVME_KELVIN + 200)
		out->celsius = (struct count){ true, kelvin - NVME_KELVIN };
}

/* The one answer that is big-endian. */
enum answer
nvme_parse_tcg(const uint8_t *buf, size_t len)
{
	size_t at, end;

	if (len < NVME_TCG_HEAD)
		return ANSWER_UNKNOWN;
	end = 4 + ((size_t)buf[0] << 24 | (size_t)buf[1] << 16 |
		   (size_t)buf[2] << 8 | buf[3]);
	if (end < NVME_TCG_HEAD)
		return ANSWER_UNKNOWN;
	if (end > len)
		end = len;
	for (at = NVME_TCG_HEAD; at + 5 <= end; at += 4 + (size_t)buf[at + 3])
		if ((buf[at] << 8 | buf[at + 1]) == NVME_TCG_LOCKING)
			return buf[at + 4] & NVME_TCG_LOCKED ? ANSWER_YES :
							       ANSWER_NO;
	return ANSWER_NO;
}

static uint32_t
seconds(const uint8_t p[4])
{
	uint32_t s = le32(p);

	return s == NVME_TIME_UNKNOWN ? 0 : s;
}

int
nvme_parse_sanlog(const uint8_t *buf, size_t len, struct nvme_sanlog *out)
{
	struct nvme_sanitize_log l = { 0 };

	if (len < NVME_SANITIZE_LOG_1_3 ||
	    bytes_are(buf, NVME_SANITIZE_LOG_1_3, 0xff))
		return -EBADMSG;
	memcpy(&l, buf, len < sizeof(l) ? len : sizeof(l));
	*out = (struct nvme_sanlog){
		.sprog = le16(l.sprog), .sstat = le16(l.sstat),
		.scdw10 = le32(l.scdw10),
		/* ETO is of 16 passes: ours is one */
		.est_s = { seconds(l.eto) / 16, seconds(l.etbe),
			   seconds(l.etce) },
		.est_kept_s = { seconds(l.etond) / 16, seconds(l.etbend),
				seconds(l.etcend) },
		.ssi = l.ssi,
	};
	return 0;
}

uint32_t
nvme_permille(const struct nvme_sanlog *l)
{
	return l->sprog == NVME_SPROG_IDLE ? 0 : l->sprog * 1000U / 65536;
}
