/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a certificate's number leave the room without a network?  PURE.
 *
 * Dark on light whatever the colours of the terminal, a dot as wide as high:
 * two columns each, or where there are too few rows two dots in each cell, one
 * above the other.
 */
#include "tui.h"

#include <qrencode.h>

#define QUIET	2	/* light dots around it, besides the terminal's own */

static bool
dark(const QRcode *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->width && y < q->width &&
	       (q->data[y * q->width + x] & 1);
}

static void
put(struct canvas *c, int row, int col, uint32_t ch)
{
	c->cells[row * c->cols + col] = (struct cell){ ch, LOOK_QR };
}

static void
draw_tall(struct canvas *c, int top, int left, const QRcode *q)
{
	int n = q->width + 2 * QUIET;

	for (int y = 0; y < n; y++)
		for (int x = 0; x < n; x++)
			for (int k = 0; k < 2; k++)
				put(c, top + y, left + 2 * x + k,
				    dark(q, x - QUIET, y - QUIET) ? 0x2588 :
								    ' ');
}

static void
draw_low(struct canvas *c, int top, int left, const QRcode *q)
{
	static const uint32_t half[4] = { ' ', 0x2584, 0x2580, 0x2588 };
	int n = q->width + 2 * QUIET;

	for (int y = 0; y < n; y += 2)
		for (int x = 0; x < n; x++)
			put(c, top + y / 2, left + x,
			    half[dark(q, x - QUIET, y - QUIET) * 2 +
				 dark(q, x - QUIET, y + 1 - QUIET)]);
}

bool
qr_draw(struct canvas *c, int top, int bottom, int left, const char *text)
{
	QRcode *q = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	int n = q ? q->width + 2 * QUIET : 0;
	bool drawn = true;

	if (q && n <= bottom - top && 2 * n <= c->cols - left)
		draw_tall(c, top, left, q);
	else if (q && (n + 1) / 2 <= bottom - top && n <= c->cols - left)
		draw_low(c, top, left, q);
	else
		drawn = false;
	QRcode_free(q);
	return drawn;
}
