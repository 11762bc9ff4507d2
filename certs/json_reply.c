/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is it said what a drive was told, what it answered, and what was found
 * on it?  An answer is kept as it came; the words beside it follow from it
 * alone, so that whoever reads a certificate can make them again.
 *
 * NVM Express Base Specification 2.1, figures 101 to 105; SPC-5 4.4.8 and
 * annex F; ACS-4 6.
 */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <string.h>

struct answer_word {
	uint32_t status;
	const char *text;
};

static const char *
find(const struct answer_word *list, size_t n, uint32_t status)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].status == status)
			return list[i].text;
	return NULL;
}

/* ---- the words of each command set -------------------------------------- */

#define NVME_CODE(s)	((s) & 0x7ff)	/* type and code; not "do not retry" */

/* NULL, here and below: no error. */
static const char *
nvme_word(uint32_t status)
{
	static const struct answer_word words[] = {
		{ 0x001, "Invalid Command Opcode" },
		{ 0x002, "Invalid Field in Command" },
		{ 0x004, "Data Transfer Error" },
		{ 0x006, "Internal Error" },
		{ 0x007, "Command Abort Requested" },
		{ 0x008, "Command Aborted due to SQ Deletion" },
		{ 0x00b, "Invalid Namespace or Format" },
		{ 0x00c, "Command Sequence Error" },
		{ 0x015, "Operation Denied" },
		{ 0x01c, "Sanitize Failed" },
		{ 0x01d, "Sanitize In Progress" },
		{ 0x020, "Namespace is Write Protected" },
		{ 0x021, "Command Interrupted" },
		{ 0x022, "Transient Transport Error" },
		{ 0x023, "Prohibited by Command and Feature Lockdown" },
		{ 0x024, "Admin Command Media Not Ready" },
		{ 0x082, "Namespace Not Ready" },
		{ 0x083, "Reservation Conflict" },
		{ 0x084, "Format In Progress" },
		{ 0x10a, "Invalid Format" },
		{ 0x11d, "Device Self-test In Progress" },
		{ 0x123, "Sanitize Prohibited While PMR Enabled" },
		{ 0x286, "Access Denied" },
	};

	const char *text = find(words, ARRAY_SIZE(words), NVME_CODE(status));

	return text || !NVME_CODE(status) ? text : "status";
}

static const char *
sense_word(uint32_t status)
{
	static const struct answer_word exact[] = {
		{ 0x020404, "NOT READY, FORMAT IN PROGRESS" },
		{ 0x02041b, "NOT READY, SANITIZE IN PROGRESS" },
		{ 0x033101, "MEDIUM ERROR, FORMAT COMMAND FAILED" },
		{ 0x033103, "MEDIUM ERROR, SANITIZE COMMAND FAILED" },
		{ 0x052000, "ILLEGAL REQUEST, INVALID COMMAND OPERATION"
			" CODE" },
		{ 0x052400, "ILLEGAL REQUEST, INVALID FIELD IN CDB" },
		{ 0x052600, "ILLEGAL REQUEST, INVALID FIELD IN PARAMETER"
			" LIST" },
		{ 0x077471, "DATA PROTECT, LOGICAL UNIT ACCESS NOT"
			" AUTHORIZED" },
	};
	static const char *const keys[16] = {
		"NO SENSE", "RECOVERED ERROR", "NOT READY", "MEDIUM ERROR",
		"HARDWARE ERROR", "ILLEGAL REQUEST", "UNIT ATTENTION",
		"DATA PROTECT", "BLANK CHECK", "VENDOR SPECIFIC",
		"COPY ABORTED", "ABORTED COMMAND", "reserved",
		"VOLUME OVERFLOW", "MISCOMPARE", "COMPLETED",
	};
	const char *text = find(exact, ARRAY_SIZE(exact), status);

	return text || !status ? text : keys[status >> 16 & 0xf];
}

/* ERROR << 8 | STATUS; without its bit in STATUS the one means nothing. */
static const char *
ata_word(uint32_t status)
{
	if (status & 0x80)
		return "busy";
	if (status & 0x20)
		return "device fault";
	if (!(status & 0x01))
		return NULL;
	if (status & 0x8000)
		return "interface CRC error";
	if (status & 0x4000)
		return "uncorrectable error";
	if (status & 0x1000)
		return "ID not found";
	if (status & 0x0400)
		return "command aborted";
	return "error";
}

static const char *
word_of(const char *driver, uint32_t status)
{
	if (!strcmp(driver, "nvme"))
		return nvme_word(status);
	if (!strcmp(driver, "scsi"))
		return sense_word(status);
	return strcmp(driver, "ata") ? NULL : ata_word(status);
}

static int
digits_of(const char *driver)
{
	return strcmp(driver, "scsi") ? 4 : 6;
}

/* A command without an answer may have been carried out all the same. */
const char *
reply_text(const char *driver, int32_t err, uint32_t status, char *buf,
	   size_t len)
{
	const char *word = word_of(driver, status);
	const char *why = strerrordesc_np(err);

	if (!word)
		word = !err ? "no error" : why ? why : "unknown error";
	if (err == EINPROGRESS)
		snprintf(buf, len, "no answer");
	else if (!status)
		snprintf(buf, len, "%s", word);
	else
		snprintf(buf, len, "%s (%0*Xh)", word, digits_of(driver),
			 (unsigned int)status);
	return buf;
}

json_t *
json_reply(const char *driver, const struct reply *r)
{
	uint32_t n = r->raw_len < REPLY_RAW ? r->raw_len : REPLY_RAW;
	char text[96], status[16];

	snprintf(status, sizeof(status), "%0*x", digits_of(driver),
		 (unsigned int)r->status);
	return json_pack("{s:i, s:s, s:s, s:o}", "errno", (int)r->err,
			 "status", status, "text",
			 reply_text(driver, r->err, r->status, text,
				    sizeof(text)),
			 "raw", n ? json_hex(r->raw, n) : json_null());
}

json_t *
json_sent(const char *driver, const struct sent *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < s->n && i < COMMANDS_MAX; i++) {
		const struct command *c = &s->c[i];
		size_t n = c->sent_len < sizeof(c->sent) ? c->sent_len :
			sizeof(c->sent);
		json_t *one = json_pack("{s:o, s:o, s:o}",
					"step", json_count(c->step + 1ULL),
					"command", json_text(c->name),
					"sent", json_hex(c->sent, n));

		json_array_append_new(list, json_merge(
			one, json_reply(driver, &c->reply)));
	}
	return list;
}

/* ---- passwords and proofs ----------------------------------------------- */

/* In clear: whoever must unlock a drive by hand needs it more than anyone
 * could misuse it. */
json_t *
json_password(enum password p)
{
	if (p == PASSWORD_NONE)
		return json_null();
	return json_pack("{s:s, s:o}", "name", password_name(p),
			 "typed", json_string(password_text(p)));
}

static json_t *
classes_of(const struct proof *p)
{
	json_t *j = json_object();

	for (int c = 0; j && c < CLASS_COUNT; c++)
		json_object_set_new(j, class_name((enum content_class)c),
				    json_count(p->classes[c]));
	return j;
}

json_t *
json_proof(const struct proof *p)
{
	uint32_t n = p->pattern_len < sizeof(p->pattern) ? p->pattern_len :
		sizeof(p->pattern);
	uint64_t left = p->marks_left + p->preimages_left + p->misplaced;

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o}", "marks", json_count(p->marks),
		"preimages", json_count(p->preimages),
		"looked", json_count(p->looked),
		"marks_left", json_count(p->marks_left),
		"preimages_left", json_count(p->preimages_left),
		"misplaced", json_count(p->misplaced),
		"unstable", json_count(p->unstable),
		"first_left", left ? json_count(p->first_left) : json_null(),
		"places", json_count(p->places),
		"places_random", json_count(p->places_random),
		"thin", json_count(p->thin), "classes", classes_of(p),
		"pattern", n ? json_hex(p->pattern, n) : json_null());
}
