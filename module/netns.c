// SPDX-License-Identifier: GPL-2.0
/*
 * netns.c - life and death of the per-namespace census.
 *
 * Teardown, and who can still reach a struct census_net at each step:
 *
 *  1. pre_exit sets @dead. Hooks that are running may still count.
 *  2. The kernel waits for an RCU grace period (cleanup_net(), and
 *     unregister_pernet_subsys() likewise). Every hook runs under RCU, so
 *     now all see @dead and count no more.
 *  3. exit stops @grow, @tick and @reap and drops the records; the hooks still drop
 *     those of objects that go meanwhile.
 *  4. exit_batch waits for hooks that had found one, and frees @pcpu
 *     and @ports.
 *  5. TCP's own exit destroys the namespace's timewait minisocks: the hooks
 *     fire, see @dead, do nothing.
 *  6. The kernel frees the struct census_net itself.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>	/* net_rwsem */
#include <linux/string.h>

#include "fail.h"
#include "netns.h"
#include "ports.h"
#include "reap.h"
#include "stay.h"
#include "table.h"
#include "timeout.h"

unsigned int census_net_id __read_mostly;

/* Initialised lists and zeroed counters before the pointer. */
static void install(struct census_net *cn, struct census_percpu __percpu *pcpu)
{
	int cpu;

	for_each_possible_cpu(cpu)
		spin_lock_init(&per_cpu_ptr(pcpu, cpu)->fifos.lock);
	if (cmpxchg(&cn->pcpu, NULL, pcpu))
		free_percpu(pcpu);
}

static void grow_gfp(struct census_net *cn, gfp_t gfp)
{
	struct census_percpu __percpu *pcpu = NULL;

	if (!census_fail_now())
		pcpu = alloc_percpu_gfp(struct census_percpu, gfp);
	if (pcpu)
		install(cn, pcpu);
	else	/* @early goes on counting, only slower. */
		WRITE_ONCE(cn->next_grow, jiffies + HZ / 10);
}

static void grow(struct work_struct *work)
{
	struct census_net *cn = container_of(work, struct census_net, grow);

	if (!READ_ONCE(cn->pcpu))
		grow_gfp(cn, GFP_KERNEL);
}

/**
 * census_netns_grow() - a namespace has no per-CPU part yet but needs one
 * @cn: its census, not dead
 *
 * Tries at once, where it may fail, and then has a worker try.
 *
 * Context: any but hard interrupt and NMI, RCU.
 * Return: the per-CPU part or NULL.
 */
struct census_percpu __percpu *census_netns_grow(struct census_net *cn)
{
	if (!test_and_set_bit(0, &cn->asked))
		grow_gfp(cn, GFP_NOWAIT | __GFP_NOWARN);
	else if (time_after_eq(jiffies, READ_ONCE(cn->next_grow)))
		schedule_work(&cn->grow);
	return READ_ONCE(cn->pcpu);
}

/**
 * census_netns_grow_all() - give every namespace its per-CPU part that asks
 *
 * Those with @asked set: they have connections. Context: process.
 */
void census_netns_grow_all(void)
{
	struct census_net *cn;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		cn = census_netns(net);
		if (READ_ONCE(cn->asked) && !READ_ONCE(cn->pcpu))
			grow_gfp(cn, GFP_KERNEL);
	}
	up_read(&net_rwsem);
}

/**
 * census_netns_untrack() - end the records of all connections
 *
 * Context: process; census_table_track was cleared.
 */
void census_netns_untrack(void)
{
	struct net *net;

	/* Who saw it set has put his record into a list. */
	synchronize_rcu();
	down_read(&net_rwsem);
	for_each_net(net)
		census_stay_untrack(census_netns(net));
	up_read(&net_rwsem);
	census_table_drain(true);
}

static int __net_init census_net_start(struct net *net)
{
	struct census_net *cn = census_netns(net);

	/* The namespace's core zeroed it. */
	INIT_WORK(&cn->grow, grow);
	cn->next_grow = jiffies;
	spin_lock_init(&cn->early_fifos.lock);
	cn->inum = net->ns.inum;
	census_timeout_net_init(cn);
	census_reap_net_init(cn);
	return 0;
}

static void __net_exit census_net_pre_exit(struct net *net)
{
	WRITE_ONCE(census_netns(net)->dead, true);
}

static void __net_exit census_net_stop(struct net *net)
{
	struct census_net *cn = census_netns(net);

	cancel_work_sync(&cn->grow);
	census_timeout_net_exit(cn);
	census_reap_net_exit(cn);
	census_stay_flush(cn);
}

static void __net_exit census_net_free(struct list_head *nets)
{
	struct census_net *cn;
	struct net *net;

	synchronize_rcu();
	list_for_each_entry(net, nets, exit_list) {
		cn = census_netns(net);
		free_percpu(cn->pcpu);
		cn->pcpu = NULL;
		census_ports_net_free(cn);
	}
}

static struct pernet_operations netns_ops = {
	.init		= census_net_start,
	.pre_exit	= census_net_pre_exit,
	.exit		= census_net_stop,
	.exit_batch	= census_net_free,
	.id		= &census_net_id,
	.size		= sizeof(struct census_net),
};

static void reset_percpu(struct census_percpu *part)
{
	memset(part->v, 0, sizeof(part->v));
	memset(part->dwell, 0, sizeof(part->dwell));
}

static void reset(struct census_net *cn)
{
	unsigned int i;
	int cpu;

	census_stay_flush(cn);
	for (i = 0; i < ARRAY_SIZE(cn->early); i++)
		atomic64_set(&cn->early[i], 0);
	for (i = 0; i < CENSUS_STATES; i++) {
		atomic64_set(&cn->present[i], 0);
		atomic64_set(&cn->exceeded[i], 0);
		atomic64_set(&cn->max_us[i], 0);
	}
	for (i = 0; i < CENSUS_MISCS; i++)
		atomic64_set(&cn->misc[i], 0);
	memset(cn->odd, 0, sizeof(cn->odd));
	if (!cn->pcpu)
		return;
	for_each_possible_cpu(cpu)
		reset_percpu(per_cpu_ptr(cn->pcpu, cpu));
}

/**
 * census_netns_reset() - forget every connection and count of every namespace
 *
 * For another try at seeding. Context: process; no event may be counted
 * meanwhile.
 */
void census_netns_reset(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		reset(census_netns(net));
	up_read(&net_rwsem);
}

/**
 * census_netns_init() - give every namespace, now and later, its census
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int census_netns_init(void)
{
	/* The promise of the design: at most 2 KiB per CPU and namespace. */
	BUILD_BUG_ON(!IS_ENABLED(CONFIG_DEBUG_SPINLOCK) &&
		     sizeof(struct census_percpu) > 2048);
	return register_pernet_subsys(&netns_ops);
}

/**
 * census_netns_exit() - free all; the hooks are gone already
 *
 * Context: process.
 */
void census_netns_exit(void)
{
	unregister_pernet_subsys(&netns_ops);
}
