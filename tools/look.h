/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_LOOK_H
#define CENSUS_LOOK_H

#include "fact.h"
#include "table.h"

enum census_look_table {
	CENSUS_STATES,
	CENSUS_TRANSITIONS,
	CENSUS_DWELL,
	CENSUS_TIMEOUTS,
	CENSUS_LISTENERS,
	CENSUS_PORTS,
	CENSUS_SUMMARY,
	CENSUS_REAPER,

	CENSUS_LOOK_TABLES
};

/**
 * struct census_look - all that is known of a namespace at one time
 * @tables: the files of the module; NULL is what an older one does not have
 * @facts: what the kernel itself says
 */
struct census_look {
	struct census_table *tables[CENSUS_LOOK_TABLES];
	struct census_facts facts;
};

int census_look_take(struct census_look *look, const char *dir,
		     const char *net_dir, const char *sysctl_dir);
void census_look_free(struct census_look *look);
bool census_look_number(const struct census_look *look,
			enum census_look_table table, const char *key,
			const char *column, uint64_t *number);
uint64_t census_look_growth(const struct census_look *before,
			    const struct census_look *now,
			    enum census_look_table table, const char *key,
			    const char *column);

#endif
