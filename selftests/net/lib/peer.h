/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The far end of every connection under test: a TUN device.
 *
 *	kernel under test			this process
 *	10.0.0.1/8, 2001:db8::1/64   tun	10.1.0.0/16, 2001:db8::1:0/112
 *
 * No second stack answers: what the test does not send is never sent, so the
 * kernel's end stays in whatever state it was brought to.
 */
#ifndef CENSUS_PEER_H
#define CENSUS_PEER_H

#include <netinet/in.h>
#include <stdbool.h>

#include "twin.h"
#include "wire.h"

/*
 * Where the kernel processes what the peer sends: in softirq as it comes from
 * a network card (NAPI), or in the process that sends it, as it also happens
 * to segments that find the socket locked. Or the latter with a twin, for
 * peer_send_twice().
 */
enum delivery { IN_SOFTIRQ, IN_PROCESS, WITH_TWIN };

struct peer {
	int fd;
	int family;
	enum delivery delivery;
	int marker;		/* tells when the kernel has come that far */
	uint16_t marks;
	struct twin twin;	/* with the device's other queue */
	uint16_t next_port;	/* the next connection's port at this end */
};

/* In the present namespace. 0, or -errno. */
int peer_open(struct peer *p, int family, enum delivery delivery);
void peer_close(struct peer *p);

/* The kernel's address and the peer's @host-th, as a segment holds them. */
void peer_kernel_addr(const struct peer *p, uint8_t addr[16]);
void peer_host_addr(const struct peer *p, unsigned int host, uint8_t addr[16]);

/* The same as socket addresses; each returns the length. */
socklen_t peer_kernel_sockaddr(const struct peer *p, uint16_t port,
			       struct sockaddr_storage *ss);
socklen_t peer_host_sockaddr(const struct peer *p, unsigned int host,
			     uint16_t port, struct sockaddr_storage *ss);

/* On return the kernel has processed the segment. 0, or -errno. */
int peer_send(struct peer *p, const struct segment *s);

/* Two of it, on two CPUs at once. */
int peer_send_twice(struct peer *p, const struct segment *s);

/* "Host unreachable" by ICMP, about @s that the kernel sent. */
int peer_send_unreachable(struct peer *p, const struct segment *s);

/*
 * The next TCP segment from the kernel, within @timeout_ms. 0, or -errno.
 * @buffer has WIRE_MAX bytes and backs @s->data.
 */
int peer_receive(struct peer *p, struct segment *s, uint8_t *buffer,
		 int timeout_ms);

#endif /* CENSUS_PEER_H */
