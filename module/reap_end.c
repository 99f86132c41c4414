// SPDX-License-Identifier: GPL-2.0
/*
 * reap_end.c - ends an orphan that was found due, and says so.
 */
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "account.h"
#include "netns.h"
#include "orphan.h"
#include "reap.h"
#include "reaped.h"
#include "watch.h"

/* More of them are the same story for the log. */
#define QUIET_NS	(60 * NSEC_PER_SEC)

/**
 * struct last_check - what still_due() is told, and tells
 * @cn: census of the namespace
 * @due: what was found
 * @reaped: to be reported when it is ended
 * @passed: it is to be ended
 */
struct last_check {
	struct census_net *cn;
	const struct census_reap_due *due;
	struct census_reaped reaped;
	bool passed;
};

/* With the socket's lock held, and then nothing happens until it is ended. */
static bool still_due(struct sock *sk, void *arg)
{
	struct last_check *check = arg;
	const struct census_reap_due *due = check->due;
	struct census_net *cn = check->cn;
	enum census_watch_result result;
	struct census_watch watch = {};

	if (census_reap_setting(cn, CENSUS_REAP_MODE) != CENSUS_REAP_END ||
	    !census_account_counting_cn(cn))
		return false;
	/* Settings may be other ones by now. */
	census_reap_ask(cn, &watch);
	result = census_watch_again(&watch, sk, &due->times, due->mark_una);
	if (result != CENSUS_WATCH_STALLED && result != CENSUS_WATCH_OVER_AGE)
		return false;
	check->reaped.kind = result == CENSUS_WATCH_OVER_AGE ?
		CENSUS_OVER_AGE : census_orphan_kind(sk);
	census_reaped_read(&check->reaped, sk);
	check->passed = true;
	WRITE_ONCE(cn->reap.victim, sk);
	return true;
}

static void log_start(struct census_net *cn)
{
	static DEFINE_RATELIMIT_STATE(limit, 60 * HZ, 10);
	bool first = cn->inum == init_net.ns.inum;
	u64 now_ns = ktime_get_ns();
	bool quiet = now_ns < cn->reap.quiet_ns;

	/* Any user may have namespaces, but not hide the host's line. */
	if (!quiet && !first && !__ratelimit(&limit))
		return;
	cn->reap.quiet_ns = now_ns + QUIET_NS;
	if (!quiet)
		pr_info("ending FIN_WAIT1 orphans in netns %u (stalled for %d s; see /proc/net/tcp_census/reaper)\n",
			cn->inum, census_reap_setting(cn, CENSUS_REAP_TIMEOUT_S));
}

static void told(struct census_net *cn, const struct census_reaped *reaped)
{
	log_start(cn);
	census_reaped_report(reaped);
	census_reap_count(cn, CENSUS_REAP_REAPED);
	census_reap_count(cn, CENSUS_REAP_REAPED_KIND + reaped->kind);
}

/**
 * __census_reap_end() - end an orphan, if it is still due
 * @cn: census of its namespace; @run_lock of its reaper is held
 * @due: what was found; the reference is used up
 *
 * Context: process, may sleep.
 * Return: whether it was ended.
 */
bool __census_reap_end(struct census_net *cn, const struct census_reap_due *due)
{
	struct last_check check = {
		.cn = cn,
		.due = due,
		.reaped = {
			.netns = cn->inum,
			.ended = true,
			.times = due->times,
		},
	};
	bool ended;

	lockdep_assert_held(&cn->reap.run_lock);
	ended = census_orphan_end(due->sk, still_due, &check);
	WRITE_ONCE(cn->reap.victim, NULL);
	sock_put(due->sk);
	if (ended)
		told(cn, &check.reaped);
	else
		census_reap_count(cn, check.passed ? CENSUS_REAP_FAILED :
				  CENSUS_REAP_SPARED_LATE);
	return ended;
}
