/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection as the peer sees it: ports and sequence numbers.
 */
#ifndef CENSUS_FLOW_H
#define CENSUS_FLOW_H

#include "peer.h"

struct flow {
	struct peer *peer;
	unsigned int host;	/* which of the peer's addresses */
	uint16_t port;		/* the peer's port */
	uint16_t kernel_port;
	uint32_t seq;		/* the next one to send */
	uint32_t ack;		/* the next one expected of the kernel */
	uint16_t window;
	uint32_t stamp;		/* our timestamp; 0 sends none */
	struct segment last;	/* the last one expected, without its data */
};

/* A port of its own, sequence numbers far from every other flow's. */
void flow_init(struct flow *f, struct peer *p);

/* Sends @flags and @len bytes of data; moves @f->seq. 0, or -errno. */
int flow_send(struct flow *f, uint8_t flags, size_t len);

/* The same segment on two CPUs at once. */
int flow_send_twice(struct flow *f, uint8_t flags, size_t len);

/* Sends an ICMP error about the last segment that was expected. */
int flow_send_unreachable(struct flow *f);

/*
 * Waits for a segment with exactly @flags (PSH apart); drops what comes
 * before. Sets @f->ack to acknowledge it. 0, or -errno.
 */
int flow_expect(struct flow *f, uint8_t flags);

#endif /* CENSUS_FLOW_H */
