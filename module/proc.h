/* SPDX-License-Identifier: GPL-2.0 */
/*
 * proc.h - /proc/net/tcp_census/.
 */
#ifndef _CENSUS_PROC_H
#define _CENSUS_PROC_H

struct seq_file;

/* listeners.c */
extern const struct seq_operations census_listeners_ops;

/* reaper.c */
int census_reaper_show(struct seq_file *seq, void *v);

/* ports.c */
int census_ports_show(struct seq_file *seq, void *v);

int census_proc_init(void);
void census_proc_exit(void);

#endif
