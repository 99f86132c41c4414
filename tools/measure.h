/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_MEASURE_H
#define CENSUS_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "look.h"
#include "socket.h"

/**
 * struct census_case - all that is known when something looks wrong
 * @before: an earlier look, or NULL
 * @now: the look
 * @elapsed_s: between them, NAN if nobody knows, 0 if there is no earlier one
 * @sockets: those in the states that look wrong, once they have been walked
 * @walked: whether they have
 * @oldest: the connections that are in each state for longest, or NULL
 * @netns: those of this namespace only, 0 for all
 */
struct census_case {
	const struct census_look *before;
	const struct census_look *now;
	double elapsed_s;
	struct census_sockets sockets;
	bool walked;
	const struct census_table *oldest;
	uint64_t netns;
};

bool census_measure_full_queues(const struct census_case *c, uint64_t *value);
bool census_measure_refused(const struct census_case *c, uint64_t *value);
bool census_measure_no_timer(const struct census_case *c, uint64_t *value);
bool census_measure_ports(const struct census_case *c, uint64_t *value);
bool census_measure_tw_buckets(const struct census_case *c, uint64_t *value);
bool census_measure_orphans(const struct census_case *c, uint64_t *value);
bool census_measure_tcp_mem(const struct census_case *c, uint64_t *value);
bool census_measure_inexact(const struct census_case *c, uint64_t *value);
bool census_measure_hooks_missing(const struct census_case *c, uint64_t *value);
bool census_measure_unexpected(const struct census_case *c, uint64_t *value);

bool census_measure_is_full(const struct census_table *listeners, size_t row);
uint64_t census_measure_local_ports(const struct census_look *look);
bool census_measure_uses_port(const struct census_look *look,
			      const struct census_socket *socket);

#endif
