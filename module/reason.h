/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reason.h - why a connection ended.
 */
#ifndef _CENSUS_REASON_H
#define _CENSUS_REASON_H

#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>

#include "note.h"
#include "state.h"

enum census_reason census_reason_sock(const struct sock *sk,
				      enum census_state from,
				      enum census_note note);
enum census_reason census_reason_tw(const struct inet_timewait_sock *tw,
				    enum census_state from,
				    enum census_note note);
bool census_reason_tw_reused(const struct inet_timewait_sock *tw,
			     enum census_state from,
			     enum census_reason reason);
enum census_reason census_reason_req(const struct request_sock *req,
				     enum census_note note);

#endif
