/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysctl.h - net.tcp_census.
 */
#ifndef _CENSUS_SYSCTL_H
#define _CENSUS_SYSCTL_H

int census_sysctl_init(void);
void census_sysctl_exit(void);

#endif
