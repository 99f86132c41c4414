// SPDX-License-Identifier: GPL-2.0
/*
 * seed.c - enters the connections that are older than the module, exactly,
 * while connections open and close all around.
 *
 * Let T be the moment the phase becomes CENSUS_SEEDING. Every connection that
 * exists at T must be counted as present in the state it has at T; events
 * after T do the rest. Two sources tell the state at T, whichever comes first
 * for an object:
 *
 *  - its first event after T: that names the old state;
 *  - the walk over the hash tables: no event yet, so the state is still that
 *    of T.
 *
 * The ledger holds the objects that are accounted for; who enters an object
 * counts it as present, all others leave it alone. An object born after T is
 * entered at birth without being counted. A freed address that comes back
 * belongs to a newborn, so stale entries do no harm. Request sockets carry
 * their own mark instead (account.c).
 *
 * Before the walk we wait for all that was under way at T: RCU for softirqs,
 * tasks RCU for a connect() or listen() that had announced its new state
 * before T but was preempted before it stored that state or hashed the
 * socket: neither sleeps in between. That is why no socket's own lock is
 * needed, and why a socket whose owner sleeps with the lock held cannot stall
 * insmod. After the walk we wait again, for those that had unhashed a socket
 * before the walk came by and had yet to announce it.
 *
 * Where kernels are built without any preemption, tasks RCU is RCU, and a
 * connect() that just then has a long search for a free port, which calls
 * cond_resched(), may be missed.
 *
 * The ledger cannot grow inside an event, so it is made large enough; should
 * it overflow all the same, everything is forgotten and tried again larger.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>	/* net_rwsem */
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "account.h"
#include "netns.h"
#include "seed.h"
#include "stats.h"
#include "stay.h"

#define SEED_TRIES	3
#define SEED_SPARE	65536	/* room for what opens during the walk */
#define LOCK_BITS	8

struct entry {
	const void *obj;
	u32 next;		/* index + 1 of the next in the chain */
	u8 state;		/* in which it was entered */
};

/*
 * Protects: the chains whose hash falls on the lock, and their entries.
 * Ordering: inside any lock of TCP's, outside those of a record.
 */
static spinlock_t locks[1 << LOCK_BITS];

static struct {
	u32 *heads;		/* index + 1 of the first entry of a chain */
	struct entry *pool;
	u32 room;		/* entries in @pool */
	u32 bits;		/* log2 of the chains */
	atomic_t used;		/* entries taken, may exceed @room */
} ledger;

/* One function for every object of a hash chain; its lock is held. */
typedef void (*visit_t)(struct sock *sk);

static u64 visited;

static struct entry *find(const void *obj, u32 chain)
{
	u32 at;

	for (at = ledger.heads[chain]; at; at = ledger.pool[at - 1].next)
		if (ledger.pool[at - 1].obj == obj)
			return &ledger.pool[at - 1];
	return NULL;
}

static struct entry *add(const void *obj, u32 chain, enum census_state state)
{
	u32 at = atomic_inc_return(&ledger.used);
	struct entry *e;

	if (at > ledger.room)
		return NULL;
	e = &ledger.pool[at - 1];
	e->obj = obj;
	e->state = state;
	e->next = ledger.heads[chain];
	ledger.heads[chain] = at;
	return e;
}

static u32 chain_of(const void *obj)
{
	return hash_ptr(obj, ledger.bits);
}

static spinlock_t *lock_of(u32 chain)
{
	return &locks[chain & ((1 << LOCK_BITS) - 1)];
}

/**
 * census_seed_born() - an object came into being after counting began
 * @obj: full socket or timewait minisock
 *
 * Context: any but hard interrupt and NMI, RCU, phase %CENSUS_SEEDING.
 */
void census_seed_born(const void *obj)
{
	u32 chain = chain_of(obj);
	struct entry *e;

	spin_lock_bh(lock_of(chain));
	e = find(obj, chain);
	if (e)	/* of an older object */
		e->state = CENSUS_CLOSE;
	else
		add(obj, chain, CENSUS_CLOSE);
	spin_unlock_bh(lock_of(chain));
}

/**
 * census_seed_known() - account for an object unless that was done
 * @cn: census of its namespace
 * @obj: full socket or timewait minisock
 * @state: the state it had when counting began, if nobody entered it before;
 *	%CENSUS_CLOSE is not counted
 *
 * Context: any but hard interrupt and NMI, RCU, phase %CENSUS_SEEDING.
 * Return: the state in which it was entered, now or before.
 */
enum census_state census_seed_known(struct census_net *cn, const void *obj,
				    enum census_state state)
{
	u32 chain = chain_of(obj);
	struct entry *e;

	spin_lock_bh(lock_of(chain));
	e = find(obj, chain);
	if (e) {
		state = e->state;
	} else if (add(obj, chain, state) && state != CENSUS_CLOSE) {
		census_stats_present(cn, state);
		/* Before anybody else can go on with its next event. */
		census_stay_begin(cn, obj, state, false);
	}
	spin_unlock_bh(lock_of(chain));
	return state;
}

/**
 * census_seed_is_known() - is an object accounted for?
 * @obj: full socket or timewait minisock
 *
 * Context: any but hard interrupt and NMI, RCU, phase %CENSUS_SEEDING.
 * Return: true if so.
 */
bool census_seed_is_known(const void *obj)
{
	u32 chain = chain_of(obj);
	bool known;

	spin_lock_bh(lock_of(chain));
	known = find(obj, chain);
	spin_unlock_bh(lock_of(chain));
	return known;
}

static void visit_count(struct sock *sk)
{
	visited++;
	set_bit(0, &census_netns(sock_net(sk))->asked);
}

static void seed_timewait(struct census_net *cn, struct sock *sk)
{
	int state = census_state_of(READ_ONCE(inet_twsk(sk)->tw_substate));

	if (census_account_timewaits && state >= 0)
		census_seed_known(cn, sk, state);
}

static void seed_request(struct census_net *cn, struct sock *sk)
{
	if (census_account_requests &&
	    census_account_req_seed(cn, inet_reqsk(sk)))
		census_stats_present(cn, CENSUS_SYN_RECV);
}

static void seed_full(struct census_net *cn, struct sock *sk, int state)
{
	if (state >= 0)
		census_seed_known(cn, sk, state);
}

static void visit_seed(struct sock *sk)
{
	struct census_net *cn = census_netns(sock_net(sk));
	int tcp_state = READ_ONCE(sk->sk_state);

	if (READ_ONCE(cn->dead))
		return;
	visited++;
	if (tcp_state == TCP_TIME_WAIT)
		seed_timewait(cn, sk);
	else if (tcp_state == TCP_NEW_SYN_RECV)
		seed_request(cn, sk);
	else
		seed_full(cn, sk, census_state_of(tcp_state));
}

static void walk_connected(struct inet_hashinfo *hashinfo, visit_t visit)
{
	struct hlist_nulls_node *node;
	unsigned int slot;
	struct sock *sk;

	for (slot = 0; slot <= hashinfo->ehash_mask; slot++) {
		struct inet_ehash_bucket *head = &hashinfo->ehash[slot];
		spinlock_t *lock = inet_ehash_lockp(hashinfo, slot);

		cond_resched();
		if (hlist_nulls_empty(&head->chain))
			continue;
		rcu_read_lock();
		spin_lock_bh(lock);
		sk_nulls_for_each(sk, node, &head->chain)
			visit(sk);
		spin_unlock_bh(lock);
		rcu_read_unlock();
	}
}

static void walk_listening(struct inet_hashinfo *hashinfo, visit_t visit)
{
	struct hlist_nulls_node *node;
	unsigned int slot;
	struct sock *sk;

	for (slot = 0; slot <= inet_listen_hash_mask(hashinfo); slot++) {
		struct inet_listen_hashbucket *ilb = &inet_listen_hash(hashinfo)[slot];

		cond_resched();
		if (hlist_nulls_empty(&ilb->nulls_head))
			continue;
		rcu_read_lock();
		spin_lock_bh(&ilb->lock);
		sk_nulls_for_each(sk, node, &ilb->nulls_head)
			visit(sk);
		spin_unlock_bh(&ilb->lock);
		rcu_read_unlock();
	}
}

/*
 * The shared tables once, and those of namespaces that have their own
 * (net.ipv4.tcp_child_ehash_entries); listeners are always in the shared one.
 */
static void walk(visit_t visit)
{
	struct inet_hashinfo *shared = init_net.ipv4.tcp_death_row.hashinfo;
	struct inet_hashinfo *hashinfo;
	struct net *net;

	visited = 0;
	walk_connected(shared, visit);
	walk_listening(shared, visit);
	down_read(&net_rwsem);
	for_each_net(net) {
		hashinfo = net->ipv4.tcp_death_row.hashinfo;
		if (hashinfo && hashinfo != shared)
			walk_connected(hashinfo, visit);
	}
	up_read(&net_rwsem);
}

static void ledger_free(void)
{
	kvfree(ledger.heads);
	kvfree(ledger.pool);
	memset(&ledger, 0, sizeof(ledger));
}

static int ledger_alloc(u64 room)
{
	/* More than that kvmalloc() does not give. */
	ledger.room = min_t(u64, room, INT_MAX / sizeof(struct entry));
	ledger.bits = max(ilog2(ledger.room), LOCK_BITS);
	ledger.heads = kvcalloc(BIT(ledger.bits), sizeof(u32), GFP_KERNEL);
	ledger.pool = kvcalloc(ledger.room, sizeof(struct entry), GFP_KERNEL);
	if (ledger.heads && ledger.pool)
		return 0;
	ledger_free();
	return -ENOMEM;
}

static int seed_once(u64 room)
{
	int err = ledger_alloc(room);

	if (err)
		return err;
	census_account_phase(CENSUS_SEEDING);	/* and wait for softirqs */
	synchronize_rcu_tasks();
	walk(visit_seed);
	/* What was unhashed before the walk has its event behind it, too. */
	synchronize_rcu();
	synchronize_rcu_tasks();
	if (atomic_read(&ledger.used) > ledger.room)
		err = -EAGAIN;
	census_account_phase(err ? CENSUS_OFF : CENSUS_ON);
	ledger_free();
	return err;
}

/**
 * census_seed_run() - start counting, from an exact beginning
 *
 * The hooks are attached. Context: process.
 * Return: 0; -ENOMEM; -EAGAIN when sockets open faster than the ledger grew.
 */
int census_seed_run(void)
{
	unsigned int i;
	int err = -EAGAIN;
	u64 room;

	for (i = 0; i < ARRAY_SIZE(locks); i++)
		spin_lock_init(&locks[i]);
	walk(visit_count);
	census_netns_grow_all();
	room = 2 * visited + SEED_SPARE;
	for (i = 0; err == -EAGAIN && i < SEED_TRIES; i++, room *= 4) {
		census_netns_reset();
		err = seed_once(room);
	}
	return err;
}

/**
 * census_seed_count() - how many objects the walk met
 *
 * Context: any.
 * Return: sockets and minisocks in the hash tables at load.
 */
u64 census_seed_count(void)
{
	return visited;
}
