// SPDX-License-Identifier: GPL-2.0
/*
 * idle - how long the first CPU has idled, in /sys/kernel/debug/idle_ns.
 *
 * Without the interrupts that were served meanwhile, and what they led to. The
 * kernel's own account was so until 7.2, which counts by ticks again where
 * one is not stopped. For a machine with one CPU.
 */
#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/tracepoint.h>
#include <trace/events/power.h>

static struct dentry *file;
static struct tracepoint *tp;
static u64 total_ns, since_ns;	/* since: 0 when it does not idle */
static bool halted;		/* from the last instruction to the first one */

static void end(void)
{
	if (since_ns)
		total_ns += ktime_get_mono_fast_ns() - since_ns;
	since_ns = 0;
}

static void begin(void)
{
	since_ns = ktime_get_mono_fast_ns();
}

static void probe(void *data, unsigned int state, unsigned int cpu)
{
	halted = state != (u32)PWR_EVENT_EXIT;
	if (halted)
		begin();
	else
		end();
}

static int irq_enters(struct kprobe *kp, struct pt_regs *regs)
{
	end();
	return 0;
}

/* It is not called when there is something to do. */
static int irq_exits(struct kprobe *kp, struct pt_regs *regs)
{
	if (halted)
		begin();
	return 0;
}

static struct kprobe kprobes[] = {
	{ .symbol_name = "tick_irq_enter", .pre_handler = irq_enters },
	{ .symbol_name = "tick_nohz_irq_exit", .pre_handler = irq_exits },
};

static int tell(void *data, u64 *ns)
{
	*ns = total_ns;
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(fops, tell, NULL, "%llu\n");

static void match(struct tracepoint *candidate, void *name)
{
	if (!strcmp(candidate->name, name))
		tp = candidate;
}

static int attach(void)
{
	int err;

	err = register_kprobe(&kprobes[0]);
	if (err)
		return err;
	err = register_kprobe(&kprobes[1]);
	if (!err)
		err = tracepoint_probe_register(tp, probe, NULL);
	if (err) {
		unregister_kprobe(&kprobes[0]);
		unregister_kprobe(&kprobes[1]);
	}
	return err;
}

static int __init idle_init(void)
{
	int err;

	for_each_kernel_tracepoint(match, "cpu_idle");
	err = tp ? attach() : -ENOENT;
	if (err)
		return err;
	file = debugfs_create_file_unsafe("idle_ns", 0400, NULL, NULL, &fops);
	return 0;
}

static void __exit idle_exit(void)
{
	debugfs_remove(file);
	tracepoint_probe_unregister(tp, probe, NULL);
	tracepoint_synchronize_unregister();
	unregister_kprobe(&kprobes[0]);
	unregister_kprobe(&kprobes[1]);
}

module_init(idle_init);
module_exit(idle_exit);
MODULE_DESCRIPTION("Tells how long the first CPU has idled, for benchmarks");
MODULE_LICENSE("GPL");
