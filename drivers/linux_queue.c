/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How do many large reads and writes stay in flight at once?  Through
 * io_uring; where the kernel refuses it, through threads, behind the same
 * functions.
 *
 * All buffers are one mapping, page aligned as O_DIRECT wants it, touched once
 * so that no pass waits for memory, and registered so that the kernel need not
 * pin them again for each request.
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

#define DEPTH_MAX	256
#define CHUNK_MAX	(64U << 20)
#define PAGE		4096U
#define HUGE_PAGE	(2UL << 20)
#define DRAIN_MS	5000	/* a drive that hangs must not hang the end */

enum slot_state { SLOT_FREE, SLOT_TAKEN, SLOT_FLYING };

struct slot {
	struct io io;		/* first: an io is its slot */
	enum slot_state state;
};

struct queue {
	struct slot *slots;
	unsigned depth, flying;
	uint32_t chunk;
	uint8_t *area;
	size_t area_len;
	bool ring_on, fixed;
	bool broken;		/* a request is left in the ring, unsent */
	struct io_uring ring;
	struct pool *pool;	/* NULL: io_uring */
};

static struct slot *
slot_of(const struct queue *q, const struct io *io)
{
	size_t i;

	for (i = 0; i < q->depth; i++)
		if (&q->slots[i].io == io)
			return &q->slots[i];
	return NULL;
}

/* ---- making one ------------------------------------------------------- */

static int
map_buffers(struct queue *q)
{
	size_t stride = (q->chunk + PAGE - 1) / PAGE * PAGE;
	unsigned i;
	void *p;

	q->area_len = (stride * q->depth + HUGE_PAGE - 1) / HUGE_PAGE *
		      HUGE_PAGE;
	p = mmap(NULL, q->area_len, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	q->area = p;
	/* both are for speed alone; a pattern never leaves by a core dump */
	(void)madvise(p, q->area_len, MADV_HUGEPAGE);
	(void)madvise(p, q->area_len, MADV_DONTDUMP);
	memset(p, 0, q->area_len);
	for (i = 0; i < q->depth; i++)
		q->slots[i].io.buf = q->area + i * stride;
	return 0;
}

/* Where registered memory counts against RLIMIT_MEMLOCK it may be refused: then
 * without. */
static void
register_buffers(struct queue *q)
{
	struct iovec *v = calloc(q->depth, sizeof(*v));
	unsigned i;

	if (!v)
		return;
	for (i = 0; i < q->depth; i++)
		v[i] = (struct iovec){ q->slots[i].io.buf, q->chunk };
	q->fixed = !io_uring_register_buffers(&q->ring, v, q->depth);
	free(v);
}

static int
start_engine(struct queue *q, int fd)
{
	if (!io_uring_queue_init(q->depth, &q->ring, 0)) {
		q->ring_on = true;
		register_buffers(q);
		return 0;
	}
	/* sandboxes and hardened kernels forbid io_uring altogether */
	return pool_new(fd, q->depth, &q->pool);
}

int
wire_queue(struct wire *w, unsigned depth, uint32_t chunk)
{
	struct queue *q;
	int r;

	if (w->fd < 0)
		return w->open_err;
	if (!depth || depth > DEPTH_MAX || !chunk || chunk > CHUNK_MAX ||
	    chunk % w->lblock)
		return -EINVAL;
	if (w->queue && w->queue->flying)
		return -EBUSY;
	queue_free(&w->queue);
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	q->depth = depth;
	q->chunk = chunk;
	q->slots = calloc(depth, sizeof(*q->slots));
	r = q->slots ? map_buffers(q) : -ENOMEM;
	if (!r)
		r = start_engine(q, w->fd);
	if (r)
		queue_free(&q);
	w->queue = q;
	return r;
}

/* ---- one request ------------------------------------------------------ */

struct io *
wire_io_get(struct wire *w)
{
	struct queue *q = w->queue;
	unsigned i;
	uint8_t *buf;

	for (i = 0; q && i < q->depth; i++) {
		if (q->slots[i].state != SLOT_FREE)
			continue;
		buf = q->slots[i].io.buf;
		q->slots[i].io = (struct io){ .buf = buf };
		q->slots[i].state = SLOT_TAKEN;
		return &q->slots[i].io;
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

/* Nothing is ever written beyond the size at open: a device would refuse it,
 * an image would grow. */
static bool
sane(const struct wire *w, const struct io *io)
{
	if (!io->len || io->len > w->queue->chunk || io->len % w->lblock ||
	    io->at % w->lblock || io->at > (uint64_t)INT64_MAX - io->len)
		return false;
	if (!io->write)
		return true;
	return w->how == OPEN_VICTIM && io->at < w->size &&
	       io->len <= w->size - io->at;
}

static int
ring_submit(struct queue *q, int fd, struct slot *s)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&q->ring);
	struct io *io = &s->io;
	int index = s - q->slots;
	int r;

	if (!sqe)
		return -EBUSY;
	if (io->write && q->fixed)
		io_uring_prep_write_fixed(sqe, fd, io->buf, io->len, io->at,
					  index);
	else if (io->write)
		io_uring_prep_write(sqe, fd, io->buf, io->len, io->at);
	else if (q->fixed)
		io_uring_prep_read_fixed(sqe, fd, io->buf, io->len, io->at,
					 index);
	else
		io_uring_prep_read(sqe, fd, io->buf, io->len, io->at);
	io_uring_sqe_set_data(sqe, s);
	do {
		r = io_uring_submit(&q->ring);
	} while (r == -EINTR);
	if (r < 0)
		q->broken = true;
	return r < 0 ? r : 0;
}

int
wire_io_submit(struct wire *w, struct io *io)
{
	struct queue *q = w->queue;
	struct slot *s = q ? slot_of(q, io) : NULL;
	int r = 0;

	if (!s || s->state != SLOT_TAKEN || !sane(w, io))
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

static int
ring_reap(struct queue *q, int timeout_ms, struct io **out)
{
	struct __kernel_timespec t = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000LL,
	};
	struct io_uring_cqe *cqe;
	struct slot *s;
	int r = io_uring_peek_cqe(&q->ring, &cqe);

	if (r == -EAGAIN && timeout_ms > 0)
		r = io_uring_wait_cqe_timeout(&q->ring, &cqe, &t);
	if (r == -EAGAIN || r == -ETIME || r == -EINTR)
		return 0;
	if (r)
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
		io_uring_queue_exit(&q->ring);
	if (q->area) {
		zeroise(q->area, q->area_len);
		munmap(q->area, q->area_len);
	}
	free(q->slots);
	free(q);
}
