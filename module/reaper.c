// SPDX-License-Identifier: GPL-2.0
/*
 * reaper.c - the file "reaper": what the reaper may do, and has done.
 */
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "netns.h"
#include "orphan.h"
#include "proc.h"
#include "reap.h"

static void show_value(struct seq_file *seq, const char *name, u64 value)
{
	seq_printf(seq, "%-24s %llu\n", name, value);
}

/**
 * census_reaper_show() - write the file
 * @seq: where to
 * @v: not used
 *
 * Context: process.
 * Return: 0.
 */
int census_reaper_show(struct seq_file *seq, void *v)
{
	struct census_net *cn = census_netns(seq_file_single_net(seq));
	unsigned int i;

	census_reap_refresh(cn);
	seq_printf(seq, "%-24s %s\n", "name", "value");
	for (i = 0; i < CENSUS_REAP_SETTINGS; i++)
		show_value(seq, census_reap_limits[i].name,
			   READ_ONCE(cn->reap.set[i]));
	show_value(seq, "can_reap", census_orphan_can_end());
	for (i = 0; i < CENSUS_REAP_VALUES; i++)
		show_value(seq, census_reap_value_names[i],
			   READ_ONCE(cn->reap.value[i]));
	return 0;
}
