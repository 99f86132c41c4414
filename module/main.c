// SPDX-License-Identifier: GPL-2.0
/*
 * tcp_census - a running census of TCP connections, kept in the kernel.
 *
 *	full socket            timewait / request minisock
 *	tracepoint             functions, by ftrace
 *	  hook_sock.c            hook_mini.c, hook_func.c     translate
 *	       \                   /
 *	        v                 v
 *	    account.c, account_req.c, reason.c      decide; the only writers
 *	            /         \
 *	        stay.c        stats.c, netns.c      per namespace, per CPU
 *	           |                |
 *	   table.c, fifo.c          |               one record per connection
 *	    |       |       |       |
 *	ports.c  timeout.c  reap.c, reap_run.c, watch.c, orphan.c
 *	    |               |       |
 *	 oldest.c  reaped.c    proc.c  listeners.c  debugfs.c      read only
 *
 * seed.c enters what was there before. state.c is the tables all others use.
 *
 * Times, and the populations of ports, need a record per connection, which it
 * may not get: then they are lost and summary says so.
 *
 * Counts need no memory: an event is one per-CPU increment of an edge of the
 * state diagram, and the population of a state is what came in less what went
 * out. What must be remembered between two events (that a request socket is
 * counted, that a connection moved into a minisock) has a place that is there
 * already or is fixed in size.
 *
 * Order matters at load: counters, hooks, the exact beginning, and only then
 * the files; unload is the mirror.
 */
#include <linux/module.h>
#include <linux/printk.h>

#include "account.h"
#include "debugfs.h"
#include "fail.h"
#include "hooks.h"
#include "netns.h"
#include "proc.h"
#include "reap.h"
#include "seed.h"
#include "state.h"
#include "sysctl.h"
#include "table.h"

#ifndef CONFIG_64BIT
#error "tcp_census needs a 64-bit kernel: its counters are single 64-bit words."
#endif

unsigned int census_fail_percent;
module_param_named(fail_alloc, census_fail_percent, uint, 0600);
MODULE_PARM_DESC(fail_alloc, "percent of the allocations in hooks, and for lists of ports, that fail on purpose, for tests (default 0)");

static int __init census_init(void)
{
	int err;

	err = census_state_init();
	if (err)
		return err;
	err = census_table_init();
	if (err)
		return err;
	err = census_reap_init();
	if (err)
		goto free_table;
	err = census_netns_init();
	if (err)
		goto stop_reaping;
	err = census_hooks_attach();
	if (err)
		goto free_netns;
	err = census_seed_run();
	if (err)
		goto detach_hooks;
	err = census_proc_init();
	if (err)
		goto stop_counting;
	err = census_sysctl_init();
	if (err)
		goto remove_proc;
	census_debugfs_init();
	pr_info("version %s, counting; %llu sockets were there before, %u hooks are missing\n",
		CENSUS_VERSION, census_seed_count(), census_hooks_missing());
	return 0;

remove_proc:
	census_proc_exit();
stop_counting:
	census_account_phase(CENSUS_OFF);
detach_hooks:
	census_hooks_detach();
free_netns:
	census_netns_exit();
stop_reaping:
	census_reap_exit();
free_table:
	census_table_exit();
	return err;
}

static void __exit census_exit(void)
{
	census_debugfs_exit();
	census_sysctl_exit();
	census_proc_exit();
	census_account_phase(CENSUS_OFF);
	census_hooks_detach();
	census_netns_exit();
	census_reap_exit();
	census_table_exit();
}

module_init(census_init);
module_exit(census_exit);

MODULE_DESCRIPTION("Running census of TCP connections by state");
MODULE_AUTHOR("The tcp_census developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(CENSUS_VERSION);
