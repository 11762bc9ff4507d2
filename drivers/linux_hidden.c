/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which drives does this machine have that the kernel is not shown?  What is
 * not listed is not erased, and nobody would miss it.
 *
 * Three ways are known by which firmware hides drives (Linux 6.12,
 * drivers/ata/ahci.c and drivers/pci/controller/vmd.c): NVMe drives remapped
 * behind the registers of an AHCI controller, an Intel VMD domain without its
 * driver, and a controller in RAID mode that no driver knows.  Beyond these,
 * any storage controller without a driver may have drives.
 */
#include "machine.h"

#include "../src/util.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PCI_DEVICES	"/sys/bus/pci/devices"
#define PCI_LEN		512

/* PCI Code and ID Assignment 1.11, 1.2: base class 01, mass storage. */
#define CLASS_STORAGE	0x01
#define SUBCLASS_RAID	0x04

#define VENDOR_INTEL	0x8086

/* Linux 6.12, drivers/pci/controller/vmd.c, vmd_ids[]. */
static const uint16_t vmd_ids[] = {
	0x201d, 0x28c0, 0x467f, 0x4c3d, 0xa77f, 0x7d0b, 0xad0b, 0x9a0b,
	0xb60b, 0xb06f, 0xb07f,
};

struct pci {
	char dir[PCI_LEN];
	const char *where;
	uint32_t class_, vendor, device;
	bool driven;
};

/* -errno; -EBADMSG: no number. */
static int
number(const struct pci *p, const char *attr, int base, uint32_t *out)
{
	char path[PCI_LEN + 32], *text = NULL, *end;
	size_t len = 0;
	unsigned long v;
	int err;

	snprintf(path, sizeof(path), "%s/%s", p->dir, attr);
	err = file_read(path, 4096, &text, &len);
	if (err)
		return err;
	v = strtoul(text, &end, base);
	if (end == text || v > UINT32_MAX)
		err = -EBADMSG;
	*out = (uint32_t)v;
	free(text);
	return err;
}

static bool
is_vmd(const struct pci *p)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vmd_ids); i++)
		if (p->vendor == VENDOR_INTEL && p->device == vmd_ids[i])
			return true;
	return false;
}

/* One entry of the folder; HIDDEN_UNKNOWN: it hides nothing. */
static enum hidden_kind
judge(const struct pci *p, uint32_t *drives)
{
	uint32_t n = 0;

	*drives = 0;
	if (p->class_ >> 16 != CLASS_STORAGE)
		return HIDDEN_UNKNOWN;
	if (!number(p, "remapped_nvme", 10, &n) && n) {
		*drives = n;
		return HIDDEN_REMAPPED;
	}
	if (p->driven)
		return HIDDEN_UNKNOWN;
	if (is_vmd(p))
		return HIDDEN_VMD;
	return (p->class_ >> 8 & 0xff) == SUBCLASS_RAID ? HIDDEN_RAID :
							  HIDDEN_CONTROLLER;
}

static int
look(const char *root, const char *name, struct pci *p)
{
	char path[PCI_LEN + 32];

	memset(p, 0, sizeof(*p));
	p->where = name;
	if ((size_t)snprintf(p->dir, sizeof(p->dir), "%s" PCI_DEVICES "/%s",
			     root, name) >= sizeof(p->dir))
		return -ENAMETOOLONG;
	snprintf(path, sizeof(path), "%s/driver", p->dir);
	p->driven = access(path, F_OK) == 0;
	if (number(p, "vendor", 16, &p->vendor) ||
	    number(p, "device", 16, &p->device))
		return -EBADMSG;
	return number(p, "class", 16, &p->class_);
}

static int
is_device(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int
machine_hidden(const char *root, struct hidden *out, size_t max, size_t *n)
{
	struct dirent **names = NULL;
	char dir[PCI_LEN];
	int total, i, err = 0;

	*n = 0;
	snprintf(dir, sizeof(dir), "%s" PCI_DEVICES, root);
	total = scandir(dir, &names, is_device, alphasort);
	if (total < 0)	/* a machine without PCI hides nothing behind it */
		return errno == ENOENT ? 0 : -errno;
	for (i = 0; i < total; i++) {
		enum hidden_kind kind;
		uint32_t drives;
		struct pci p;

		/* one that was unplugged meanwhile is not there */
		if (!look(root, names[i]->d_name, &p) &&
		    (kind = judge(&p, &drives)) != HIDDEN_UNKNOWN) {
			if (*n == max) {
				err = -ENOSPC;
			} else {
				struct hidden *h = &out[(*n)++];

				*h = (struct hidden){ .kind = kind,
						      .drives = drives };
				text_copy(h->where, sizeof(h->where), p.where);
				snprintf(h->id, sizeof(h->id), "%04x:%04x",
					 p.vendor & 0xffff, p.device & 0xffff);
			}
		}
		free(names[i]);
	}
	free(names);
	return err;
}
