/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where does what stand in the commands and answers of a SCSI disk?
 *
 * SPC-5 and SBC-4; SAM-5 for the status, SAT-4 for page 89h.  Clauses are
 * named by their titles: the numbers differ from one revision to the next.
 * Everything is big-endian; texts are ASCII, padded with blanks.
 */
#ifndef SCSI_SPEC_H
#define SCSI_SPEC_H

#include <stdint.h>

static inline uint16_t
be16(const uint8_t p[2])
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
be32(const uint8_t p[4])
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static inline uint64_t
be64(const uint8_t p[8])
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

/* ---- operation codes (SPC-5 and SBC-4, "... command") ------------------- */

#define SCSI_TEST_UNIT_READY	0x00
#define SCSI_REQUEST_SENSE	0x03
#define SCSI_FORMAT_UNIT	0x04
#define SCSI_INQUIRY		0x12
#define SCSI_READ_CAPACITY_10	0x25
#define SCSI_SANITIZE		0x48
#define SCSI_LOG_SENSE		0x4d
#define SCSI_MODE_SENSE_10	0x5a
#define SCSI_SERVICE_IN_16	0x9e
#define SCSI_SA_CAPACITY_16	0x10	/* SBC-4, READ CAPACITY (16) */
#define SCSI_MAINTENANCE_IN	0xa3
#define SCSI_SA_SUPPORTED	0x0c	/* SPC-5, REPORT SUPPORTED OPERATION
					   CODES */
#define SCSI_READ_DEFECTS_12	0xb7

/* ---- status (SAM-5, Status codes) --------------------------------------- */

#define SCSI_GOOD		0x00
#define SCSI_CHECK		0x02
#define SCSI_BUSY		0x08
#define SCSI_CONFLICT		0x18	/* RESERVATION CONFLICT */
#define SCSI_QUEUE_FULL		0x28

/* ---- ASC << 8 | ASCQ (SPC-5, ASC and ASCQ assignments) ------------------ */

#define SCSI_FORMATTING		0x0404
#define SCSI_SANITIZING		0x041b
#define SCSI_INVALID_OPCODE	0x2000
#define SCSI_FORMAT_CORRUPTED	0x3100
#define SCSI_FORMAT_FAILED	0x3101
#define SCSI_SANITIZE_FAILED	0x3103
/* ASC alone */
#define SCSI_ASC_WARNING	0x0b
#define SCSI_ASC_OPCODE		0x20
#define SCSI_ASC_ADDRESS	0x21
#define SCSI_ASC_FIELD_CDB	0x24
#define SCSI_ASC_UNIT		0x25
#define SCSI_ASC_FIELD_LIST	0x26
#define SCSI_ASC_PROTECTED	0x27
#define SCSI_ASC_RESET		0x29
#define SCSI_ASC_NO_MEDIUM	0x3a
#define SCSI_ASC_PREDICTED	0x5d	/* FAILURE PREDICTION THRESHOLD ... */
#define SCSI_ASC_LOW_POWER	0x5e

/* ---- INQUIRY (SPC-5, Standard INQUIRY data) ----------------------------- */

#define SCSI_INQUIRY_LEN	96
#define SCSI_INQUIRY_MIN	36
#define SCSI_INQ_QUALIFIER	0xe0	/* byte 0; 0 = it is there */
#define SCSI_INQ_TYPE		0x1f	/* byte 0 */
#define SCSI_TYPE_DISK		0x00
#define SCSI_TYPE_ZONED		0x14	/* ZBC-2, host managed */
#define SCSI_INQ_RMB		0x80	/* byte 1 */
#define SCSI_INQ_VENDOR		8	/* 8 bytes */
#define SCSI_INQ_PRODUCT	16	/* 16 bytes */
#define SCSI_INQ_REVISION	32	/* 4 bytes */
#define SCSI_EVPD		0x01	/* byte 1 of the command */

/* Vital product data pages: byte 1 = page, 2-3 = bytes that follow */
#define SCSI_VPD_HEAD		4
#define SCSI_VPD_LIST		0x00
#define SCSI_VPD_SERIAL		0x80
#define SCSI_VPD_NAMES		0x83
#define SCSI_VPD_ATA		0x89	/* SAT-4, ATA Information VPD page */
#define SCSI_VPD_LIMITS		0xb0	/* SBC-4, Block Limits */
#define SCSI_VPD_CHARACTER	0xb1	/* Block Device Characteristics */
#define SCSI_VPD_PROVISIONING	0xb2	/* Logical Block Provisioning */

/* SPC-5, Device Identification VPD page: designation descriptor */
#define SCSI_NAME_HEAD		4
#define SCSI_NAME_CODE_SET	0x0f	/* byte 0 */
#define SCSI_NAME_BINARY	1
#define SCSI_NAME_ASSOCIATION	0x30	/* byte 1; 0 = logical unit */
#define SCSI_NAME_TYPE		0x0f	/* byte 1 */
#define SCSI_NAME_EUI64		2
#define SCSI_NAME_NAA		3

/* SBC-4, Block Limits: MAXIMUM UNMAP LBA COUNT */
#define SCSI_B0_UNMAP_MAX	20

/* SBC-4, Block Device Characteristics */
#define SCSI_B1_ROTATION	4
#define SCSI_B1_SOLID		0x0001
#define SCSI_B1_RPM_MIN		0x0401
#define SCSI_B1_RPM_MAX		0xfffe
#define SCSI_B1_REQUIREMENTS	7	/* WABEREQ 7:6, WACEREQ 5:4 */
#define SCSI_B1_ZONED		8	/* ZONED 5:4 */

/* SBC-4, Logical Block Provisioning, byte 5 */
#define SCSI_B2_FLAGS		5
#define SCSI_B2_UNMAP		0x80	/* LBPU */
#define SCSI_B2_WRITE_SAME	0x60	/* LBPWS, LBPWS10 */

/* SAT-4, ATA Information VPD page */
#define SCSI_89_LEN		572
#define SCSI_89_COMMAND		56
#define SCSI_89_IDENTIFY_DEVICE	0xec
#define SCSI_89_DATA		60	/* 512 bytes of IDENTIFY DEVICE */

/* ---- READ CAPACITY (SBC-4) ---------------------------------------------- */

#define SCSI_CAPACITY_10_LEN	8
#define SCSI_CAPACITY_16_LEN	32
#define SCSI_CAP_ALIGNED	0x3fff	/* lowest aligned LBA, bytes 14:15 */
#define SCSI_CAP_PROTECTED	0x01	/* byte 12, PROT_EN */
#define SCSI_CAP_TYPE(b)	((b) >> 1 & 7)	/* byte 12, P_TYPE */
#define SCSI_CAP_TYPE_MAX	2
#define SCSI_CAP_PER_BLOCK(b)	((b) & 0x0f)	/* byte 13, exponent */
#define SCSI_CAP_INTERVALS(b)	((b) >> 4)	/* byte 13, P_I_EXPONENT */
#define SCSI_CAP_PROVISIONED	0x80	/* byte 14, LBPME */
#define SCSI_PROTECTION_LEN	8	/* bytes for each interval */

/* ---- REPORT SUPPORTED OPERATION CODES (SPC-5) --------------------------- */

#define SCSI_RSOC_OPCODE	1	/* byte 2: of an opcode alone */
#define SCSI_RSOC_ACTION	2	/* with its service action */
#define SCSI_RSOC_EITHER	3	/* whichever it has */
#define SCSI_RSOC_LEN		64
#define SCSI_RSOC_SUPPORT(b)	((b) & 7)	/* byte 1 */
#define SCSI_RSOC_NOT_TOLD	0
#define SCSI_RSOC_NO		1
#define SCSI_RSOC_STANDARD	3
#define SCSI_RSOC_VENDOR	5
#define SCSI_RSOC_USAGE		4	/* CDB usage data; its first byte is
					   the operation code */

/* ---- MODE SENSE (10) (SPC-5) -------------------------------------------- */

#define SCSI_MODE_LEN		64
#define SCSI_MODE_HEAD		8
#define SCSI_MODE_NO_BLOCKS	0x08	/* byte 1 of the command, DBD */
#define SCSI_MODE_PROTECTED	0x80	/* byte 3, WP */
#define SCSI_MODE_CONTROL	0x0a	/* Control mode page */
#define SCSI_MODE_PAGE		0x3f	/* byte 0 of a page */
#define SCSI_MODE_SWP		0x08	/* Control, byte 4 */

/* ---- LOG SENSE (SPC-5) -------------------------------------------------- */

#define SCSI_LOG_LEN		252
#define SCSI_LOG_HEAD		4
#define SCSI_LOG_PARAM_HEAD	4
#define SCSI_LOG_CUMULATIVE	0x40	/* byte 2 of the command, PC = 01b */
#define SCSI_LOG_PAGE		0x3f	/* byte 0 */
#define SCSI_LOG_SUBPAGE	0x40	/* byte 0, SPF */
#define SCSI_LOG_READ_ERRORS	0x03
#define SCSI_LOG_TEMPERATURE	0x0d
#define SCSI_LOG_SOLID		0x11	/* SBC-4, Solid State Media */
#define SCSI_LOG_SCAN		0x15	/* SBC-4, Background Scan */
#define SCSI_LOG_EXCEPTIONS	0x2f	/* Informational Exceptions */
#define SCSI_LOG_UNCORRECTED	0x0006	/* parameter of an error page */
#define SCSI_LOG_USED		0x0001	/* parameter of Solid State Media */
#define SCSI_LOG_UNKNOWN	0xff	/* a temperature */

/* ---- READ DEFECT DATA (12) (SBC-4) -------------------------------------- */

#define SCSI_DEFECTS_HEAD	8
#define SCSI_DEFECTS_GROWN	0x08	/* byte 1 of command and answer */
#define SCSI_DEFECTS_FORMAT(b)	((b) & 7)
#define SCSI_DEFECTS_SHORT	0	/* 4 bytes each */
#define SCSI_DEFECTS_LONG	3	/* 8 bytes each, and what follows */
#define SCSI_DEFECTS_INDEX	4
#define SCSI_DEFECTS_SECTOR	5

/* ---- SANITIZE (SBC-4) --------------------------------------------------- */

#define SCSI_SAN_IMMED		0x80	/* byte 1 */
#define SCSI_SAN_AUSE		0x20	/* byte 1; never set here */
#define SCSI_SAN_OVERWRITE	0x01	/* byte 1, 4:0: service action */
#define SCSI_SAN_BLOCK		0x02
#define SCSI_SAN_CRYPTO		0x03
#define SCSI_SAN_EXIT		0x1f
#define SCSI_SAN_HEAD		4	/* parameter list for an overwrite */
#define SCSI_SAN_COUNT(n)	(n)	/* byte 0, 4:0; 1..31 */
#define SCSI_SAN_PATTERN	4	/* bytes of pattern */

/* ---- FORMAT UNIT (SBC-4) ------------------------------------------------ */

#define SCSI_FMT_PINFO(n)	((n) << 6)	/* byte 1, FMTPINFO */
#define SCSI_FMT_LONG		0x20	/* byte 1, LONGLIST */
#define SCSI_FMT_DATA		0x10	/* byte 1, FMTDATA */
#define SCSI_FMT_SHORT_HEAD	4
#define SCSI_FMT_LONG_HEAD	8
#define SCSI_FMT_IMMED		0x02	/* byte 1 of the parameter list */

#endif
