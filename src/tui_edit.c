/* SPDX-License-Identifier: Apache-2.0 */
/* What has been typed into one line?  PURE. */
#include "tui.h"

#include "util.h"

#include <string.h>
#include <wchar.h>

static size_t
encode(uint32_t ch, char out[8])
{
	mbstate_t st = { 0 };
	size_t n = wcrtomb(out, (wchar_t)ch, &st);

	return n == (size_t)-1 ? 0 : n;
}

static void
rub_out(struct edit *e)
{
	size_t n = strlen(e->text);

	while (n && ((unsigned char)e->text[n - 1] & 0xc0) == 0x80)
		n--;
	zeroise(e->text + (n ? n - 1 : 0),
		sizeof(e->text) - (n ? n - 1 : 0));
}

bool
edit_key(struct edit *e, uint32_t key)
{
	size_t len = strlen(e->text), n;
	char one[8];

	if (key == PRESS_BACK) {
		rub_out(e);
		return true;
	}
	if (key == PRESS_RUB_LINE) {
		edit_clear(e);
		return true;
	}
	if (key < ' ' || key == 0x7f || key >= PRESS_FIRST ||
	    (key >= 0x80 && key < 0xa0))
		return false;
	n = encode(key, one);
	if (!n || len + n >= sizeof(e->text))
		return n != 0;
	memcpy(e->text + len, one, n);
	e->text[len + n] = '\0';
	return true;
}

void
edit_clear(struct edit *e)
{
	zeroise(e->text, sizeof(e->text));
}
