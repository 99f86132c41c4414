/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_VERDICT_H
#define CENSUS_VERDICT_H

#include <stdbool.h>

struct census_style;
struct census_table;

void census_verdict_print(const struct census_table *row);
void census_verdict_print_list(const struct census_table *row,
			       const struct census_table *list,
			       const char *obstacle,
			       const struct census_style *style);
bool census_verdict_wants_list(const struct census_table *row);

#endif
