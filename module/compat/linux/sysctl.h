/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before "sysctl: treewide: constify the ctl_table argument of proc_handlers"
 * (78eb4ea25cd5, 6.11) a handler could change its table.
 */
#include_next <linux/sysctl.h>

#ifndef _CENSUS_COMPAT_LINUX_SYSCTL_H
#define _CENSUS_COMPAT_LINUX_SYSCTL_H

#ifdef CENSUS_HAVE_CONST_CTL_TABLE
#define CENSUS_CTL_CONST const
#else
#define CENSUS_CTL_CONST
#endif

#endif
