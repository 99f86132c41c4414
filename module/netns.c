// SPDX-License-Identifier: GPL-2.0
/*
 * netns.c - life and death of the per-namespace census.
 *
 * Teardown, and who can still reach a struct census_net at each step:
 *
 *  1. pre_exit sets @dead. Hooks that are running may still count.
 *  2. The kernel waits for an RCU grace period (cleanup_net(), and
 *     unregister_pernet_subsys() likewise). Every hook runs under RCU, so
 *     now all see @dead and leave @pcpu alone.
 *  3. exit stops @grow and frees @pcpu.
 *  4. TCP's own exit destroys the namespace's timewait minisocks: the hooks
 *     fire, see @dead, do nothing.
 *  5. The kernel frees the struct census_net itself.
 */
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>	/* net_rwsem */

#include "netns.h"

unsigned int census_net_id __read_mostly;

static void grow(struct work_struct *work)
{
	struct census_net *cn = container_of(work, struct census_net, grow);
	struct census_counters __percpu *pcpu;

	if (cn->pcpu)
		return;
	pcpu = alloc_percpu(struct census_counters);
	if (!pcpu) {
		/* @early goes on counting, only slower. */
		WRITE_ONCE(cn->next_grow, jiffies + HZ);
		return;
	}
	/* Zeroed counters before the pointer; pairs with READ_ONCE() users. */
	smp_store_release(&cn->pcpu, pcpu);
}

static int __net_init census_net_start(struct net *net)
{
	struct census_net *cn = census_netns(net);

	/* The namespace's core zeroed it. */
	INIT_WORK(&cn->grow, grow);
	cn->next_grow = jiffies;
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
	free_percpu(cn->pcpu);
	cn->pcpu = NULL;
}

static struct pernet_operations netns_ops = {
	.init		= census_net_start,
	.pre_exit	= census_net_pre_exit,
	.exit		= census_net_stop,
	.id		= &census_net_id,
	.size		= sizeof(struct census_net),
};

static void reset(struct census_net *cn)
{
	unsigned int i;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(cn->early); i++)
		atomic64_set(&cn->early[i], 0);
	for (i = 0; i < ARRAY_SIZE(cn->present); i++)
		atomic64_set(&cn->present[i], 0);
	memset(cn->odd, 0, sizeof(cn->odd));
	if (!cn->pcpu)
		return;
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(cn->pcpu, cpu), 0, sizeof(*cn->pcpu));
}

/**
 * census_netns_reset() - set every counter of every namespace to zero
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
	BUILD_BUG_ON(sizeof(struct census_counters) > 2048);
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
