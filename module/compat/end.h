/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How an orphan is ended, by what the kernel exports; Kbuild looks.
 *
 * tcp_abort() is no way but in the newest kernels: it takes the socket's lock
 * itself, so nothing can be checked under it; and without commit bac76cf89816
 * ("tcp: fix forever orphan socket caused by tcp_abort") it leaves the orphan
 * there for ever.
 */
#ifndef _CENSUS_COMPAT_END_H
#define _CENSUS_COMPAT_END_H

#include <linux/bottom_half.h>
#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#if defined(CENSUS_HAVE_INET_CSK_DESTROY_SOCK) || \
	defined(CENSUS_HAVE_ORPHAN_COUNT) || \
	defined(CENSUS_HAVE_LOCKED_TCP_ABORT)
#define CENSUS_CAN_END true
#else
#define CENSUS_CAN_END false
#endif

#ifdef CENSUS_HAVE_LOCKED_TCP_ABORT
/*
 * tcp_abort() leaves the lock to a caller that runs for BPF; see
 * bpf_sock_destroy(). No softirq may take this for its own meanwhile.
 */
static inline bool __census_disconnect(struct sock *sk)
{
	struct bpf_run_ctx ctx = {};
	struct bpf_run_ctx *old;

	local_bh_disable();
	old = bpf_set_run_ctx(&ctx);
	tcp_abort(sk, ECONNABORTED);
	bpf_reset_run_ctx(old);
	local_bh_enable();
	return sk->sk_state == TCP_CLOSE;
}
#else
/* Its owner is gone, and may be a module that is gone. */
static inline void census_report_to_nobody(struct sock *sk)
{
}

/*
 * RST, timers, queues, hash tables: ABORT of RFC 9293 3.10.5. tcp_disconnect()
 * is made for sockets with an owner, and tells him.
 */
static inline bool __census_disconnect(struct sock *sk)
{
	void (*report)(struct sock *sk) = sk->sk_error_report;

	sk->sk_error_report = census_report_to_nobody;
	sk->sk_prot->disconnect(sk, 0);
	sk->sk_error_report = report;
	return sk->sk_state == TCP_CLOSE;
}
#endif

/*
 * A socket in CLOSE that nobody holds: it is in no hash table, its timers and
 * the segments that still come for it do nothing. The reference that it was
 * born with goes, as at the end of __tcp_close().
 */
static inline void census_bury(struct sock *sk)
{
#if defined(CENSUS_HAVE_INET_CSK_DESTROY_SOCK)
	lock_sock(sk);
	local_bh_disable();
	bh_lock_sock(sk);
	inet_csk_destroy_sock(sk);
	bh_unlock_sock(sk);
	local_bh_enable();
	release_sock(sk);
#elif defined(CENSUS_HAVE_ORPHAN_COUNT)
	/* Closed twice, it was made an orphan twice, and must be counted once. */
	this_cpu_dec(*sk->sk_prot->orphan_count);
	sk->sk_prot->close(sk, 0);
#endif
	/* The last of tcp_abort() is inet_csk_destroy_sock(). */
}

#endif
