// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "dwell.h"
#include "table.h"

#define COLUMNS	(4 + DWELL_BUCKETS)	/* state count sum_us max_us */

static struct table table;

long dwell_bound_us(int bucket)
{
	long us = 16;

	if (bucket == DWELL_BUCKETS - 1)
		return LONG_MAX;
	while (bucket--)
		us *= 4;
	return us;
}

int dwell_bucket(long us)
{
	int bucket = 0;

	while (us > dwell_bound_us(bucket))
		bucket++;
	return bucket;
}

static int read_bucket(struct dwell *d, int row, int bucket)
{
	char name[32] = "inf";

	if (bucket < DWELL_BUCKETS - 1)
		snprintf(name, sizeof(name), "le_%ldus",
			 dwell_bound_us(bucket));
	return table_value(&table, row, name, &d->bucket[bucket]);
}

static int read_state(struct dwell *d, const char *state)
{
	int row = table_find(&table, "state", state);

	if (row < 0 ||
	    table_value(&table, row, "count", &d->count) ||
	    table_value(&table, row, "sum_us", &d->sum_us) ||
	    table_value(&table, row, "max_us", &d->max_us))
		return -EBADMSG;
	for (int i = 0; i < DWELL_BUCKETS; i++)
		if (read_bucket(d, row, i))
			return -EBADMSG;
	return 0;
}

int dwell_read(struct dwell d[STATES])
{
	int err;

	err = table_read(&table, CENSUS_DIR "/dwell");
	if (!err && (table.rows != STATES || table.columns != COLUMNS))
		return -EBADMSG;
	for (int s = 0; !err && s < STATES; s++)
		err = read_state(&d[s], state_name[s]);
	return err;
}
