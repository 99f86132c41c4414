/* SPDX-License-Identifier: GPL-2.0 */
/*
 * refusal.h - was a handshake just refused by us?
 */
#ifndef _CENSUS_REFUSAL_H
#define _CENSUS_REFUSAL_H

#include <linux/skbuff.h>
#include <net/request_sock.h>

void census_refusal_note(const struct sk_buff *skb);
bool census_refusal_of(const struct request_sock *req);

#endif
