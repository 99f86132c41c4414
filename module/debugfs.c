// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs.c - the inside of the census, for root.
 */
#include <linux/debugfs.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>	/* net_rwsem */
#include <linux/seq_file.h>
#include <net/net_namespace.h>

#include "debugfs.h"
#include "hooks.h"
#include "netns.h"

static struct dentry *dir;

static void show_hook(struct seq_file *seq, const struct census_hook *hook)
{
	u64 hits = 0, missed = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		hits += READ_ONCE(per_cpu_ptr(hook->hits, cpu)->hits);
		missed += READ_ONCE(per_cpu_ptr(hook->hits, cpu)->missed);
	}
	seq_printf(seq, "%-30s %8s %12llu %8llu\n", hook->name,
		   hook->attached ? "yes" : "no", hits, missed);
}

static int hooks_show(struct seq_file *seq, void *v)
{
	unsigned int i;

	seq_printf(seq, "%-30s %8s %12s %8s\n", "name", "attached", "hits",
		   "missed");
	for (i = 0; i < census_hooks_count(); i++)
		show_hook(seq, census_hooks_at(i));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hooks);

static u64 edges_of(const struct census_counters *c)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < CENSUS_EDGES; i++)
		n += READ_ONCE(c->v[i]);
	return n;
}

static void show_cpus(struct seq_file *seq, struct net *net)
{
	struct census_counters __percpu *pcpu;
	int cpu;

	/* Zeroed counters, see netns.c. */
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
