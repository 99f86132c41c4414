// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "busy.h"

#define NS_PER_S	1000000000LL
#define IDLE		"/sys/kernel/debug/idle_ns"

static long long now_ns(void)
{
	struct timespec t;

	/* The kernel counts idle time by this one, too. */
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static long long idle_ns(void)
{
	int fd = open(IDLE, O_RDONLY);
	char text[32] = "";

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		err(2, "%s: load idle.ko", IDLE);
	close(fd);
	return atoll(text);
}

void busy_start(struct busy *b)
{
	b->idle_ns = idle_ns();
	b->now_ns = now_ns();
}

long long busy_end(const struct busy *b)
{
	long long now = now_ns();

	/* Nobody idles while we read. */
	return now - b->now_ns - (idle_ns() - b->idle_ns);
}

void busy_rest(long seconds)
{
	struct timespec t = { .tv_sec = seconds };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t))
		;
}

long long busy_resting(long seconds)
{
	struct busy b;

	busy_start(&b);
	busy_rest(seconds);
	return busy_end(&b);
}
