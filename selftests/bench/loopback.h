/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network namespace of its own, and connections over its lo. All end the
 * program when something fails.
 */
#ifndef BENCH_LOOPBACK_H
#define BENCH_LOOPBACK_H

#include <stdbool.h>

#define WORDS	64	/* bytes of a request, and of a response */

void check(bool ok, const char *what);

/* Enters the namespace and listens there: by IPv4 or IPv6. */
int loopback_listen(int version);

/* Both ends of a new connection to who listens. */
void loopback_connect(int listener, int *client, int *server);

/* A request or a response, and that it has come. */
void loopback_pass(int from, int into);

/* A file of /proc/sys/net/tcp_census in this namespace, if it is there. */
void loopback_set(const char *name, const char *value);

/* How many segments have been sent in this namespace. */
long long loopback_segments(void);

#endif /* BENCH_LOOPBACK_H */
