// SPDX-License-Identifier: GPL-2.0
/*
 * flood - SYNs from as many addresses as there are SYNs, to one listener
 *
 *	flood [-6] [-n SYNS] [-b BACKLOG]
 *
 * In the present namespace, whose sysctls say what becomes of them. The peer is
 * a TUN device: nobody answers. Prints "sent", and keeps the listener until it
 * is killed.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/peer.h"

#define PORT	80

static struct {
	int family, syns, backlog;
} opt = { AF_INET, 1000, 1024 };

static int listener(const struct peer *p)
{
	struct sockaddr_storage ss;
	socklen_t len = peer_kernel_sockaddr(p, PORT, &ss);
	int fd = socket(p->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (void *)&ss, len) || listen(fd, opt.backlog))
		err(1, "listener");
	return fd;
}

/* What it answers, or the queue would hold its requests. */
static void drain(const struct peer *p)
{
	uint8_t packet[WIRE_MAX];

	while (read(p->fd, packet, sizeof(packet)) > 0)
		;
}

static void flood(struct peer *p)
{
	struct segment syn = {
		.family = p->family,
		.dport = PORT,
		.flags = SYN,
		.window = 65535,
	};

	peer_kernel_addr(p, syn.dst);
	for (int i = 0; i < opt.syns; i++) {
		peer_host_addr(p, i, syn.src);
		syn.sport = 1024 + i * 7 % 64000;
		syn.seq = i * 2654435761u;
		if (peer_send(p, &syn))
			err(1, "SYN %d", i);
		drain(p);
	}
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "6n:b:")) != -1) {
		if (c == '6')
			opt.family = AF_INET6;
		else if (c == 'n')
			opt.syns = atoi(optarg);
		else if (c == 'b')
			opt.backlog = atoi(optarg);
		else
			errx(2, "see the head of flood.c for how to call it");
	}
}

int main(int argc, char **argv)
{
	struct peer peer;
	int error;

	options(argc, argv);
	error = peer_open(&peer, opt.family, IN_PROCESS);
	if (error)
		errx(1, "TUN device: %s", strerror(-error));
	listener(&peer);
	flood(&peer);
	puts("sent");
	fflush(stdout);
	for (;;) {
		drain(&peer);
		usleep(10000);
	}
}
