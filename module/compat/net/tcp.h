/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tcp_reset() and tcp_abort() do; Kbuild looks which it is.
 *
 * Before "tcp: parse mptcp options contained in reset packets" (049fe386d353, 5.11)
 * tcp_reset() was not told of the segment: it must be seen on its way there.
 *
 * Before "tcp: diag: add support for TIME_WAIT sockets to tcp_abort()" (6.0) they
 * were left alone. No header tells, so this is the one that goes by the version.
 */
#include_next <net/tcp.h>

#ifndef _CENSUS_COMPAT_TCP_H
#define _CENSUS_COMPAT_TCP_H

#ifdef CENSUS_HAVE_TCP_RESET_SKB
#define CENSUS_TCP_RESET_SKB true
#define CENSUS_WITHOUT_TCP_RESET_SKB(...)
#else
#define CENSUS_TCP_RESET_SKB false
#define CENSUS_WITHOUT_TCP_RESET_SKB(...) __VA_ARGS__,
#endif

#ifdef CENSUS_HAVE_TCP_ABORT_TIMEWAIT
#define CENSUS_TCP_ABORT_TIMEWAIT true
#else
#define CENSUS_TCP_ABORT_TIMEWAIT false
#endif

#endif
