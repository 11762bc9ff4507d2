/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of ATA: ACS-4 (INCITS 529) unless another standard is named; what
 * ACS-3 dropped (HPA, DCO) is from ATA8-ACS (INCITS 452).  How they cross
 * SCSI: SAT-4 (INCITS 491), clause 12.2.  Clauses are named by their titles:
 * their numbers moved with every edition.
 */
#ifndef ATA_SPEC_H
#define ATA_SPEC_H

#include <stdint.h>

#define ATA_BLOCK 512		/* every data transfer here is one of these */

/* ---- SAT-4 12.2, ATA PASS-THROUGH --------------------------------------- */

enum {
	SAT_16 = 0x85,		/* ATA PASS-THROUGH (16) */
	SAT_12 = 0xa1		/* (12); BLANK to an optical drive */
};

enum sat_protocol {		/* PROTOCOL field: byte 1, 4:1 */
	SAT_NON_DATA = 3,
	SAT_PIO_IN = 4,
	SAT_PIO_OUT = 5
};

enum {				/* byte 1 and byte 2 */
	SAT_EXTEND = 0x01,
	SAT_CK_COND = 0x20,
	SAT_T_DIR_IN = 0x08,
	SAT_BYT_BLOK = 0x04,	/* T_LENGTH counts blocks of 512 bytes */
	SAT_LENGTH_COUNT = 0x02	/* T_LENGTH: in the COUNT field */
};

/* ATA PASS-THROUGH (12) command */
struct sat_cdb12 {
	uint8_t opcode, protocol, flags;
	uint8_t feature, count;
	uint8_t lba_0, lba_8, lba_16;
	uint8_t device, command, reserved, control;
};
_Static_assert(sizeof(struct sat_cdb12) == 12, "SAT-4, ATA PASS-THROUGH (12)");

/* ATA PASS-THROUGH (16) command */
struct sat_cdb16 {
	uint8_t opcode, protocol, flags;
	uint8_t feature_8, feature_0, count_8, count_0;
	uint8_t lba_24, lba_0, lba_32, lba_8, lba_40, lba_16;
	uint8_t device, command, control;
};
_Static_assert(sizeof(struct sat_cdb16) == 16, "SAT-4, ATA PASS-THROUGH (16)");

/* ---- registers ---------------------------------------------------------- */

enum {				/* STATUS field */
	ATA_ST_ERR = 0x01, ATA_ST_DRQ = 0x08, ATA_ST_DF = 0x20,
	ATA_ST_DRDY = 0x40, ATA_ST_BSY = 0x80
};

enum {				/* ERROR field */
	ATA_ER_ABRT = 0x04, ATA_ER_IDNF = 0x10, ATA_ER_UNC = 0x40,
	ATA_ER_ICRC = 0x80
};

/* Reset responses: STATUS and ERROR after one that ended well */
enum { ATA_RESET_STATUS = 0x50, ATA_RESET_ERROR = 0x01 };

enum { ATA_DEV_LBA = 0x40 };	/* DEVICE field */

/* ---- commands ----------------------------------------------------------- */

enum {
	ATA_READ_NATIVE_MAX_EXT = 0x27,	/* ATA8-ACS */
	ATA_READ_LOG_EXT = 0x2f,
	ATA_SET_MAX_EXT = 0x37,		/* ATA8-ACS */
	ATA_MAX_ADDRESS = 0x78,		/* Accessible Max Address
					   Configuration */
	ATA_SMART = 0xb0,
	ATA_DCO = 0xb1,			/* ATA8-ACS */
	ATA_SANITIZE = 0xb4,		/* SANITIZE DEVICE */
	ATA_CHECK_POWER_MODE = 0xe5,
	ATA_IDENTIFY = 0xec,		/* IDENTIFY DEVICE */
	ATA_SECURITY_SET_PASSWORD = 0xf1,
	ATA_SECURITY_UNLOCK = 0xf2,
	ATA_SECURITY_ERASE_PREPARE = 0xf3,
	ATA_SECURITY_ERASE_UNIT = 0xf4,
	ATA_SECURITY_DISABLE = 0xf6,	/* SECURITY DISABLE PASSWORD */
	ATA_READ_NATIVE_MAX = 0xf8,	/* ATA8-ACS */
	ATA_SET_MAX = 0xf9		/* ATA8-ACS */
};

/* ---- SANITIZE DEVICE ---------------------------------------------------- */

enum {				/* FEATURE */
	ATA_SAN_STATUS = 0x0000,	/* SANITIZE STATUS EXT */
	ATA_SAN_CRYPTO = 0x0011,	/* CRYPTO SCRAMBLE EXT */
	ATA_SAN_BLOCK = 0x0012,		/* BLOCK ERASE EXT */
	ATA_SAN_OVERWRITE = 0x0014	/* OVERWRITE EXT */
};

/* LBA: the key that each of them asks for */
#define ATA_KEY_CRYPTO		UINT64_C(0x43727970)	/* "Cryp" */
#define ATA_KEY_BLOCK		UINT64_C(0x426b4572)	/* "BkEr" */
#define ATA_KEY_OVERWRITE	UINT64_C(0x4f5700000000)/* "OW", pattern */

enum {				/* COUNT of the commands */
	ATA_SAN_CLEAR_FAILED = 0x0001,	/* STATUS EXT */
	ATA_SAN_FAILURE_MODE = 0x0010,	/* a failure can be left */
	ATA_SAN_ONE_PASS = 0x0001	/* OVERWRITE EXT 3:0; 0 means 16 */
};

enum {				/* COUNT of STATUS EXT's normal outputs */
	ATA_SAN_DONE = 0x8000, ATA_SAN_RUNS = 0x4000, ATA_SAN_FROZEN = 0x2000
};

enum {				/* LBA 7:0 of the error outputs: reason */
	ATA_SAN_WHY_NOT_TOLD = 0, ATA_SAN_WHY_FAILED = 1,
	ATA_SAN_WHY_UNSUPPORTED = 2, ATA_SAN_WHY_FROZEN = 3
};

/* ---- Security feature set ----------------------------------------------- */

enum { ATA_PASSWORD_LEN = 32 };

enum {				/* word 0 of the data */
	ATA_SEC_MASTER = 0x0001,	/* else the user's password */
	ATA_SEC_ENHANCED = 0x0002,	/* ERASE UNIT only */
	ATA_SEC_MAXIMUM = 0x0100	/* SET PASSWORD only; else High */
};

/* Data of SECURITY SET PASSWORD; UNLOCK, ERASE UNIT and DISABLE PASSWORD have
 * no master_id.  Bytes, so that it is little-endian everywhere. */
struct ata_password {
	uint8_t control[2];
	uint8_t password[ATA_PASSWORD_LEN];
	uint8_t master_id[2];
	uint8_t reserved[476];
};
_Static_assert(sizeof(struct ata_password) == ATA_BLOCK,
	       "SECURITY SET PASSWORD, output data");

/* ---- SMART feature set -------------------------------------------------- */

enum { ATA_SMART_READ_DATA = 0xd0, ATA_SMART_STATUS = 0xda };

#define ATA_SMART_KEY	UINT64_C(0xc24f00)	/* LBA 23:8 of each */
#define ATA_SMART_BAD	UINT64_C(0x2cf400)	/* RETURN STATUS:
						   exceeded */
#define ATA_SMART_MASK	UINT64_C(0xffff00)

/* The attributes are vendor specific in name; these are what every maker
 * means by them. */
enum {
	SMART_REALLOCATED = 5, SMART_HOURS = 9, SMART_AIRFLOW = 190,
	SMART_CELSIUS = 194, SMART_PENDING = 197, SMART_UNCORRECTABLE = 198
};

struct smart_attribute {
	uint8_t id, flags[2], current, worst, raw[6], reserved;
};
_Static_assert(sizeof(struct smart_attribute) == 12, "SFF-8035i");

enum { SMART_ATTRIBUTES = 30 };

struct smart_data {
	uint8_t revision[2];
	struct smart_attribute a[SMART_ATTRIBUTES];
	uint8_t rest[149];
	uint8_t checksum;
};
_Static_assert(sizeof(struct smart_data) == ATA_BLOCK, "SFF-8035i");

/* ---- hidden areas ------------------------------------------------------- */

enum {				/* 78h FEATURE */
	ATA_MAX_GET_NATIVE = 0x0000, ATA_MAX_SET = 0x0001
};

enum {				/* B1h FEATURE */
	ATA_DCO_RESTORE = 0xc0, ATA_DCO_IDENTIFY = 0xc2
};

enum { ATA_SET_MAX_KEEP = 0x0001 };	/* COUNT: also after power-off */

/* ATA8-ACS, DEVICE CONFIGURATION IDENTIFY, input data */
struct ata_dco {
	uint8_t revision[2];
	uint8_t modes[4];
	uint8_t max_lba[8];
	uint8_t features[496];
	uint8_t signature;	/* A5h */
	uint8_t checksum;
};
_Static_assert(sizeof(struct ata_dco) == ATA_BLOCK,
	       "DEVICE CONFIGURATION IDENTIFY, input data");

/* ---- logs --------------------------------------------------------------- */

enum {				/* annex A, log address definitions */
	ATA_LOG_STATISTICS = 0x04,	/* Device Statistics log */
	ATA_LOG_IDENTIFY = 0x30		/* IDENTIFY DEVICE data log */
};

enum { ATA_ID_SECURITY = 0x06 };	/* page of it: Security */

enum { ATA_IDS_CAPABILITIES = 48 };	/* Security Capabilities */
#define ATA_IDS_ENCRYPTS	(UINT64_C(1) << 0)
#define ATA_IDS_SAN_OVERRIDES	(UINT64_C(1) << 7)

enum {				/* pages of the statistics */
	ATA_STAT_GENERAL = 1, ATA_STAT_ROTATING = 3, ATA_STAT_ERRORS = 4,
	ATA_STAT_TEMPERATURE = 5, ATA_STAT_SOLID = 7
};

enum {				/* byte offsets in their pages */
	ATA_STAT_HOURS = 0x10,		/* Power-on Hours */
	ATA_STAT_REALLOCATED = 0x20,	/* Number of Reallocated
					   Logical Sectors */
	ATA_STAT_PENDING = 0x38,	/* Number of Reallocation
					   Candidate Logical Sectors */
	ATA_STAT_UNCORRECTABLE = 0x08,	/* Number of Reported
					   Uncorrectable Errors */
	ATA_STAT_CELSIUS = 0x08,	/* Current Temperature */
	ATA_STAT_PERCENT_USED = 0x08	/* Percentage Used Endurance */
};

enum { ATA_STAT_SUPPORTED = 0x80, ATA_STAT_VALID = 0x40 };	/* flags */

/* ---- IDENTIFY DEVICE data: word numbers and bits ------------------------- */

enum {
	ATA_W_GENERAL = 0,
	ATA_W_SERIAL = 10, ATA_W_SERIAL_N = 10,
	ATA_W_FIRMWARE = 23, ATA_W_FIRMWARE_N = 4,
	ATA_W_MODEL = 27, ATA_W_MODEL_N = 20,
	ATA_W_VALID = 53,
	ATA_W_SANITIZE = 59,
	ATA_W_SECTORS28 = 60,
	ATA_W_EXTRA = 69,
	ATA_W_MAJOR = 80,
	ATA_W_CMD_82 = 82, ATA_W_CMD_83 = 83, ATA_W_CMD_84 = 84,
	ATA_W_ON_85 = 85, ATA_W_ON_86 = 86, ATA_W_ON_87 = 87,
	ATA_W_ERASE = 89, ATA_W_ENHANCED = 90,
	ATA_W_MASTER_ID = 92,
	ATA_W_SECTORS48 = 100,
	ATA_W_SECTOR_SIZE = 106,
	ATA_W_WWN = 108,
	ATA_W_LOGICAL = 117,
	ATA_W_CMD_119 = 119,
	ATA_W_SECURITY = 128,
	ATA_W_TRIM = 169,
	ATA_W_ALIGNMENT = 209,
	ATA_W_ROTATION = 217,
	ATA_W_SECTORS_EXT = 230,
	ATA_W_INTEGRITY = 255
};

enum { ATA_0_NOT_ATA = 1 << 15, ATA_0_INCOMPLETE = 1 << 2 };
enum { ATA_53_64_70 = 1 << 1 };
enum {
	ATA_59_BLOCK = 1 << 15, ATA_59_OVERWRITE = 1 << 14,
	ATA_59_CRYPTO = 1 << 13, ATA_59_SANITIZE = 1 << 12
};
enum {
	ATA_69_TRIM_SAME = 1 << 14, ATA_69_TRIM_ZEROS = 1 << 5,
	ATA_69_ENCRYPTS = 1 << 4, ATA_69_SECTORS_EXT = 1 << 3
};
enum { ATA_80_ACS3 = 1 << 10 };
enum {
	ATA_82_SMART = 1 << 0, ATA_82_SECURITY = 1 << 1, ATA_82_HPA = 1 << 10
};
enum { ATA_83_LBA48 = 1 << 10, ATA_83_DCO = 1 << 11 };
enum { ATA_84_GPL = 1 << 5, ATA_84_WWN = 1 << 8 };
enum { ATA_85_SMART = 1 << 0, ATA_85_HPA = 1 << 10 };
enum { ATA_86_119_VALID = 1 << 15 };
enum {				/* 89, 90: formats of the time */
	ATA_89_EXTENDED = 1 << 15, ATA_89_EXTENDED_MAX = 0x7fff,
	ATA_89_SHORT_MAX = 0xff
};
enum {
	ATA_106_MULTIPLE = 1 << 13, ATA_106_LARGE = 1 << 12,
	ATA_106_POWER = 0x0f
};
enum { ATA_119_AMAC = 1 << 8 };
enum { ATA_209_OFFSET = 0x3fff };
enum {
	ATA_128_SUPPORTED = 1 << 0, ATA_128_ENABLED = 1 << 1,
	ATA_128_LOCKED = 1 << 2, ATA_128_FROZEN = 1 << 3,
	ATA_128_EXPIRED = 1 << 4, ATA_128_ENHANCED = 1 << 5,
	ATA_128_MAXIMUM = 1 << 8
};
enum { ATA_169_TRIM = 1 << 0 };
enum { ATA_217_SOLID = 1, ATA_217_RPM_MIN = 0x401, ATA_217_RPM_MAX = 0xfffe };
enum { ATA_255_SIGNATURE = 0xa5 };

/* 83, 84, 87, 106, 119: these bits say that the word holds something */
enum { ATA_WORD_MASK = 0xc000, ATA_WORD_VALID = 0x4000 };

#endif
