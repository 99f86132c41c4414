// SPDX-License-Identifier: GPL-2.0
/* census_buckets.c - module/buckets.c as it is, and a way to wait for its worker. */
#include "buckets.c"

#include "scale.h"

/**
 * scale_table_settle() - wait until the table does not shrink any more
 *
 * Context: process.
 */
void scale_table_settle(void)
{
	while (flush_delayed_work(&shrink_work))
		;
}
