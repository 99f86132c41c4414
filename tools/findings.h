/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FINDINGS_H
#define CENSUS_FINDINGS_H

struct census_table;

int census_findings_print(const struct census_table *states,
			  const struct census_table *summary);

#endif
