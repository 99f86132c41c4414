/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All listeners are in one hash of nulls lists: lhash2, or listening_hash
 * before "net: inet: Retire port only listening_hash" (cae3873c5b3a, 5.19),
 * when the lists of lhash2 had no nulls.
 */
#include_next <net/inet_hashtables.h>

#ifndef _CENSUS_COMPAT_INET_HASHTABLES_H
#define _CENSUS_COMPAT_INET_HASHTABLES_H

static inline struct inet_listen_hashbucket *
inet_listen_hash(struct inet_hashinfo *hashinfo)
{
#ifdef CENSUS_HAVE_LISTENING_HASH
	return hashinfo->listening_hash;
#else
	return hashinfo->lhash2;
#endif
}

static inline unsigned int
inet_listen_hash_mask(const struct inet_hashinfo *hashinfo)
{
#ifdef CENSUS_HAVE_LISTENING_HASH
	return INET_LHTABLE_SIZE - 1;
#else
	return hashinfo->lhash2_mask;
#endif
}

#endif
