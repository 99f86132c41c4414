/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ports.h - the population of each local port that is watched.
 */
#ifndef _CENSUS_PORTS_H
#define _CENSUS_PORTS_H

#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "fifo.h"
#include "netns.h"
#include "portlist.h"
#include "table.h"

/**
 * struct census_ports - the ports that a namespace watches
 * @first: the slot of the first port; the others follow. See ports.c
 * @walk: the record that enter_all() looks at next; NULL: none. Written under
 *	the lock of the list that it is in
 * @count: a row for each port, of a number for each state; what this CPU added
 *	to it, modulo 2^32
 * @list: the ports
 */
struct census_ports {
	unsigned int first;
	struct census_record *walk;
	u32 __percpu *count;
	struct census_portlist list;
};

void __census_ports_add(struct census_ports *ports, struct census_record *rec);
void __census_ports_del(struct census_ports *ports,
			const struct census_fifos *fifos,
			struct census_record *rec);
int census_ports_set(struct census_net *cn, const struct census_portlist *list);
void census_ports_read(struct census_net *cn, struct census_portlist *list);
void census_ports_net_free(struct census_net *cn);

/**
 * __census_ports_enter() - a record was put into its state's list
 * @rec: the record, with a slot of 0; the list's lock is held
 *
 * Context: BH off, RCU.
 */
static inline void __census_ports_enter(struct census_record *rec)
{
	struct census_ports *ports = rcu_dereference(rec->cn->ports);

	if (unlikely(ports))
		__census_ports_add(ports, rec);
}

/**
 * __census_ports_leave() - a record is about to be taken out of its state's list
 * @fifos: the lists; their lock is held
 * @rec: the record
 *
 * Context: BH off, RCU.
 */
static inline void __census_ports_leave(const struct census_fifos *fifos,
					struct census_record *rec)
{
	struct census_ports *ports = rcu_dereference(rec->cn->ports);

	if (unlikely(ports))
		__census_ports_del(ports, fifos, rec);
}

#endif
