// SPDX-License-Identifier: GPL-2.0
/*
 * What a connection costs, from its first system call to the end of its
 * TIME_WAIT, both ends included:
 *	connect 4|6 [CONNECTIONS [WARM-UP [SYSCTL VALUE]]]
 * One after the other over lo: connect, accept, a request, a response, the
 * client closes first. SYSCTL, a file of /proc/sys/net/tcp_census, is set in
 * their namespace. Prints instructions per connection.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "busy.h"
#include "loopback.h"

#define REST_S	70	/* TIME_WAIT is 60, and RCU may be slow */

static void one(int listener)
{
	int client, server;
	char end;

	loopback_connect(listener, &client, &server);
	loopback_pass(client, server);
	loopback_pass(server, client);
	close(client);
	check(recv(server, &end, 1, 0) == 0, "end");
	close(server);
}

static void many(int listener, int n)
{
	while (n-- > 0)
		one(listener);
	busy_rest(REST_S);
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[2]) : 2000;
	int warm = argc > 3 ? atoi(argv[3]) : 400;
	long long resting, counted;
	struct busy b;
	int listener;

	if (argc < 2 || n <= 0)
		errx(2, "usage: connect 4|6 [CONNECTIONS [WARM-UP [SYSCTL VALUE]]]");
	listener = loopback_listen(atoi(argv[1]));
	if (argc > 5)
		loopback_set(argv[4], argv[5]);
	many(listener, warm);
	resting = busy_resting(REST_S);
	busy_start(&b);
	many(listener, n);
	counted = busy_end(&b);
	printf("%lld counted %lld resting %lld\n", (counted - resting) / n,
	       counted, resting);
	return 0;
}
