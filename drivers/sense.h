/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does sense data say?  SPC-5 4.4; what a SCSI/ATA translation layer puts
 * into it is SAT-4 12.2.
 */
#ifndef SENSE_H
#define SENSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sense_key {		/* SPC-5 4.4.8 */
	SENSE_NO_SENSE = 0x0,
	SENSE_RECOVERED = 0x1,
	SENSE_NOT_READY = 0x2,
	SENSE_MEDIUM_ERROR = 0x3,
	SENSE_HARDWARE_ERROR = 0x4,
	SENSE_ILLEGAL_REQUEST = 0x5,
	SENSE_UNIT_ATTENTION = 0x6,
	SENSE_DATA_PROTECT = 0x7,
	SENSE_ABORTED = 0xb
};

/* ASC << 8 | ASCQ (SPC-5 F.2), for comparing with SENSE_CODE() */
#define SENSE_CODE(s)	((uint16_t)((s)->asc << 8 | (s)->ascq))

struct sense {
	bool valid;		/* of a format known here */
	bool fixed;
	bool deferred;		/* of an earlier command, not of this one */
	uint8_t key, asc, ascq;

	bool has_progress;	/* sense key specific, or a descriptor */
	uint16_t progress;	/* of 65536 */

	/*
	 * The registers of ATA PASS-THROUGH.  In fixed format the same bytes
	 * mean something else for every other command: has_ata says that they
	 * may be registers, not that they are.
	 */
	bool has_ata;
	bool ata_complete;	/* 16 bits of count, 48 of LBA are there */
	uint8_t ata_error, ata_status, ata_device;
	uint16_t count;		/* not complete: only 7:0 */
	uint64_t lba;		/* not complete: only 23:0 */
	bool count_high, lba_high;	/* fixed: what is missing is not zero */
};

/*
 * Never reads past p[len].  0, or -EINVAL: no sense data in a format known
 * here, and *out is all zero.
 */
int sense_parse(const uint8_t *p, size_t len, struct sense *out);

#endif
