/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which drives are there, even if one of them never answers?  Each is looked at
 * by a process of its own; one that hangs in the kernel is left behind there.
 */
#include "probe.h"
#include "util.h"

#include "../drivers/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TURN_MS	100

/* What the process says of its drive. */
struct answer_of {
	int32_t err;
	struct drive d;
};

struct looker {
	pid_t pid;		/* 0 = none */
	int fd;			/* -1: it has ended */
	size_t have;		/* bytes of its answer */
	struct answer_of *a;
	char path[PATH_LEN];
};

struct apart {
	size_t n;
	struct looker l[];
};

static void
look(int fd, const char *path, bool image)
{
	struct answer_of *a = calloc(1, sizeof(*a));
	const char *at = (const char *)a;
	size_t left = sizeof(*a);

	if (!a)
		_exit(1);
	a->err = probe_one(path, image, &a->d);
	while (left) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno != EINTR)
			_exit(1);
		at += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	_exit(0);
}

static int
send_looker(struct looker *l, bool image, void (*forget)(void *), void *ctx)
{
	pid_t parent = getpid();
	int ends[2];

	l->a = calloc(1, sizeof(*l->a));
	if (!l->a)
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	l->pid = fork();
	if (l->pid < 0) {
		l->pid = 0;
		close(ends[0]);
		close(ends[1]);
		return -EAGAIN;
	}
	if (l->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		if (forget)
			forget(ctx);
		/* the log's lock and every other drive's pipe */
		if (ends[1] > 3)
			close_range(3, (unsigned)ends[1] - 1, 0);
		close_range((unsigned)ends[1] + 1, ~0U, 0);
		look(ends[1], l->path, image);
	}
	close(ends[1]);
	l->fd = ends[0];
	return 0;
}

static void
end_looker(struct looker *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	if (l->pid <= 0)
		return;
	kill(l->pid, SIGKILL);
	/* held by the kernel, it cannot be waited for now */
	for (int i = 0; i < 20 && waitpid(l->pid, NULL, WNOHANG) == 0; i++)
		poll(NULL, 0, 5);
	l->pid = 0;
}

/* Its answer, or a part of it. */
static void
hear(struct looker *l)
{
	ssize_t n = read(l->fd, (char *)l->a + l->have,
			 sizeof(*l->a) - l->have);

	if (n < 0 && errno == EINTR)
		return;
	l->have += n > 0 ? (size_t)n : 0;
	if (n <= 0 || l->have == sizeof(*l->a))
		end_looker(l);
}

static size_t
at_work(const struct looker *l, size_t n, struct pollfd *fds)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		fds[i] = (struct pollfd){ .fd = l[i].fd, .events = POLLIN };
		left += l[i].fd >= 0;
	}
	return left;
}

static void
hear_all(struct looker *l, size_t n, bool (*wait)(void *, size_t), void *ctx)
{
	struct pollfd *fds = calloc(n ? n : 1, sizeof(*fds));
	size_t left;

	while (fds && (left = at_work(l, n, fds)) > 0) {
		if (wait && !wait(ctx, left))
			break;
		if (poll(fds, n, TURN_MS) <= 0)
			continue;
		for (size_t i = 0; i < n; i++)
			if (fds[i].revents)
				hear(&l[i]);
	}
	free(fds);
}

static bool
vanished(int err)
{
	return err == -ENOENT || err == -ENODEV || err == -ENXIO;
}

int
probe_apart_begin(char (*paths)[PATH_LEN], size_t n, bool image,
		  void (*forget)(void *ctx), void *ctx, struct apart **out)
{
	struct apart *a = *out = calloc(1, sizeof(*a) + n * sizeof(a->l[0]));

	if (!a)
		return -ENOMEM;
	a->n = n;
	for (size_t i = 0; i < n; i++) {
		a->l[i].fd = -1;
		text_copy(a->l[i].path, PATH_LEN, paths[i]);
		if (send_looker(&a->l[i], image, forget, ctx))
			a->l[i].fd = -1;	/* then it is one that hangs */
	}
	return 0;
}

bool
probe_apart_same(const struct apart *a, char (*paths)[PATH_LEN], size_t n)
{
	size_t i = 0;

	if (!a || a->n != n)
		return false;
	while (i < n && !strcmp(a->l[i].path, paths[i]))
		i++;
	return i == n;
}

void
probe_apart_end(struct apart **ap, bool (*wait)(void *ctx, size_t left),
		void *ctx, struct drive *out, bool *hung, size_t *found)
{
	struct apart *a = *ap;

	*found = 0;
	hear_all(a->l, a->n, wait, ctx);
	for (size_t i = 0; i < a->n; i++) {
		struct looker *l = &a->l[i];
		bool whole = l->a && l->have == sizeof(*l->a);

		end_looker(l);
		if (whole && vanished(l->a->err))
			continue;
		hung[*found] = !whole;
		if (whole && !l->a->err)
			out[*found] = l->a->d;
		else
			probe_nothing(l->path, &out[*found]);
		(*found)++;
	}
	probe_apart_drop(ap);
}

void
probe_apart_drop(struct apart **ap)
{
	struct apart *a = *ap;

	for (size_t i = 0; a && i < a->n; i++) {
		end_looker(&a->l[i]);
		free(a->l[i].a);
	}
	free(a);
	*ap = NULL;
}

int
probe_paths(char (*out)[PATH_LEN], size_t max, size_t *n)
{
	return drive_list(out, max, n);
}
