// SPDX-License-Identifier: GPL-2.0
/*
 * buckets.c - the hash table of table.c: which record belongs to an address.
 *
 * Not the kernel's rhashtable: that takes twice the memory at times (its table
 * is a power of two of pointers with a header in front), looks up records that
 * must outlive a grace period, and costs two thirds more. Here there is a
 * bucket for each record, and a few more, and all of it happens under a
 * bucket's lock, so that who takes a record out may free it.
 *
 * Linear hashing (Litwin 1980): the table grows by one bucket at a time, by
 * whom adds a record, and shrinks in a worker. With n buckets, 2^k <= n < 2^(k+1),
 * bucket n is made by splitting bucket n - 2^k; an address is in the bucket that
 * k + 1 bits of its hash say, or k bits where there is no such bucket yet.
 *
 * Buckets come by the page, and pages are found by a directory of two levels.
 * Who looks for a bucket is a reader of RCU and takes its lock; if meanwhile it
 * is not his any more, for the table grew or shrank, he looks again. A page is
 * freed a grace period after its last bucket is out of use.
 *
 * A bucket is a pointer to its first record; bit 0 is its lock, as in
 * list_bl.h, without the pointer back that costs each record 8 bytes.
 */
#include <linux/atomic.h>
#include <linux/processor.h>	/* which bit_spinlock.h forgot */
#include <linux/bit_spinlock.h>
#include <linux/bitops.h>
#include <linux/bottom_half.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "buckets.h"
#include "fail.h"
#include "table.h"

#define IN_PAGE_BITS	9
#define IN_PAGE		BIT(IN_PAGE_BITS)
#define SHELF_BITS	9
#define SHELF		BIT(SHELF_BITS)		/* pages */
#define SHELVES		(CENSUS_BUCKETS_MAX >> (IN_PAGE_BITS + SHELF_BITS))

#define LEAST		512U		/* buckets */
#define SPLITS		32		/* together: all lookups read how many there are */
#define BATCH		64		/* of merges, without letting others have the CPU */
#define SHRINK_WAIT	HZ

#define LOCK_BIT	0
#define LOCKED		BIT(LOCK_BIT)

/**
 * struct shelf - the upper level's entry
 * @page: of buckets; NULL beyond the last
 */
struct shelf {
	unsigned long *page[SHELF];
};

static struct shelf *shelves[SHELVES];

/* Published after their pages, and while the buckets that change are locked. */
static unsigned int buckets __read_mostly;

static atomic_t records ____cacheline_aligned_in_smp = ATOMIC_INIT(0);

/*
 * Protects: @buckets, @shelves, @shrinking. Ordering: outside the buckets'
 * locks, of which its owner takes two, the lower one first; inside all else.
 * Taken with BH off.
 */
static DEFINE_SPINLOCK(resize_lock);

/* A worker is at it: nobody grows, for pages are about to be freed. */
static bool shrinking;

static u32 hash(const void *obj)
{
	return hash_64((unsigned long)obj, 32);
}

/* Of @n buckets. */
static unsigned int place(u32 hash, unsigned int n)
{
	u32 mask = (2U << __ilog2_u32(n - 1)) - 1;
	u32 i = hash & mask;

	return i < n ? i : i & (mask >> 1);
}

static unsigned long *bucket_at(unsigned int i)
{
	struct shelf *shelf = shelves[i >> (IN_PAGE_BITS + SHELF_BITS)];

	return &shelf->page[(i >> IN_PAGE_BITS) % SHELF][i % IN_PAGE];
}

static void lock(unsigned long *bucket)
	__acquires(bitlock)
{
	bit_spin_lock(LOCK_BIT, bucket);
}

static void unlock(unsigned long *bucket)
	__releases(bitlock)
{
	__bit_spin_unlock(LOCK_BIT, bucket);
}

/* The caller is a reader of RCU, and BH are off. */
static __always_inline unsigned long *lock_bucket_of(const void *obj)
	__acquires(bitlock)
{
	u32 h = hash(obj);
	unsigned long *bucket;
	unsigned int n, now;

	for (;;) {
		n = smp_load_acquire(&buckets);	/* before shelves and pages */
		bucket = bucket_at(place(h, n));
		lock(bucket);
		now = READ_ONCE(buckets);
		if (likely(now == n || place(h, now) == place(h, n)))
			return bucket;
		unlock(bucket);
	}
}

static struct census_record *first(const unsigned long *bucket)
{
	return (struct census_record *)(READ_ONCE(*bucket) & ~LOCKED);
}

/* The bucket is locked, and stays so. */
static void set_first(unsigned long *bucket, struct census_record *rec)
{
	WRITE_ONCE(*bucket, (unsigned long)rec | LOCKED);
}

static struct census_record *find(const unsigned long *bucket, const void *obj)
{
	struct census_record *rec = first(bucket);

	while (rec && rec->obj != obj)
		rec = rec->next;
	return rec;
}

static void push(unsigned long *bucket, struct census_record *rec)
{
	rec->next = first(bucket);
	set_first(bucket, rec);
}

/* Return: whether it was there. */
static bool unlink(unsigned long *bucket, struct census_record *rec)
{
	struct census_record *prev = first(bucket);

	if (prev == rec) {
		set_first(bucket, rec->next);
		return true;
	}
	while (prev && prev->next != rec)
		prev = prev->next;
	if (prev)
		prev->next = rec->next;
	return prev;
}

/* Those that belong to another one of @n buckets, which is locked, too. */
static void move_some(unsigned long *from, unsigned long *to, unsigned int i,
		      unsigned int n)
{
	struct census_record *rec = first(from), *next;

	set_first(from, NULL);
	for (; rec; rec = next) {
		next = rec->next;
		push(place(hash(rec->obj), n) == i ? to : from, rec);
	}
}

/* Return: the bucket from which bucket @i is made. */
static unsigned int parent(unsigned int i)
{
	return i - rounddown_pow_of_two(i);
}

static void set_buckets(unsigned int n)
{
	/* Pages and their content before the number that makes them used. */
	smp_store_release(&buckets, n);
}

static void split(void)
	__must_hold(&resize_lock)
{
	unsigned int i = buckets;
	unsigned long *from = bucket_at(parent(i)), *to = bucket_at(i);

	lock(from);
	lock(to);
	move_some(from, to, i, i + 1);
	set_buckets(i + 1);
	unlock(to);
	unlock(from);
}

static void merge(void)
	__must_hold(&resize_lock)
{
	unsigned int i = buckets - 1;
	unsigned long *to = bucket_at(parent(i)), *from = bucket_at(i);

	lock(to);
	lock(from);
	move_some(from, to, parent(i), i);
	set_buckets(i);
	unlock(from);
	unlock(to);
}

static void *new_page(gfp_t gfp)
{
	BUILD_BUG_ON(sizeof(struct shelf) != IN_PAGE * sizeof(long));
	return kzalloc(sizeof(struct shelf), gfp);
}

/* Return: false when there is no memory for bucket @i. */
static bool have_room(unsigned int i, gfp_t gfp)
{
	struct shelf **shelf = &shelves[i >> (IN_PAGE_BITS + SHELF_BITS)];
	unsigned long **page;

	if (!*shelf)
		*shelf = new_page(gfp);
	if (!*shelf)
		return false;
	page = &(*shelf)->page[(i >> IN_PAGE_BITS) % SHELF];
	if (!*page)
		*page = new_page(gfp);
	return *page;
}

/* Where that fails chains get longer, and the next one tries again. */
static noinline void grow(void)
{
	unsigned int n;

	if (!spin_trylock(&resize_lock))
		return;
	for (n = 0; n < SPLITS && !shrinking && buckets < CENSUS_BUCKETS_MAX; n++) {
		if (census_fail_now() ||
		    !have_room(buckets, GFP_NOWAIT | __GFP_NOWARN))
			break;
		split();
	}
	spin_unlock(&resize_lock);
}

/* More than one for each record, or it would grow again at once. */
static unsigned int enough(void)
{
	unsigned int n = census_buckets_records();

	return max(LEAST, n + n / 4);
}

/* Return: whether there is more to do. */
static bool merge_some(void)
{
	unsigned int n;

	spin_lock_bh(&resize_lock);
	shrinking = true;
	for (n = 0; n < BATCH && buckets > enough(); n++)
		merge();
	spin_unlock_bh(&resize_lock);
	return n == BATCH;
}

static void free_pages_from(unsigned int i)
{
	unsigned long **page;
	struct shelf *shelf;

	for (i = round_up(i, IN_PAGE); i < CENSUS_BUCKETS_MAX; i += IN_PAGE) {
		shelf = shelves[i >> (IN_PAGE_BITS + SHELF_BITS)];
		page = shelf ? &shelf->page[(i >> IN_PAGE_BITS) % SHELF] : NULL;
		if (!page || !*page)
			return;
		kfree(*page);
		*page = NULL;
		cond_resched();
	}
}

static void shrink(struct work_struct *work)
{
	while (merge_some())
		cond_resched();
	/* Somebody may be about to lock a bucket that is none any more. */
	synchronize_rcu();
	free_pages_from(buckets);
	spin_lock_bh(&resize_lock);
	shrinking = false;
	spin_unlock_bh(&resize_lock);
}

static DECLARE_DELAYED_WORK(shrink_work, shrink);

static bool too_many(unsigned int n)
{
	return unlikely(n < READ_ONCE(buckets) / 2 &&
			READ_ONCE(buckets) > LEAST);
}

/**
 * census_buckets_find() - the record of an object
 * @obj: the object
 *
 * Context: BH off, RCU.
 * Return: the record, or NULL.
 */
struct census_record *census_buckets_find(const void *obj)
{
	unsigned long *bucket = lock_bucket_of(obj);
	struct census_record *rec = find(bucket, obj);

	unlock(bucket);
	return rec;
}

/* Return: the one that is there already. */
static struct census_record *put(struct census_record *rec)
{
	unsigned long *bucket = lock_bucket_of(rec->obj);
	struct census_record *old = find(bucket, rec->obj);

	if (likely(!old))
		push(bucket, rec);
	unlock(bucket);
	return old;
}

/* Return: whether it was there. */
static bool take(struct census_record *rec)
{
	unsigned long *bucket = lock_bucket_of(rec->obj);
	bool found = unlink(bucket, rec);

	unlock(bucket);
	return found;
}

/**
 * census_buckets_add() - put a record into the table
 * @rec: the record, with @rec->obj set
 *
 * Context: BH off, RCU.
 * Return: NULL; or the record of that address that is there already, and
 * nothing was done.
 */
struct census_record *census_buckets_add(struct census_record *rec)
{
	struct census_record *old = put(rec);

	if (unlikely(old))
		return old;
	if (unlikely(atomic_inc_return(&records) > READ_ONCE(buckets)))
		grow();
	return NULL;
}

/**
 * census_buckets_move() - a record is that of another object now
 * @rec: the record, which nobody else adds, moves or takes out meanwhile
 * @obj: the object
 *
 * Context: BH off, RCU.
 * Return: true; false when there was a record of that address already. Then
 * @rec is not in the table any more.
 */
bool census_buckets_move(struct census_record *rec, const void *obj)
{
	take(rec);
	rec->obj = obj;
	if (likely(!put(rec)))
		return true;
	atomic_dec(&records);
	return false;
}

/**
 * census_buckets_del() - take a record out of the table
 * @rec: the record; it need not be there
 *
 * Context: BH off, RCU.
 */
void census_buckets_del(struct census_record *rec)
{
	if (likely(take(rec)) && too_many(atomic_dec_return(&records)))
		queue_delayed_work(system_dfl_wq, &shrink_work, SHRINK_WAIT);
}

/**
 * census_buckets_records() - how many records there are
 *
 * Context: any.
 * Return: their number.
 */
unsigned int census_buckets_records(void)
{
	return atomic_read(&records);
}

/**
 * census_buckets_count() - how many buckets there are
 *
 * Context: any.
 * Return: their number.
 */
unsigned int census_buckets_count(void)
{
	return READ_ONCE(buckets);
}

/**
 * census_buckets_bytes() - the memory of all buckets
 *
 * Context: any.
 * Return: bytes, by whole pages; not those that a worker is about to free.
 */
size_t census_buckets_bytes(void)
{
	size_t n = READ_ONCE(buckets);

	return round_up(n, IN_PAGE) * sizeof(long) +
	       DIV_ROUND_UP(n, IN_PAGE * SHELF) * sizeof(struct shelf);
}

static void free_all(void)
{
	unsigned int i;

	free_pages_from(0);
	for (i = 0; i < SHELVES; i++) {
		kfree(shelves[i]);
		shelves[i] = NULL;
	}
}

/**
 * census_buckets_init() - make an empty table
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int census_buckets_init(void)
{
	unsigned int i;

	for (i = 0; i < LEAST; i += IN_PAGE) {
		if (!have_room(i, GFP_KERNEL)) {
			free_all();
			return -ENOMEM;
		}
	}
	set_buckets(LEAST);
	return 0;
}

/**
 * census_buckets_exit() - free the table, which is empty and not used any more
 *
 * Context: process.
 */
void census_buckets_exit(void)
{
	cancel_delayed_work_sync(&shrink_work);
	free_all();
}
