// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "twin.h"

#define SPINS	10000	/* then let others have the CPU */

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	/* A machine with one CPU repeats, but does not race. */
	sched_setaffinity(0, sizeof(set), &set);
}

static void spin_until(atomic_uint *counter, unsigned int value,
		       const atomic_bool *over)
{
	unsigned int spins = 0;

	while (atomic_load(counter) != value && !atomic_load(over))
		if (++spins % SPINS == 0)
			sched_yield();
}

static void *copy(void *arg)
{
	struct twin *t = arg;
	unsigned int turn = 0;

	pin(1);
	for (;;) {
		spin_until(&t->turn, ++turn, &t->over);
		if (atomic_load(&t->over))
			return NULL;
		/* What this one meets is the other's to report. */
		if (write(t->fd, t->packet, t->len) < 0)
			errno = 0;
		atomic_store(&t->done, turn);
	}
}

int twin_start(struct twin *t, int fd)
{
	t->fd = fd;
	atomic_init(&t->turn, 0);
	atomic_init(&t->done, 0);
	atomic_init(&t->over, false);
	pin(0);
	return -pthread_create(&t->thread, NULL, copy, t);
}

void twin_stop(struct twin *t)
{
	atomic_store(&t->over, true);
	pthread_join(t->thread, NULL);
	close(t->fd);
	t->fd = -1;
}

int twin_write(struct twin *t, int fd, const uint8_t *packet, size_t len)
{
	unsigned int turn = atomic_load(&t->turn) + 1;
	ssize_t written;

	t->packet = packet;
	t->len = len;
	atomic_store(&t->turn, turn);
	written = write(fd, packet, len);
	spin_until(&t->done, turn, &t->over);
	return written == (ssize_t)len ? 0 : -errno;
}
