// SPDX-License-Identifier: GPL-2.0
/*
 * reap.c - ends orphans in FIN_WAIT1 that make no progress.
 *
 * Linux has no timeout of its own for them: a peer that closes its window and
 * answers probes keeps one for minutes, one that reads a little now and then
 * for hours, and each pins its send buffer.
 *
 * A namespace whose reaper is on has a worker that makes a run (reap_run.c)
 * every half second while there is anybody in FIN_WAIT1, and sleeps otherwise.
 *
 * That no orphan is forgotten: work() clears @armed before it takes the lock of
 * a list to see if there is anybody; census_reap_arm() reads it after somebody
 * was put into that list under the same lock.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/workqueue.h>

#include "fifo.h"
#include "netns.h"
#include "orphan.h"
#include "reap.h"

/* Between two runs; but looking takes at most 5 % of one CPU. */
#define LEAST_WAIT_NS	(NSEC_PER_SEC / 2)
#define WAIT_PER_LOOK	20
#define DAYS_30_S	(30 * 24 * 3600)

const struct census_reap_limits census_reap_limits[CENSUS_REAP_SETTINGS] = {
	[CENSUS_REAP_MODE]	  = { "mode", CENSUS_REAP_OFF, CENSUS_REAP_END,
				      CENSUS_REAP_OFF },
	[CENSUS_REAP_TIMEOUT_S]	  = { "timeout_s", 1, DAYS_30_S, 60 },
	[CENSUS_REAP_MIN_BYTES]	  = { "min_bytes", 1, 1 << 30, 1 },
	[CENSUS_REAP_MAX_AGE_S]	  = { "max_age_s", 0, DAYS_30_S, 0 },
	[CENSUS_REAP_MIN_ORPHANS] = { "min_orphans", 0, INT_MAX, 0 },
	[CENSUS_REAP_BATCH]	  = { "batch", 1, 65536, 1024 },
};

const char * const census_reap_value_names[CENSUS_REAP_VALUES] = {
	[CENSUS_REAP_ORPHANS]		= "orphans",
	[CENSUS_REAP_STALLED]		= "stalled",
	[CENSUS_REAP_HELD_BACK]		= "held_back",
	[CENSUS_REAP_RUNS]		= "runs",
	[CENSUS_REAP_SCANNED]		= "scanned",
	[CENSUS_REAP_REAPED]		= "reaped",
	[CENSUS_REAP_REAPED_KIND + CENSUS_CLOSED_WINDOW] =
		"reaped_closed_window",
	[CENSUS_REAP_REAPED_KIND + CENSUS_BLACK_HOLE] = "reaped_black_hole",
	[CENSUS_REAP_REAPED_KIND + CENSUS_NO_TIMER] = "reaped_no_timer",
	[CENSUS_REAP_REAPED_KIND + CENSUS_OVER_AGE] = "reaped_over_age",
	[CENSUS_REAP_WOULD_REAP]	= "would_reap",
	[CENSUS_REAP_WOULD_REAP_KIND + CENSUS_CLOSED_WINDOW] =
		"would_reap_closed_window",
	[CENSUS_REAP_WOULD_REAP_KIND + CENSUS_BLACK_HOLE] =
		"would_reap_black_hole",
	[CENSUS_REAP_WOULD_REAP_KIND + CENSUS_NO_TIMER] = "would_reap_no_timer",
	[CENSUS_REAP_WOULD_REAP_KIND + CENSUS_OVER_AGE] = "would_reap_over_age",
	[CENSUS_REAP_SPARED_PROGRESS]	= "spared_progress",
	[CENSUS_REAP_SPARED_OWNED]	= "spared_owned",
	[CENSUS_REAP_SPARED_MPTCP]	= "spared_mptcp",
	[CENSUS_REAP_SPARED_LATE]	= "spared_late",
	[CENSUS_REAP_FAILED]		= "failed",
	[CENSUS_REAP_LAST_RUN_US]	= "last_run_us",
	[CENSUS_REAP_MAX_RUN_US]	= "max_run_us",
	[CENSUS_REAP_MAX_LOCK_US]	= "max_lock_us",
};

/* Ends orphans, hence frees memory: it must run when memory is short. */
static struct workqueue_struct *reap_wq;

/* Not before it is time, whoever wants it. */
static unsigned long wait_jiffies(const struct census_net *cn)
{
	u64 now_ns = ktime_get_ns(), fresh_ns = READ_ONCE(cn->reap.fresh_ns);

	return fresh_ns > now_ns ? nsecs_to_jiffies(fresh_ns - now_ns) + 1 : 0;
}

static void start(struct census_net *cn, unsigned long least_jiffies)
{
	if (!xchg(&cn->reap.armed, true))
		queue_delayed_work(reap_wq, &cn->reap.work,
				   max(least_jiffies, wait_jiffies(cn)));
}

/**
 * __census_reap_start() - somebody came into FIN_WAIT1, and nobody looks
 * @cn: census of the namespace, not dead
 *
 * Context: any but NMI, RCU.
 */
void __census_reap_start(struct census_net *cn)
{
	start(cn, nsecs_to_jiffies(LEAST_WAIT_NS));
}

static bool anybody(struct census_net *cn)
{
	struct census_fifos *fifos;
	bool found = false;
	int cpu;

	for_each_census_fifos(fifos, cn, cpu) {
		spin_lock_bh(&fifos->lock);
		found |= !!fifos->state[CENSUS_FIN_WAIT1].first;
		spin_unlock_bh(&fifos->lock);
	}
	return found;
}

static void __run(struct census_net *cn, int mode)
{
	u64 look_ns = __census_reap_run(cn, mode);
	u64 wait_ns = max_t(u64, LEAST_WAIT_NS, WAIT_PER_LOOK * look_ns);

	WRITE_ONCE(cn->reap.fresh_ns, ktime_get_ns() + wait_ns);
	if (mode != CENSUS_REAP_OFF)
		cn->reap.planned_ns = cn->reap.fresh_ns;
}

static void run(struct census_net *cn)
{
	int mode;

	mutex_lock(&cn->reap.run_lock);
	mode = census_reap_setting(cn, CENSUS_REAP_MODE);
	if (mode != CENSUS_REAP_OFF)
		__run(cn, mode);
	mutex_unlock(&cn->reap.run_lock);
}

/* Whom the last run saw may have gone since. */
static void settle(struct census_net *cn)
{
	mutex_lock(&cn->reap.run_lock);
	census_reap_put(cn, CENSUS_REAP_ORPHANS, 0);
	census_reap_put(cn, CENSUS_REAP_STALLED, 0);
	census_reap_put(cn, CENSUS_REAP_HELD_BACK, 0);
	mutex_unlock(&cn->reap.run_lock);
}

static void work(struct work_struct *work)
{
	struct census_net *cn = container_of(to_delayed_work(work),
					     struct census_net, reap.work);

	run(cn);
	WRITE_ONCE(cn->reap.armed, false);
	/* Before we look who came meanwhile, and thought that we were at it. */
	smp_mb();
	if (!census_reap_setting(cn, CENSUS_REAP_MODE))
		return;
	if (anybody(cn))
		start(cn, 0);
	else
		settle(cn);
}

static bool stale(const struct census_net *cn)
{
	return !census_reap_setting(cn, CENSUS_REAP_MODE) && !wait_jiffies(cn);
}

/**
 * census_reap_refresh() - see that the values can be read
 * @cn: census of a namespace that is alive
 *
 * While the reaper is off nobody counts orphans, so the reader does, unless
 * somebody did a moment ago.
 *
 * Context: process.
 */
void census_reap_refresh(struct census_net *cn)
{
	if (!stale(cn) || mutex_lock_killable(&cn->reap.run_lock))
		return;
	if (stale(cn))
		__run(cn, CENSUS_REAP_OFF);
	mutex_unlock(&cn->reap.run_lock);
}

/* Any user may have a namespace to try that in. */
static void log_refused(void)
{
	static DEFINE_RATELIMIT_STATE(limit, 60 * HZ, 1);

	if (__ratelimit(&limit))
		pr_info("this kernel offers no safe way to end an orphan: net.tcp_census.fin_wait1_reap can be 0 or 1, not 2\n");
}

/**
 * census_reap_set() - change a setting
 * @cn: census of a namespace that is alive
 * @what: the setting
 * @value: within its limits
 *
 * Context: process. Takes effect with the next run, also for those who wait
 * already, which is not later than it would have been, and at once if it can.
 * Return: 0, or -EOPNOTSUPP when this kernel's orphans cannot be ended.
 */
int census_reap_set(struct census_net *cn, enum census_reap_setting what,
		    int value)
{
	if (what == CENSUS_REAP_MODE && value == CENSUS_REAP_END &&
	    !census_orphan_can_end()) {
		log_refused();
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(cn->reap.set[what], value);
	if (census_reap_setting(cn, CENSUS_REAP_MODE) != CENSUS_REAP_OFF) {
		WRITE_ONCE(cn->reap.armed, true);
		mod_delayed_work(reap_wq, &cn->reap.work, wait_jiffies(cn));
	}
	return 0;
}

/**
 * census_reap_net_init() - the reaper of a new namespace, off
 * @cn: its census
 *
 * Context: process.
 */
void census_reap_net_init(struct census_net *cn)
{
	unsigned int i;

	for (i = 0; i < CENSUS_REAP_SETTINGS; i++)
		cn->reap.set[i] = census_reap_limits[i].normal;
	mutex_init(&cn->reap.run_lock);
	INIT_DELAYED_WORK(&cn->reap.work, work);
}

/**
 * census_reap_net_stop() - end nobody any more
 * @cn: census of a namespace whose sysctls are gone
 *
 * While what is ended is still counted. A hook that read the mode before may
 * start the worker once more, which then does nothing.
 *
 * Context: process.
 */
void census_reap_net_stop(struct census_net *cn)
{
	WRITE_ONCE(cn->reap.set[CENSUS_REAP_MODE], CENSUS_REAP_OFF);
	cancel_delayed_work_sync(&cn->reap.work);
}

/**
 * census_reap_net_exit() - see that the worker is gone
 * @cn: census of a namespace, which is dead
 *
 * Context: process.
 */
void census_reap_net_exit(struct census_net *cn)
{
	cancel_delayed_work_sync(&cn->reap.work);
}

/**
 * census_reap_init() - the workers of all namespaces
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int census_reap_init(void)
{
	reap_wq = alloc_workqueue("tcp_census_reap",
				  WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return reap_wq ? 0 : -ENOMEM;
}

/**
 * census_reap_exit() - free them; every namespace's is stopped
 *
 * Context: process.
 */
void census_reap_exit(void)
{
	destroy_workqueue(reap_wq);
}
