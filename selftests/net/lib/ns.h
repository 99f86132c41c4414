/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network namespaces: what happens in one is seen by nobody else.
 */
#ifndef CENSUS_NS_H
#define CENSUS_NS_H

#include <stdbool.h>

/* Into a fresh namespace, with lo up. 0, or -errno. */
int ns_enter(void);

/* A descriptor of the present namespace, for ns_switch(); or -errno. */
int ns_save(void);
int ns_switch(int fd);

/* @name below /proc/sys/net/, in the present namespace. 0, or -errno. */
int ns_sysctl(const char *name, const char *value);

/*
 * Do requests move to another listener? The sysctl tcp_migrate_req does not
 * tell: 5.10 has got it from a later kernel, and does not look at it.
 */
bool ns_can_migrate(void);

#endif /* CENSUS_NS_H */
