/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scale.h - tcp_census's table and lists under a synthetic load.
 */
#ifndef _SCALE_H
#define _SCALE_H

#include <linux/atomic.h>
#include <net/sock.h>

/* What an object has of its own here: the cookies of it, of who takes over, and of a stranger. */
#define SCALE_COOKIES	3

extern atomic64_t *scale_cookies;

/**
 * scale_object() - the object of a connection, of which there is but a cookie
 * @i: which connection
 *
 * Context: any.
 * Return: the address. Nothing else of it may be read.
 */
static inline const void *scale_object(unsigned long i)
{
	return container_of(&scale_cookies[i * SCALE_COOKIES],
			    struct sock_common, skc_cookie);
}

/* The object that takes the connection over, as a minisock does. */
static inline const void *scale_heir(unsigned long i)
{
	return scale_object(i) + sizeof(*scale_cookies);
}

/* One that is in no table. */
static inline const void *scale_stranger(unsigned long i)
{
	return scale_object(i) + 2 * sizeof(*scale_cookies);
}

void scale_table_settle(void);
int scale_steps(unsigned long n);
int scale_handover(unsigned long n);

#endif
