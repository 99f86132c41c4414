// SPDX-License-Identifier: GPL-2.0
/*
 * handover.c - two CPUs, and connections that move from one to the other.
 *
 * Each CPU changes the state of its connections, again and again. With "own"
 * they stay with it; with "swap" each change is one of the connections that
 * the other CPU had before, the worst that RPS, or a client whose threads move, can do.
 * How often a list's lock is found taken tells what contends, whatever a
 * clock says.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "buckets.h"
#include "fifo.h"
#include "scale.h"
#include "table.h"

#define PARTIES	2
#define ROUNDS	20
#define BURST	64

static struct census_fifos lists[PARTIES];

/**
 * struct party - what one CPU does in a round
 * @first: its first connection; the others are every second after that
 * @n: of all
 * @cpu: where
 * @changes: made
 * @moved: of these, of a connection that the other CPU had
 * @waited: times a lock was taken by the other
 * @done: with the round
 */
struct party {
	unsigned long first;
	unsigned long n;
	u16 cpu;
	u64 changes;
	u64 moved;
	u64 waited;
	struct completion done;
};

static struct party parties[PARTIES];

static void lock(struct party *p, struct census_fifos *fifos)
	__acquires(&fifos->lock)
{
	if (spin_trylock(&fifos->lock))
		return;
	p->waited++;
	spin_lock(&fifos->lock);
}

static void __enter(struct census_record *rec, u16 cpu)
{
	rec->cpu = cpu;
	rec->state = rec->state == CENSUS_ESTABLISHED ?
		CENSUS_FIN_WAIT1 : CENSUS_ESTABLISHED;
	rec->since_ns = ktime_get_ns();
	__census_fifo_add(&lists[cpu], rec);
}

/* As change() in stay.c. */
static void change(struct party *p, struct census_record *rec)
{
	struct census_fifos *from = &lists[rec->cpu], *here = &lists[p->cpu];

	lock(p, from);
	__census_fifo_del(from, rec);
	if (here != from) {
		p->moved++;
		spin_unlock(&from->lock);
		lock(p, here);
	}
	__enter(rec, p->cpu);
	spin_unlock(&here->lock);
	p->changes++;
}

static void burst(struct party *p, unsigned long i)
{
	unsigned long end = min(p->n, i + PARTIES * BURST);
	struct census_record *rec;

	rcu_read_lock_bh();
	for (; i < end; i += PARTIES) {
		rec = census_buckets_find(scale_object(i));
		if (rec)
			change(p, rec);
	}
	rcu_read_unlock_bh();
}

static int take_turn(void *data)
{
	struct party *p = data;
	unsigned long i;

	for (i = p->first; i < p->n; i += PARTIES * BURST) {
		burst(p, i);
		cond_resched();
	}
	complete(&p->done);
	return 0;
}

static int start(struct party *p)
{
	struct task_struct *task = kthread_create(take_turn, p, "scale/%u", p->cpu);

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, p->cpu);
	wake_up_process(task);
	return 0;
}

static int play(bool swap, unsigned int r)
{
	unsigned int i, started = 0;
	int err = 0;

	for (i = 0; i < PARTIES && !err; i++) {
		parties[i].first = swap ? (i + r) % PARTIES : i;
		err = start(&parties[i]);
		started += !err;
	}
	for (i = 0; i < started; i++)
		wait_for_completion(&parties[i].done);
	return err;
}

static int play_all(bool swap, unsigned long n)
{
	struct party all = {};
	unsigned int i, r;
	int err = 0;

	for (i = 0; i < PARTIES; i++) {
		parties[i] = (struct party) { .n = n, .cpu = i };
		init_completion(&parties[i].done);
	}
	for (r = 0; r < ROUNDS && !err; r++)
		err = play(swap, r);
	for (i = 0; i < PARTIES; i++) {
		all.changes += parties[i].changes;
		all.moved += parties[i].moved;
		all.waited += parties[i].waited;
	}
	pr_info("handover %s changes %llu moved %llu waited %llu\n",
		swap ? "swap" : "own", all.changes, all.moved, all.waited);
	return err;
}

static int add(unsigned long i)
{
	struct census_record *rec = census_table_new(true);

	if (!rec)
		return -ENOMEM;
	*rec = (struct census_record) {
		.obj = scale_object(i),
		.cpu = i % PARTIES,
		.state = CENSUS_ESTABLISHED,
	};
	if (census_table_insert(rec)) {
		census_table_discard(rec);
		return -ENOMEM;
	}
	spin_lock(&lists[rec->cpu].lock);
	__census_fifo_add(&lists[rec->cpu], rec);
	spin_unlock(&lists[rec->cpu].lock);
	return 0;
}

static int add_all(unsigned long n)
{
	unsigned long i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		rcu_read_lock_bh();
		err = add(i);
		rcu_read_unlock_bh();
		cond_resched();
	}
	return err;
}

/* Return: how many there were. */
static unsigned long remove_all(struct census_fifos *fifos, unsigned int state)
{
	struct census_record *rec;
	unsigned long n = 0;

	for (;;) {
		rcu_read_lock_bh();
		rec = fifos->state[state].first;
		if (rec) {
			spin_lock(&fifos->lock);
			__census_fifo_del(fifos, rec);
			spin_unlock(&fifos->lock);
			census_table_remove(rec);
		}
		rcu_read_unlock_bh();
		if (!rec)
			return n;
		n++;
		cond_resched();
	}
}

static unsigned long count_and_remove(void)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < PARTIES; i++) {
		n += remove_all(&lists[i], CENSUS_ESTABLISHED);
		n += remove_all(&lists[i], CENSUS_FIN_WAIT1);
	}
	return n;
}

/**
 * scale_handover() - let two CPUs change states of connections
 * @n: how many connections
 *
 * Context: process.
 * Return: 0, -ENOMEM, -ENXIO without two CPUs, -ENOENT when one got lost.
 */
int scale_handover(unsigned long n)
{
	unsigned int i;
	int err;

	if (num_online_cpus() < PARTIES)
		return -ENXIO;
	for (i = 0; i < PARTIES; i++)
		spin_lock_init(&lists[i].lock);
	err = add_all(n);
	if (!err)
		err = play_all(false, n);
	if (!err)
		err = play_all(true, n);
	if (count_and_remove() != n && !err)
		err = -ENOENT;
	return err;
}
