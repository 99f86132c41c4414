/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection whose life is written down as a line of words:
 *
 *	connect >S <S. close >F. <. <F.
 *
 * is an active open and close. The kernel's application says
 *
 *	listen accept bind connect write read shutdown close linger0 unlisten
 *
 * the peer sends "<FLAGS" and waits for ">FLAGS": S SYN, F FIN, R RST,
 * "." ACK, and D for one byte of data. A wait for a segment drops those
 * before it, so the peer acknowledges only what it has waited for.
 * "<<FLAGS" sends two of it at once, "<!" an ICMP error about the last segment
 * waited for.
 */
#ifndef CENSUS_PLAY_H
#define CENSUS_PLAY_H

#include "flow.h"

#define PLAY_PORT	80

struct conn {
	struct flow flow;
	int fd;			/* the kernel's end; -1 where none is open */
	int listener;		/* -1 where this connection has none */
	char failed[64];	/* the word that failed, and why */
};

/*
 * What brings the kernel's end there from nothing. Where there is no
 * listener yet, "listen" must have been played.
 */
extern const char *const play_into[];	/* by enum state */

void conn_init(struct conn *c, struct peer *p);

/* 0; or -1 with @c->failed set. */
int play(struct conn *c, const char *script);

/* A listener on the kernel's address and @port, or -errno. */
int listen_on(const struct peer *p, uint16_t port, int backlog,
	      bool reuseport);

#endif /* CENSUS_PLAY_H */
