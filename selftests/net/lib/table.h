/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file whose first line names the columns; cells are found by column name.
 */
#ifndef CENSUS_TABLE_H
#define CENSUS_TABLE_H

#define TABLE_ROWS	256
#define TABLE_COLUMNS	32

struct table {
	int rows, columns;
	char *name[TABLE_COLUMNS];
	char *cell[TABLE_ROWS][TABLE_COLUMNS];
	char text[64 * 1024];
};

/* Both return 0, or -errno; EBADMSG for a file that is not such a table. */
int table_read(struct table *t, const char *path);
int table_value(const struct table *t, int row, const char *column,
		long *value);

/* NULL where there is no such column. */
const char *table_cell(const struct table *t, int row, const char *column);

/* The row with @key in @column, or -ENOENT. */
int table_find(const struct table *t, const char *column, const char *key);

#endif /* CENSUS_TABLE_H */
