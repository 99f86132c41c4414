/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table.h - one record per live connection, found by its object's address.
 */
#ifndef _CENSUS_TABLE_H
#define _CENSUS_TABLE_H

#include <linux/limits.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct census_net;

/* What is known of a record's stay in its state. */
#define CENSUS_UNSEEN	1	/* nobody saw it begin: no dwell */
#define CENSUS_OVERDUE	2	/* past its timeout, counted in overdue */
#define CENSUS_EXCEEDED	4	/* once was, counted in exceeded */
#define CENSUS_GONE	8	/* in no list any more, somebody frees it */

/* What reap.c found out about a record in FIN_WAIT1. */
#define CENSUS_WATCHED	16	/* an orphan; @mark_ms and @mark_una are set */
#define CENSUS_REPORTED	32	/* would have been ended, was reported */
#define CENSUS_PROGRESS	64	/* counted in spared_progress */
#define CENSUS_KEPT	128	/* counted in spared_owned or spared_mptcp */

/* @orphan_s goes up to 194 days. */
#define CENSUS_ORPHAN_BITS	24

/* In a list of the namespace, which had none for each CPU yet. */
#define CENSUS_NO_CPU	U16_MAX

/**
 * struct census_record - what the census remembers of one connection
 * @next: the next in its bucket, whose lock protects it and @obj
 * @link: place in the list of @cn, @cpu and @state, see fifo.h
 * @rcu: instead of @link once the record is out of both
 * @obj: full socket, request socket or timewait minisock. While the record is
 *	in a list, and the list's lock is held, the object is not freed.
 * @cn: census of its namespace
 * @since_ns: when it came into @state, by ktime_get_ns()
 * @orphan_s: how many seconds after @since_ns it was last seen to have an owner;
 *	0 for never. FIN_WAIT1 only, like @mark_ms and @mark_una: see watch.c
 * @slot: where it is counted by its port, 0 for nowhere: see ports.c
 * @mark_ms: when progress was last seen, by the milliseconds of that clock
 * @mark_una: snd_una then
 * @cpu: whose list holds it, or %CENSUS_NO_CPU
 * @state: an enum census_state
 * @flags: CENSUS_UNSEEN and so on
 *
 * Events of one object follow each other (its lock, or its last reference, sees
 * to that), so a record belongs to the event that found it, which frees it. But
 * when the object's namespace is dying, or track became 0, somebody may come by
 * the lists and take it out: then whoever sets %CENSUS_GONE frees it, and the
 * latter a grace period later. All but @next change only under the list's lock,
 * for timeout.c and oldest.c come by the lists.
 */
struct census_record {
	struct census_record *next;
	union {
		struct list_head link;
		struct rcu_head rcu;
	};
	const void *obj;
	struct census_net *cn;
	u64 since_ns;
	u32 orphan_s : CENSUS_ORPHAN_BITS;
	u32 slot : 8;
	u32 mark_ms;
	u32 mark_una;
	u16 cpu;
	u8 state;
	u8 flags;
};

/**
 * struct census_table_stats - how full the table is
 * @records: in it now
 * @max_tracked: its limit
 * @buckets: of the hash table
 * @bytes: all of it
 * @full: records refused because the limit was reached
 * @failed: records refused because memory was short
 * @stale: records whose object had gone without a word; should be 0
 */
struct census_table_stats {
	u64 records;
	u64 max_tracked;
	u64 buckets;
	u64 bytes;
	u64 full;
	u64 failed;
	u64 stale;
};

extern int census_table_track;
extern int census_table_max;
extern int census_table_limit;

extern bool census_table_draining;
extern bool census_table_off;
void census_table_drain(bool on);
void census_table_disuse(void);
struct census_record *census_table_new(bool must);
void census_table_discard(struct census_record *rec);
struct census_record *census_table_insert(struct census_record *rec);
bool census_table_rekey(struct census_record *rec, const void *obj);
void census_table_remove(struct census_record *rec);
void census_table_remove_rcu(struct census_record *rec);
void census_table_read(struct census_table_stats *stats);
int census_table_init(void);
void census_table_exit(void);

/**
 * census_table_unused() - is nobody tracked, and is there no record left?
 *
 * Context: any.
 * Return: true if so: then there is nothing to look for.
 */
static inline bool census_table_unused(void)
{
	return READ_ONCE(census_table_off);
}

#endif
