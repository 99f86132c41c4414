// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ns.h"
#include "ports.h"
#include "table.h"

static struct table table;

int ports_set(const char *text)
{
	return ns_sysctl("tcp_census/ports", text);
}

const char *ports_get(void)
{
	static char text[1024];
	ssize_t n;
	int fd;

	fd = open("/proc/sys/net/tcp_census/ports", O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 1 || text[n - 1] != '\n')
		return "?";
	text[n - 1] = '\0';
	return text;
}

/* The columns are called as the states, but in lower case. */
static int read_column(int row, enum state s, long *value)
{
	char name[32];
	size_t i;

	snprintf(name, sizeof(name), "%s", state_name[s]);
	for (i = 0; name[i]; i++)
		name[i] = tolower((unsigned char)name[i]);
	return table_value(&table, row, name, value);
}

int ports_row(unsigned int port, long count[STATES])
{
	char key[16];
	int row, err;

	snprintf(key, sizeof(key), "%u", port);
	err = table_read(&table, CENSUS_DIR "/ports");
	if (err)
		return err;
	row = table_find(&table, "port", key);
	if (row < 0)
		return row;
	for (int s = 0; !err && s < STATES; s++)
		err = read_column(row, s, &count[s]);
	return err;
}

int ports_rows(void)
{
	int err = table_read(&table, CENSUS_DIR "/ports");

	return err ? err : table.rows;
}
