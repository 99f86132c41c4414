// SPDX-License-Identifier: GPL-2.0
/*
 * What data costs on a connection that is open:
 *	flow 4|6 [MEGABYTES [EXCHANGES]]
 * "bulk" is written and read 64 KB at a time, "exchange" is a request and a
 * response. Prints for each a line
 *	NAME STEPS SEGMENTS MEAN MEDIAN
 * with the instructions of a step: the mean has the timer's ticks in it, the
 * median has not.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <x86intrin.h>

#include "busy.h"
#include "loopback.h"

#define CHUNK		65536
#define PER_MEGABYTE	16
#define WARM_UP		200

static int client, server;
static char chunk[CHUNK];

/* Less than a chunk may fit. */
static void bulk(void)
{
	ssize_t sent = 0, read = 0, n;

	while (read < CHUNK) {
		n = send(client, chunk + sent, CHUNK - sent, MSG_DONTWAIT);
		sent += n > 0 ? n : 0;
		n = recv(server, chunk, sent - read, 0);
		check(n > 0, "recv");
		read += n;
	}
}

static void exchange(void)
{
	loopback_pass(client, server);
	loopback_pass(server, client);
}

static int ascending(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

/* Under -icount with shift=0 the TSC counts instructions. */
static void timed(void (*step)(void), long long *took, int n)
{
	for (int i = 0; i < n; i++) {
		long long began = __rdtsc();

		step();
		took[i] = __rdtsc() - began;
	}
}

static void measure(const char *name, void (*step)(void), int n)
{
	long long *took = calloc(n, sizeof(*took));
	long long segments, counted;
	struct busy b;

	check(took, "memory");
	timed(step, took, n < WARM_UP ? n : WARM_UP);
	for (int i = 0; i < n; i++)
		took[i] = 1; /* no page faults there */
	segments = loopback_segments();
	busy_start(&b);
	timed(step, took, n);
	counted = busy_end(&b);
	segments = loopback_segments() - segments;
	qsort(took, n, sizeof(*took), ascending);
	printf("%s %d %lld %.2f %lld\n", name, n, segments,
	       (double)counted / n, took[n / 2]);
	free(took);
}

int main(int argc, char **argv)
{
	int megabytes = argc > 2 ? atoi(argv[2]) : 64;
	int exchanges = argc > 3 ? atoi(argv[3]) : 20000;

	if (argc < 2 || megabytes <= 0 || exchanges <= 0)
		errx(2, "usage: flow 4|6 [MEGABYTES [EXCHANGES]]");
	loopback_connect(loopback_listen(atoi(argv[1])), &client, &server);
	measure("bulk", bulk, megabytes * PER_MEGABYTE);
	measure("exchange", exchange, exchanges);
	return 0;
}
