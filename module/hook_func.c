// SPDX-License-Identifier: GPL-2.0
/*
 * hook_func.c - attaches to kernel functions through ftrace.
 *
 * ftrace itself, not a kprobe on top of it: a kprobe is skipped while another
 * kprobe's handler runs on the CPU, so a softirq that interrupts somebody's
 * bpftrace one-liner would lose events, and a lost event is a gauge that is
 * wrong forever. Kprobes only tell us where the functions are; they are never
 * armed.
 *
 * The functions that matter to one kind of minisock form a group. Half a group
 * would count in without counting out, so a group that is not whole is left
 * out, and its states say that they are inexact.
 */
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/printk.h>

#include "account.h"
#include "cost.h"
#include "hook_func.h"

/* Places of the table by address: a power of two, and never full. */
#define PLACE_BITS	6
#define PLACES		BIT(PLACE_BITS)

static struct census_hits __percpu *hits;

/* Hooked functions by address: at its hash, or in the next places. */
static struct place {
	unsigned long ip;
	struct census_func *func;
} places[PLACES] __ro_after_init;

static unsigned int place_of(unsigned long ip)
{
	return hash_long(ip, PLACE_BITS);
}

static void remember(struct census_func *func)
{
	unsigned int i = place_of(func->ip);

	while (places[i].ip)
		i = (i + 1) % PLACES;
	places[i] = (struct place) { func->ip, func };
}

static __always_inline struct census_func *func_at(unsigned long ip)
{
	unsigned int i = place_of(ip);

	while (places[i].ip != ip) {
		if (unlikely(!places[i].ip))
			return NULL;
		i = (i + 1) % PLACES;
	}
	return places[i].func;
}

/*
 * Needs no protection from recursion: no handler calls a function that is
 * hooked. A softirq that interrupts one, or that runs when it turns bottom
 * halves on again, has events of its own.
 */
static void notrace entered(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	struct census_func *func = func_at(ip);
	u64 begin = census_cost_begin();

	if (unlikely(!func))
		return;
	census_hooks_enter();
	this_cpu_inc(func->hook.hits->hits);
	func->handler(regs);
	census_cost_end(func->hook.hits, begin);
	census_hooks_leave();
}

static struct ftrace_ops ops = {
	.func	= entered,
	/* Nobody may switch us off behind our back (kernel.ftrace_enabled). */
	.flags	= FTRACE_OPS_FL_PERMANENT | CENSUS_FTRACE_OPS_FL_ARGS,
};

static unsigned long address_of(const char *name)
{
	struct kprobe kp = {
		.symbol_name	= name,
		.flags		= KPROBE_FLAG_DISABLED,
	};
	unsigned long addr;

	if (!name || register_kprobe(&kp) < 0)
		return 0;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

static void locate(struct census_func *h)
{
	if (census_hooks_skipped(h->hook.name) ||
	    (h->old_name && census_hooks_skipped(h->old_name)))
		return;
	h->ip = address_of(h->hook.name);
	if (!h->ip && h->old_name) {
		h->ip = address_of(h->old_name);
		if (h->ip)
			h->hook.name = h->old_name;
	}
	if (h->ip && ftrace_set_filter_ip(&ops, h->ip, 0, 0))
		h->ip = 0;
}

static bool whole(enum census_group group)
{
	unsigned int i;

	for (i = 0; i < census_hook_mini_nr; i++)
		if (census_hook_mini_funcs[i].group == group && !census_hook_mini_funcs[i].ip)
			return false;
	return true;
}

static void leave_out(enum census_group group)
{
	unsigned int i;

	for (i = 0; i < census_hook_mini_nr; i++) {
		if (census_hook_mini_funcs[i].group != group || !census_hook_mini_funcs[i].ip)
			continue;
		ftrace_set_filter_ip(&ops, census_hook_mini_funcs[i].ip, 1, 0);
		census_hook_mini_funcs[i].ip = 0;
	}
}

static const char * const inexact_states[CENSUS_GROUPS] = {
	[CENSUS_GROUP_REQUESTS]	= "SYN_RECV is inexact",
	[CENSUS_GROUP_TIMEWAITS]	= "FIN_WAIT2 and TIME_WAIT are inexact",
	[CENSUS_GROUP_DETAILS]	= "some reasons are inexact",
};

static void report_missing(void)
{
	unsigned int i;

	for (i = 0; i < census_hook_mini_nr; i++)
		if (!census_hook_mini_funcs[i].ip)
			pr_warn("cannot hook %s() in this kernel: %s\n",
				census_hook_mini_funcs[i].hook.name,
				inexact_states[census_hook_mini_funcs[i].group]);
}

static unsigned int locate_all(void)
{
	unsigned int i, found = 0;

	for (i = 0; i < census_hook_mini_nr; i++)
		locate(&census_hook_mini_funcs[i]);
	report_missing();
	census_account_requests = whole(CENSUS_GROUP_REQUESTS);
	census_account_timewaits = whole(CENSUS_GROUP_TIMEWAITS);
	if (!census_account_requests)
		leave_out(CENSUS_GROUP_REQUESTS);
	if (!census_account_timewaits)
		leave_out(CENSUS_GROUP_TIMEWAITS);
	for (i = 0; i < census_hook_mini_nr; i++) {
		if (!census_hook_mini_funcs[i].ip)
			continue;
		remember(&census_hook_mini_funcs[i]);
		found++;
	}
	return found;
}

static void set_attached(bool attached)
{
	unsigned int i;

	for (i = 0; i < census_hook_mini_nr; i++)
		census_hook_mini_funcs[i].hook.attached = attached && census_hook_mini_funcs[i].ip;
}

/**
 * census_hook_func_attach() - attach to the functions that make minisocks
 *
 * What cannot be attached is reported and left out.
 *
 * Context: process; the phase is %CENSUS_OFF.
 * Return: 0, also when nothing could be attached; -ENOMEM.
 */
int census_hook_func_attach(void)
{
	unsigned int i;
	int err;

	hits = __alloc_percpu(sizeof(*hits) * census_hook_mini_nr, sizeof(u64));
	if (!hits)
		return -ENOMEM;
	for (i = 0; i < census_hook_mini_nr; i++)
		census_hook_mini_funcs[i].hook.hits = hits + i;
	if (!locate_all())
		return 0;
	err = register_ftrace_function(&ops);
	if (err) {
		pr_warn("cannot use ftrace (error %d), so SYN_RECV, FIN_WAIT2 and TIME_WAIT are inexact: %s\n",
			err, err == -EBUSY ?
			"set kernel.ftrace_enabled=1 and load the module again" :
			"a kernel with CONFIG_DYNAMIC_FTRACE is needed");
		census_account_requests = false;
		census_account_timewaits = false;
		return 0;
	}
	set_attached(true);
	return 0;
}

/**
 * census_hook_func_detach() - detach from all functions
 *
 * Context: process. unregister_ftrace_function() waits until none is running.
 */
void census_hook_func_detach(void)
{
	if (ops.flags & FTRACE_OPS_FL_ENABLED)
		unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
	set_attached(false);
	free_percpu(hits);
}

/**
 * census_hook_func_count() - number of functions to hook
 *
 * Context: any.
 * Return: the number.
 */
unsigned int census_hook_func_count(void)
{
	return census_hook_mini_nr;
}

/**
 * census_hook_func_at() - one of them
 * @i: below census_hook_func_count()
 *
 * Context: any.
 * Return: the hook.
 */
const struct census_hook *census_hook_func_at(unsigned int i)
{
	return &census_hook_mini_funcs[i].hook;
}
