/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has a drive in use without a descriptor of it?  Maps the file named as
 * its argument, closes it, says "ready" and waits to be ended.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0 || mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0) == MAP_FAILED) {
		perror("mapped");
		return 1;
	}
	close(fd);
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
