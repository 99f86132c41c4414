// SPDX-License-Identifier: GPL-2.0
/*
 * table.c - one record per live connection, found by its object's address.
 *
 * Bounded by net.tcp_census.max_tracked. Who gets no record is counted all the
 * same and only loses its times. Where a record is found is buckets.c.
 *
 * An address has one record at most, which goes before its object is freed,
 * in a namespace that is dying and while counting is off, too. So a record that
 * is there already when an object gets one is stale: its end was not seen.
 * That does not happen; if it does the caller replaces it, and debugfs says how
 * often.
 */
#include <linux/bottom_half.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "buckets.h"
#include "fail.h"
#include "table.h"

/* A record, and its bucket. */
#define BYTES_PER_RECORD	(sizeof(struct census_record) + sizeof(long))
#define MEMORY_SHARE		64	/* of all memory, by default */
#define LEAST_TRACKED		65536
#define MOST_TRACKED		134217728

/* The largest value of net.tcp_census.max_tracked */
int census_table_limit = MOST_TRACKED;

/* net.tcp_census.max_tracked: most records */
int census_table_max __read_mostly;

/* net.tcp_census.track: does anybody get a record? */
int census_table_track __read_mostly = 1;

static struct kmem_cache *cache __read_mostly;

/* Written where something went wrong, and by nobody else's cache line. */
static struct {
	atomic64_t full;
	atomic64_t failed;
	atomic64_t stale;
} refused ____cacheline_aligned_in_smp;

static void free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(cache, container_of(rcu, struct census_record, rcu));
}

/*
 * Protects: setting @census_table_off and @census_table_draining, against
 * records that the reaper must have meanwhile. Ordering: innermost but for the
 * table's own.
 */
static DEFINE_SPINLOCK(off_lock);

/* track is 0, and all have seen it. */
bool census_table_draining __read_mostly;

/* Likewise, and the table is empty: see census_table_unused(). */
bool census_table_off __read_mostly;

static void __disuse_if_empty(void)
	__must_hold(&off_lock)
{
	WRITE_ONCE(census_table_off,
		   census_table_draining && !census_buckets_records());
}

/**
 * census_table_drain() - from now on only the reaper makes records, or no more
 * @on: which of them; the caller made census_table_track agree if it is true,
 *	and nobody has seen it otherwise, and will if it is false
 *
 * Context: process.
 */
void census_table_drain(bool on)
{
	spin_lock_bh(&off_lock);
	WRITE_ONCE(census_table_draining, on);
	__disuse_if_empty();
	spin_unlock_bh(&off_lock);
}

/**
 * census_table_disuse() - need nobody look into the table any more?
 *
 * Context: any but hard interrupt and NMI.
 */
void census_table_disuse(void)
{
	spin_lock_bh(&off_lock);
	__disuse_if_empty();
	spin_unlock_bh(&off_lock);
}

/**
 * census_table_new() - memory for a record
 * @must: by which much more memory is likely to be freed: no limit applies
 *
 * Context: any but hard interrupt and NMI.
 * Return: a record that is in no table yet; NULL when the table is full or
 * memory is short.
 */
struct census_record *census_table_new(bool must)
{
	gfp_t gfp = must ? GFP_ATOMIC : GFP_NOWAIT;
	struct census_record *rec = NULL;

	if (!must && !READ_ONCE(census_table_track))
		return NULL;
	if (!must && census_buckets_records() >= READ_ONCE(census_table_max)) {
		atomic64_inc(&refused.full);
		return NULL;
	}
	/* What is left of the reserves is for packets. */
	if (!census_fail_now())
		rec = kmem_cache_alloc(cache, gfp | __GFP_NOWARN);
	if (!rec)
		atomic64_inc(&refused.failed);
	return rec;
}

/**
 * census_table_discard() - free a record that never was in the table
 * @rec: the record
 *
 * Context: any but hard interrupt and NMI.
 */
void census_table_discard(struct census_record *rec)
{
	kmem_cache_free(cache, rec);
}

/* From now on events have to look for it again. */
static noinline struct census_record *insert_must(struct census_record *rec)
{
	struct census_record *old;

	spin_lock(&off_lock);
	WRITE_ONCE(census_table_off, false);
	old = census_buckets_add(rec);
	spin_unlock(&off_lock);
	return old;
}

/**
 * census_table_insert() - put a record into the table
 * @rec: the record, with @rec->obj set
 *
 * Context: BH off, RCU.
 * Return: NULL; or the stale record of that address, which the caller must
 * remove before he tries again.
 */
struct census_record *census_table_insert(struct census_record *rec)
{
	struct census_record *old;

	if (likely(READ_ONCE(census_table_track) && !READ_ONCE(census_table_off)))
		old = census_buckets_add(rec);
	else
		old = insert_must(rec);
	if (unlikely(old))
		atomic64_inc(&refused.stale);
	return old;
}

/**
 * census_table_rekey() - the connection of a record moves to another object
 * @rec: the record, not %CENSUS_GONE; its list's lock is held
 * @obj: the object that nobody else knows yet
 *
 * Context: BH off.
 * Return: true; false when there was a stale record of that address. Then @rec
 * is not in the table any more.
 */
bool census_table_rekey(struct census_record *rec, const void *obj)
{
	if (likely(census_buckets_move(rec, obj)))
		return true;
	atomic64_inc(&refused.stale);
	return false;
}

/**
 * census_table_remove() - take a record out of the table and free it
 * @rec: the record, in no list any more, by who set %CENSUS_GONE; it need not
 *	be in the table
 *
 * For the event that it belongs to: see struct census_record.
 *
 * Context: BH off.
 */
void census_table_remove(struct census_record *rec)
{
	census_buckets_del(rec);
	kmem_cache_free(cache, rec);
}

/**
 * census_table_remove_rcu() - likewise, for who came by the lists
 * @rec: the record: an event may have found it just now
 *
 * Context: process.
 */
void census_table_remove_rcu(struct census_record *rec)
{
	local_bh_disable();
	census_buckets_del(rec);
	local_bh_enable();
	call_rcu(&rec->rcu, free_rcu);
}

/**
 * census_table_read() - how full the table is
 * @stats: filled
 *
 * Context: any but NMI.
 */
void census_table_read(struct census_table_stats *stats)
{
	stats->records = census_buckets_records();
	stats->max_tracked = READ_ONCE(census_table_max);
	stats->buckets = census_buckets_count();
	stats->bytes = stats->records * sizeof(struct census_record) +
		       census_buckets_bytes();
	stats->full = atomic64_read(&refused.full);
	stats->failed = atomic64_read(&refused.failed);
	stats->stale = atomic64_read(&refused.stale);
}

static int default_max(void)
{
	u64 bytes = (u64)totalram_pages() << PAGE_SHIFT;

	bytes /= MEMORY_SHARE;
	return clamp_t(u64, bytes / BYTES_PER_RECORD, LEAST_TRACKED,
		       MOST_TRACKED);
}

/**
 * census_table_init() - make an empty table
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int census_table_init(void)
{
	int err;

	/* The promise of the design: at most 64 bytes a connection. */
	BUILD_BUG_ON(sizeof(struct census_record) > 64);
	BUILD_BUG_ON(MOST_TRACKED > CENSUS_BUCKETS_MAX);
	census_table_max = default_max();
	cache = kmem_cache_create("tcp_census_record",
				  sizeof(struct census_record), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	err = census_buckets_init();
	if (err)
		kmem_cache_destroy(cache);
	return err;
}

/**
 * census_table_exit() - free the table, which is empty
 *
 * Context: process. Waits for the records that RCU has yet to free.
 */
void census_table_exit(void)
{
	census_buckets_exit();
	rcu_barrier();
	kmem_cache_destroy(cache);
}
