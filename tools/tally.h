/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_TALLY_H
#define CENSUS_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "socket.h"

#define CENSUS_TALLY_TOP 3

/**
 * struct census_tally - who has most
 * @top: those, the first with most
 * @ntop: how many they are
 * @distinct: how many there are in all
 * @count: of how many it was counted
 */
struct census_tally {
	struct {
		char name[128];
		uint64_t pid;		/* programs only */
		uint64_t oldest_ms;	/* likewise, 0 if unknown */
		uint64_t count;
	} top[CENSUS_TALLY_TOP];
	size_t ntop;
	size_t distinct;
	size_t count;
};

typedef int census_tally_counter(struct census_tally *tally,
				 const struct census_sockets *sockets,
				 census_socket_filter *wanted,
				 const void *data);

int census_tally_peers(struct census_tally *tally,
		       const struct census_sockets *sockets,
		       census_socket_filter *wanted, const void *data);
int census_tally_remotes(struct census_tally *tally,
			 const struct census_sockets *sockets,
			 census_socket_filter *wanted, const void *data);
int census_tally_locals(struct census_tally *tally,
			const struct census_sockets *sockets,
			census_socket_filter *wanted, const void *data);
int census_tally_programs(struct census_tally *tally,
			  const struct census_sockets *sockets,
			  census_socket_filter *wanted, const void *data);
int census_tally_ages(struct census_tally *tally,
		      const struct census_sockets *sockets);
int census_tally_destinations(struct census_tally *tally,
			      const struct census_sockets *sockets,
			      census_socket_filter *wanted, const void *data);

#endif
