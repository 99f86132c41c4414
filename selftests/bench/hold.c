// SPDX-License-Identifier: GPL-2.0
/*
 * hold - connections over loopback, of which it holds both ends.
 *
 *	hold CONNECTIONS [HOST]
 *
 * To listeners at 127.0.0.HOST and the addresses after it, each for 5,000
 * of them, or one for none. Prints "ready" and keeps them until it is killed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT		7000
#define PER_HOST	5000

static int tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static int listener(const struct sockaddr_in *in)
{
	int fd = tcp(), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const void *)in, sizeof(*in)) || listen(fd, 16))
		err(1, "listen");
	return fd;
}

static void pair(int lfd, const struct sockaddr_in *in)
{
	if (connect(tcp(), (const void *)in, sizeof(*in)) ||
	    accept(lfd, NULL, NULL) < 0)
		err(1, "connect");
}

static void hold(int host, int n)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host - 1),
	};
	int i, lfd = listener(&in);

	for (i = 0; i < n; i++)
		pair(lfd, &in);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0, files = 2 * n + 1024;
	int host = argc > 2 ? atoi(argv[2]) : 1;

	if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){ files, files }))
		err(1, "as many files");
	do {
		hold(host++, n < PER_HOST ? n : PER_HOST);
		n -= PER_HOST;
	} while (n > 0);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
