/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a command of the drive's own set reach it through the kernel?
 *
 * SCSI and all that is translated to it by SG_IO, version 3, on the block node;
 * NVMe by the admin passthrough of the namespace node.  Both wait in the kernel
 * until the drive has answered, and nothing can call them back; what may take
 * hours is therefore waited for by a thread of its own.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define BOUNCE_ALIGN	4096
#define MS		(1000 * 1000L)

#ifndef NVME_IOCTL_ADMIN64_CMD	/* Linux 5.5; the headers may be older */
struct nvme_passthru_cmd64 {
	uint8_t opcode, flags;
	uint16_t rsvd1;
	uint32_t nsid, cdw2, cdw3;
	uint64_t metadata, addr;
	uint32_t metadata_len, data_len;
	uint32_t cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
	uint32_t timeout_ms, rsvd2;
	uint64_t result;
};
#define NVME_IOCTL_ADMIN64_CMD _IOWR('N', 0x47, struct nvme_passthru_cmd64)
#endif

/*
 * A command in the hands of the kernel, with everything that the kernel or the
 * thread may still write to: its own copy of the command, its own memory for
 * the data, its own descriptor.  Freed by whoever lets go of it last.  If the
 * drive never answers that is nobody: then it is left behind on purpose.
 */
struct flight {
	int fd;
	bool nvme;
	struct wire_scsi scsi;
	struct wire_nvme admin;
	void *data;		/* of the drive's transfer; len bytes */
	uint32_t len;
	enum wire_dir dir;
	int err;		/* what the synchronous call returns */
	void *caller;		/* the struct wire_scsi or wire_nvme to fill */

	pthread_mutex_t lock;	/* over the two below */
	pthread_cond_t change;
	bool ended, abandoned;
};

enum wire_kind
wire_kind(const struct wire *w)
{
	/* SPC-5 6.6.2, peripheral device type: disk, RBC, zoned disk */
	enum { DISK = 0x00, RBC = 0x0e, ZONED = 0x14 };
	char dir[SYS_LEN];
	uint64_t type;

	if (w->image || w->fd < 0 || w->rdev != w->disk)
		return WIRE_BLOCKS;
	if (starts_with(w->name, "nvme"))
		return WIRE_NVME;
	if (!starts_with(w->name, "sd"))
		return WIRE_BLOCKS;
	sys_dir(w->disk, dir, sizeof(dir));
	type = sys_number(dir, "device/type", UINT64_MAX);
	return type == DISK || type == RBC || type == ZONED ? WIRE_SCSI :
							      WIRE_BLOCKS;
}

/* ---- what the kernel says instead of the drive ------------------------- */

/* The kernel's refusal, in the few words of wire.h. */
static int
refusal(int err)
{
	switch (err) {
	case -EPERM:
	case -EACCES:
		return -EPERM;
	case -ENODEV:
	case -ENXIO:
		return -ENODEV;
	case -ENOTTY:
	case -EOPNOTSUPP:
		return -EOPNOTSUPP;
	case -ETIMEDOUT:
	case -ENOMEM:
		return err;
	}
	return -EIO;
}

/* scsi/scsi_status.h of Linux, DID_*: the host's side of the transfer. */
static int
host_answer(unsigned int host, unsigned int driver)
{
	enum { OK = 0, NO_CONNECT = 1, TIME_OUT = 3, BAD_TARGET = 4 };
	enum { DRIVER_TIMEOUT = 6, DRIVER_SENSE = 8 };

	driver &= 0x0f;		/* above it, what older kernels suggested */
	if (host == NO_CONNECT || host == BAD_TARGET)
		return -ENODEV;
	if (host == TIME_OUT || driver == DRIVER_TIMEOUT)
		return -ETIMEDOUT;
	return host != OK || (driver && driver != DRIVER_SENSE) ? -EIO : 0;
}

static int
ask_scsi(struct flight *f)
{
	struct wire_scsi *c = &f->scsi;
	struct sg_io_hdr h = {
		.interface_id = 'S',
		.dxfer_direction = c->dir == WIRE_IN ? SG_DXFER_FROM_DEV :
				   c->dir == WIRE_OUT ? SG_DXFER_TO_DEV :
							SG_DXFER_NONE,
		.cmd_len = c->cdb_len,
		.mx_sb_len = sizeof(c->sense),
		.dxfer_len = f->len,
		.dxferp = f->data,
		.cmdp = c->cdb,
		.sbp = c->sense,
		.timeout = c->timeout_ms,	/* UINT32_MAX: no end */
	};
	int r = linux_ask(f->fd, SG_IO, &h);

	if (r < 0)
		return refusal(r);
	c->status = h.status;
	c->sense_len = h.sb_len_wr < sizeof(c->sense) ? h.sb_len_wr :
							 sizeof(c->sense);
	c->done = h.resid >= 0 && (uint32_t)h.resid <= f->len ?
		  f->len - (uint32_t)h.resid : 0;
	return host_answer(h.host_status, h.driver_status);
}

/* Linux before 5.5 knows only the shorter form; it is the same up to the
 * result. */
static int
admin(int fd, struct nvme_passthru_cmd64 *c)
{
	struct nvme_admin_cmd old;
	int r = linux_ask(fd, NVME_IOCTL_ADMIN64_CMD, c);

	if (r != -ENOTTY)
		return r;
	memcpy(&old, c, offsetof(struct nvme_admin_cmd, result));
	old.result = 0;
	r = linux_ask(fd, NVME_IOCTL_ADMIN_CMD, &old);
	c->result = old.result;
	return r;
}

/*
 * NVMe Base 2.1, 4.2.3.4: path related status.  70h and above is set by the
 * host itself, for a command that it took back when it reset the controller.
 */
static bool
by_host(unsigned int status)
{
	return status >= 0x370 && status < 0x380;
}

static int
ask_nvme(struct flight *f)
{
	struct wire_nvme *c = &f->admin;
	struct nvme_passthru_cmd64 p = {
		.opcode = c->opcode, .nsid = c->nsid,
		.addr = (uintptr_t)f->data, .data_len = f->len,
		.cdw10 = c->cdw10, .cdw11 = c->cdw11, .cdw12 = c->cdw12,
		.cdw13 = c->cdw13, .cdw14 = c->cdw14, .cdw15 = c->cdw15,
		.timeout_ms = c->timeout_ms,
	};
	uint64_t start = mono_ms();
	int r = admin(f->fd, &p);
	bool late = mono_ms() - start >= c->timeout_ms;

	/* the kernel resets the controller when time is up, and calls the
	 * command interrupted or aborted */
	if (r == -EINTR || (r > 0 && by_host(r & 0x7ff)))
		return late ? -ETIMEDOUT : -EIO;
	if (r < 0)
		return refusal(r);
	c->status = r & 0x7ff;	/* SCT and SC; More and DNR are above */
	c->result = (uint32_t)p.result;
	return 0;
}

static void
ask(struct flight *f)
{
	f->err = f->nvme ? ask_nvme(f) : ask_scsi(f);
}

/* ---- one flight -------------------------------------------------------- */

static void
flight_free(struct flight *f)
{
	if (f->fd >= 0)
		close(f->fd);
	pthread_cond_destroy(&f->change);
	pthread_mutex_destroy(&f->lock);
	free(f->data);
	free(f);
}

static void
ready_lock(struct flight *f)
{
	pthread_condattr_t clock;

	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&f->change, &clock);
	pthread_condattr_destroy(&clock);
}

/* NULL without memory or descriptors. */
static struct flight *
flight_new(int fd, enum wire_dir dir, const void *data, uint32_t len)
{
	struct flight *f = calloc(1, sizeof(*f));
	size_t room = ((size_t)len + BOUNCE_ALIGN - 1) & ~(BOUNCE_ALIGN - 1UL);

	if (!f)
		return NULL;
	ready_lock(f);
	f->dir = dir;
	f->len = dir == WIRE_NONE ? 0 : len;
	f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (f->len)
		f->data = aligned_alloc(BOUNCE_ALIGN, room);
	if (f->fd < 0 || (f->len && !f->data)) {
		flight_free(f);
		return NULL;
	}
	if (f->len)
		memset(f->data, 0, room);
	if (dir == WIRE_OUT && f->len)
		memcpy(f->data, data, f->len);
	return f;
}

/* Gives the caller's command its answer. */
static void
hand_over(struct flight *f)
{
	struct wire_scsi *s = f->caller;
	struct wire_nvme *n = f->caller;
	void *data;

	if (f->nvme) {
		data = n->data;
		n->status = f->admin.status;
		n->result = f->admin.result;
	} else {
		data = s->data;
		s->status = f->scsi.status;
		s->done = f->scsi.done;
		s->sense_len = f->scsi.sense_len;
		memcpy(s->sense, f->scsi.sense, sizeof(s->sense));
	}
	if (f->dir == WIRE_IN && f->len && data)
		memcpy(data, f->data, f->len);
}

static void *
fly(void *arg)
{
	struct flight *f = arg;
	bool abandoned;

	ask(f);
	pthread_mutex_lock(&f->lock);
	f->ended = true;
	abandoned = f->abandoned;
	pthread_cond_signal(&f->change);
	pthread_mutex_unlock(&f->lock);
	if (abandoned)
		flight_free(f);
	return NULL;
}

/* Detached, because it can hang as long as the drive does; signals are for the
 * thread that ticks. */
static int
take_off(struct flight *f)
{
	pthread_attr_t attr;
	sigset_t all, before;
	pthread_t thread;
	int r;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, &attr, fly, f);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return -r;
}

/* Waits until it has ended, at most ms. */
static bool
landed(struct flight *f, uint32_t ms)
{
	struct timespec until;
	bool ended;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * MS;
	if (until.tv_nsec >= 1000 * MS) {
		until.tv_sec++;
		until.tv_nsec -= 1000 * MS;
	}
	pthread_mutex_lock(&f->lock);
	while (!f->ended && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&f->change, &f->lock, &until);
	ended = f->ended;
	pthread_mutex_unlock(&f->lock);
	return ended;
}

void
flight_abandon(struct flight **f)
{
	bool ended;

	if (!*f)
		return;
	pthread_mutex_lock(&(*f)->lock);
	ended = (*f)->ended;
	(*f)->abandoned = true;
	pthread_mutex_unlock(&(*f)->lock);
	if (ended)
		flight_free(*f);
	*f = NULL;
}

/* ---- the doors --------------------------------------------------------- */

static bool
lacks_data(enum wire_dir dir, const void *data, uint32_t len)
{
	return dir != WIRE_NONE && len && !data;
}

static int
prepare_scsi(struct wire *w, struct wire_scsi *c, struct flight **out)
{
	c->status = c->sense_len = 0;
	c->done = 0;
	*out = NULL;
	if (wire_kind(w) != WIRE_SCSI)
		return -EOPNOTSUPP;
	if (!c->timeout_ms || c->cdb_len > sizeof(c->cdb) ||
	    lacks_data(c->dir, c->data, c->len))
		return -EINVAL;
	if (w->how != OPEN_VICTIM && !wire_scsi_reads(c))
		return -EPERM;
	/* behind one that takes hours any other would wait as long, here and
	 * in the kernel */
	if (w->flight)
		return -EBUSY;
	*out = flight_new(w->fd, c->dir, c->data, c->len);
	if (!*out)
		return -ENOMEM;
	(*out)->scsi = *c;
	(*out)->caller = c;
	return 0;
}

static int
prepare_nvme(struct wire *w, struct wire_nvme *c, struct flight **out)
{
	c->status = 0;
	c->result = 0;
	*out = NULL;
	if (wire_kind(w) != WIRE_NVME)
		return -EOPNOTSUPP;
	if (!c->timeout_ms || lacks_data(c->dir, c->data, c->len))
		return -EINVAL;
	if (w->how != OPEN_VICTIM && !wire_nvme_reads(c))
		return -EPERM;
	*out = flight_new(w->fd, c->dir, c->data, c->len);
	if (!*out)
		return -ENOMEM;
	(*out)->nvme = true;
	(*out)->admin = *c;
	(*out)->caller = c;
	return 0;
}

static int
fly_now(struct flight *f)
{
	int r;

	ask(f);
	r = f->err;
	if (!r)
		hand_over(f);
	flight_free(f);
	return r;
}

static int
send_off(struct wire *w, struct flight *f)
{
	int r = w->flight ? -EBUSY : take_off(f);

	if (r)
		flight_free(f);
	else
		w->flight = f;
	return r;
}

int
wire_scsi(struct wire *w, struct wire_scsi *c)
{
	struct flight *f;
	int r = prepare_scsi(w, c, &f);

	return r ? r : fly_now(f);
}

int
wire_nvme(struct wire *w, struct wire_nvme *c)
{
	struct flight *f;
	int r = prepare_nvme(w, c, &f);

	return r ? r : fly_now(f);
}

int
wire_scsi_send(struct wire *w, struct wire_scsi *c)
{
	struct flight *f;
	int r = prepare_scsi(w, c, &f);

	return r ? r : send_off(w, f);
}

int
wire_nvme_send(struct wire *w, struct wire_nvme *c)
{
	struct flight *f;
	int r = prepare_nvme(w, c, &f);

	return r ? r : send_off(w, f);
}

int
wire_sent(struct wire *w, uint32_t ms, int *err)
{
	struct flight *f = w->flight;

	*err = -EIO;
	if (!f)
		return -ENOENT;
	if (!landed(f, ms))
		return 0;
	*err = f->err;
	if (!f->err)
		hand_over(f);
	w->flight = NULL;
	flight_free(f);
	return 1;
}

void **
wire_memory(struct wire *w)
{
	return &w->memory;
}

/* ---- time -------------------------------------------------------------- */

void
wire_wait(struct wire *w, uint32_t ms)
{
	struct timespec left = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * MS,
	};

	(void)w;
	nanosleep(&left, NULL);	/* a signal may shorten it */
}

uint64_t
wire_clock(struct wire *w)
{
	struct timespec now;

	(void)w;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + now.tv_nsec / MS;
}

/* ---- the size ---------------------------------------------------------- */

#define SETTLE_NAPS	20

/* A namespace is looked at again by a worker of the kernel's, which tells
 * nobody when it is done. */
static int
settled_size(struct wire *w, uint64_t *bytes)
{
	uint64_t before = w->size;
	int i, r = wire_size(w, bytes);

	for (i = 0; !r && *bytes == before && i < SETTLE_NAPS; i++) {
		linux_nap();
		r = wire_size(w, bytes);
	}
	return r;
}

int
wire_remeasure(struct wire *w, uint64_t *bytes)
{
	enum wire_kind kind = wire_kind(w);
	char dir[SYS_LEN];
	int r = 0;

	*bytes = 0;
	if (kind == WIRE_SCSI) {
		sys_dir(w->disk, dir, sizeof(dir));
		r = sys_write(dir, "device/rescan", "1");
	} else if (kind == WIRE_NVME) {
		r = spaces_rescan(w);
	}
	if (r)
		return r;
	r = kind == WIRE_NVME ? settled_size(w, bytes) : wire_size(w, bytes);
	if (!r && *bytes > w->size)
		w->size = *bytes;
	return r;
}
