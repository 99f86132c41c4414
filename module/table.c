// SPDX-License-Identifier: GPL-2.0
/*
 * table.c - one record per live connection, found by its object's address.
 *
 * Bounded by net.tcp_census.max_tracked. Who gets no record is counted all the
 * same and only loses its times.
 *
 * An address has one record at most, which goes before its object is freed,
 * in a namespace that is dying and while counting is off, too. So a record that
 * is there already when an object gets one is stale: its end was not seen.
 * That does not happen; if it does the caller replaces it, and debugfs says how
 * often.
 */
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "fail.h"
#include "table.h"

/* A record, and its share of chains that are 30 to 75 % full. */
#define BYTES_PER_RECORD	(sizeof(struct census_record) + 2 * sizeof(void *))
#define MEMORY_SHARE		64	/* of all memory, by default */
#define LEAST_TRACKED		65536
#define MOST_TRACKED		134217728

/* The largest value of net.tcp_census.max_tracked */
int census_table_limit = MOST_TRACKED;

/* net.tcp_census.max_tracked: most records */
int census_table_max __read_mostly;

/* net.tcp_census.track: does anybody get a record? */
int census_table_track __read_mostly = 1;

static struct kmem_cache *cache;
static struct rhashtable table;
static atomic64_t full;
static atomic64_t failed;
static atomic64_t stale;

/* Objects are 64-byte aligned and scattered; the product's upper half is not. */
static u32 hash(const void *key, u32 len, u32 seed)
{
	return hash_64(*(const unsigned long *)key ^ seed, 32);
}

/* Who looks for another object may pass a record that moves, see census_table_rekey(). */
static int differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct census_record *rec = obj;

	return READ_ONCE(rec->obj) != *(const void * const *)arg->key;
}

static const struct rhashtable_params params = {
	.key_offset		= offsetof(struct census_record, obj),
	.key_len		= sizeof_field(struct census_record, obj),
	.head_offset		= offsetof(struct census_record, node),
	.hashfn			= hash,
	.obj_cmpfn		= differs,
	.min_size		= 4096,
	.automatic_shrinking	= true,
};

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
		   census_table_draining && !atomic_read(&table.nelems));
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
	if (!must && atomic_read(&table.nelems) >= READ_ONCE(census_table_max)) {
		atomic64_inc(&full);
		return NULL;
	}
	/* What is left of the reserves is for packets. */
	if (!census_fail_now())
		rec = kmem_cache_alloc(cache, gfp | __GFP_NOWARN);
	if (!rec)
		atomic64_inc(&failed);
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

static struct census_record *insert(struct census_record *rec)
{
	return rhashtable_lookup_get_insert_fast(&table, &rec->node, params);
}

/* From now on events have to look for it again. */
static noinline struct census_record *insert_must(struct census_record *rec)
{
	struct census_record *old;

	spin_lock(&off_lock);
	WRITE_ONCE(census_table_off, false);
	old = insert(rec);
	spin_unlock(&off_lock);
	return old;
}

/**
 * census_table_insert() - put a record into the table
 * @rec: the record, with @rec->obj set
 *
 * Context: BH off, RCU.
 * Return: NULL; the stale record of that address, which the caller must remove
 * before he tries again; an ERR_PTR() when memory is short.
 */
struct census_record *census_table_insert(struct census_record *rec)
{
	struct census_record *old;

	if (likely(READ_ONCE(census_table_track) && !READ_ONCE(census_table_off)))
		old = insert(rec);
	else
		old = insert_must(rec);
	if (IS_ERR(old))
		atomic64_inc(&failed);
	else if (old)
		atomic64_inc(&stale);
	return old;
}

/**
 * census_table_find() - the record of an object
 * @obj: the object
 *
 * Context: any but NMI, RCU.
 * Return: the record, or NULL.
 */
struct census_record *census_table_find(const void *obj)
{
	return rhashtable_lookup(&table, &obj, params);
}

static int reinsert(struct census_record *rec)
{
	struct census_record *old;

	if (census_fail_now()) {
		atomic64_inc(&failed);
		return -ENOMEM;
	}
	old = census_table_insert(rec);
	if (IS_ERR(old))
		return PTR_ERR(old);
	return old ? -EEXIST : 0;
}

/**
 * census_table_rekey() - the connection of a record moves to another object
 * @rec: the record; its list's lock is held
 * @obj: the object that nobody else knows yet
 *
 * A lookup of another object that passes @rec just then notices that it
 * strayed to another chain, and starts again (rhashtable's nulls markers).
 *
 * Context: BH off, RCU.
 * Return: 0; an error after which @rec is not in the table any more.
 */
int census_table_rekey(struct census_record *rec, const void *obj)
{
	rhashtable_remove_fast(&table, &rec->node, params);
	WRITE_ONCE(rec->obj, obj);
	return reinsert(rec);
}

/**
 * census_table_remove() - take a record out of the table and free it
 * @rec: the record, in no list any more; it need not be in the table
 *
 * Context: any but hard interrupt and NMI.
 */
void census_table_remove(struct census_record *rec)
{
	rhashtable_remove_fast(&table, &rec->node, params);
	call_rcu(&rec->rcu, free_rcu);
}

static u64 buckets(void)
{
	u64 n;

	rcu_read_lock();
	n = rht_dereference_rcu(table.tbl, &table)->size;
	rcu_read_unlock();
	return n;
}

/**
 * census_table_read() - how full the table is
 * @stats: filled
 *
 * Context: any but NMI.
 */
void census_table_read(struct census_table_stats *stats)
{
	stats->records = atomic_read(&table.nelems);
	stats->max_tracked = READ_ONCE(census_table_max);
	stats->buckets = buckets();
	stats->bytes = stats->records * sizeof(struct census_record) +
		       stats->buckets * sizeof(void *);
	stats->full = atomic64_read(&full);
	stats->failed = atomic64_read(&failed);
	stats->stale = atomic64_read(&stale);
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
	census_table_max = default_max();
	cache = kmem_cache_create("tcp_census_record",
				  sizeof(struct census_record), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	err = rhashtable_init(&table, &params);
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
	rhashtable_destroy(&table);
	rcu_barrier();
	kmem_cache_destroy(cache);
}
