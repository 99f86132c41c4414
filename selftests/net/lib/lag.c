// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "lag.h"
#include "moment.h"

#define TICK_MS		20
#define USUAL_MS	30	/* late, on a machine that has time */
#define CPUS		64

static atomic_long lag;
static atomic_llong slept_ns[CPUS];	/* when it went to sleep; 0: not yet */
static long cpus;

/* What is more than usual, of a sleep that took until now. */
static long overslept_ms(long long since_ns)
{
	long ms = (now_ns() - since_ns) / NS_PER_MS - TICK_MS;

	return ms > USUAL_MS ? ms : 0;
}

/* Sleeps on a CPU of its own, and counts what it overslept. */
static void *tick(void *arg)
{
	long cpu = (uintptr_t)arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (;;) {
		long long since_ns = now_ns();

		atomic_store(&slept_ns[cpu], since_ns);
		pause_ms(TICK_MS);
		atomic_fetch_add(&lag, overslept_ms(since_ns));
	}
	return NULL;
}

void lag_watch(void)
{
	static pid_t watched;
	pthread_t thread;

	if (watched == getpid())
		return;
	watched = getpid();
	atomic_store(&lag, 0);
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpus = cpus < CPUS ? cpus : CPUS;
	for (long cpu = 0; cpu < cpus; cpu++) {
		atomic_store(&slept_ns[cpu], 0);
		pthread_create(&thread, NULL, tick, (void *)(uintptr_t)cpu);
	}
}

long lag_ms(void)
{
	long ms = atomic_load(&lag);

	/* When all run again, who asks may run before those that overslept. */
	for (long cpu = 0; cpu < cpus; cpu++) {
		long long since_ns = atomic_load(&slept_ns[cpu]);

		ms += since_ns ? overslept_ms(since_ns) : 0;
	}
	return ms;
}
