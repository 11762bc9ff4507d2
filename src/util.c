/* SPDX-License-Identifier: Apache-2.0 */
/* Text, numbers, time, hashes and durable files: no knowledge of drives. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define _(s)	gettext(s)

/* Length of the well-formed UTF-8 sequence at s (RFC 3629), 0 if none. */
static size_t
sequence(const unsigned char *s, size_t len)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
		   s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	size_t i;

	if (n == 0 || n > len)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;	/* overlong, surrogate, beyond U+10FFFF */
	return n;
}

int
text_copy(char *dst, size_t len, const char *src)
{
	size_t n = strlen(src);
	int cut = 0;

	if (len == 0)
		return -ENAMETOOLONG;
	if (n >= len) {
		cut = -ENAMETOOLONG;
		n = len - 1;
		while (n > 0 && ((unsigned char)src[n] & 0xc0) == 0x80)
			n--;
	}
	memmove(dst, src, n);
	dst[n] = '\0';
	return cut;
}

void
text_clean(char *dst, size_t len, const char *src, size_t src_len)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t at = 0, out = 0, n;

	if (len == 0)
		return;
	while (src_len > 0 && strchr(" \n", s[src_len - 1]))
		src_len--;
	while (at < src_len && s[at] == ' ')
		at++;
	for (; at < src_len; at += n) {
		n = sequence(s + at, src_len - at);
		if (out + (n ? n : 1) >= len)
			break;
		if (n == 0 || s[at] < 0x20 || s[at] == 0x7f ||
		    (n == 2 && s[at] == 0xc2 && s[at + 1] < 0xa0)) {
			dst[out++] = '?';
			n = n ? n : 1;
			continue;
		}
		memcpy(dst + out, s + at, n);
		out += n;
	}
	dst[out] = '\0';
}

bool
text_valid(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = strlen(text), n;

	for (; len > 0; s += n, len -= n) {
		n = sequence(s, len);
		if (n == 0 || s[0] == 0x7f ||
		    (s[0] < 0x20 && s[0] != '\t' && s[0] != '\n') ||
		    (n == 2 && s[0] == 0xc2 && s[1] < 0xa0))
			return false;
	}
	return true;
}

void
hex_encode(char *out, const uint8_t *in, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[2 * n] = '\0';
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_decode(uint8_t *out, size_t n, const char *in)
{
	size_t i;

	if (strlen(in) != 2 * n)
		return -EINVAL;
	for (i = 0; i < n; i++) {
		int hi = nibble(in[2 * i]), lo = nibble(in[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return -EINVAL;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

const char *
size_text(uint64_t bytes, char *buf, size_t len)
{
	static const char *const unit[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};
	size_t u = 0;
	double v = (double)bytes;

	while (v >= 1024 && u + 1 < ARRAY_SIZE(unit)) {
		v /= 1024;
		u++;
	}
	snprintf(buf, len, u ? "%.1f %s" : "%.0f %s", v, unit[u]);
	return buf;
}

const char *
duration_text(uint64_t s, char *buf, size_t len)
{
	if (s >= 3600)
		snprintf(buf, len, _("%llu h %02llu min"),
			 (unsigned long long)(s / 3600),
			 (unsigned long long)(s / 60 % 60));
	else if (s >= 60)
		snprintf(buf, len, _("%llu min %02llu s"),
			 (unsigned long long)(s / 60),
			 (unsigned long long)(s % 60));
	else
		snprintf(buf, len, _("%llu s"), (unsigned long long)s);
	return buf;
}

/* Contracts, forms and their dates are Japanese, whatever the time zone of the
 * machine or of a live system without one; Japan knows no summer time. */
void
time_now(char out[TIME_LEN])
{
	time_t t = time(NULL) + 9 * 3600;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, TIME_LEN, "%Y-%m-%dT%H:%M:%S+09:00", &tm);
}

uint64_t
mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

int
sha256(const void *data, size_t len, uint8_t out[DIGEST_LEN])
{
	unsigned n = 0;

	if (EVP_Digest(data, len, out, &n, EVP_sha256(), NULL) != 1 ||
	    n != DIGEST_LEN)
		return -EIO;
	return 0;
}

int
random_bytes(void *out, size_t len)
{
	uint8_t *p = out;

	while (len > 0) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

bool
bytes_are(const uint8_t *p, size_t len, uint8_t value)
{
	while (len && p[len - 1] == value)
		len--;
	return !len;
}

void
zeroise(void *p, size_t len)
{
	explicit_bzero(p, len);
}

int
file_read(const char *path, size_t max, char **out, size_t *len)
{
	/* a FIFO in the place of a file must not hold anybody up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *buf = NULL;
	size_t n = 0, room = 0;
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = S_ISDIR(st.st_mode) ? -EISDIR : -EMEDIUMTYPE;
	while (!err) {
		ssize_t got;

		if (room - n < 4096) {
			char *more = realloc(buf, room = room * 2 + 16384);

			if (!more) {
				err = -ENOMEM;
				break;
			}
			buf = more;
		}
		got = read(fd, buf + n, room - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			err = -errno;
		if (got <= 0)
			break;
		n += (size_t)got;
		if (n > max) {
			err = -EFBIG;
			break;
		}
	}
	close(fd);
	if (err) {
		free(buf);
		return err;
	}
	buf[n] = '\0';
	*out = buf;
	*len = n;
	return 0;
}

static int
write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
sync_folder(const char *path)
{
	char dir[PATH_LEN * 2];
	const char *slash = strrchr(path, '/');
	int fd, err = 0;

	snprintf(dir, sizeof(dir), "%.*s",
		 slash == path ? 1 : slash ? (int)(slash - path) : 1,
		 slash ? path : ".");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

/* One step, and never over an existing document.  FAT knows RENAME_NOREPLACE
 * but no link(2); exFAT and some FUSE systems know neither. */
static int
rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (access(to, F_OK) == 0)
		return -EEXIST;
	return rename(from, to) ? -errno : 0;
}

int
file_create(const char *path, const void *data, size_t len, bool secret)
{
	char tmp[PATH_LEN * 2 + 8];
	int fd, err;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= sizeof(tmp))
		return -ENAMETOOLONG;
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		  secret ? 0600 : 0644);
	if (fd < 0)
		return -errno;
	err = write_all(fd, data, len);
	if (!err && fsync(fd))
		err = -errno;
	if (!err)
		err = rename_new(tmp, path);
	if (err)
		unlink(tmp);
	/* FAT loses the content of a renamed file without the second sync. */
	else if (fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err ? err : sync_folder(path);
}

static bool
is_missing(const char *path)
{
	struct stat st;

	return stat(path, &st) ? errno == ENOENT :
				 S_ISREG(st.st_mode) && st.st_size == 0;
}

static int
tmp_of(const char *path, char *out, size_t len)
{
	return (size_t)snprintf(out, len, "%s.tmp", path) < len ? 0 :
	       -ENAMETOOLONG;
}

int
file_read_cut(const char *path, size_t max, char **out, size_t *len, bool *cut)
{
	char tmp[PATH_LEN * 2 + 8];

	*cut = is_missing(path) && !tmp_of(path, tmp, sizeof(tmp)) &&
	       !is_missing(tmp);
	return file_read(*cut ? tmp : path, max, out, len);
}

int
file_settle(const char *path)
{
	char tmp[PATH_LEN * 2 + 8];
	int fd, err = tmp_of(path, tmp, sizeof(tmp));

	if (err)
		return err;
	if (!is_missing(path))
		return -EEXIST;
	fd = open(tmp, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (unlink(path) && errno != ENOENT)
		err = -errno;
	if (!err && fsync(fd))
		err = -errno;
	if (!err)
		err = rename_new(tmp, path);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err ? err : sync_folder(path);
}
