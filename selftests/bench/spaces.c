// SPDX-License-Identifier: GPL-2.0
/*
 * spaces - makes network namespaces, and keeps them until it is killed.
 *
 *	spaces NUMBER [tcp]
 *
 * tcp: in each a listener has come and gone. Prints "ready" when they are made.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void see_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || listen(fd, 1))
		err(1, "listen");
	close(fd);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;

	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ n + 64, n + 64 });
	while (n--) {
		if (unshare(CLONE_NEWNET) ||
		    open("/proc/self/ns/net", O_RDONLY) < 0)
			err(1, "unshare");
		if (argc > 2)
			see_tcp();
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
