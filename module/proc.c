// SPDX-License-Identifier: GPL-2.0
/*
 * proc.c - /proc/net/tcp_census/: what anyone may read, per namespace.
 *
 * The formats are a contract: the first line names the columns, white space
 * separates them, no cell is empty, columns are only ever added at the end.
 */
#include <linux/minmax.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "account.h"
#include "hooks.h"
#include "netns.h"
#include "proc.h"
#include "seed.h"
#include "stats.h"

#define DIR "tcp_census"

/* A sum is too large for the stack. NULL: no memory. */
static struct census_sum *fold(struct seq_file *seq)
{
	struct census_sum *sum = kmalloc(sizeof(*sum), GFP_KERNEL);

	if (sum)
		census_stats_fold(census_netns(seq_file_single_net(seq)), sum);
	return sum;
}

/* Below zero for a moment when one leaves while it is read. */
static int overdue(const struct census_net *cn, unsigned int state)
{
	return max(atomic_read(&cn->overdue[state]), 0);
}

static void show_state(struct seq_file *seq, const struct census_sum *sum,
		       unsigned int state)
{
	const struct census_net *cn = census_netns(seq_file_single_net(seq));
	unsigned int at = CENSUS_AT_REASON + state * CENSUS_REASONS;
	unsigned int i;

	seq_printf(seq, "%-11s %10llu %12llu %12llu", census_state_names[state],
		   sum->current_now[state], sum->entered[state],
		   sum->left[state]);
	for (i = 0; i < CENSUS_REASONS; i++)
		seq_printf(seq, " %10llu", sum->v[at + i]);
	seq_printf(seq, " %10d %10llu\n", overdue(cn, state),
		   (u64)atomic64_read(&cn->exceeded[state]));
}

static int states_show(struct seq_file *seq, void *v)
{
	struct census_sum *sum = fold(seq);
	unsigned int i;

	if (!sum)
		return -ENOMEM;
	seq_printf(seq, "%-11s %10s %12s %12s", "state", "current", "entered",
		   "left");
	for (i = 0; i < CENSUS_REASONS; i++)
		seq_printf(seq, " %10s", census_reason_names[i]);
	seq_printf(seq, " %10s %10s\n", "overdue", "exceeded");
	for (i = 0; i < CENSUS_STATES; i++)
		show_state(seq, sum, i);
	kfree(sum);
	return 0;
}

static void show_edge(struct seq_file *seq, unsigned int from, unsigned int to,
		      u64 count, const char *event)
{
	seq_printf(seq, "%-11s %-11s %12llu %s\n", census_state_names[from],
		   census_state_names[to], count, event);
}

static void show_odd_edges(struct seq_file *seq, struct census_net *cn)
{
	unsigned int from, to;
	u64 n;

	for (from = 0; from < CENSUS_ENDS; from++)
		for (to = 0; to < CENSUS_ENDS; to++) {
			n = atomic64_read(&cn->odd[from][to]);
			if (n)
				show_edge(seq, from, to, n, "unexpected");
		}
}

static int transitions_show(struct seq_file *seq, void *v)
{
	struct census_sum *sum = fold(seq);
	unsigned int i;

	if (!sum)
		return -ENOMEM;
	seq_printf(seq, "%-11s %-11s %12s %s\n", "from", "to", "count",
		   "event");
	for (i = 0; i < CENSUS_EDGES; i++)
		show_edge(seq, census_edges[i].from, census_edges[i].to,
			  sum->edge[i], census_edges[i].event);
	show_odd_edges(seq, census_netns(seq_file_single_net(seq)));
	kfree(sum);
	return 0;
}

static void show_dwell_head(struct seq_file *seq)
{
	unsigned int i;

	seq_printf(seq, "%-11s %10s %14s %14s", "state", "count", "sum_us",
		   "max_us");
	for (i = 0; i < CENSUS_HIST_BOUNDS; i++)
		seq_printf(seq, " le_%lluus", census_hist_bound_us(i));
	seq_puts(seq, " inf\n");
}

static void show_dwell(struct seq_file *seq, const struct census_dwell *dwell,
		       const char *state, u64 max_us)
{
	u64 count = 0;
	unsigned int i;

	for (i = 0; i < CENSUS_HIST_BUCKETS; i++)
		count += dwell->buckets[i];
	seq_printf(seq, "%-11s %10llu %14llu %14llu", state, count,
		   dwell->sum_us, max_us);
	for (i = 0; i < CENSUS_HIST_BUCKETS; i++)
		seq_printf(seq, " %llu", dwell->buckets[i]);
	seq_putc(seq, '\n');
}

static int dwell_show(struct seq_file *seq, void *v)
{
	struct census_net *cn = census_netns(seq_file_single_net(seq));
	struct census_sum *sum = fold(seq);
	unsigned int i;

	if (!sum)
		return -ENOMEM;
	show_dwell_head(seq);
	for (i = 0; i < CENSUS_STATES; i++)
		show_dwell(seq, &sum->dwell[i], census_state_names[i],
			   atomic64_read(&cn->max_us[i]));
	kfree(sum);
	return 0;
}

static int timeouts_show(struct seq_file *seq, void *v)
{
	struct census_net *cn = census_netns(seq_file_single_net(seq));
	unsigned int i;

	seq_printf(seq, "%-11s %10s %10s %10s\n", "state", "timeout_s",
		   "overdue", "exceeded");
	for (i = 0; i < CENSUS_STATES; i++)
		seq_printf(seq, "%-11s %10u %10d %10llu\n",
			   census_state_names[i], READ_ONCE(cn->timeout_s[i]),
			   overdue(cn, i),
			   (u64)atomic64_read(&cn->exceeded[i]));
	return 0;
}

static void show_value(struct seq_file *seq, const char *name, u64 value)
{
	seq_printf(seq, "%-16s %llu\n", name, value);
}

static const char *inexact(void)
{
	if (!census_account_requests && !census_account_timewaits)
		return "SYN_RECV,FIN_WAIT2,TIME_WAIT";
	if (!census_account_requests)
		return "SYN_RECV";
	return census_account_timewaits ? "none" : "FIN_WAIT2,TIME_WAIT";
}

static u64 seeded(struct census_net *cn)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < CENSUS_STATES; i++)
		n += atomic64_read(&cn->present[i]);
	return n;
}

static int summary_show(struct seq_file *seq, void *v)
{
	struct census_net *cn = census_netns(seq_file_single_net(seq));
	unsigned int i;

	seq_printf(seq, "%-16s %s\n", "name", "value");
	seq_printf(seq, "%-16s %s\n", "version", CENSUS_VERSION);
	show_value(seq, "hooks_missing", census_hooks_missing());
	seq_printf(seq, "%-16s %s\n", "inexact", inexact());
	show_value(seq, "unexpected", census_stats_odd(cn));
	show_value(seq, "seeded", seeded(cn));
	for (i = 0; i < CENSUS_MISCS; i++)
		show_value(seq, census_misc_names[i],
			   atomic64_read(&cn->misc[i]));
	return 0;
}

static const struct {
	const char *name;
	int (*show)(struct seq_file *seq, void *v);
} files[] = {
	{ "states",	 states_show },
	{ "transitions", transitions_show },
	{ "dwell",	 dwell_show },
	{ "timeouts",	 timeouts_show },
	{ "ports",	 census_ports_show },
	{ "reaper",	 census_reaper_show },
	{ "summary",	 summary_show },
};

static int __net_init census_proc_start(struct net *net)
{
	struct proc_dir_entry *dir = proc_net_mkdir(net, DIR, net->proc_net);
	unsigned int i;

	if (!dir)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!proc_create_net_single(files[i].name, 0444, dir,
					    files[i].show, NULL))
			goto remove;
	if (!proc_create_net("listeners", 0444, dir, &census_listeners_ops,
			     sizeof(struct seq_net_private)))
		goto remove;
	return 0;

remove:
	remove_proc_subtree(DIR, net->proc_net);
	return -ENOMEM;
}

static void __net_exit census_proc_stop(struct net *net)
{
	remove_proc_subtree(DIR, net->proc_net);
}

static struct pernet_operations proc_ops = {
	.init = census_proc_start,
	.exit = census_proc_stop,
};

/**
 * census_proc_init() - show the files in every namespace, now and later
 *
 * After seeding, so that nobody reads half a census, and after netns.c, so
 * that the files of a namespace go before its counters.
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int census_proc_init(void)
{
	return register_pernet_subsys(&proc_ops);
}

/**
 * census_proc_exit() - remove the files
 *
 * Context: process. When it returns nobody is reading one.
 */
void census_proc_exit(void)
{
	unregister_pernet_subsys(&proc_ops);
}
