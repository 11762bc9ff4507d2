/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes an NVMe drive answers: they are read without a crash, what is
 * made of them can be printed, and no log turns into a success that was not
 * asked for.
 *
 * The first byte chooses the answer that the rest stands for.
 */
#include "../drivers/nvme.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
controller(const uint8_t *p, size_t len)
{
	struct nvme_facts f = { 0 };
	struct drive d = { 0 };
	unsigned int m;

	if (nvme_parse_ctrl(p, len, &f.ctrl))
		return;
	must(text_valid(f.ctrl.model) && text_valid(f.ctrl.serial));
	must(text_valid(f.ctrl.firmware) && text_valid(f.ctrl.subsystem));
	/* nothing else was told: nothing may be offered */
	nvme_offers(&f, &d);
	for (m = METHOD_NONE; m < METHOD_COUNT; m++)
		must(!d.offers[m].offered);
	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		must(m == METHOD_OVERWRITE || d.offers[m].why.code);
}

static void
space(const uint8_t *p, size_t len)
{
	struct nvme_ns n;
	struct wire_nvme c;

	if (nvme_parse_ns(p, len, &n))
		return;
	must(n.size && n.lblock >= 512 && !(n.size % n.lblock));
	must(n.format < 64 && text_valid(n.wwn));
	nvme_build_format(METHOD_FORMAT, 1, &n, &c);
	must((c.cdw10 >> 9 & 7) == NVME_SES_ERASE && !(c.cdw10 >> 14));
}

static void
lists(const uint8_t *p, size_t len)
{
	uint32_t out[SPACES_MAX];
	struct scope sc = { 0 };
	uint64_t many;
	size_t i, n;

	if (!nvme_parse_controllers(p, len, &many))
		must(many && many <= NVME_CONTROLLERS_MAX);
	if (nvme_parse_list(p, len, out, SPACES_MAX, &n))
		return;
	must(n <= SPACES_MAX);
	for (i = 0; i < n; i++) {
		must(out[i] && (!i || out[i] > out[i - 1]));
		must(!nvme_add_space(&sc, out[i], i & 1, NULL));
	}
	must(sc.n_spaces == n);
}

static void
sanitize_log(const uint8_t *p, size_t len)
{
	struct nvme_memory m = { .cdw10 = 2 };
	struct nvme_facts f = { .ctrl.sanicap = 7, .log_known = true };
	struct sanitize s;
	enum drive_state st;

	if (nvme_parse_sanlog(p, len, &f.log))
		return;
	must(nvme_permille(&f.log) < 1000);
	nvme_sanitize_state(&f, &s);
	must(s.state < SANITIZE_STATE_COUNT && s.permille < 1000);
	/* nothing was sent, or the log is what it was before */
	must(nvme_sanitize_judge(&m, &f.log, 0) != DRIVE_DONE);
	m.accepted = true;
	m.before = f.log;
	must(nvme_sanitize_judge(&m, &f.log, UINT64_MAX) != DRIVE_DONE);
	m.seen = true;
	st = nvme_sanitize_judge(&m, &f.log, 0);
	must(st != DRIVE_DONE || (f.log.scdw10 == 2 &&
	     ((f.log.sstat & 7) == 1 || (f.log.sstat & 7) == 4)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct health h;
	uint8_t *p;
	char wwn[64];
	size_t len;

	if (!size)
		return 0;
	/* short inputs also as pages with nothing behind them */
	len = data[0] & 0x80 ? NVME_IDENTIFY_LEN : size - 1;
	p = calloc(1, len ? len : 1);
	must(p);
	memcpy(p, data + 1, size - 1 < len ? size - 1 : len);
	switch (data[0] & 7) {
	case 0:
		controller(p, len);
		break;
	case 1:
		space(p, len);
		break;
	case 2:
		lists(p, len);
		break;
	case 3:
		sanitize_log(p, len);
		break;
	case 4:
		nvme_parse_names(p, len, wwn);
		must(text_valid(wwn));
		break;
	case 5:
		nvme_parse_smart(p, len, &h);
		must(!h.celsius.known || h.celsius.n < 200);
		break;
	case 6:
		must(nvme_parse_tcg(p, len) < ANSWER_COUNT);
		break;
	case 7:
		must(nvme_parse_boot(p, len) < ANSWER_COUNT);
		break;
	}
	free(p);
	return 0;
}
