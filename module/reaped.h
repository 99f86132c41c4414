/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reaped.h - what is reported of an orphan that was ended, or would have been.
 */
#ifndef _CENSUS_REAPED_H
#define _CENSUS_REAPED_H

#include <linux/fs.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "ends.h"
#include "orphan.h"
#include "watch.h"

/**
 * struct census_reaped - an orphan, when it was ended
 * @when_ns: by ktime_get_ns()
 * @netns: number of its namespace
 * @ended: or would have been
 * @kind: what it waited for, or %CENSUS_OVER_AGE
 * @ends: who talked to whom
 * @times: how long
 * @unacked: bytes sent and not acknowledged
 * @unsent: bytes not sent
 * @snd_wnd: bytes the peer was willing to take
 * @retransmits: without an answer
 * @uid: whose it was
 */
struct census_reaped {
	u64 when_ns;
	unsigned int netns;
	bool ended;
	enum census_orphan_kind kind;
	struct census_ends ends;
	struct census_times times;
	u32 unacked;
	u32 unsent;
	u32 snd_wnd;
	u8 retransmits;
	kuid_t uid;
};

extern const struct file_operations census_reaped_fops;

void census_reaped_read(struct census_reaped *reaped, const struct sock *sk);
void census_reaped_report(const struct census_reaped *reaped);

#endif
