/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keepalive timer moved from struct sock to struct inet_connection_sock;
 * Kbuild looks which it is.
 */
#include_next <net/inet_connection_sock.h>

#ifndef _CENSUS_COMPAT_INET_CONNECTION_SOCK_H
#define _CENSUS_COMPAT_INET_CONNECTION_SOCK_H

static inline const struct timer_list *
inet_csk_keepalive_timer(const struct sock *sk)
{
#ifdef CENSUS_HAVE_ICSK_KEEPALIVE_TIMER
	return &inet_csk(sk)->icsk_keepalive_timer;
#else
	return &sk->sk_timer;
#endif
}

#endif
