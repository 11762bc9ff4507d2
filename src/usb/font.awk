# SPDX-License-Identifier: Apache-2.0
# A font of hexadecimal rows, 16 pixels high (CODE:ROWS), as BDF; with scale=2
# every pixel twice as wide and high.

function double(row,    out, i, d)
{
	out = ""
	for (i = 1; i <= length(row); i++) {
		d = index("0123456789ABCDEF", substr(row, i, 1))
		out = out twice[d - 1]
	}
	return out
}

BEGIN {
	FS = ":"
	split("00 03 0C 0F 30 33 3C 3F C0 C3 CC CF F0 F3 FC FF", t, " ")
	for (i = 1; i <= 16; i++)
		twice[i - 1] = t[i]
}

# bogl keeps 16 bits of a code point
length($1) == 4 && $1 != "0000" { code[++n] = $1; rows[n] = toupper($2) }

END {
	h = 16 * scale
	printf "STARTFONT 2.1\nFONT stick\nSIZE %d 75 75\n", h
	printf "FONTBOUNDINGBOX %d %d 0 %d\n", h, h, -2 * scale
	printf "STARTPROPERTIES 3\nFONT_ASCENT %d\nFONT_DESCENT %d\n" \
		"DEFAULT_CHAR 65533\nENDPROPERTIES\nCHARS %d\n", 14 * scale,
		2 * scale, n
	for (k = 1; k <= n; k++) {
		w = length(rows[k]) / 4 * scale
		digits = length(rows[k]) / 16
		printf "STARTCHAR U+%s\nENCODING %d\nSWIDTH 500 0\n" \
			"DWIDTH %d 0\nBBX %d %d 0 %d\nBITMAP\n", code[k],
			hex(code[k]), w, w, h, -2 * scale
		for (r = 0; r < 16; r++) {
			row = substr(rows[k], r * digits + 1, digits)
			if (scale == 2) {
				row = double(row)
				print row
			}
			print row
		}
		print "ENDCHAR"
	}
	print "ENDFONT"
}

function hex(s,    v, i)
{
	v = 0
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1
	return v
}
