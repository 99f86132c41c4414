/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before "sysctl: Add size to register_net_sysctl function" (95d4977876cc,
 * 6.6) an empty entry ended the table.
 */
#include_next <net/net_namespace.h>

#ifndef _CENSUS_COMPAT_NET_NET_NAMESPACE_H
#define _CENSUS_COMPAT_NET_NET_NAMESPACE_H

#ifndef CENSUS_HAVE_REGISTER_NET_SYSCTL_SZ
static inline struct ctl_table_header *
register_net_sysctl_sz(struct net *net, const char *path,
		       struct ctl_table *table, size_t size)
{
	return register_net_sysctl(net, path, table);
}
#endif

#endif
