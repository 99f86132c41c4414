// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - measures tcp_census's table and lists, without any connections.
 *
 * All happens while it is loaded, and goes to the kernel's log.
 */
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

#include "scale.h"
#include "table.h"

static unsigned long records = 10000;
module_param(records, ulong, 0444);
MODULE_PARM_DESC(records, "how many connections, a power of ten");

static bool handover;
module_param(handover, bool, 0444);
MODULE_PARM_DESC(handover, "two CPUs move them to and fro");

atomic64_t *scale_cookies;

static int measure(void)
{
	unsigned long i;
	int err;

	for (i = 0; i < records; i++)
		atomic64_set(&scale_cookies[i * SCALE_COOKIES + 2], ~i);
	err = census_table_init();
	if (err)
		return err;
	census_table_max = INT_MAX;
	err = handover ? scale_handover(records) : scale_steps(records);
	census_table_exit();
	return err;
}

static int __init scale_init(void)
{
	int err;

	scale_cookies = vzalloc(array3_size(records, SCALE_COOKIES,
					    sizeof(*scale_cookies)));
	if (!scale_cookies)
		return -ENOMEM;
	err = measure();
	vfree(scale_cookies);
	return err;
}

static void __exit scale_exit(void)
{
}

module_init(scale_init);
module_exit(scale_exit);
MODULE_DESCRIPTION("Measures the table of tcp_census");
MODULE_LICENSE("GPL");
