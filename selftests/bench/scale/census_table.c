// SPDX-License-Identifier: GPL-2.0
/* census_table.c - module/table.c as it is, and a way to wait for its worker. */
#include "table.c"

#include "scale.h"

unsigned int census_fail_percent;

/**
 * scale_table_settle() - wait until the table neither grows nor shrinks
 *
 * Context: process.
 */
void scale_table_settle(void)
{
	while (flush_work(&table.run_work))
		;
}
