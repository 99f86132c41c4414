// SPDX-License-Identifier: GPL-2.0
/*
 * steps.c - what a connection asks of the table and the lists, step by step.
 *
 * The clock is the time stamp counter: in a guest that counts instructions
 * (boot.sh -i) it is their number. Between two steps others may have the CPU:
 * the worker that shrinks the table; what it takes is @elsewhere.
 */
#include <linux/bottom_half.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/tick.h>
#include <linux/timex.h>

#include "buckets.h"
#include "fifo.h"
#include "scale.h"
#include "table.h"

/* Without letting others have the CPU, like a burst of packets. */
#define BURST	64
/* Divides no power of ten: in this order all come, neighbours far apart. */
#define STRIDE	2654435761UL

static struct census_fifos lists;
static u64 missing;

/* The least that any of the others costs here. */
static void nothing(unsigned long i)
{
	scale_object(i);
}

/* As make_record() in stay.c. */
static void insert(unsigned long i)
{
	struct census_record *rec = census_table_new(true);

	if (!rec)
		return;
	*rec = (struct census_record) {
		.obj = scale_object(i),
		.flags = CENSUS_GONE,
	};
	if (census_table_insert(rec))
		census_table_discard(rec);
	/* By who makes the heir, whatever it costs. */
	scale_cookies[i * SCALE_COOKIES + 1] = scale_cookies[i * SCALE_COOKIES];
}

static void find(unsigned long i)
{
	missing += !census_buckets_find(scale_object(i));
}

static void find_none(unsigned long i)
{
	missing += !!census_buckets_find(scale_stranger(i));
}

static void __enter(struct census_record *rec, enum census_state state)
{
	rec->state = state;
	rec->flags = 0;
	rec->since_ns = ktime_get_ns();
	__census_fifo_add(&lists, rec);
}

static void enter(unsigned long i)
{
	struct census_record *rec = census_buckets_find(scale_object(i));

	if (!rec)
		return;
	spin_lock(&lists.lock);
	__enter(rec, CENSUS_ESTABLISHED);
	spin_unlock(&lists.lock);
}

/* As change() in stay.c. */
static void change(unsigned long i)
{
	struct census_record *rec = census_buckets_find(scale_object(i));

	if (!rec)
		return;
	spin_lock(&lists.lock);
	__census_fifo_del(&lists, rec);
	__enter(rec, CENSUS_FIN_WAIT1);
	spin_unlock(&lists.lock);
}

/* As move() in stay.c, to and fro: two steps. */
static void rekey(unsigned long i)
{
	const void *obj = scale_object(i), *heir = scale_heir(i);
	struct census_record *rec = census_buckets_find(obj);

	if (!rec)
		return;
	spin_lock(&lists.lock);
	census_table_rekey(rec, heir);
	census_table_rekey(rec, obj);
	spin_unlock(&lists.lock);
}

/* As drop() in stay.c. */
static void drop(unsigned long i)
{
	struct census_record *rec = census_buckets_find(scale_object(i));

	if (!rec)
		return;
	spin_lock(&lists.lock);
	__census_fifo_del(&lists, rec);
	spin_unlock(&lists.lock);
	census_table_remove(rec);
}

static const struct {
	const char *name;
	void (*op)(unsigned long i);
} steps[] = {
	{ "nothing", nothing },
	{ "insert", insert },
	{ "find", find },
	{ "find_none", find_none },
	{ "enter", enter },
	{ "change", change },
	{ "rekey_twice", rekey },
	{ "remove", drop },
};

/**
 * struct bill - what a step costs
 * @sum: all of it
 * @worst: the longest, with an interrupt perhaps
 */
struct bill {
	u64 sum;
	u64 worst;
};

static void pay(struct bill *bill, u64 cycles)
{
	bill->sum += cycles;
	bill->worst = max(bill->worst, cycles);
}

/* BH off and RCU, as the hooks have it. */
static void burst(struct bill *bill, void (*op)(unsigned long),
		  unsigned long from, unsigned long n)
{
	unsigned long i, which;
	u64 start;

	rcu_read_lock_bh();
	for (i = from; i < n && i < from + BURST; i++) {
		div64_u64_rem(i * STRIDE, n, (u64 *)&which);
		start = get_cycles();
		op(which);
		pay(bill, get_cycles() - start);
	}
	rcu_read_unlock_bh();
}

static u64 free_memory(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram;
}

/* Without the time in which nobody had anything to do. */
static u64 busy_cycles(void)
{
	u64 idle_us = get_cpu_idle_time_us(smp_processor_id(), NULL);

	return get_cycles() - idle_us * NSEC_PER_USEC;
}

static void take(unsigned int s, unsigned long n)
{
	u64 start = busy_cycles(), pages = free_memory();
	struct census_table_stats stats;
	struct bill bill = {};
	unsigned long i;

	for (i = 0; i < n; i += BURST) {
		burst(&bill, steps[s].op, i, n);
		cond_resched();
	}
	scale_table_settle();
	rcu_barrier();
	start = busy_cycles() - start - bill.sum;
	census_table_read(&stats);
	pr_info("step %s n %lu each %llu worst %llu elsewhere %llu records %llu buckets %llu failed %llu bytes %lld\n",
		steps[s].name, n, div64_u64(bill.sum, n), bill.worst,
		div64_u64(start, n), stats.records, stats.buckets, stats.failed,
		(s64)(pages - free_memory()) * (s64)PAGE_SIZE);
}

/**
 * scale_steps() - take all steps with some connections, and say what they cost
 * @n: how many, a power of ten
 *
 * Context: process.
 * Return: 0, or -ENOENT when the table did not hold them.
 */
int scale_steps(unsigned long n)
{
	unsigned int s;

	spin_lock_init(&lists.lock);
	missing = 0;
	for (s = 0; s < ARRAY_SIZE(steps); s++)
		take(s, n);
	return missing ? -ENOENT : 0;
}
