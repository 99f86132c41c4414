// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.h"

#define PORT		7777
#define BACKLOG		128
#define OUT_SEGS	12	/* words of RFC 1213 before it, with "Tcp:" */

static union {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
} to;
static socklen_t to_len;

void check(bool ok, const char *what)
{
	if (!ok)
		err(2, "%s", what);
}

static void enter(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	check(!unshare(CLONE_NEWNET), "unshare");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	check(fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &ifr), "lo");
	close(fd);
}

static void address(int version)
{
	if (version == 6) {
		to.v6.sin6_family = AF_INET6;
		to.v6.sin6_addr = in6addr_loopback;
		to.v6.sin6_port = htons(PORT);
		to_len = sizeof(to.v6);
		return;
	}
	to.v4.sin_family = AF_INET;
	to.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.v4.sin_port = htons(PORT);
	to_len = sizeof(to.v4);
}

int loopback_listen(int version)
{
	int fd;

	enter();
	address(version);
	fd = socket(to.any.sa_family, SOCK_STREAM, 0);
	check(fd >= 0 && !bind(fd, &to.any, to_len) && !listen(fd, BACKLOG),
	      "listen");
	return fd;
}

void loopback_connect(int listener, int *client, int *server)
{
	*client = socket(to.any.sa_family, SOCK_STREAM, 0);
	check(*client >= 0 && !connect(*client, &to.any, to_len), "connect");
	*server = accept(listener, NULL, NULL);
	check(*server >= 0, "accept");
}

void loopback_pass(int from, int into)
{
	char words[WORDS] = "";

	check(send(from, words, WORDS, 0) == WORDS, "send");
	check(recv(into, words, WORDS, MSG_WAITALL) == WORDS, "recv");
}

void loopback_set(const char *name, const char *value)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/tcp_census/%s", name);
	f = fopen(path, "w");
	if (f)
		check(fputs(value, f) >= 0 && !fclose(f), path);
}

long long loopback_segments(void)
{
	char line[1024];
	char *at = NULL;
	FILE *f;

	f = fopen("/proc/thread-self/net/snmp", "r");
	check(f, "snmp");
	for (int tcp = 0; tcp < 2 && fgets(line, sizeof(line), f);)
		tcp += !strncmp(line, "Tcp:", 4);
	fclose(f);
	at = strtok(line, " ");
	for (int i = 1; at && i < OUT_SEGS; i++)
		at = strtok(NULL, " ");
	check(at, "OutSegs");
	return atoll(at);
}
