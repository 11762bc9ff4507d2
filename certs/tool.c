/* SPDX-License-Identifier: Apache-2.0 */
/* Which program says this, on which kernel, started from which image? */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static int
hash_file(const char *path, uint8_t out[DIGEST_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *buf = malloc(65536);
	unsigned len = 0;
	ssize_t n = -1;
	int err = -EIO;

	if (fd < 0 || !ctx || !buf ||
	    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		goto out;
	while ((n = read(fd, buf, 65536)) > 0 ||
	       (n < 0 && errno == EINTR)) {
		if (n > 0 && EVP_DigestUpdate(ctx, buf, (size_t)n) != 1)
			goto out;
	}
	if (n == 0 && EVP_DigestFinal_ex(ctx, out, &len) == 1 &&
	    len == DIGEST_LEN)
		err = 0;
out:
	if (fd >= 0)
		close(fd);
	free(buf);
	EVP_MD_CTX_free(ctx);
	return err;
}

/* ---- the stick it was started from -------------------------------------- */

#define RUN_TEXT 4096

/* RUN/NAME, "" if there is none. */
static void
run_text(const char *run, const char *name, char out[RUN_TEXT])
{
	char path[PATH_LEN * 2], *text = NULL;
	size_t len = 0;

	out[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", run, name);
	if (!file_read(path, RUN_TEXT - 1, &text, &len))
		memcpy(out, text, len + 1);
	free(text);
}

static bool
run_has(const char *run, const char *name)
{
	char path[PATH_LEN * 2];

	snprintf(path, sizeof(path), "%s/%s", run, name);
	return access(path, F_OK) == 0;
}

static json_t *
image_of(const char *run)
{
	char text[RUN_TEXT];
	uint8_t digest[DIGEST_LEN];

	run_text(run, "image", text);
	text[strcspn(text, "\r\n")] = '\0';
	return hex_decode(digest, DIGEST_LEN, text) ? json_text("") :
						      json_hex(digest,
							       DIGEST_LEN);
}

/* As stick_clock.c writes it: offset, who, when, what the PC's clock said. */
static json_t *
clock_of(const char *run)
{
	char text[RUN_TEXT], part[4][128] = { "" }, *line, *save = NULL, *end;
	long long offset;
	size_t i;

	run_text(run, "clock", text);
	line = strtok_r(text, "\n", &save);
	for (i = 0; line && i < ARRAY_SIZE(part); i++) {
		text_clean(part[i], sizeof(part[i]), line, strlen(line));
		line = strtok_r(NULL, "\n", &save);
	}
	errno = 0;
	offset = strtoll(part[0], &end, 10);
	if (i < ARRAY_SIZE(part) || errno || end == part[0] || *end)
		return json_null();
	return json_pack("{s:I, s:o, s:o, s:o}", "offset_s",
			 (json_int_t)offset, "confirmed_by",
			 json_text(part[1]), "confirmed_at",
			 json_text(part[2]), "rtc", json_text(part[3]));
}

json_t *
cert_live(const char *run)
{
	if (!run_has(run, "live"))
		return json_null();
	return json_pack("{s:o, s:s, s:o}", "image", image_of(run), "shell",
			 run_has(run, "shell") ? "yes" : "no", "clock",
			 clock_of(run));
}

/* Of the program that runs, which no path leads to another one of; a bench of
 * drives asks once for each document.  NULL: unreadable. */
static const uint8_t *
own_digest(void)
{
	static uint8_t digest[DIGEST_LEN];
	static bool known;

	known = known || !hash_file("/proc/self/exe", digest);
	return known ? digest : NULL;
}

json_t *
cert_tool(void)
{
	const uint8_t *digest = own_digest();
	struct utsname u;
	char kernel[160] = "";

	if (!uname(&u))
		snprintf(kernel, sizeof(kernel), "%.64s %.64s", u.sysname,
			 u.release);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "name", "massho",
			 "version", MASSHO_VERSION, "build", MASSHO_BUILD,
			 "sha256", digest ? json_hex(digest, DIGEST_LEN) :
			 json_text(""),
			 "kernel", json_text(kernel),
			 "live", cert_live(RUN_FOLDER));
}
