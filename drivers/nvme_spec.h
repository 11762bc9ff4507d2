/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where does what stand in the commands and answers of an NVMe drive?
 *
 * "B n" is a clause of the NVM Express Base Specification 2.1, "N n" of the
 * NVM Command Set Specification 1.1, "B2.4" of the Base Specification 2.4.
 * Everything is little-endian; texts are ASCII, padded with blanks.
 */
#ifndef NVME_SPEC_H
#define NVME_SPEC_H

#include <stdint.h>

static inline uint16_t
le16(const uint8_t p[2])
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
le32(const uint8_t p[4])
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static inline uint64_t
le64(const uint8_t p[8])
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

#define NVME_NSID_ALL	0xffffffffU	/* B 3.2.1.2 */

/* ---- admin commands (B 5.1, figure 142) --------------------------------- */

#define NVME_GET_LOG_PAGE	0x02	/* B 5.1.12 */
#define NVME_IDENTIFY		0x06	/* B 5.1.13 */
#define NVME_FORMAT_NVM		0x80	/* B 5.1.10 */
#define NVME_SECURITY_RECEIVE	0x82	/* B 5.1.24 */
#define NVME_SANITIZE		0x84	/* B 5.1.22 */

/* ---- status: SCT << 8 | SC (B 4.2.3) ------------------------------------ */

#define NVME_INVALID_OPCODE	0x001
#define NVME_INVALID_FIELD	0x002
#define NVME_TRANSFER_ERROR	0x004
#define NVME_INTERNAL_ERROR	0x006
#define NVME_INVALID_NAMESPACE	0x00b
#define NVME_SEQUENCE_ERROR	0x00c
#define NVME_OPERATION_DENIED	0x015
#define NVME_SANITIZE_FAILED	0x01c
#define NVME_SANITIZE_RUNNING	0x01d
#define NVME_WRITE_PROTECTED	0x020
#define NVME_INTERRUPTED	0x021
#define NVME_TRANSIENT		0x022
#define NVME_LOCKDOWN		0x023
#define NVME_NOT_READY		0x024
#define NVME_FORMAT_RUNNING	0x084
#define NVME_RESERVED_ELSEWHERE	0x083
#define NVME_INVALID_LOG	0x109
#define NVME_INVALID_FORMAT	0x10a
#define NVME_FW_NEEDS_RESET	0x10b
#define NVME_FW_NEEDS_SUBSYSTEM	0x110
#define NVME_FW_NEEDS_CTRL	0x111
#define NVME_SELF_TEST_RUNNING	0x11d
#define NVME_PMR_ENABLED	0x123
#define NVME_CTRL_SUSPENDED	0x139
#define NVME_ACCESS_DENIED	0x286

/* ---- Identify (B 5.1.13) ------------------------------------------------ */

#define NVME_IDENTIFY_LEN	4096

/* CDW10 7:0 (B figure 310) */
#define NVME_CNS_NS		0x00
#define NVME_CNS_CTRL		0x01
#define NVME_CNS_ACTIVE		0x02
#define NVME_CNS_NAMES		0x03
#define NVME_CNS_ALLOCATED	0x10
#define NVME_CNS_NS_ALLOCATED	0x11
#define NVME_CNS_CONTROLLERS	0x13	/* CDW10 31:16: from this CNTLID on */

/* B 5.1.13.2.1, figure 312 */
struct nvme_id_ctrl {
	uint8_t vid[2], ssvid[2];
	uint8_t sn[20], mn[40], fr[8];
	uint8_t rab, ieee[3];
	uint8_t cmic, mdts, cntlid[2], ver[4];
	uint8_t skipped1[18];
	uint8_t bpcap;
	uint8_t skipped2[8];
	uint8_t cntrltype;
	uint8_t skipped3[144];
	uint8_t oacs[2], acl, aerl, frmw, lpa;
	uint8_t skipped4[18];
	uint8_t tnvmcap[16], unvmcap[16];
	uint8_t rpmbs[4];
	uint8_t skipped5[12];
	uint8_t sanicap[4];
	uint8_t skipped6[180];
	uint8_t sqes, cqes, maxcmd[2];
	uint8_t nn[4], oncs[2], fuses[2];
	uint8_t fna, vwc;
	uint8_t skipped7[242];
	uint8_t subnqn[256];
	uint8_t skipped8[3072];
};

_Static_assert(sizeof(struct nvme_id_ctrl) == NVME_IDENTIFY_LEN, "figure 312");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, ver) == 80, "VER");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, bpcap) == 102, "BPCAP");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, cntrltype) == 111,
	       "CNTRLTYPE");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, oacs) == 256, "OACS");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, unvmcap) == 296,
	       "UNVMCAP");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, rpmbs) == 312, "RPMBS");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, sanicap) == 328,
	       "SANICAP");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, nn) == 516, "NN");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, fna) == 524, "FNA");
_Static_assert(__builtin_offsetof(struct nvme_id_ctrl, subnqn) == 768,
	       "SUBNQN");

#define NVME_VER(major, minor)	((uint32_t)(major) << 16 | (minor) << 8)

#define NVME_CMIC_CONTROLLERS	(1U << 1)	/* two or more of them */

#define NVME_OACS_SECURITY	(1U << 0)
#define NVME_OACS_FORMAT	(1U << 1)
#define NVME_OACS_NAMESPACES	(1U << 3)

#define NVME_ONCS_DSM		(1U << 2)

#define NVME_RPMBS_UNITS	0x7U

#define NVME_FNA_ERASES_ALL	(1U << 1)	/* SENS; counts if SES != 0 */
#define NVME_FNA_CRYPTO		(1U << 2)
#define NVME_FNA_NO_BROADCAST	(1U << 3)

#define NVME_SANICAP_CRYPTO	(1U << 0)
#define NVME_SANICAP_BLOCK	(1U << 1)
#define NVME_SANICAP_OVERWRITE	(1U << 2)
#define NVME_SANICAP_ANY	0x7U
#define NVME_SANICAP_PURGE	(1U << 5)	/* SPRRS, B2.4 */
#define NVME_SANICAP_NDI	(1U << 29)	/* No-Deallocate Inhibited */
#define NVME_SANICAP_NODMMAS(s)	((s) >> 30)
#define NVME_NODMMAS_KEPT	1U	/* media not modified afterwards */
#define NVME_NODMMAS_MODIFIED	2U	/* ... made readable afterwards */

/* N 4.1.5.1, figure 114 */
struct nvme_id_ns {
	uint8_t nsze[8], ncap[8], nuse[8];
	uint8_t nsfeat, nlbaf, flbas, mc, dpc, dps, nmic, rescap, fpi, dlfeat;
	uint8_t skipped1[65];
	uint8_t nsattr;
	uint8_t skipped2[4];
	uint8_t nguid[16], eui64[8];
	uint8_t lbaf[64][4];
	uint8_t skipped3[3712];
};

_Static_assert(sizeof(struct nvme_id_ns) == NVME_IDENTIFY_LEN, "figure 114");
_Static_assert(__builtin_offsetof(struct nvme_id_ns, dlfeat) == 33, "DLFEAT");
_Static_assert(__builtin_offsetof(struct nvme_id_ns, nsattr) == 99, "NSATTR");
_Static_assert(__builtin_offsetof(struct nvme_id_ns, nguid) == 104, "NGUID");
_Static_assert(__builtin_offsetof(struct nvme_id_ns, eui64) == 120, "EUI64");
_Static_assert(__builtin_offsetof(struct nvme_id_ns, lbaf) == 128, "LBAF0");

#define NVME_FLBAS_INLINE	(1U << 4)	/* metadata after the data */
#define NVME_DPS_TYPE		0x7U
#define NVME_DPS_FIRST		(1U << 3)
#define NVME_NSATTR_PROTECTED	(1U << 0)
#define NVME_LBADS_MIN		9U		/* 512 bytes */

/* CNS 03h, B figure 315: NIDT, NIDL, two reserved, NID */
#define NVME_NAME_HEAD		4U
#define NVME_NIDT_EUI64		1U
#define NVME_NIDT_NGUID		2U
#define NVME_NIDT_UUID		3U

#define NVME_LIST_MAX		1024U	/* CNS 02h, 10h: B 5.1.13.2.2 */
#define NVME_CONTROLLERS_MAX	2047U	/* CNS 13h: B 5.1.13.2.12 */

/* ---- Get Log Page (B 5.1.12) -------------------------------------------- */

#define NVME_LOG_LEN		512U
#define NVME_LOG_SMART		0x02	/* B 5.1.12.1.3 */
#define NVME_LOG_BOOT		0x15	/* B 5.1.12.1.22 */
#define NVME_LOG_SANITIZE	0x81	/* B 5.1.12.1.33 */
#define NVME_LOG_RAE		(1U << 15)	/* keep the event */

/* B figure 206 */
struct nvme_smart_log {
	uint8_t warning, temperature[2], spare, spare_threshold, used;
	uint8_t skipped1[122];
	uint8_t hours[16], unsafe_shutdowns[16], media_errors[16];
	uint8_t skipped2[336];
};

_Static_assert(sizeof(struct nvme_smart_log) == NVME_LOG_LEN, "figure 206");
_Static_assert(__builtin_offsetof(struct nvme_smart_log, hours) == 128, "POH");
_Static_assert(__builtin_offsetof(struct nvme_smart_log, media_errors) == 160,
	       "MDIE");

/* spare below threshold, reliability degraded, read-only, backup failed */
#define NVME_WARN_FAILING	0x1dU
#define NVME_KELVIN		273U

/* B figure 288 */
struct nvme_boot_log {
	uint8_t lid, skipped[3], bpinfo[4], reserved[8];
};

_Static_assert(sizeof(struct nvme_boot_log) == 16, "figure 288");

#define NVME_BPINFO_SIZE	0x7fffU	/* of 128 KiB; 0 = there are none */

/* B figure 302; drives up to 1.3 answer 20 bytes of it */
struct nvme_sanitize_log {
	uint8_t sprog[2], sstat[2], scdw10[4];
	uint8_t eto[4], etbe[4], etce[4];	/* seconds */
	uint8_t etond[4], etbend[4], etcend[4];	/* with NDAS */
	uint8_t etpvds[4], ssi;
	uint8_t reserved[475];
};

#define NVME_SANITIZE_LOG_1_3	20U

_Static_assert(sizeof(struct nvme_sanitize_log) == NVME_LOG_LEN, "figure 302");
_Static_assert(__builtin_offsetof(struct nvme_sanitize_log, etond) ==
	       NVME_SANITIZE_LOG_1_3, "what 1.3 has");
_Static_assert(__builtin_offsetof(struct nvme_sanitize_log, ssi) == 36, "SSI");

#define NVME_SSTAT_SOS(s)	((s) & 7U)
#define NVME_SOS_NEVER		0U
#define NVME_SOS_DONE		1U
#define NVME_SOS_RUNNING	2U
#define NVME_SOS_FAILED		3U
#define NVME_SOS_DEALLOCATED	4U	/* done, though NDAS was asked for */
#define NVME_SSTAT_GDE		(1U << 8)	/* Global Data Erased */
#define NVME_SSI_STATE(s)	((s) & 0xfU)
#define NVME_SANS_IDLE		0U
#define NVME_SANS_FAILED	2U	/* restricted */
#define NVME_SANS_FAILED_OPEN	4U	/* unrestricted */
#define NVME_SANS_VERIFYING	5U
#define NVME_SANS_DEALLOCATING	6U
#define NVME_SPROG_IDLE		0xffffU
#define NVME_TIME_UNKNOWN	0xffffffffU

/*
 * ---- Security Receive (B 5.1.24): protocol 31:24, specific 23:8 -----------
 * Level 0 discovery: TCG Storage Architecture Core 2.01, 3.3.6, and Opal SSC
 * 2.02, 3.1.1.  Features follow a header; the first byte of Locking's data
 * holds its state.
 */
#define NVME_SECP_TCG_LEVEL_0	0x01000100U
#define NVME_TCG_LEN		512U
#define NVME_TCG_HEAD		48U
#define NVME_TCG_LOCKING	0x0002
#define NVME_TCG_LOCKED		(1U << 2)

/* ---- Sanitize (B 5.1.22, figures 386 and 387) --------------------------- */

#define NVME_SANACT(n)		((uint32_t)(n) & 7U)
#define NVME_SANACT_EXIT_FAILED	1U
#define NVME_SANACT_BLOCK	2U
#define NVME_SANACT_OVERWRITE	3U
#define NVME_SANACT_CRYPTO	4U
#define NVME_SANACT_EXIT_VERIFY	5U
#define NVME_SANITIZE_AUSE	(1U << 3)
#define NVME_SANITIZE_OWPASS(n)	(((uint32_t)(n) & 0xfU) << 4)
#define NVME_SANITIZE_OIPBP	(1U << 8)
#define NVME_SANITIZE_NDAS	(1U << 9)
#define NVME_SANITIZE_PREQ	(1U << 11)	/* B2.4 */
/* CDW11: OVRPAT */

/* ---- Format NVM (B 5.1.10, figure 185) ---------------------------------- */

#define NVME_FORMAT_LBAFL(i)	((uint32_t)(i) & 0xfU)
#define NVME_FORMAT_LBAFU(i)	(((uint32_t)(i) >> 4 & 3U) << 12)
#define NVME_FORMAT_MSET	(1U << 4)
#define NVME_FORMAT_PI(n)	(((uint32_t)(n) & 7U) << 5)
#define NVME_FORMAT_PIL		(1U << 8)
#define NVME_FORMAT_SES(n)	(((uint32_t)(n) & 7U) << 9)
#define NVME_SES_ERASE		1U
#define NVME_SES_CRYPTO		2U

#endif
