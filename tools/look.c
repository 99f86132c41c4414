// SPDX-License-Identifier: GPL-2.0
/*
 * A look at everything that can be read of a network namespace.
 */
#include <string.h>

#include "file.h"
#include "look.h"
#include "view.h"

static const struct census_view *const views[CENSUS_LOOK_TABLES] = {
	[CENSUS_STATES]		= &census_states_view,
	[CENSUS_TRANSITIONS]	= &census_transitions_view,
	[CENSUS_DWELL]		= &census_dwell_view,
	[CENSUS_TIMEOUTS]	= &census_timeouts_view,
	[CENSUS_LISTENERS]	= &census_listeners_view,
	[CENSUS_PORTS]		= &census_ports_view,
	[CENSUS_SUMMARY]	= &census_summary_view,
	[CENSUS_REAPER]		= &census_reaper_view,
};

/**
 * census_look_take() - read everything
 * @look: filled in; free it with census_look_free()
 * @dir: where the module's files are; only the states must be there
 * @net_dir: where the kernel's files are
 * @sysctl_dir: where its sysctls are
 *
 * Return: 0, or -1 after a sentence.
 */
int census_look_take(struct census_look *look, const char *dir,
		     const char *net_dir, const char *sysctl_dir)
{
	size_t i;

	*look = (struct census_look){ 0 };
	for (i = 0; i < CENSUS_LOOK_TABLES; i++) {
		if (i != CENSUS_STATES &&
		    !census_file_is_there(dir, views[i]->name))
			continue;
		look->tables[i] = census_table_read(dir, views[i]);
		if (!look->tables[i])
			goto fail;
	}
	if (!census_fact_read(&look->facts, net_dir, sysctl_dir))
		return 0;
fail:
	census_look_free(look);
	return -1;
}

/**
 * census_look_free() - forget a look
 * @look: all zero, or what census_look_take() has filled
 */
void census_look_free(struct census_look *look)
{
	size_t i;

	for (i = 0; i < CENSUS_LOOK_TABLES; i++)
		census_table_free(look->tables[i]);
	*look = (struct census_look){ 0 };
}

/**
 * census_look_number() - find a number by name
 * @look: the look
 * @table: which file
 * @key: the row, by its first column
 * @column: the column
 * @number: set to it, or to 0
 *
 * Return: whether it is there.
 */
bool census_look_number(const struct census_look *look,
			enum census_look_table table, const char *key,
			const char *column, uint64_t *number)
{
	const struct census_cell *cell = NULL;

	if (look->tables[table])
		cell = census_table_find(look->tables[table], key, column);
	*number = cell ? cell->number : 0;
	return cell;
}

/**
 * census_look_growth() - how much a counter has grown
 * @before: an earlier look
 * @now: this one
 * @table: which file
 * @key: the row, by its first column
 * @column: the column
 *
 * Return: how much, 0 if that is not known.
 */
uint64_t census_look_growth(const struct census_look *before,
			    const struct census_look *now,
			    enum census_look_table table, const char *key,
			    const char *column)
{
	uint64_t from, to;

	if (!census_look_number(before, table, key, column, &from) ||
	    !census_look_number(now, table, key, column, &to) || to < from)
		return 0;
	return to - from;
}
