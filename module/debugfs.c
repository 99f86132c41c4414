// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs.c - the inside of the census, for root.
 */
#include <linux/debugfs.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>	/* net_rwsem */
#include <linux/seq_file.h>
#include <net/net_namespace.h>

#include "cost.h"
#include "debugfs.h"
#include "hooks.h"
#include "netns.h"
#include "reaped.h"
#include "table.h"

static struct dentry *dir;

static void show_hook(struct seq_file *seq, const struct census_hook *hook)
{
	u64 hits = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		hits += READ_ONCE(per_cpu_ptr(hook->hits, cpu)->hits);
	/* None is missed, see entered() in hook_func.c; who parses this file knows the column. */
	seq_printf(seq, "%-30s %8s %12llu %8u", hook->name,
		   hook->attached ? "yes" : "no", hits, 0);
	census_cost_show(seq, hook);
	seq_putc(seq, '\n');
}

static int hooks_show(struct seq_file *seq, void *v)
{
	unsigned int i;

	seq_printf(seq, "%-30s %8s %12s %8s", "name", "attached", "hits",
		   "missed");
	census_cost_title(seq);
	seq_putc(seq, '\n');
	for (i = 0; i < census_hooks_count(); i++)
		show_hook(seq, census_hooks_at(i));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hooks);

/* Moves, and one reason for each edge to CLOSE. */
static u64 edges_of(const struct census_percpu *part)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < CENSUS_COUNTERS; i++)
		n += READ_ONCE(part->v[i]);
	return n;
}

static void show_cpus(struct seq_file *seq, struct net *net)
{
	struct census_percpu __percpu *pcpu;
	int cpu;

	/* Zeroed counters, see install() in netns.c. */
	pcpu = smp_load_acquire(&census_netns(net)->pcpu);
	if (!pcpu)
		return;
	for_each_possible_cpu(cpu)
		seq_printf(seq, "%10u %4d %12llu\n", net->ns.inum, cpu,
			   edges_of(per_cpu_ptr(pcpu, cpu)));
}

static int percpu_show(struct seq_file *seq, void *v)
{
	struct net *net;

	seq_printf(seq, "%10s %4s %12s\n", "netns", "cpu", "transitions");
	/* A namespace leaves this list before its counters go. */
	down_read(&net_rwsem);
	for_each_net(net)
		show_cpus(seq, net);
	up_read(&net_rwsem);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(percpu);

static void show_value(struct seq_file *seq, const char *name, u64 value)
{
	seq_printf(seq, "%-15s %llu\n", name, value);
}

static int table_show(struct seq_file *seq, void *v)
{
	struct census_table_stats stats;

	census_table_read(&stats);
	seq_printf(seq, "%-15s %s\n", "name", "value");
	show_value(seq, "records", stats.records);
	show_value(seq, "max_tracked", stats.max_tracked);
	show_value(seq, "record_bytes", sizeof(struct census_record));
	show_value(seq, "buckets", stats.buckets);
	show_value(seq, "bytes", stats.bytes);
	show_value(seq, "full", stats.full);
	show_value(seq, "alloc_failures", stats.failed);
	show_value(seq, "stale", stats.stale);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(table);

/**
 * census_debugfs_init() - make the files
 *
 * Without debugfs there are none, and nothing else suffers.
 *
 * Context: process.
 */
void census_debugfs_init(void)
{
	dir = debugfs_create_dir("tcp_census", NULL);
	debugfs_create_file("hooks", 0400, dir, NULL, &hooks_fops);
	debugfs_create_file("percpu", 0400, dir, NULL, &percpu_fops);
	debugfs_create_file("table", 0400, dir, NULL, &table_fops);
	debugfs_create_file("oldest", 0400, dir, NULL, &census_oldest_fops);
	debugfs_create_file("reaped", 0400, dir, NULL, &census_reaped_fops);
}

/**
 * census_debugfs_exit() - remove the files
 *
 * Context: process. When it returns nobody is reading one.
 */
void census_debugfs_exit(void)
{
	debugfs_remove(dir);
}
