/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of the emulated ATA drive itself: commands as bytes, so that the
 * program's own encoding is not believed.
 */
#ifndef ASK_ATA_H
#define ASK_ATA_H

#include "emu_ata.h"

#define ASK_SIZE	(2ULL << 20)
#define ASK_BLOCKS	(ASK_SIZE / 512)

/* STATUS << 8 | ERROR */
#define OK	0x5000
#define REFUSED	0x5104
#define ODD	0xffff		/* answered, but not with registers */

/* One drive, and the last answer. */
struct ask {
	struct emu_drive *d;
	struct emu_ata *a;
	struct wire *w;
	uint8_t data[512];
	uint8_t sense[64], sense_len;
	uint64_t lba;
	uint32_t count;
	uint32_t done;
};
extern struct ask q;

void ask_add(enum emu_ata_kind kind);
/* Soils it and opens it. */
void ask_on(void);
void ask_off(void);
/* Closes it, cuts its power, opens it again. */
void ask_recycle(void);

/* ATA PASS-THROUGH(16) with CK_COND, without data. */
struct wire_scsi ask_cdb(uint8_t command, uint16_t feature, uint16_t count,
			 uint64_t lba, bool ext);
/* One of the Security commands with a payload. */
struct wire_scsi ask_out(uint8_t command, uint8_t flags, uint8_t level,
			 const char *password);
/* STATUS << 8 | ERROR as the sense says; OK of one that tells none. */
uint32_t ask_registers(const struct wire_scsi *c);
uint32_t ask(uint8_t command, uint16_t feature, uint16_t count, uint64_t lba);
uint32_t ask28(uint8_t command, uint16_t feature, uint16_t count,
	       uint64_t lba);
/* 512 bytes into q.data. */
uint32_t ask_in(uint8_t command, uint16_t feature, uint64_t lba, bool ext);
uint32_t ask_secure(uint8_t command, uint8_t flags, uint8_t level,
		    const char *password);
/* Of IDENTIFY DEVICE, its checksum asserted. */
uint16_t ask_word(unsigned n);
/* One block through the queue; EMU_IO_WAITS: it does not come back. */
int32_t ask_transfer(uint64_t at, bool write);
/* Bytes of old data left anywhere. */
uint64_t ask_left(void);

#define F1(p)	ask_secure(0xf1, 0, 0, p)
#define F2(p)	ask_secure(0xf2, 0, 0, p)
#define F3()	ask28(0xf3, 0, 0, 0)
#define F4(p)	ask_secure(0xf4, 0, 0, p)
#define F6(p)	ask_secure(0xf6, 0, 0, p)

#define CRYPTO	 0x43727970ULL
#define BLOCK	 0x426b4572ULL
#define OVER(p)	 (0x4f5700000000ULL | (p))
#define STATUS() ask(0xb4, 0, 0, 0)

#endif
