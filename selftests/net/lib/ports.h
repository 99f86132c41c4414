/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The local ports that the module watches in the present network namespace.
 */
#ifndef CENSUS_PORTS_H
#define CENSUS_PORTS_H

#include "census.h"

/* net.tcp_census.ports, written in one piece. 0, or -errno. */
int ports_set(const char *text);

/* The same as it is read, without the newline; "?" where it cannot be. */
const char *ports_get(void);

/* The row of @port in the file `ports`. 0, or -errno; ENOENT: it has none. */
int ports_row(unsigned int port, long count[STATES]);

/* How many rows it has, or -errno. */
int ports_rows(void);

#endif /* CENSUS_PORTS_H */
