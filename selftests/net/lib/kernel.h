/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel itself counts.
 */
#ifndef CENSUS_KERNEL_H
#define CENSUS_KERNEL_H

/* RFC 4022's counters of TCP, of the present network namespace; or -errno. */
long kernel_snmp(const char *name);

/*
 * Of the line TCP of /proc/net/sockstat; or -errno. "orphan", "alloc" and "mem"
 * (in pages) are those of all namespaces.
 */
long kernel_sockstat(const char *name);

#endif /* CENSUS_KERNEL_H */
