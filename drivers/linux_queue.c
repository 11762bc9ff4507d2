/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How do many large reads and writes stay in flight at once?  Through
 * io_uring; where the kernel refuses it, through threads, behind the same
 * functions.
 *
 * All buffers are one mapping, page aligned as O_DIRECT wants it and touched
 * once so that no pass waits for memory.  Mapping and device are registered, so
 * that the kernel need not pin the one and look up the other for each request;
 * the mapping as a whole, so that one buffer can feed many writes, and so that
 * it can be cut anew without the kernel.
 */
/* openat2(2) has a structure of this name, which liburing brings along; ours
 * is another thing. */
#define open_how kernel_open_how
#include <liburing.h>
#undef open_how

#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEPTH_MAX	64
#define CHUNK_MAX	(64U << 20)
#define PAGE		4096U
#define HUGE_PAGE	(2UL << 20)
#define DRAIN_MS	5000	/* a drive that hangs must not hang the end */
#define SHORT_MS	30000	/* the kernel may be short of memory so long */
#define AGAIN_MS	10	/* between two tries then */

enum slot_state { SLOT_FREE, SLOT_TAKEN, SLOT_FLYING };

struct slot {
	struct io io;		/* first: an io is its slot */
	enum slot_state state;
};

struct queue {
	struct slot slots[DEPTH_MAX];
	unsigned depth, flying;
	uint32_t chunk;
	uint8_t *area;
	size_t area_len, stride;
	bool ring_on;
	bool fixed, fixed_file;	/* registered: the area, the device */
	bool broken;		/* the ring takes nothing any more */
	uint64_t short_ms;	/* since when the kernel takes no request for
				   now; 0 = it does */
	struct io_uring ring;
	struct pool *pool;	/* NULL: io_uring */
};

static struct slot *
slot_of(struct queue *q, const struct io *io)
{
	size_t i;

	for (i = 0; i < q->depth; i++)
		if (&q->slots[i].io == io)
			return &q->slots[i];
	return NULL;
}

static uint8_t *
own_buffer(const struct queue *q, const struct slot *s)
{
	return q->area + (size_t)(s - q->slots) * q->stride;
}

/* ---- making one ------------------------------------------------------- */

static size_t
stride_of(uint32_t chunk)
{
	return (chunk + (size_t)PAGE - 1) / PAGE * PAGE;
}

static int
map_buffers(struct queue *q, size_t len)
{
	void *p;

	q->area_len = (len + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	p = mmap(NULL, q->area_len, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	q->area = p;
	/* both are for speed alone; a pattern never leaves by a core dump */
	(void)madvise(p, q->area_len, MADV_HUGEPAGE);
	(void)madvise(p, q->area_len, MADV_DONTDUMP);
	if (madvise(p, q->area_len, MADV_POPULATE_WRITE))	/* 5.14 */
		memset(p, 0, q->area_len);
	return 0;
}

/*
 * What comes back waits until it is asked for, instead of interrupting the
 * cipher: newer kernels do that best, the oldest not at all.
 */
static int
start_ring(struct io_uring *ring)
{
	static const unsigned flags[] = {
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
			IORING_SETUP_TASKRUN_FLAG,		/* 6.1 */
		IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
								/* 5.19 */
		0,
	};
	size_t i;
	int r = -EINVAL;

	for (i = 0; r == -EINVAL && i < ARRAY_SIZE(flags); i++)
		r = io_uring_queue_init(DEPTH_MAX, ring, flags[i]);
	return r;
}

static int
start_engine(struct queue *q, int fd)
{
	struct iovec all = { q->area, q->area_len };

	/* sandboxes and hardened kernels forbid io_uring altogether */
	if (start_ring(&q->ring))
		return pool_new(fd, DEPTH_MAX, &q->pool);
	q->ring_on = true;
	/* registered memory may count against RLIMIT_MEMLOCK and be refused:
	 * then without */
	q->fixed = !io_uring_register_buffers(&q->ring, &all, 1);
	q->fixed_file = !io_uring_register_files(&q->ring, &fd, 1);
	return 0;
}

static int
make(struct wire *w, size_t len)
{
	struct queue *q;
	int r;

	queue_free(&w->queue);
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	r = map_buffers(q, len);
	if (!r)
		r = start_engine(q, w->fd);
	if (r)
		queue_free(&q);
	w->queue = q;
	return r;
}

int
wire_queue(struct wire *w, unsigned depth, uint32_t chunk)
{
	size_t stride = stride_of(chunk), len = stride * depth;
	struct queue *q = w->queue;
	unsigned i;
	int r = 0;

	if (w->fd < 0)
		return w->open_err;
	if (!depth || depth > DEPTH_MAX || !chunk || chunk > CHUNK_MAX ||
	    chunk % w->lblock)
		return -EINVAL;
	if (q && q->flying)
		return -EBUSY;
	if (!q || q->broken || q->area_len < len)
		r = make(w, len);
	if (r)
		return r;
	q = w->queue;
	q->depth = depth;
	q->chunk = chunk;
	q->stride = stride;
	for (i = 0; i < DEPTH_MAX; i++)
		q->slots[i].state = SLOT_FREE;
	return 0;
}

/* ---- one request ------------------------------------------------------ */

struct io *
wire_io_get(struct wire *w)
{
	struct queue *q = w->queue;
	struct slot *s;

	for (s = q ? q->slots : NULL; q && s < q->slots + q->depth; s++) {
		if (s->state != SLOT_FREE)
			continue;
		s->io = (struct io){ .buf = own_buffer(q, s) };
		s->state = SLOT_TAKEN;
		return &s->io;
	}
	return NULL;
}

void
wire_io_put(struct wire *w, struct io *io)
{
	struct slot *s = w->queue ? slot_of(w->queue, io) : NULL;

	if (s && s->state == SLOT_TAKEN)
		s->state = SLOT_FREE;
}

/* A write may come from anywhere in the area, a read goes to its own part. */
static bool
within(const struct queue *q, const struct slot *s)
{
	const struct io *io = &s->io;

	if (!io->write)
		return io->buf == own_buffer(q, s);
	return io->buf >= q->area && io->buf < q->area + q->area_len &&
	       io->len <= (size_t)(q->area + q->area_len - io->buf);
}

/* Nothing is ever written beyond the size at open: a device would refuse it,
 * an image would grow. */
static bool
sane(const struct wire *w, const struct slot *s)
{
	const struct io *io = &s->io;

	if (!within(w->queue, s))
		return false;
	if (!io->len || io->len > w->queue->chunk || io->len % w->lblock ||
	    io->at % w->lblock || io->at > (uint64_t)INT64_MAX - io->len)
		return false;
	if (!io->write)
		return true;
	return w->how == OPEN_VICTIM && io->at < w->size &&
	       io->len <= w->size - io->at;
}

/*
 * Sends what is in the ring.  A kernel that is short of memory, or has too many
 * answers waiting, leaves it there: it goes with the next one, or while answers
 * are waited for.
 */
static int
send_ring(struct queue *q)
{
	uint64_t now = mono_ms();
	int r;

	if (q->broken)
		return -EIO;
	do {
		r = io_uring_submit(&q->ring);
	} while (r == -EINTR);
	if (r >= 0 && !io_uring_sq_ready(&q->ring)) {
		q->short_ms = 0;
		return 0;
	}
	q->broken = r < 0 && r != -EAGAIN && r != -EBUSY;
	if (q->broken)
		return r;
	if (r > 0 || !q->short_ms)	/* some went, or it is the first time */
		q->short_ms = now;
	q->broken = now - q->short_ms >= SHORT_MS;
	return q->broken ? -EAGAIN : 0;
}

static int
ring_submit(struct queue *q, int fd, struct slot *s)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&q->ring);
	struct io *io = &s->io;

	if (!sqe)
		return -EBUSY;	/* there is room for every slot */
	if (q->fixed_file)
		fd = 0;		/* the first and only one */
	if (io->write && q->fixed)
		io_uring_prep_write_fixed(sqe, fd, io->buf, io->len, io->at,
					  0);
	else if (io->write)
		io_uring_prep_write(sqe, fd, io->buf, io->len, io->at);
	else if (q->fixed)
		io_uring_prep_read_fixed(sqe, fd, io->buf, io->len, io->at, 0);
	else
		io_uring_prep_read(sqe, fd, io->buf, io->len, io->at);
	if (q->fixed_file)
		io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
	io_uring_sqe_set_data(sqe, s);
	return send_ring(q);
}

int
wire_io_submit(struct wire *w, struct io *io)
{
	struct queue *q = w->queue;
	struct slot *s = q ? slot_of(q, io) : NULL;
	int r = 0;

	if (!s || s->state != SLOT_TAKEN || !sane(w, s))
		return -EINVAL;
	if (q->broken)
		return -EIO;
	io->res = -EINPROGRESS;
	if (q->pool)
		pool_submit(q->pool, io);
	else
		r = ring_submit(q, w->fd, s);
	if (r)
		return r;
	s->state = SLOT_FLYING;
	q->flying++;
	return 0;
}

/* 1: *cqe is the next answer.  0: none came in time. */
static int
wait_ring(struct queue *q, uint64_t ms, struct io_uring_cqe **cqe)
{
	struct __kernel_timespec t = {
		.tv_sec = (int64_t)(ms / 1000),
		.tv_nsec = (int64_t)(ms % 1000 * 1000000),
	};
	int r = io_uring_peek_cqe(&q->ring, cqe);

	if (r == -EAGAIN && ms)
		r = io_uring_wait_cqe_timeout(&q->ring, cqe, &t);
	if (r == -EAGAIN || r == -EBUSY || r == -ETIME || r == -EINTR)
		return 0;
	return r ? r : 1;
}

static int
ring_reap(struct queue *q, int timeout_ms, struct io **out)
{
	uint64_t now = mono_ms(), until = now + (uint64_t)timeout_ms, left;
	struct io_uring_cqe *cqe;
	struct slot *s;
	int r;

	do {
		r = q->short_ms ? send_ring(q) : 0;
		if (r)
			return r;
		left = until > now ? until - now : 0;
		r = wait_ring(q, q->short_ms && left > AGAIN_MS ? AGAIN_MS :
			      left, &cqe);
		now = mono_ms();
	} while (!r && left && q->short_ms);
	if (r != 1)
		return r;
	s = io_uring_cqe_get_data(cqe);
	s->io.res = cqe->res;
	io_uring_cqe_seen(&q->ring, cqe);
	*out = &s->io;
	return 1;
}

static int
reap(struct queue *q, int timeout_ms, struct io **out)
{
	int r;

	*out = NULL;
	if (!q->flying)
		return 0;
	r = q->pool ? pool_reap(q->pool, timeout_ms, out) :
		      ring_reap(q, timeout_ms, out);
	if (r == 1) {
		slot_of(q, *out)->state = SLOT_TAKEN;
		q->flying--;
	}
	return r;
}

int
wire_io_reap(struct wire *w, int timeout_ms, struct io **out)
{
	*out = NULL;
	return w->queue ? reap(w->queue, timeout_ms, out) : -EINVAL;
}

/* ---- the end ---------------------------------------------------------- */

static bool
drain(struct queue *q)
{
	uint64_t until = mono_ms() + DRAIN_MS;
	struct io *io;

	while (q->flying && mono_ms() < until)
		if (reap(q, 100, &io) < 0)
			break;
	return !q->flying;
}

/* The kernel ends a ring some time later; until then it would hold the device,
 * and whoever wants it next would be told that it is in use. */
static void
stop_ring(struct queue *q)
{
	if (q->fixed_file)
		(void)io_uring_unregister_files(&q->ring);
	if (q->fixed)
		(void)io_uring_unregister_buffers(&q->ring);
	io_uring_queue_exit(&q->ring);
}

/*
 * A request that never came back may still read or fill its buffer, so then
 * everything is left as it is: the process that owns a drive that hangs is
 * about to end.
 */
void
queue_free(struct queue **queue)
{
	struct queue *q = *queue;

	*queue = NULL;
	if (!q || !drain(q))
		return;
	pool_free(&q->pool);
	if (q->ring_on)
		stop_ring(q);
	if (q->area) {
		zeroise(q->area, q->area_len);
		munmap(q->area, q->area_len);
	}
	free(q);
}
