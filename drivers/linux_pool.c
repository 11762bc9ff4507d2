/* SPDX-License-Identifier: Apache-2.0 */
/* How do requests stay in flight where the kernel refuses io_uring? */
#include "linux.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 8

/* A ring of pointers; it never holds more than depth. */
struct line {
	struct io **io;
	unsigned head, n;
};

struct pool {
	int fd;
	unsigned depth, n_threads;
	bool stop;
	pthread_mutex_t lock;	/* over everything below */
	pthread_cond_t work, done;
	struct line todo, finished;
	pthread_t threads[THREADS_MAX];
};

static void
push(struct line *l, unsigned depth, struct io *io)
{
	l->io[(l->head + l->n++) % depth] = io;
}

static struct io *
pop(struct line *l, unsigned depth)
{
	struct io *io = l->io[l->head];

	l->head = (l->head + 1) % depth;
	l->n--;
	return io;
}

static void
transfer(int fd, struct io *io)
{
	ssize_t n;

	do {
		n = io->write ? pwrite(fd, io->buf, io->len, io->at) :
				pread(fd, io->buf, io->len, io->at);
	} while (n < 0 && errno == EINTR);
	io->res = n < 0 ? -errno : n;
}

static void *
serve(void *arg)
{
	struct pool *p = arg;
	struct io *io;

	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		if (!p->todo.n) {
			pthread_cond_wait(&p->work, &p->lock);
			continue;
		}
		io = pop(&p->todo, p->depth);
		pthread_mutex_unlock(&p->lock);
		transfer(p->fd, io);
		pthread_mutex_lock(&p->lock);
		push(&p->finished, p->depth, io);
		pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals are for the thread that ticks. */
static int
start_threads(struct pool *p)
{
	unsigned want = p->depth < THREADS_MAX ? p->depth : THREADS_MAX;
	sigset_t all, before;
	int r = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (!r && p->n_threads < want) {
		r = pthread_create(&p->threads[p->n_threads], NULL, serve, p);
		if (!r)
			p->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return p->n_threads ? 0 : -r;
}

int
pool_new(int fd, unsigned depth, struct pool **out)
{
	struct pool *p = calloc(1, sizeof(*p));
	pthread_condattr_t clock;
	int r = -ENOMEM;

	*out = NULL;
	if (!p)
		return -ENOMEM;
	p->fd = fd;
	p->depth = depth;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&p->done, &clock);
	pthread_condattr_destroy(&clock);
	p->todo.io = calloc(depth, sizeof(struct io *));
	p->finished.io = calloc(depth, sizeof(struct io *));
	if (p->todo.io && p->finished.io)
		r = start_threads(p);
	if (r)
		pool_free(&p);
	*out = p;
	return r;
}

void
pool_submit(struct pool *p, struct io *io)
{
	pthread_mutex_lock(&p->lock);
	push(&p->todo, p->depth, io);
	pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->lock);
}

int
pool_reap(struct pool *p, int timeout_ms, struct io **out)
{
	struct timespec until;
	int r = 0;

	*out = NULL;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&p->lock);
	while (!p->finished.n && !r)
		r = pthread_cond_timedwait(&p->done, &p->lock, &until);
	if (p->finished.n)
		*out = pop(&p->finished, p->depth);
	pthread_mutex_unlock(&p->lock);
	return *out ? 1 : r == ETIMEDOUT ? 0 : -r;
}

void
pool_free(struct pool **pool)
{
	struct pool *p = *pool;
	unsigned i;

	*pool = NULL;
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->n_threads; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->work);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p->todo.io);
	free(p->finished.io);
	free(p);
}
