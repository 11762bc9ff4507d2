/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What laying marks and looking for them share: the blocks, the places, and
 * what is kept in between.  docs/FORMATS.md ("Marks") is the contract: another
 * tool must find the same places from the same key and salt.
 */
#ifndef MARKS_H
#define MARKS_H

#include "engine.h"

#define MAC_LEN		16
#define MARK_HEAD	40	/* magic, offset, nsid, 0, run */
#define MARK_TAG	32
#define MARK_LOST_MAX	64	/* blocks that fail before it is given up */

/* ---- mark_block.c: PURE ------------------------------------------------- */

/* HMAC-SHA-256(key, text || nsid as four bytes LE): a key for one purpose. */
int mark_derive(const uint8_t key[KEY_LEN], const char *text, uint32_t nsid,
		uint8_t out[DIGEST_LEN]) MUST;

/* The marks of one run on one victim. */
struct marker;
int marker_open(const uint8_t key[KEY_LEN], uint32_t nsid, uint32_t lblock,
		struct marker **out) MUST;
void marker_close(struct marker **k);
/* The mark that belongs to offset `at`, one logical block. */
int marker_fill(struct marker *k, uint64_t at, uint8_t *block) MUST;
/* 1: a mark of this run, laid at *at of namespace *nsid; 0: none. */
int marker_find(const struct marker *k, const uint8_t *block, uint64_t *at,
		uint32_t *nsid) MUST;
/* True: what was read at `at` is the mark of that place, or an eighth of it:
 * one that survived, though damaged.  By chance a 256th is equal. */
bool marker_resembles(struct marker *k, uint64_t at, const uint8_t *block);

/* MAC of a block at its place, to know it again without keeping it. */
int mark_preimage(const uint8_t key[KEY_LEN], uint32_t nsid, uint64_t at,
		  const uint8_t *block, uint32_t len,
		  uint8_t out[MAC_LEN]) MUST;

/* ---- mark_places.c: PURE ------------------------------------------------ */

/* Of two at one offset the later kind stays. */
enum place_kind { PLACE_PREIMAGE, PLACE_MARK };

struct place {
	uint64_t at;
	uint8_t kind;		/* enum place_kind */
	bool held;		/* mark laid; pre-image that says something */
	bool drawn;		/* by lot, in its section */
	uint8_t mac[MAC_LEN];	/* PREIMAGE */
};

struct places {
	uint64_t sections;
	size_t n, room;
	struct place *p;	/* ascending, none twice, once sorted */
};

/* One mark and one pre-image in each section, pre-images at both ends of the
 * drive and around the spots. */
int places_before(const uint8_t key[KEY_LEN], uint32_t nsid, uint64_t size,
		  uint32_t lblock, const struct range *spots, size_t n_spots,
		  struct places *out) MUST;
void places_free(struct places *p);
struct place *places_find(const struct places *p, uint64_t at);
/* Those that `want` picks, neighbours merged; by malloc. */
int places_ranges(const struct places *p, uint32_t lblock,
		  bool (*want)(const struct place *), struct range **out,
		  size_t *n) MUST;

/* ---- marks.c ------------------------------------------------------------ */

/*
 * Memory: a place takes 32 bytes and a victim has 2,000 in its sections and at
 * most 500 around its spots: 80 KB each, kept for 33 victims less than 3 MB.
 * Reading them again adds, for one victim at a time, the ranges of the sample
 * (60,000 of 16 bytes at most, twice) and what looked random (prove.c): 3 MB.
 */
struct marks {
	uint8_t key[KEY_LEN];		/* of the marks; on record */
	uint8_t mac_key[KEY_LEN];	/* of the pre-images; never leaves */
	uint8_t salt[DIGEST_LEN];	/* of PROVE; published by it */
	bool laid;			/* perhaps marks were written */
	size_t n;
	struct places v[SPACES_MAX + 1];	/* by victim */
};

/* The engine works on this victim until marks_back(). */
struct marks_self {
	struct handle *h;
	const struct drive *d;
};
struct marks_self marks_turn(struct engine *e, const struct victim *v);
void marks_back(struct engine *e, struct marks_self self);

#endif
