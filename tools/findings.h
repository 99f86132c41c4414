/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FINDINGS_H
#define CENSUS_FINDINGS_H

#include <stdbool.h>

struct census_table;

void census_findings_print(const struct census_table *states,
			   const struct census_table *timeouts,
			   const struct census_table *summary,
			   const struct census_table *reaper);
int census_findings_print_overdue(const struct census_table *states,
				  const struct census_table *timeouts);
bool census_findings_overdue(const struct census_table *states);
bool census_findings_reaper(const struct census_table *states);

#endif
