// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "table.h"

static int slurp(const char *path, char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	while ((n = read(fd, text + used, size - 1 - used)) > 0)
		used += n;
	close(fd);
	text[used] = '\0';
	return n < 0 ? -errno : used == size - 1 ? -EFBIG : 0;
}

static int split(char *line, char **cell)
{
	char *save, *word;
	int n = 0;

	word = strtok_r(line, " \t", &save);
	while (word && n < TABLE_COLUMNS) {
		cell[n++] = word;
		word = strtok_r(NULL, " \t", &save);
	}
	return n;
}

int table_read(struct table *t, const char *path)
{
	char *save, *line;
	int err;

	t->rows = 0;
	t->columns = 0;
	err = slurp(path, t->text, sizeof(t->text));
	if (err)
		return err;

	line = strtok_r(t->text, "\n", &save);
	if (!line)
		return -EBADMSG;
	t->columns = split(line, t->name);
	while ((line = strtok_r(NULL, "\n", &save))) {
		if (t->rows == TABLE_ROWS)
			return -EFBIG;
		if (split(line, t->cell[t->rows]) != t->columns)
			return -EBADMSG;
		t->rows++;
	}
	return 0;
}

const char *table_cell(const struct table *t, int row, const char *column)
{
	for (int i = 0; i < t->columns; i++)
		if (!strcmp(t->name[i], column))
			return t->cell[row][i];
	return NULL;
}

int table_value(const struct table *t, int row, const char *column,
		long *value)
{
	const char *cell = table_cell(t, row, column);
	char *end;

	if (!cell)
		return -EBADMSG;
	*value = strtol(cell, &end, 10);
	return end == cell || *end ? -EBADMSG : 0;
}

int table_find(const struct table *t, const char *column, const char *key)
{
	for (int row = 0; row < t->rows; row++) {
		const char *cell = table_cell(t, row, column);

		if (cell && !strcmp(cell, key))
			return row;
	}
	return -ENOENT;
}
