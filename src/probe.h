/* SPDX-License-Identifier: Apache-2.0 */
/* How are drives found, besides one by one: all apart, or after a sleep? */
#ifndef PROBE_H
#define PROBE_H

#include "massho.h"

/* A drive that does not let itself be looked at is listed by its path alone;
 * with nothing known of it the guard refuses it. */
void probe_nothing(const char *path, struct drive *out);

/* ---- probe_apart.c ---- */

/* The paths of all drives; as probe_all, without looking. */
int probe_paths(char (*out)[PATH_LEN], size_t max, size_t *n) MUST;
/*
 * Looks at n drives at once, each by a process of its own, so that one that
 * hangs holds up no other.  Begin sends them and returns at once; forget(ctx)
 * runs in each process first: what is secret does not belong there.  End waits
 * for their answers as long as wait(ctx, how many are left) is true, and frees.
 * out and hung hold n; *found of them were filled, in order.  hung: it gave no
 * answer, and nothing is known of it.
 */
struct apart;
int probe_apart_begin(char (*paths)[PATH_LEN], size_t n, bool image,
		      void (*forget)(void *ctx), void *ctx,
		      struct apart **out) MUST;
void probe_apart_end(struct apart **a, bool (*wait)(void *ctx, size_t left),
		     void *ctx, struct drive *out, bool *hung, size_t *found);
/* Were just these paths looked at?  NULL: no. */
bool probe_apart_same(const struct apart *a, char (*paths)[PATH_LEN], size_t n);
/* Nobody wants to know any more; NULL is fine. */
void probe_apart_drop(struct apart **a);

/* ---- probe_sleep.c ---- */

/*
 * Suspends this machine for so many seconds, so that its drives lose their
 * power and with it what the firmware froze.  -EPERM: it may not, or would not
 * wake; *why says so in English.  0: it slept (why: what could not be put
 * back, or "").  Every drive must be looked at again.
 */
int probe_can_sleep(bool allow_virtual, char *why, size_t len) MUST;
int probe_sleep(bool allow_virtual, uint32_t seconds, char *why,
		size_t len) MUST;

#endif
