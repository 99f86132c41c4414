// SPDX-License-Identifier: GPL-2.0
/* census_table.c - module/table.c as it is. */
#include "table.c"

unsigned int census_fail_percent;
