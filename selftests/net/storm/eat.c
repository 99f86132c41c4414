// SPDX-License-Identifier: GPL-2.0
/*
 * eat - takes all memory but KILOBYTES, until it is killed, if need be by the
 * kernel, which is asked to kill this program first
 *
 *	eat KILOBYTES
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOUTHFUL	(256 * 1024)

static void volunteer(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, "1000", 4) != 4)
		err(1, "oom_score_adj");
	close(fd);
}

static long available_kb(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long kb = -1;

	while (f && kb < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "MemAvailable: %ld kB", &kb);
	if (f)
		fclose(f);
	return kb;
}

int main(int argc, char **argv)
{
	long left_kb = argc == 2 ? atol(argv[1]) : 0;

	if (left_kb <= 0)
		errx(2, "see the head of eat.c for how to call it");
	volunteer();
	for (;;) {
		if (available_kb() > left_kb)
			mmap(NULL, MOUTHFUL, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		else
			usleep(1000);
	}
}
