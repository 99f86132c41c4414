/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second CPU that writes the same packet at the same time.
 */
#ifndef CENSUS_TWIN_H
#define CENSUS_TWIN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct twin {
	int fd;			/* where it writes; -1 where there is none */
	pthread_t thread;
	atomic_uint turn;	/* how many packets it has been given */
	atomic_uint done;	/* how many it has written */
	atomic_bool over;
	const uint8_t *packet;
	size_t len;
};

/* This thread stays on one CPU from now on, the twin on another one. */
int twin_start(struct twin *t, int fd);
void twin_stop(struct twin *t);

/* To @fd by this CPU, to the twin's by the other. 0, or -errno. */
int twin_write(struct twin *t, int fd, const uint8_t *packet, size_t len);

#endif /* CENSUS_TWIN_H */
