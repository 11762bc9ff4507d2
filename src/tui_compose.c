/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is Japanese typed where no desktop does it?  By uim-fep, which stands
 * between the terminal and us, and composes while it is told to through the
 * pipe that it names in UIM_FEP_SETMODE: on the short form, once F4 was
 * pressed there, and nowhere else.  A passphrase is never composed, nor the
 * end of a serial.
 */
#include "tui.h"

#include "util.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* It looks at the first digit: 0 passes every key on. */
static bool
tell(bool on)
{
	const char *path = getenv("UIM_FEP_SETMODE");
	int fd = path ? open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, on ? "1\n" : "0\n", 2) == 2;
	close(fd);
	return done;
}

void
compose_begin(struct show *s)
{
	s->t.composer = tell(false);
}

void
compose_follow(struct show *s)
{
	bool want = s->t.composing && s->t.page == PAGE_FORM;

	if (!s->t.composer || want == s->composes)
		return;
	s->composes = want;
	if (tell(want))
		return;
	s->t.composer = s->t.composing = false;
	tui_note(&s->t, _("the program for Japanese input has ended"));
}
