/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs.h - /sys/kernel/debug/tcp_census/, for root.
 */
#ifndef _CENSUS_DEBUGFS_H
#define _CENSUS_DEBUGFS_H

#include <linux/fs.h>

/* oldest.c */
extern const struct file_operations census_oldest_fops;

void census_debugfs_init(void);
void census_debugfs_exit(void);

#endif
