/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fail.h - allocations that fail on purpose, to test what then happens.
 */
#ifndef _CENSUS_FAIL_H
#define _CENSUS_FAIL_H

#include <linux/compiler.h>
#include <linux/random.h>
#include <linux/types.h>

/* Percent; module parameter fail_alloc, see main.c. */
extern unsigned int census_fail_percent;

/**
 * census_fail_now() - should this allocation fail?
 *
 * Context: any.
 * Return: true for as many percent of the calls as root asked for.
 */
static inline bool census_fail_now(void)
{
	unsigned int percent = READ_ONCE(census_fail_percent);

	return unlikely(percent) && get_random_u32() % 100 < percent;
}

#endif
