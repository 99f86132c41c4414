// SPDX-License-Identifier: GPL-2.0
/*
 * orphan.c - a socket in FIN_WAIT1 that no process holds any more.
 *
 * What is asked here of a socket that is not locked is a snapshot; it is asked
 * again under the lock before anything is done to it.
 */
#include <linux/bottom_half.h>
#include <linux/errno.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/mptcp.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#include "orphan.h"

const char * const census_orphan_kind_names[CENSUS_ORPHAN_KINDS] = {
	[CENSUS_CLOSED_WINDOW]	= "closed_window",
	[CENSUS_BLACK_HOLE]	= "black_hole",
	[CENSUS_NO_TIMER]	= "no_timer",
	[CENSUS_OVER_AGE]	= "over_age",
};

/**
 * census_orphan_is() - has the socket no owner?
 * @sk: full TCP socket in FIN_WAIT1, kept alive by the caller
 *
 * Context: any.
 * Return: true from close() on; false after a mere shutdown().
 */
bool census_orphan_is(const struct sock *sk)
{
	return sock_flag(sk, SOCK_DEAD);
}

/**
 * census_orphan_is_mptcp() - does it belong to an MPTCP connection?
 * @sk: full TCP socket, kept alive by the caller
 *
 * Such a connection may live on by other subflows, and has timeouts of its own
 * that end all of them (mptcp_worker()).
 *
 * Context: any.
 * Return: true if so.
 */
bool census_orphan_is_mptcp(const struct sock *sk)
{
	return sk_is_mptcp(sk);
}

static bool retransmit_timer(u8 pending)
{
	return pending == ICSK_TIME_RETRANS ||
	       pending == ICSK_TIME_REO_TIMEOUT ||
	       pending == ICSK_TIME_LOSS_PROBE;
}

/**
 * census_orphan_fresh_flight() - is data on its way that can still be answered?
 * @sk: full TCP socket, kept alive by the caller
 *
 * When a peer opens its window, data is sent in the same breath
 * (tcp_data_snd_check()); snd_una moves only when it is acknowledged. The
 * retransmit timer bounds how long this can be so.
 *
 * Context: any.
 * Return: true while none of it had to be sent again.
 */
bool census_orphan_fresh_flight(const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);

	return retransmit_timer(READ_ONCE(icsk->icsk_pending)) &&
	       READ_ONCE(tcp_sk(sk)->packets_out) &&
	       !READ_ONCE(icsk->icsk_retransmits);
}

/**
 * census_orphan_kind() - what does an orphan wait for?
 * @sk: full TCP socket in FIN_WAIT1, kept alive by the caller
 *
 * The keepalive timer does not count: while something is not acknowledged it
 * does nothing but arm itself again (tcp_keepalive_timer()).
 *
 * Context: any.
 * Return: the kind, but never %CENSUS_OVER_AGE.
 */
enum census_orphan_kind census_orphan_kind(const struct sock *sk)
{
	u8 pending = READ_ONCE(inet_csk(sk)->icsk_pending);

	if (pending == ICSK_TIME_PROBE0)
		return CENSUS_CLOSED_WINDOW;
	return retransmit_timer(pending) ? CENSUS_BLACK_HOLE : CENSUS_NO_TIMER;
}

#if defined(CENSUS_HAVE_INET_CSK_DESTROY_SOCK)

/* Its owner is gone, and may be a module that is gone. */
static void report_to_nobody(struct sock *sk)
{
}

/*
 * What close() with linger 0 does, but for an orphan: tcp_disconnect() sends
 * the RST (RFC 9293 3.10.5, ABORT), stops the timers and frees the queues; then
 * nobody else will free the socket, as the end of __tcp_close() would.
 */
static bool end(struct sock *sk)
{
	void (*report)(struct sock *sk) = sk->sk_error_report;

	sk->sk_error_report = report_to_nobody;
	sk->sk_prot->disconnect(sk, 0);
	sk->sk_error_report = report;
	if (sk->sk_state != TCP_CLOSE)
		return false;
	local_bh_disable();
	bh_lock_sock(sk);
	inet_csk_destroy_sock(sk);
	bh_unlock_sock(sk);
	local_bh_enable();
	return true;
}

static bool end_if(struct sock *sk, bool (*due)(struct sock *sk, void *arg),
		   void *arg)
{
	bool ended;

	lock_sock(sk);
	ended = due(sk, arg) && end(sk);
	release_sock(sk);
	return ended;
}

#elif defined(CENSUS_HAVE_SOUND_TCP_ABORT)

/*
 * tcp_abort() takes the lock itself, so something may happen to the socket
 * between our check and its.
 */
static bool end_if(struct sock *sk, bool (*due)(struct sock *sk, void *arg),
		   void *arg)
{
	bool ok;

	lock_sock(sk);
	ok = due(sk, arg);
	release_sock(sk);
	return ok && !tcp_abort(sk, ECONNABORTED);
}

#else

static bool end_if(struct sock *sk, bool (*due)(struct sock *sk, void *arg),
		   void *arg)
{
	return false;
}

#endif

/**
 * census_orphan_can_end() - does this kernel offer a safe way to end an orphan?
 *
 * Without commit bac76cf89816 ("tcp: fix forever orphan socket caused by
 * tcp_abort") tcp_abort() leaves an orphan without data for ever.
 *
 * Context: any.
 * Return: whether census_orphan_end() can be used.
 */
bool census_orphan_can_end(void)
{
	return IS_ENABLED(CENSUS_HAVE_INET_CSK_DESTROY_SOCK) ||
	       IS_ENABLED(CENSUS_HAVE_SOUND_TCP_ABORT);
}

/**
 * census_orphan_end() - end an orphan: RST to the peer, and free all it has
 * @sk: full TCP socket in FIN_WAIT1, kept alive by the caller's reference
 * @due: asked with the socket's lock held, as late as the kernel allows:
 *	should it still be ended?
 * @arg: for @due
 *
 * The one place that knows how kernels differ in this.
 *
 * Context: process, may sleep.
 * Return: whether it was ended.
 */
bool census_orphan_end(struct sock *sk, bool (*due)(struct sock *sk, void *arg),
		       void *arg)
{
	return end_if(sk, due, arg);
}
