/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One TCP segment, and its bytes on an IPv4 or IPv6 wire.
 */
#ifndef CENSUS_WIRE_H
#define CENSUS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_DATA_MAX	1400
#define WIRE_MAX	(40 + 60 + WIRE_DATA_MAX)

/* The control bits of RFC 9293 that the tests use. */
#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define PSH	0x08
#define ACK	0x10

struct segment {
	int family;
	uint8_t src[16], dst[16];	/* the first 4 bytes for IPv4 */
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
	bool stamped;			/* carries the timestamps option */
	uint32_t tsval, tsecr;
	const void *data;
	size_t len;
};

/* @packet has room for WIRE_MAX bytes. All return the packet's length. */
size_t wire_encode(const struct segment *s, uint8_t *packet);

/* A UDP datagram without data, with @s's addresses and ports. */
size_t wire_encode_udp(const struct segment *s, uint8_t *packet);

/*
 * ICMP from where @s was to go: host unreachable (IPv4), administratively
 * prohibited (IPv6, where the former ends no request socket).
 */
size_t wire_encode_unreachable(const struct segment *s, uint8_t *packet);

/* False for what is not a whole TCP segment. @s->data points into @packet. */
bool wire_decode(struct segment *s, const uint8_t *packet, size_t len);

/* How far the segment moves the sequence number: its data, SYN and FIN. */
uint32_t wire_seq_len(const struct segment *s);

#endif /* CENSUS_WIRE_H */
