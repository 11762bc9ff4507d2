/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands between the host and the drive: a bus, a bridge, a network, a
 * controller that made it up, a machine that pretends?
 */
#include "linux.h"

#include "../src/util.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- USB --------------------------------------------------------------- */

/* Calls fn for each folder above the drive's, the nearest first, until it
 * returns true. */
static void
upwards(const struct place *p, bool (*fn)(const char *dir, void *ctx),
	void *ctx)
{
	char dir[sizeof(p->real)], *slash;

	text_copy(dir, sizeof(dir), p->real);
	while ((slash = strrchr(dir, '/')) && slash != dir) {
		*slash = '\0';
		if (fn(dir, ctx))
			return;
	}
}

/* The nearest folder that has a number on a bus is the USB device. */
static bool
take_serial(const char *dir, void *ctx)
{
	struct identity *id = ctx;

	if (sys_number(dir, "busnum", UINT64_MAX) == UINT64_MAX)
		return false;
	if (sys_text(dir, "serial", id->serial, sizeof(id->serial)))
		id->serial[0] = '\0';
	return true;
}

void
attach_usb_serial(const struct place *p, struct identity *out)
{
	upwards(p, take_serial, out);
}

struct usb {
	char vendor[8], product[8], driver[24];
};

static bool
take_usb(const char *dir, void *ctx)
{
	char path[PATH_MAX + 8], link[PATH_MAX];
	struct usb *u = ctx;
	ssize_t n;

	/* the interface lies below the device, and its driver is the one */
	if (!sys_text(dir, "bInterfaceNumber", link, sizeof(link))) {
		snprintf(path, sizeof(path), "%s/driver", dir);
		n = readlink(path, link, sizeof(link) - 1);
		link[n < 0 ? 0 : n] = '\0';
		text_copy(u->driver, sizeof(u->driver),
			  strrchr(link, '/') ? strrchr(link, '/') + 1 : link);
	}
	return !sys_text(dir, "idVendor", u->vendor, sizeof(u->vendor)) &&
	       !sys_text(dir, "idProduct", u->product, sizeof(u->product));
}

void
attach_bridge(const struct place *p, struct bridge *out)
{
	struct usb u = { "", "", "" };

	*out = (struct bridge){ 0 };
	if (!strstr(p->real, "/usb"))
		return;
	upwards(p, take_usb, &u);
	snprintf(out->name, sizeof(out->name), "%s:%s%s%s",
		 u.vendor[0] ? u.vendor : "????",
		 u.product[0] ? u.product : "????", u.driver[0] ? " " : "",
		 u.driver);
}

/* ---- buses, networks, controllers -------------------------------------- */

static bool
on_own_bus(const char *transport)
{
	return same_text(transport, "pcie") ||
	       same_text(transport, "apple-nvme");
}

/* Any controller of this NVMe device that is not on this machine's own bus. */
static int
over_fabric(const char *name, void *ctx)
{
	const char *device = ctx;
	char attr[300], text[16];

	if (!starts_with(name, "nvme"))
		return 0;
	snprintf(attr, sizeof(attr), "%s/transport", name);
	if (sys_text(device, attr, text, sizeof(text)))
		return 0;
	return !on_own_bus(text);
}

static enum transport
nvme_transport(const struct place *p)
{
	char device[SYS_LEN + 8], text[16];

	snprintf(device, sizeof(device), "%s/device", p->dir);
	if (!sys_text(device, "transport", text, sizeof(text)) &&
	    !on_own_bus(text))
		return TRANSPORT_NETWORK;
	if (strstr(p->real, "/nvme-fabrics/"))
		return TRANSPORT_NETWORK;
	/* with multipath the device is a subsystem with its controllers */
	if (sys_each(device, over_fabric, device) == 1)
		return TRANSPORT_NETWORK;
	return TRANSPORT_NVME;
}

/* A volume that a RAID controller made of several drives. */
static bool
raid_volume(const struct identity *id)
{
	static const struct { const char *vendor, *model; } volumes[] = {
		{ "LSI", "MR" }, { "AVAGO", "MR" }, { "BROADCOM", "MR" },
		{ "DELL", "PERC" }, { "HP", "LOGICAL VOLUME" },
		{ "HPE", "LOGICAL VOLUME" }, { "Adaptec", "" },
		{ "ASR", "" }, { "Intel", "RAID" }, { "Intel", "MR" },
		{ "LSI", "Logical Volume" }, { "AMCC", "" },
		{ "ServeRA", "" }, { "IBM", "ServeRAID" },
		{ "Lenovo", "RAID" }, { "Areca", "" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(volumes); i++)
		if (strcasecmp(id->vendor, volumes[i].vendor) == 0 &&
		    strncasecmp(id->model, volumes[i].model,
				strlen(volumes[i].model)) == 0)
			return true;
	return false;
}

/* "2:0:1:0" of a SCSI device: where it is, as the kernel numbers it. */
struct address {
	unsigned long host, channel;
};

static bool
scsi_address(const struct place *p, struct address *out)
{
	const char *s = strstr(p->real, "/block/");
	char *end;

	while (s && s > p->real && *--s != '/')
		;
	if (!s)
		return false;
	out->host = strtoul(s + 1, &end, 10);
	if (end == s + 1 || *end != ':')
		return false;
	s = end;
	out->channel = strtoul(s + 1, &end, 10);
	return end != s + 1 && *end == ':';
}

/* Of a driver that can show both: its own word, or where it puts which. */
static bool
shows_volume(const struct place *p, const char *driver,
	     const struct address *at)
{
	char level[24];

	if (starts_with(driver, "hpsa") || starts_with(driver, "smartpqi"))
		return sys_text(p->dir, "device/raid_level", level,
				sizeof(level)) || !same_text(level, "N/A");
	if (starts_with(driver, "megaraid_sas"))
		return at->channel >= 2;
	if (starts_with(driver, "aacraid"))
		return at->channel == 0;
	return true;
}

/*
 * Behind a RAID controller even a volume of one drive is the controller's: it
 * would answer for the drive.  Controllers that pass drives on as they are say
 * so in ways of their own.
 */
static bool
raid_driver(const struct place *p)
{
	static const char *const drivers[] = {
		"megaraid", "hpsa", "smartpqi", "aacraid", "3w-", "arcmsr",
		"ips", "dpt_i2o", "gdth", "hptiop", "stex", "mvumi", "pmcraid",
		"cciss",
	};
	char attr[48], name[32];
	struct address at;
	size_t i;

	if (!scsi_address(p, &at))
		return false;
	snprintf(attr, sizeof(attr), "host%lu/proc_name", at.host);
	if (sys_text("/sys/class/scsi_host", attr, name, sizeof(name)))
		return false;
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		if (starts_with(name, drivers[i]))
			return shows_volume(p, name, &at);
	return false;
}

static enum transport
scsi_transport(const struct place *p, const struct identity *id)
{
	const char *ata = strstr(p->real, "/ata");

	if (raid_volume(id) || raid_driver(p))
		return TRANSPORT_RAID;
	if (strstr(p->real, "/usb"))
		return TRANSPORT_USB;
	/* a logical unit of iSCSI or Fibre Channel may have other hosts */
	if (strstr(p->real, "/session") || strstr(p->real, "/rport-"))
		return TRANSPORT_NETWORK;
	if ((ata && isdigit((unsigned char)ata[4])) ||
	    same_text(id->vendor, "ATA"))
		return TRANSPORT_SATA;
	if (strstr(p->real, "/end_device-"))
		return TRANSPORT_SAS;
	return strstr(p->real, "/virtio") ? TRANSPORT_VIRTIO : TRANSPORT_SCSI;
}

enum transport
attach_transport(const struct place *p, const struct identity *id)
{
	static const struct {
		const char *prefix;
		enum transport t;
	} names[] = {
		{ "loop", TRANSPORT_LOOP }, { "mmcblk", TRANSPORT_MMC },
		{ "vd", TRANSPORT_VIRTIO }, { "nbd", TRANSPORT_NETWORK },
		{ "rbd", TRANSPORT_NETWORK }, { "drbd", TRANSPORT_NETWORK },
		{ "etherd", TRANSPORT_NETWORK }, { "dm-", TRANSPORT_STACKED },
		{ "md", TRANSPORT_STACKED }, { "bcache", TRANSPORT_STACKED },
		{ "zram", TRANSPORT_STACKED }, { "zd", TRANSPORT_STACKED },
	};
	size_t i;

	if (starts_with(p->disk, "nvme"))
		return nvme_transport(p);
	if (starts_with(p->disk, "sd") || starts_with(p->disk, "sr"))
		return scsi_transport(p, id);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (starts_with(p->disk, names[i].prefix))
			return names[i].t;
	return TRANSPORT_UNKNOWN;
}

/* ---- machines that pretend --------------------------------------------- */

bool
attach_virtual(const struct place *p, const struct drive *d)
{
	static const char *const models[] = {
		"QEMU", "VBOX", "VMware", "Virtual Disk", "ORCL-VBOX",
		"Amazon E", "nvme_card", "MSFT NVMe", "Microsoft NVMe",
		"PersistentDisk", "scsi_debug", "Xen Virtual", "Virtual HD",
		"Parallels", "BHYVE", "bhyve", "Bochs",
	};
	static const char *const vendors[] = {
		"QEMU", "VBOX", "VMware", "Msft", "Google", "Linux", "LIO-ORG",
		"NUTANIX", "Xen", "BHYVE",
	};
	size_t i;

	if (d->transport == TRANSPORT_VIRTIO ||
	    d->transport == TRANSPORT_LOOP ||
	    d->transport == TRANSPORT_STACKED || starts_with(p->disk, "xvd"))
		return true;
	for (i = 0; i < ARRAY_SIZE(models); i++)
		if (starts_with(d->id.model, models[i]))
			return true;
	for (i = 0; i < ARRAY_SIZE(vendors); i++)
		if (starts_with(d->id.vendor, vendors[i]))
			return true;
	return false;
}
