/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_NETNS_H
#define CENSUS_NETNS_H

#include <stdint.h>

#define CENSUS_NETNS_DIR "/run/netns"

/* /proc/net is the namespace of the process; they are the same until setns() */
#define CENSUS_NET_HERE "/proc/net"
#define CENSUS_NET_ENTERED "/proc/thread-self/net"
#define CENSUS_DIR_HERE CENSUS_NET_HERE "/tcp_census"
#define CENSUS_DIR_ENTERED CENSUS_NET_ENTERED "/tcp_census"
#define CENSUS_SYSCTL_DIR "/proc/sys/net"	/* of the thread that opens it */

int census_netns_enter(const char *name);
int census_netns_find(const char *name, uint64_t *inode);

#endif
