// SPDX-License-Identifier: GPL-2.0
/*
 * ports.c - the population of each local port that is watched.
 *
 * A record remembers in which slot it is counted, and is counted there from
 * being put into a list until it is taken out: what is subtracted is what was
 * added, whatever has become of the socket's port meanwhile. Both happen under
 * the list's lock, each on the CPU that it is on.
 *
 * Other ports are a new struct census_ports: the pointer is exchanged, then
 * every list is walked. Who is in a list that was not walked yet may be counted
 * in the old one, which nobody reads any more; who is put into a list later
 * sees the new pointer under that list's lock, and counts there. The slots of
 * one are 1 to 64, those of the next 65 to 128, so a slot says whether its
 * record is counted in the new one. When the slots are used again every record
 * has been walked, or put into a list, in between.
 *
 * With no port watched nothing is done with slots but to clear them.
 */
#include <linux/build_bug.h>
#include <linux/ctype.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "fail.h"
#include "peek.h"
#include "ports.h"
#include "proc.h"

/* Records walked without letting others have the lock. */
#define BATCH		64

static bool is_counted(const struct census_ports *ports,
		       const struct census_record *rec)
{
	return rec->slot >= ports->first &&
	       rec->slot < ports->first + ports->list.n;
}

static void count(struct census_ports *ports, const struct census_record *rec,
		  u32 n)
{
	this_cpu_add(ports->count[(rec->slot - ports->first) * CENSUS_STATES +
				  rec->state], n);
}

/* All objects begin with a sock_common. 0 while a socket has no port. */
static u16 port_of(const struct census_record *rec)
{
	const struct sock *sk = rec->obj;

	return census_peek(sk->sk_num);
}

/**
 * __census_ports_add() - count a record, if its port is watched
 * @ports: the ports of its namespace
 * @rec: the record, with a slot of 0; its list's lock is held
 *
 * Context: BH off.
 */
void __census_ports_add(struct census_ports *ports, struct census_record *rec)
{
	int at = census_portlist_find(&ports->list, port_of(rec));

	if (at < 0)
		return;
	rec->slot = ports->first + at;
	count(ports, rec, 1);
}

/**
 * __census_ports_del() - a record is about to leave its list
 * @ports: the ports of its namespace
 * @fifos: the lists; their lock is held
 * @rec: the record
 *
 * Context: BH off.
 */
void __census_ports_del(struct census_ports *ports,
			const struct census_fifos *fifos,
			struct census_record *rec)
{
	/* Of another list it cannot be. */
	if (unlikely(READ_ONCE(ports->walk) == rec))
		WRITE_ONCE(ports->walk,
			   __census_fifo_next(&fifos->state[rec->state], rec));
	if (is_counted(ports, rec))
		count(ports, rec, -1);
}

static void __visit(struct census_ports *ports, struct census_record *rec)
{
	if (is_counted(ports, rec))
		return;
	rec->slot = 0;
	__census_ports_add(ports, rec);
}

/* Return: whether there may be more. */
static bool __enter_some(struct census_ports *ports,
			 const struct census_fifo *fifo)
{
	struct census_record *rec;
	unsigned int n;

	for (n = 0; n < BATCH; n++) {
		rec = ports->walk;
		if (!rec)
			return false;
		WRITE_ONCE(ports->walk, __census_fifo_next(fifo, rec));
		__visit(ports, rec);
	}
	return true;
}

static void enter_list(struct census_ports *ports, struct census_fifos *fifos,
		       enum census_state state)
{
	const struct census_fifo *fifo = &fifos->state[state];
	bool first = true, more;

	do {
		spin_lock_bh(&fifos->lock);
		if (first)
			WRITE_ONCE(ports->walk, fifo->first);
		more = __enter_some(ports, fifo);
		spin_unlock_bh(&fifos->lock);
		first = false;
		cond_resched();
	} while (more);
}

static void enter_all(struct census_net *cn, struct census_ports *ports)
{
	struct census_fifos *fifos;
	unsigned int state;
	int cpu;

	/* @ports is seen by all before we look whether there are lists for
	 * each CPU.
	 */
	smp_mb();
	for_each_census_fifos(fifos, cn, cpu)
		for (state = 0; state < CENSUS_STATES; state++)
			enter_list(ports, fifos, state);
}

static void destroy(struct census_ports *ports)
{
	if (!ports)
		return;
	free_percpu(ports->count);
	kfree(ports);
}

/* By a root of a namespace only, perhaps: his memory. */
static struct census_ports *make(const struct census_portlist *list)
{
	size_t row = CENSUS_STATES * sizeof(u32);
	struct census_ports *ports;

	BUILD_BUG_ON(2 * CENSUS_PORTS_MAX > U8_MAX);
	if (census_fail_now())
		return NULL;
	ports = kzalloc(sizeof(*ports), GFP_KERNEL_ACCOUNT);
	if (!ports)
		return NULL;
	ports->list = *list;
	ports->count = __alloc_percpu_gfp(list->n * row, __alignof__(u32),
					  GFP_KERNEL_ACCOUNT);
	if (ports->count)
		return ports;
	kfree(ports);
	return NULL;
}

/* Of slots that the present one has not. */
static void install(struct census_net *cn, struct census_ports *ports)
{
	if (!ports) {
		rcu_assign_pointer(cn->ports, NULL);
		return;
	}
	ports->first = 1 + (cn->ports_made++ % 2) * CENSUS_PORTS_MAX;
	rcu_assign_pointer(cn->ports, ports);
	enter_all(cn, ports);
}

static struct census_ports *ports_of(struct census_net *cn)
{
	return rcu_dereference_protected(cn->ports,
					 lockdep_is_held(&cn->set_lock));
}

/**
 * census_ports_set() - watch other ports, also for those who are there already
 * @cn: census of a namespace that is alive
 * @list: the ports
 *
 * Context: process. Cost: the connections of the namespace.
 * Return: 0, -EINTR or -ENOMEM.
 */
int census_ports_set(struct census_net *cn, const struct census_portlist *list)
{
	struct census_ports *ports = NULL, *old;

	if (list->n) {
		ports = make(list);
		if (!ports)
			return -ENOMEM;
	}
	if (mutex_lock_interruptible(&cn->set_lock)) {
		destroy(ports);
		return -EINTR;
	}
	old = ports_of(cn);
	install(cn, ports);
	mutex_unlock(&cn->set_lock);
	if (old)
		synchronize_rcu();
	destroy(old);
	return 0;
}

/**
 * census_ports_read() - which ports are watched?
 * @cn: census of a namespace
 * @list: filled
 *
 * Context: process.
 */
void census_ports_read(struct census_net *cn, struct census_portlist *list)
{
	const struct census_ports *ports;

	rcu_read_lock();
	ports = rcu_dereference(cn->ports);
	if (ports)
		*list = ports->list;
	else
		list->n = 0;
	rcu_read_unlock();
}

/**
 * census_ports_net_free() - free what a namespace has
 * @cn: its census; no hook uses it any more
 *
 * Context: process.
 */
void census_ports_net_free(struct census_net *cn)
{
	destroy(rcu_dereference_protected(cn->ports, true));
	RCU_INIT_POINTER(cn->ports, NULL);
}

static void show_heading(struct seq_file *seq)
{
	unsigned int state;
	const char *c;

	seq_printf(seq, "%-5s", "port");
	for (state = 0; state < CENSUS_STATES; state++) {
		seq_putc(seq, ' ');
		for (c = census_state_names[state]; *c; c++)
			seq_putc(seq, tolower(*c));
	}
	seq_putc(seq, '\n');
}

/* Below zero for a moment when one moves while it is read. */
static s32 population(const struct census_ports *ports, unsigned int at)
{
	u32 n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += READ_ONCE(per_cpu_ptr(ports->count, cpu)[at]);
	return max_t(s32, n, 0);
}

static void show_port(struct seq_file *seq, const struct census_ports *ports,
		      unsigned int i)
{
	unsigned int state;

	seq_printf(seq, "%-5u", ports->list.port[i]);
	for (state = 0; state < CENSUS_STATES; state++)
		seq_printf(seq, " %*d", (int)strlen(census_state_names[state]),
			   population(ports, i * CENSUS_STATES + state));
	seq_putc(seq, '\n');
}

/**
 * census_ports_show() - the file "ports"
 * @seq: where to
 * @v: not used
 *
 * Not while it is being made. Context: process. Cost: ports times CPUs.
 * Return: 0 or -ERESTARTSYS.
 */
int census_ports_show(struct seq_file *seq, void *v)
{
	struct census_net *cn = census_netns(seq_file_single_net(seq));
	const struct census_ports *ports;
	unsigned int i;

	if (mutex_lock_interruptible(&cn->set_lock))
		return -ERESTARTSYS;
	ports = ports_of(cn);
	show_heading(seq);
	for (i = 0; ports && i < ports->list.n; i++)
		show_port(seq, ports, i);
	mutex_unlock(&cn->set_lock);
	return 0;
}
