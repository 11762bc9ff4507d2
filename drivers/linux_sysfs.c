/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is this drive, as far as the kernel knows without asking it again?
 *
 * Vital product data pages: SPC-5 clause 7.7 and SAT-4 clause 12.4.2.
 * IDENTIFY DEVICE words: ACS-4 clause 7.13.6.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* What ATA INFORMATION, page 89h, tells of the drive behind a translation. */
struct ata {
	bool known;
	uint8_t id[512];	/* IDENTIFY DEVICE data */
};

/* First attribute that says something; "" if none does. */
static void
first(const char *dir, const char *const *attrs, char *out, size_t len)
{
	out[0] = '\0';
	for (; *attrs; attrs++)
		if (!sys_text(dir, *attrs, out, len))
			return;
}

/* The kernel fills an ATA drive's name up with blanks, so that its end, the
 * serial, would be cut off; half a name would be that of others as well. */
static void
kernel_name(const char *dir, char *out, size_t len)
{
	static const char *const names[] = { "wwid", "device/wwid",
					     "device/cid", NULL };
	char text[256], *to = text;

	first(dir, names, text, sizeof(text));
	for (const char *from = text; *from; from++)
		if (*from != ' ' || from[1] != ' ')
			*to++ = *from;
	*to = '\0';
	text_copy(out, len, strlen(text) < len ? text : "");
}

static uint16_t
ata_word(const struct ata *a, unsigned int i)
{
	return a->id[2 * i] | a->id[2 * i + 1] << 8;
}

/* ATA strings hold two characters a word, the first in the high byte. */
static void
ata_string(const struct ata *a, unsigned int word, unsigned int n, char *out,
	   size_t len)
{
	char raw[40], text[41];
	unsigned int i;

	for (i = 0; i < n; i++) {
		raw[2 * i] = a->id[2 * (word + i) + 1];
		raw[2 * i + 1] = a->id[2 * (word + i)];
	}
	text_clean(text, sizeof(text), raw, 2 * n);
	if (text[0])		/* blank says nothing new */
		text_copy(out, len, text);
}

/* SAT-4 12.4.2.1: the IDENTIFY data lies at byte 60, its command at 56. */
static void
ata_page(const struct place *p, struct ata *out)
{
	uint8_t page[60 + 512];

	*out = (struct ata){ 0 };
	if (sys_bytes(p->dir, "device/vpd_pg89", page, sizeof(page)) !=
	    sizeof(page) || page[1] != 0x89 || page[56] != 0xec)
		return;
	memcpy(out->id, page + 60, sizeof(out->id));
	out->known = true;
}

/* The kernel shortens ATA's 40 characters of model to SCSI's 16, and its 8 of
 * firmware to 4; what the drive itself says is longer. */
static void
ata_identity(const struct ata *a, struct identity *id)
{
	uint64_t wwn;

	if (!a->known)
		return;
	ata_string(a, 10, 10, id->serial, sizeof(id->serial));
	ata_string(a, 23, 4, id->firmware, sizeof(id->firmware));
	ata_string(a, 27, 20, id->model, sizeof(id->model));
	/* words 108..111 hold the name if word 84 bit 8 says so */
	wwn = (uint64_t)ata_word(a, 108) << 48 |
	      (uint64_t)ata_word(a, 109) << 32 |
	      (uint64_t)ata_word(a, 110) << 16 | ata_word(a, 111);
	if ((ata_word(a, 84) & 0xc100) == 0x4100 && wwn)
		snprintf(id->wwn, sizeof(id->wwn), "naa.%016llx",
			 (unsigned long long)wwn);
}

/* SPC-5 7.7.20: page 80h is a four byte header and the number in ASCII. */
static void
unit_serial(const struct place *p, char *out, size_t len)
{
	uint8_t page[4 + 252];
	ssize_t n = sys_bytes(p->dir, "device/vpd_pg80", page, sizeof(page));
	size_t said;

	if (n < 4 || page[1] != 0x80)
		return;
	said = page[2] << 8 | page[3];
	if (said > (size_t)n - 4)
		said = n - 4;
	while (said && !page[4 + said - 1])
		said--;
	text_clean(out, len, (char *)page + 4, said);
}

/* SPC-5 7.7.6: page 83h; the NAA designator (type 3, binary) of the logical
 * unit (association 0) is its world wide name. */
static void
unit_name(const struct place *p, char *out, size_t len)
{
	uint8_t page[1024];
	char hex[33];
	ssize_t n = sys_bytes(p->dir, "device/vpd_pg83", page, sizeof(page));
	ssize_t at, size;

	if (n < 4 || page[1] != 0x83)
		return;
	for (at = 4; at + 4 <= n; at += 4 + size) {
		size = page[at + 3];
		if (at + 4 + size > n)
			return;
		if ((page[at] & 0x0f) != 1 || (page[at + 1] & 0x3f) != 3 ||
		    (size != 8 && size != 16))
			continue;
		hex_encode(hex, page + at + 4, size);
		snprintf(out, len, "naa.%s", hex);
		return;
	}
}

static void
backing(const struct place *p, char *out, size_t len)
{
	if (sys_text(p->dir, "loop/backing_file", out, len))
		out[0] = '\0';
}

static void
identify_who(const struct wire *w, const struct place *p, const struct ata *a,
	     struct drive *d)
{
	static const char *const models[] = { "device/model", "device/name",
					      NULL };
	static const char *const serials[] = { "device/serial", "serial",
					       NULL };
	static const char *const firmwares[] = { "device/firmware_rev",
						 "device/fwrev", "device/rev",
						 NULL };
	struct identity *id = &d->id;
	bool usb = strstr(p->real, "/usb");

	if (!starts_with(p->disk, "vd") &&
	    sys_text(p->dir, "device/vendor", id->vendor, sizeof(id->vendor)))
		id->vendor[0] = '\0';
	if (starts_with(id->vendor, "0x"))
		id->vendor[0] = '\0';	/* a PCI number names nobody */
	first(p->dir, models, id->model, sizeof(id->model));
	first(p->dir, serials, id->serial, sizeof(id->serial));
	first(p->dir, firmwares, id->firmware, sizeof(id->firmware));
	unit_serial(p, id->serial, sizeof(id->serial));
	unit_name(p, id->wwn, sizeof(id->wwn));
	if (!id->wwn[0])
		kernel_name(p->dir, id->wwn, sizeof(id->wwn));
	ata_identity(a, id);
	if (!id->model[0] && udev_property(w->disk, "ID_MODEL", id->model,
					   sizeof(id->model)))
		id->model[0] = '\0';
	if (!id->serial[0] && udev_property(w->disk, "ID_SERIAL_SHORT",
					    id->serial, sizeof(id->serial)))
		id->serial[0] = '\0';
	if (!id->serial[0] && usb)
		attach_usb_serial(p, id);
}

/* ---- what is it made of ----------------------------------------------- */

/* ACS-4 7.13.6.80, word 217, and SBC-4 6.6.2, page B1h byte 4: 1 = does not
 * rotate, 401h and more = turns a minute, all else = not said. */
static enum medium
by_rotation(unsigned int rate)
{
	return rate == 1 ? MEDIUM_FLASH :
	       rate > 0x400 && rate < 0xffff ? MEDIUM_ROTATING :
					       MEDIUM_UNKNOWN;
}

static enum medium
medium_of(const struct place *p, const struct ata *a, const struct drive *d)
{
	uint8_t page[8];

	if (starts_with(p->disk, "sr"))
		return MEDIUM_OPTICAL;
	if (d->virtual_)
		return MEDIUM_VIRTUAL;
	if (starts_with(p->disk, "mmcblk") || starts_with(p->disk, "nvme"))
		return MEDIUM_FLASH;
	if (a->known)
		return by_rotation(ata_word(a, 217));
	if (sys_bytes(p->dir, "device/vpd_pgb1", page, sizeof(page)) ==
	    sizeof(page) && page[1] == 0xb1)
		return by_rotation(page[4] << 8 | page[5]);
	/* The kernel says "rotational" also where the drive said nothing, as
	 * USB sticks do: only the opposite is an answer there. */
	switch (sys_number(p->dir, "queue/rotational", 2)) {
	case 0:
		return MEDIUM_FLASH;
	case 1:
		return d->transport == TRANSPORT_SATA ||
		       d->transport == TRANSPORT_SAS ? MEDIUM_ROTATING :
						       MEDIUM_UNKNOWN;
	}
	return MEDIUM_UNKNOWN;
}

static bool
is_zoned(const struct place *p)
{
	char text[24];

	return !sys_text(p->dir, "queue/zoned", text, sizeof(text)) &&
	       !same_text(text, "none");
}

/* ---- both together ---------------------------------------------------- */

/*
 * Which file an image is stands in place of the kernel's number of a drive: an
 * inode, and when it was born, since its number is given out again.  JSON
 * carries 53 bits.  A file that no longer is where the operator named it has
 * no number, and so is no image that was ever planned for.
 */
static int
image_instance(const struct wire *w, uint64_t *out)
{
	uint8_t digest[DIGEST_LEN];
	struct statx sx;
	struct stat st;
	char text[128];
	int r;

	*out = 0;
	if (stat(w->path, &st) || st.st_dev != w->dev || st.st_ino != w->ino)
		return 0;
	if (statx(w->fd, "", AT_EMPTY_PATH, STATX_BTIME, &sx))
		return -errno;
	if (!(sx.stx_mask & STATX_BTIME))
		sx.stx_btime = (struct statx_timestamp){ 0 };
	snprintf(text, sizeof(text), "%ju %ju %jd.%u", (uintmax_t)w->dev,
		 (uintmax_t)w->ino, (intmax_t)sx.stx_btime.tv_sec,
		 sx.stx_btime.tv_nsec);
	r = sha256(text, strlen(text), digest);
	if (r)
		return r;
	memcpy(out, digest, sizeof(*out));
	*out = *out >> 11 | 1;	/* never 0 */
	return 0;
}

static int
identify_image(const struct wire *w, struct drive *d)
{
	struct stat st;

	text_copy(d->id.model, sizeof(d->id.model), "disk image");
	d->transport = TRANSPORT_IMAGE;
	d->medium = MEDIUM_VIRTUAL;
	d->whole = d->virtual_ = true;
	d->pblock = w->lblock;
	d->read_only = fstat(w->fd, &st) || !(st.st_mode & 0222);
	return image_instance(w, &d->id.diskseq);
}

/* The handle and sysfs must speak of the same instance: after a drive was
 * pulled, its number can name another one. */
static int
same_instance(const struct wire *w, const struct place *p, struct drive *d)
{
	uint64_t seq = sys_number(p->dir, "diskseq", 0);
	int r = 0;

	if (w->fd >= 0)
		r = linux_geometry(w->fd, &d->pblock, &d->id.diskseq);
	else
		d->id.diskseq = seq;
	if (!r && seq && d->id.diskseq && seq != d->id.diskseq)
		r = -ENODEV;
	return r;
}

static int
identify_block(const struct wire *w, struct drive *d)
{
	struct place p;
	struct ata a;
	int r;

	sys_dir(w->disk, p.dir, sizeof(p.dir));
	if (!realpath(p.dir, p.real))
		return -ENODEV;
	r = sys_name(w->disk, p.disk, sizeof(p.disk));
	if (!r)
		r = same_instance(w, &p, d);
	if (r)
		return r;
	ata_page(&p, &a);
	identify_who(w, &p, &a, d);
	d->transport = attach_transport(&p, &d->id);
	if (d->transport == TRANSPORT_LOOP) {
		text_copy(d->id.model, sizeof(d->id.model), "loop");
		backing(&p, d->backing, sizeof(d->backing));
	} else if (d->transport == TRANSPORT_VIRTIO && !d->id.model[0]) {
		text_copy(d->id.model, sizeof(d->id.model), "virtio disk");
	}
	d->virtual_ = attach_virtual(&p, d);
	d->medium = medium_of(&p, &a, d);
	attach_bridge(&p, &d->bridge);
	spaces_find(w, &d->scope);
	d->network = d->transport == TRANSPORT_NETWORK;
	d->zoned = is_zoned(&p);
	d->removable = sys_number(p.dir, "removable", 0);
	d->read_only = sys_number(p.dir, "ro", 1);
	d->whole = w->disk == w->rdev;
	d->major = major(w->rdev);
	d->minor = minor(w->rdev);
	if (!d->pblock)
		d->pblock = sys_number(p.dir, "queue/physical_block_size", 0);
	return 0;
}

int
wire_identify(struct wire *w, struct drive *out)
{
	uint64_t size = w->size;
	int r = w->fd < 0 ? 0 : wire_size(w, &size);

	if (r)
		return r;
	out->id = (struct identity){ .size = size };
	text_copy(out->path, sizeof(out->path), w->path);
	text_copy(out->name, sizeof(out->name), w->name);
	out->lblock = w->lblock;
	out->backing[0] = '\0';
	out->areas = (struct areas){ .kernel = size };
	out->bridge = (struct bridge){ 0 };
	out->scope = (struct scope){ 0 };
	out->image = w->image;
	return w->image ? identify_image(w, out) : identify_block(w, out);
}
