/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_SOCKET_H
#define CENSUS_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is armed, as /proc/net/tcp numbers it. */
enum census_timer {
	CENSUS_TIMER_NONE,
	CENSUS_TIMER_RETRANSMIT,
	CENSUS_TIMER_KEEPALIVE,
	CENSUS_TIMER_TIME_WAIT,
	CENSUS_TIMER_PROBE,
};

/**
 * struct census_address - an address and a port
 * @ip: of IPv6, or of IPv4 mapped to it
 * @port: in the host's order
 */
struct census_address {
	uint8_t ip[16];
	uint16_t port;
};

/**
 * struct census_socket - a connection as /proc/net/tcp shows it
 * @state: the kernel's number
 * @timer: enum census_timer
 * @local: our end
 * @remote: the other one
 * @inode: 0 if no process holds it
 * @age_ms: how long it has been in its state, if that is known
 */
struct census_socket {
	uint8_t state;
	uint8_t timer;
	struct census_address local;
	struct census_address remote;
	uint64_t inode;
	uint64_t age_ms;
};

/**
 * struct census_sockets - many of them
 * @list: in no order
 * @count: how many
 * @left_out: how many more there were
 */
struct census_sockets {
	struct census_socket *list;
	size_t count;
	size_t left_out;
};

typedef bool census_socket_filter(const struct census_socket *socket,
				  const void *data);

int census_socket_read(struct census_sockets *sockets, const char *dir,
		       census_socket_filter *wanted, const void *data);
void census_socket_free(struct census_sockets *sockets);
void census_socket_format(const struct census_address *address, bool port,
			  char *text, size_t size);

#endif
