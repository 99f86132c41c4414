// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - the bodies of our tracepoints.
 */
#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/string.h>

/* Zero when there is none, as in the kernel's own tracepoints. */
static void ipv4_part(u16 family, const struct in6_addr *address, u8 *v4)
{
	memset(v4, 0, 4);
	if (family != AF_INET6)
		memcpy(v4, &address->s6_addr32[3], 4);
}

#define CREATE_TRACE_POINTS
#include "trace.h"
