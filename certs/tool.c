/* SPDX-License-Identifier: Apache-2.0 */
/* Which program says this, on which kernel? */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
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

json_t *
cert_tool(void)
{
	uint8_t digest[DIGEST_LEN];
	struct utsname u;
	char kernel[160] = "";

	if (!uname(&u))
		snprintf(kernel, sizeof(kernel), "%.64s %.64s", u.sysname,
			 u.release);
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "name", "massho",
			 "version", MASSHO_VERSION, "build", MASSHO_BUILD,
			 "sha256", hash_file("/proc/self/exe", digest) ?
			 json_text("") : json_hex(digest, DIGEST_LEN),
			 "kernel", json_text(kernel));
}
