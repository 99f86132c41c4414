/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_WATCH_H
#define CENSUS_WATCH_H

#include <stdbool.h>

struct census_style;
struct census_table;
struct census_view;

/**
 * struct census_watch - how often to look
 * @interval_s: seconds between two reports
 * @count: reports before it ends, 0 for no end
 * @time: put the time first in each line (JSON always has it)
 */
struct census_watch {
	double interval_s;
	unsigned long count;
	bool time;
};

void census_watch_sleep(double interval_s);
bool census_watch_grow(const struct census_table *before,
		       const struct census_table *now);
int census_watch_run(const char *dir, const struct census_view *view,
		     const struct census_watch *watch,
		     struct census_style style);

#endif
