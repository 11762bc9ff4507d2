/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes a drive or a bridge calls sense data: no read past their end,
 * and nothing claimed of what is not there.
 */
#include "../drivers/sense.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sense nothing;
	uint8_t *p = malloc(size ? size : 1);
	struct sense s;

	if (!p)
		abort();
	memcpy(p, data, size);
	memset(&s, 0xa5, sizeof(s));
	if (sense_parse(p, size, &s)) {
		must(s.valid == nothing.valid && !s.has_ata && !s.key &&
		     !s.has_progress && !s.ata_complete);
	} else {
		must(s.valid && size >= 8 && s.key <= 0xf);
		must(!s.ata_complete || (s.has_ata && !s.fixed));
		must(s.ata_complete || (s.count <= 0xff &&
					s.lba <= 0xffffff));
		must(s.has_ata || (!s.ata_status && !s.lba && !s.count));
		must(s.has_progress || !s.progress);
		must(s.fixed || (!s.count_high && !s.lba_high));
	}
	free(p);
	return 0;
}
