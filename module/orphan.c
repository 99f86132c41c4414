// SPDX-License-Identifier: GPL-2.0
/*
 * orphan.c - a socket in FIN_WAIT1 that no process holds any more.
 *
 * What is asked here of a socket that is not locked is a snapshot; it is asked
 * again under the lock before anything is done to it.
 */
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/mptcp.h>
#include <net/sock.h>

#include "compat/end.h"
#include "orphan.h"
#include "peek.h"

const char * const census_orphan_kind_names[CENSUS_ORPHAN_KINDS] = {
	[CENSUS_CLOSED_WINDOW]	= "closed_window",
	[CENSUS_BLACK_HOLE]	= "black_hole",
	[CENSUS_NO_TIMER]	= "no_timer",
	[CENSUS_OVER_AGE]	= "over_age",
};

/**
 * census_orphan_is() - has the socket no owner?
 * @sk: full TCP socket, kept alive by the caller
 *
 * Context: any.
 * Return: true from close() on; false after a mere shutdown().
 */
bool census_orphan_is(const struct sock *sk)
{
	/* A bit in a word of flags that TCP writes plainly. */
	return data_race(sock_flag(sk, SOCK_DEAD));
}

/**
 * census_orphan_is_mptcp() - does it belong to an MPTCP connection?
 * @sk: full TCP socket, kept alive by the caller
 *
 * Such a connection may live on by other subflows; who asks TCP cannot know.
 *
 * Context: any.
 * Return: true if so.
 */
bool census_orphan_is_mptcp(const struct sock *sk)
{
	return sk_is_mptcp(sk);
}

/**
 * census_orphan_half_open() - was it closed before its handshake was over?
 * @sk: full TCP socket, kept alive by the caller
 *
 * By Fast Open (RFC 7413). It still has its request socket, which
 * tcp_disconnect() forgets before commit 45c8a6cc2bcd ("tcp: Clear
 * tcp_sk(sk)->fastopen_rsk in tcp_disconnect()"). tcp_fastopen_synack_timer()
 * ends it when the SYN-ACK has been sent often enough.
 *
 * Context: any.
 * Return: true if so.
 */
bool census_orphan_half_open(const struct sock *sk)
{
	return rcu_access_pointer(tcp_sk(sk)->fastopen_rsk);
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

	return retransmit_timer(census_peek(icsk->icsk_pending)) &&
	       census_peek(tcp_sk(sk)->packets_out) &&
	       !census_peek(icsk->icsk_retransmits);
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
	u8 pending = census_peek(inet_csk(sk)->icsk_pending);

	if (pending == ICSK_TIME_PROBE0)
		return CENSUS_CLOSED_WINDOW;
	return retransmit_timer(pending) ? CENSUS_BLACK_HOLE : CENSUS_NO_TIMER;
}

/**
 * census_orphan_can_end() - does this kernel offer a safe way to end an orphan?
 *
 * Context: any.
 * Return: whether census_orphan_end() can be used.
 */
bool census_orphan_can_end(void)
{
	return CENSUS_CAN_END;
}

/**
 * census_orphan_end() - end an orphan: RST to the peer, and free all it has
 * @sk: full TCP socket in FIN_WAIT1, kept alive by the caller's reference
 * @due: asked with the socket's lock held: should it still be ended? Nothing
 *	happens to the socket between the answer and the end.
 * @arg: for @due
 *
 * Context: process, may sleep; census_orphan_can_end().
 * Return: whether it was ended.
 */
bool census_orphan_end(struct sock *sk, bool (*due)(struct sock *sk, void *arg),
		       void *arg)
{
	bool ended;

	lock_sock(sk);
	ended = due(sk, arg) && __census_disconnect(sk);
	release_sock(sk);
	if (ended)
		census_bury(sk);
	return ended;
}
