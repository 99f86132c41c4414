/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same numbers for the same seed, on every machine.
 */
#ifndef CENSUS_RANDOM_H
#define CENSUS_RANDOM_H

#include <stdint.h>

static uint64_t random_state;

static inline void random_seed(uint64_t seed)
{
	random_state = seed;
}

/* Steele, Lea and Flood's SplitMix64. */
static inline uint64_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static inline uint64_t random_below(uint64_t n)
{
	return random_next() % n;
}

#endif /* CENSUS_RANDOM_H */
