/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two ends of a connection over lo, both real: one writes as much as it
 * can and closes, the other reads when it is told to, and knows every byte
 * that must come. The writer connects, the reader's end is accepted.
 */
#ifndef CENSUS_PAIR_H
#define CENSUS_PAIR_H

#include <stdbool.h>

#include "moment.h"

struct pair_shape {
	int family;
	int writer_protocol;	/* IPPROTO_MPTCP; 0 for TCP */
	int reader_protocol;
	int sndbuf, rcvbuf;	/* of the writer, of the reader */
	int mss;		/* 0: as it comes */
	bool join;		/* more subflows can, until pair_free() */
};

struct pair {
	int writer, reader;	/* -1 once closed */
	int listener;		/* for those who join; or -1 */
	unsigned int seed;	/* of its bytes */
	long written, read;
	struct moment closed;	/* the writer's end */
	char failed[96];
};

/* All return 0, or -1 with @p->failed set. */
int pair_open(struct pair *p, const struct pair_shape *shape);

/*
 * As much as can be written for now. That it could not be more, and the kernel
 * has probed the closed window in vain, is what pair_stuck() says.
 */
int pair_fill(struct pair *p);
bool pair_stuck(struct pair *p);

int pair_shutdown(struct pair *p);
int pair_close(struct pair *p);

/* How much waits for the reader; or -1. */
int pair_unread(const struct pair *p);

/*
 * Reads up to @max bytes, 16384 at most, and looks at each. How many; 0 at the end of all;
 * -errno, -EAGAIN where nothing is there, -EILSEQ for a wrong byte.
 */
long pair_read(struct pair *p, long max);

/* Reads to the end. 0, or -errno; -ENODATA where bytes were missing. */
int pair_drain(struct pair *p, int timeout_ms);

/* Likewise, but not much further than those bytes. 0 also when they are read. */
int pair_drain_to(struct pair *p, long bytes, int timeout_ms);

/*
 * Reads @bytes every @every_ms. 0 when @for_ms are over, or what pair_read()
 * said, -ECONNRESET for one.
 */
long pair_sip(struct pair *p, long bytes, long every_ms, long for_ms);

/* Is the reader told of an error that it has not heard of? */
int pair_error(const struct pair *p);

/* Waits until the reader has been told that there is an error, or hung up. */
bool pair_ended(const struct pair *p, int timeout_ms);

/* Without a word to anybody who may still wait. */
void pair_free(struct pair *p);

#endif /* CENSUS_PAIR_H */
