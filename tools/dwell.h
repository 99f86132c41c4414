/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DWELL_H
#define CENSUS_DWELL_H

#include "histogram.h"
#include "table.h"

size_t census_dwell_buckets(const struct census_table *table, size_t row,
			    struct census_bucket *buckets);

#endif
