// SPDX-License-Identifier: GPL-2.0
/*
 * The buckets of module/hist.h, against a reference that is slow and plain.
 * Needs no module.
 */
#include <stdint.h>

#include "lib/harness.h"

typedef uint64_t u64;

/* As the kernel's: the number of the last bit set, from 1; 0 for none. */
static int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

#define min(a, b) ((a) < (b) ? (a) : (b))

#include "../../module/hist.h"

#define RANDOM_VALUES	1000000

/* 16 us, and every bound is four times the one before */
static const u64 bound_us[CENSUS_HIST_BOUNDS] = {
	16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304,
	16777216, 67108864, 268435456, 1073741824, 4294967296,
};

static unsigned int slow_bucket(u64 us)
{
	unsigned int i;

	for (i = 0; i < CENSUS_HIST_BOUNDS; i++)
		if (us <= bound_us[i])
			break;
	return i;
}

static void check(struct __test_metadata *_metadata, u64 us)
{
	ASSERT_EQ(slow_bucket(us), census_hist_bucket(us)) {
		TH_LOG("%llu us", (unsigned long long)us);
	}
}

TEST(bounds)
{
	ASSERT_EQ(15, CENSUS_HIST_BOUNDS);
	ASSERT_EQ(16, CENSUS_HIST_BUCKETS);
	for (unsigned int i = 0; i < CENSUS_HIST_BOUNDS; i++) {
		EXPECT_EQ(bound_us[i], census_hist_bound_us(i));
	}
}

/* A bound belongs to its bucket, what exceeds it to the next. */
TEST(edges)
{
	for (unsigned int i = 0; i < CENSUS_HIST_BOUNDS; i++) {
		EXPECT_EQ(i, census_hist_bucket(bound_us[i] - 1));
		EXPECT_EQ(i, census_hist_bucket(bound_us[i]));
		EXPECT_EQ(i + 1, census_hist_bucket(bound_us[i] + 1));
	}
}

TEST(extremes)
{
	EXPECT_EQ(0U, census_hist_bucket(0));
	EXPECT_EQ(0U, census_hist_bucket(1));
	EXPECT_EQ(0U, census_hist_bucket(16));
	EXPECT_EQ(1U, census_hist_bucket(17));
	EXPECT_EQ(15U, census_hist_bucket(1ULL << 63));
	EXPECT_EQ(15U, census_hist_bucket(UINT64_MAX - 1));
	EXPECT_EQ(15U, census_hist_bucket(UINT64_MAX));
}

TEST(small)
{
	for (u64 us = 0; us <= 70000; us++)
		check(_metadata, us);
}

/* xorshift64; the shift makes every order of magnitude as likely. */
TEST(pseudo_random)
{
	u64 x = 88172645463325252ULL;

	for (int i = 0; i < RANDOM_VALUES; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		check(_metadata, x >> (i % 64));
	}
}

TEST_HARNESS_MAIN
