/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the Linux wire share among themselves, and nobody else. */
#ifndef LINUX_H
#define LINUX_H

#include "wire.h"

#include <string.h>
#include <sys/types.h>

struct queue;
struct flight;

struct wire {
	int fd;			/* -1: may only be looked at through sysfs */
	int open_err;		/* why fd is -1; negative errno */
	enum open_how how;
	bool image;
	char path[PATH_LEN];	/* as the operator named it */
	char name[64];		/* "sda"; basename of an image */
	dev_t rdev;		/* block: its number */
	dev_t disk;		/* block: the whole disk's number */
	dev_t dev;		/* image: where the file lies ... */
	ino_t ino;		/* ... and which it is */
	uint32_t lblock;
	uint64_t size;		/* when measured: nothing is written beyond */
	struct queue *queue;
	struct flight *flight;	/* the command that was sent, or NULL */
	void *memory;		/* the driver's; see wire_memory() */
};

/* ---- linux.c ---------------------------------------------------------- */

/* The one door of ioctl(): 0 or its own answer, or -errno. */
int linux_ask(int fd, unsigned long request, void *arg) MUST;
/* Is this regular file open anywhere else, in any namespace?  1, 0, -errno. */
int linux_file_shared(int fd) MUST;
/* A twentieth of a second, for who holds a drive for a moment only. */
void linux_nap(void);
/* Another descriptor of the same object; flags as open(2). */
int linux_reopen(const struct wire *w, int flags) MUST;
/* Physical block size and instance number of an open block device. */
int linux_geometry(int fd, uint32_t *pblock, uint64_t *diskseq) MUST;

/* ---- linux_below.c ---------------------------------------------------- */

/* What a loop device stands on.  -ENXIO: on nothing. */
struct loop_status {
	dev_t fs;		/* the backing file: st_dev ... */
	ino_t ino;		/* ... st_ino ... */
	dev_t is;		/* ... st_rdev, if it is a block device */
};
int linux_loop_status(const char *node, struct loop_status *out) MUST;
/* A descriptor of the block device with this number, or -errno. */
int linux_open_node(dev_t dev, int flags) MUST;
/* Empties the page cache of this file or device and makes sure of it.
 * -EBUSY: it does not let go. */
int linux_forget(int fd) MUST;
/* The same of everything that this device stands on. */
int linux_forget_below(dev_t dev) MUST;

/* ---- linux_sys.c ------------------------------------------------------ */

#define SYS_LEN 320		/* "/sys/dev/block/M:m/" and an attribute */

static inline bool
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static inline bool
same_text(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* The sysfs folder of a block device. */
void sys_dir(dev_t dev, char *out, size_t len);
/* Writes text to DIR/ATTR, which must exist. */
int sys_write(const char *dir, const char *attr, const char *text) MUST;
/* First line of DIR/ATTR, cleaned.  -errno; -ENODATA if empty. */
int sys_text(const char *dir, const char *attr, char *out, size_t len) MUST;
/* Raw bytes of DIR/ATTR: how many, or -errno. */
ssize_t sys_bytes(const char *dir, const char *attr, void *out,
		  size_t len) MUST;
/* A number in DIR/ATTR, or otherwise if it cannot be read. */
uint64_t sys_number(const char *dir, const char *attr, uint64_t otherwise);
/* "8:1" at text; *end is where it ended. */
int parse_dev(const char *text, char **end, dev_t *out) MUST;
/* "8:1" in DIR/ATTR. */
int sys_dev(const char *dir, const char *attr, dev_t *out) MUST;
/* Kernel name of a block device, '!' turned into '/'. */
int sys_name(dev_t dev, char *out, size_t len) MUST;
/* The whole disk this device is part of; itself if it is whole. */
dev_t sys_disk(dev_t dev);
bool sys_is_partition(dev_t dev);
/* True if the node named so by the kernel has another number. */
bool sys_renamed(const char *real, dev_t rdev);
/* A property from udev's database, or -errno. */
int udev_property(dev_t dev, const char *key, char *out, size_t len) MUST;
/* Calls fn for each entry but dot files; stops at its first nonzero return.
 * -errno if the folder cannot be read. */
int sys_each(const char *dir, int (*fn)(const char *name, void *ctx),
	     void *ctx) MUST;

/* ---- linux_family.c: what stands on a drive, by any path -------------- */

#define FAMILY_MAX 256

struct member {
	dev_t dev;
	int base;		/* index of the target's own disk/partition */
	enum use_kind kind;	/* UNKNOWN: part of the target itself */
	bool held;		/* claimed by what stands on it of the target */
	char name[64];
	char what[128];		/* "dm-0 (vg-root)" */
};

struct mount {
	int id;
	dev_t dev;		/* of the file system; may be anonymous */
	dev_t src;		/* of its source, 0 if it is no block device */
	char point[PATH_LEN];
	char fstype[24];
	char source[64];
	char who[40];		/* of which process' namespace, "" = ours */
};

/* A regular file that the target consists of: an image, or what is behind a
 * loop device. */
struct store {
	dev_t fs;		/* st_dev ... */
	ino_t ino;		/* ... and st_ino */
	int base;		/* whose file it is */
};

#define STORES_MAX 16

struct family {
	struct member m[FAMILY_MAX];
	size_t n;
	size_t n_disks;		/* the first ones: whole disks of the target */
	struct store files[STORES_MAX];
	size_t n_files;
	struct mount *mounts;
	size_t n_mounts;
	char root_layers[1024];	/* options of an overlay at / */
	/* The drive whose uses are being filled. */
	struct drive *out;
};

/* NULL only without memory. */
struct family *family_new(const struct wire *w, struct drive *out);
void family_free(struct family **f);
/* The member with this number, or NULL. */
const struct member *family_find(const struct family *f, dev_t dev);
/* The member that consists of this file, or NULL. */
const struct member *family_file(const struct family *f, dev_t fs, ino_t ino);
/* A whole disk that the target consists of; NULL if it is known already. */
struct member *family_add_disk(struct family *f, dev_t dev);
void family_add_file(struct family *f, dev_t fs, ino_t ino, int base);
/* Name of the target's disk or partition that a member stands on. */
const char *family_base(const struct family *f, const struct member *m);
/* The member on which the file system holding this file stands, or NULL. */
const struct member *family_under(const struct family *f, const char *path);

/* Records a use; a full list keeps what it has. */
void use_add(struct drive *d, enum use_kind kind, const char *node,
	     const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A source could not be read: nothing can be said to be free any more. */
void use_blind(struct drive *d, const char *source, int err);

/* ---- linux_twins.c: other names of the same medium -------------------- */

/* Fills n_disks, beginning with the target's own disk, and files. */
void twins_find(struct family *f);
/* What the loop device of this name stands on.  -ENXIO: on nothing. */
int twins_loop(const char *name, struct loop_status *out) MUST;

/* ---- linux_mounts.c, linux_boot.c, linux_procs.c ---------------------- */

/* Every mount of this and of every other visible mount namespace. */
int mounts_read(struct family *f) MUST;
/* "\040" and its like in paths of /proc, in place. */
void proc_unescape(char *s);
void boot_find(const struct family *f);
void procs_find(const struct wire *w, const struct family *f);
void exports_find(const struct family *f);

/* ---- linux_pool.c: where the kernel refuses io_uring ------------------ */

struct pool;

int pool_new(int fd, unsigned depth, struct pool **out) MUST;
void pool_submit(struct pool *p, struct io *io);
/* Like wire_io_reap. */
int pool_reap(struct pool *p, int timeout_ms, struct io **out) MUST;
/* Lets the threads end; only when nothing is in flight. */
void pool_free(struct pool **p);

/* ---- linux_attach.c: between the host and the drive ------------------- */

struct place {
	char dir[SYS_LEN];	/* /sys/dev/block/8:0, always of the disk */
	char real[4096];	/* /sys/devices/pci0000:00/... */
	char disk[64];		/* kernel name of the disk */
};

enum transport attach_transport(const struct place *p,
				const struct identity *id);
/* Judged by the disk, not by the machine: a guest can hold a real drive.
 * Needs the transport. */
bool attach_virtual(const struct place *p, const struct drive *d);
/* Vendor, product and kernel driver of a USB device; "" for others. */
void attach_bridge(const struct place *p, struct bridge *out);
/* The number of the USB device, for one whose drive tells none. */
void attach_usb_serial(const struct place *p, struct identity *out);

/* ---- linux_pass.c ----------------------------------------------------- */

/* Lets go of a command whose answer nobody waits for any more. */
void flight_abandon(struct flight **f);

/* ---- linux_spaces.c --------------------------------------------------- */

/* The nodes of all namespaces of this one's subsystem, and its name. */
void spaces_find(const struct wire *w, struct scope *out);
/* Every controller that leads to it looks for its namespaces again. */
int spaces_rescan(const struct wire *w) MUST;

/* ---- linux_queue.c ---------------------------------------------------- */

void queue_free(struct queue **q);

#endif
