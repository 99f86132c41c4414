// SPDX-License-Identifier: GPL-2.0
/*
 * reason.c - why a connection ended, read off the object that ends.
 *
 * sk_err is set before a full socket goes to CLOSE (tcp_reset(),
 * tcp_write_err(), tcp_abort()), also on orphans. Where it is zero the state
 * and the context tell.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/inet_sock.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#include "reason.h"
#include "refusal.h"

/* The keepalive timer is what is running: it expired and is not armed. */
static bool in_keepalive_timer(const struct sock *sk)
{
	const struct timer_list *timer = inet_csk_keepalive_timer(sk);

	return !timer_pending(timer) &&
	       time_in_range(jiffies, timer->expires, timer->expires + 10 * HZ);
}

/* That timer ends no such orphan: a minisock is to wait for the rest. */
static bool wants_minisock(const struct sock *sk)
{
	return READ_ONCE(tcp_sk(sk)->linger2) >= 0 &&
	       tcp_fin_time(sk) > TCP_TIMEWAIT_LEN;
}

/*
 * FIN_WAIT2 without an error: either the keepalive timer ended an orphan after
 * tcp_fin_timeout (tcp_keepalive_timer()), or there was no memory for a
 * minisock, or close() wanted no FIN_WAIT2 (TCP_LINGER2 < 0), or data came.
 */
static enum census_reason quiet_fin_wait2(const struct sock *sk)
{
	if (wants_minisock(sk) || !in_keepalive_timer(sk))
		return CENSUS_ABORTED;
	return CENSUS_TIMEOUT;
}

/* No error was reported: who gave up, and had the protocol finished? */
static enum census_reason quiet(const struct sock *sk, enum census_state from)
{
	switch (from) {
	case CENSUS_LISTEN:
		return CENSUS_NORMAL;
	case CENSUS_FIN_WAIT2:
		return quiet_fin_wait2(sk);
	default:
		return CENSUS_ABORTED;
	}
}

/* Else an orphan in LAST_ACK was killed for memory, when there is no error. */
static bool all_acked(const struct sock *sk)
{
	return tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
}

/* A timer gives up, and reports what is remembered: tcp_write_err(). */
static bool gives_up(const struct sock *sk)
{
	return !READ_ONCE(inet_csk(sk)->icsk_pending) &&
	       READ_ONCE(sk->sk_err_soft) == READ_ONCE(sk->sk_err);
}

/*
 * An ICMP error ends a handshake at once (tcp_v4_err()), and so does a RST. On
 * any other socket, and while somebody holds it, an ICMP error is only
 * remembered in sk_err_soft.
 */
static enum census_reason icmp_error(const struct sock *sk,
				     enum census_state from)
{
	bool opening = from == CENSUS_SYN_SENT || from == CENSUS_SYN_RECV;

	return opening && !gives_up(sk) ? CENSUS_RESET : CENSUS_TIMEOUT;
}

/**
 * census_reason_sock() - why a full socket goes to CLOSE
 * @sk: the socket, its lock held
 * @from: the state it leaves
 * @note: what an earlier hook said of it
 *
 * Context: any, RCU.
 * Return: the reason.
 */
enum census_reason census_reason_sock(const struct sock *sk,
				      enum census_state from,
				      enum census_note note)
{
	if (note == CENSUS_NOTE_KILLED)
		return CENSUS_ABORTED;
	/* Whatever error nobody has read. */
	if (from == CENSUS_LAST_ACK && all_acked(sk))
		return CENSUS_NORMAL;
	switch (READ_ONCE(sk->sk_err)) {
	case 0:
		return quiet(sk, from);
	case ECONNRESET:
	case EPIPE:		/* RST in CLOSE_WAIT, tcp_reset() */
		return CENSUS_RESET;
	case ETIMEDOUT:
		return CENSUS_TIMEOUT;
	case ECONNREFUSED:	/* RST in SYN_SENT, or the port unreachable */
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENOPROTOOPT:
	case EPROTO:
	case EACCES:
		return icmp_error(sk, from);
	default:
		return CENSUS_ABORTED;
	}
}

/**
 * census_reason_tw() - why a timewait minisock is destroyed
 * @tw: the minisock
 * @from: its state
 * @note: whether tcp_abort() destroys it, or a RST
 *
 * Context: any, RCU.
 * Return: the reason; TIME_WAIT cut short by a new connection of the same
 * addresses (RFC 9293 3.6.1, RFC 6191, tcp_tw_reuse) is normal.
 */
enum census_reason census_reason_tw(const struct inet_timewait_sock *tw,
				    enum census_state from,
				    enum census_note note)
{
	bool timed_out = from == CENSUS_FIN_WAIT2;

	if (note == CENSUS_NOTE_KILLED)
		return CENSUS_ABORTED;
	if (time_after_eq(jiffies, tw->tw_timer.expires))
		return timed_out ? CENSUS_TIMEOUT : CENSUS_NORMAL;
	if (note == CENSUS_NOTE_RESET)
		return CENSUS_RESET;
	/* FIN_WAIT2: data or a SYN came, and we sent a RST (TCP_TW_RST). */
	return timed_out ? CENSUS_ABORTED : CENSUS_NORMAL;
}

/**
 * census_reason_tw_reused() - did a new connection cut a TIME_WAIT short?
 * @tw: the minisock
 * @from: its state
 * @reason: why it is destroyed
 *
 * Context: any, RCU.
 * Return: true if so; false when its 60 s were over, or it was reset or killed.
 */
bool census_reason_tw_reused(const struct inet_timewait_sock *tw,
			     enum census_state from,
			     enum census_reason reason)
{
	return from == CENSUS_TIME_WAIT && reason == CENSUS_NORMAL &&
	       time_before(jiffies, tw->tw_timer.expires);
}

/**
 * census_reason_req() - why a request socket is dropped
 * @req: the request socket
 * @note: whether tcp_abort() drops it
 *
 * A timer that drops its request does not arm itself again; whoever else drops
 * one stops a timer that is still to expire.
 *
 * Context: any, RCU.
 * Return: the reason.
 */
enum census_reason census_reason_req(const struct request_sock *req,
				     enum census_note note)
{
	const struct sock *listener = req->rsk_listener;

	if (note == CENSUS_NOTE_KILLED || !listener ||
	    inet_sk_state_load(listener) != TCP_LISTEN)
		return CENSUS_ABORTED;
	if (time_after_eq(jiffies, req->rsk_timer.expires))
		return CENSUS_TIMEOUT;
	/* We answered a SYN, or tcp_abort_on_overflow an ACK, with a RST. */
	if (census_refusal_of(req))
		return CENSUS_ABORTED;
	return CENSUS_RESET;	/* the peer, or ICMP in tcp_req_err() */
}
