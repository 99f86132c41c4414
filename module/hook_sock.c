// SPDX-License-Identifier: GPL-2.0
/*
 * hook_sock.c - full sockets: the tracepoint inet_sock_set_state.
 *
 * It is not exported to modules by name, but can be found in the kernel's
 * list. MPTCP, SCTP and DCCP sockets pass it too.
 */
#include <linux/printk.h>
#include <linux/tracepoint.h>
#include <net/sock.h>
#include <trace/events/sock.h>

#include "account.h"
#include "cost.h"
#include "hooks.h"

static DEFINE_PER_CPU(struct census_hits, hits);

struct census_hook census_hook_sock = {
	.name = "inet_sock_set_state",
	.hits = &hits,
};

static struct tracepoint *tp;

static void probe(void *data, const struct sock *sk, const int oldstate,
		  const int newstate)
{
	u64 begin = census_cost_begin();

	if (sk->sk_protocol != IPPROTO_TCP || oldstate == newstate)
		return;
	this_cpu_inc(hits.hits);
	census_hooks_enter();
	/* The socket is ours to look at, not to change. */
	census_account_sock((struct sock *)sk, oldstate, newstate);
	census_cost_end(&hits, begin);
	census_hooks_leave();
}

static void match(struct tracepoint *candidate, void *name)
{
	if (!strcmp(candidate->name, name))
		tp = candidate;
}

/**
 * census_hook_sock_attach() - attach to the tracepoint
 *
 * Context: process.
 * Return: 0, or -ENOENT when the kernel was built without tracepoints.
 */
int census_hook_sock_attach(void)
{
	int err = -ENOENT;

	/* The compiler compares the types here; a change breaks the build. */
	check_trace_callback_type_inet_sock_set_state(probe);

	for_each_kernel_tracepoint(match, (void *)census_hook_sock.name);
	if (tp)
		err = tracepoint_probe_register(tp, probe, NULL);
	if (err) {
		pr_err("no tracepoint %s in this kernel (error %d), so there is nothing to count: a kernel with CONFIG_TRACEPOINTS is needed\n",
		       census_hook_sock.name, err);
		return err;
	}
	census_hook_sock.attached = true;
	return 0;
}

/**
 * census_hook_sock_detach() - detach from the tracepoint
 *
 * Context: process. The caller waits for probes that are still running.
 */
void census_hook_sock_detach(void)
{
	tracepoint_probe_unregister(tp, probe, NULL);
	census_hook_sock.attached = false;
}
