// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "ns.h"
#include "overdue.h"
#include "table.h"

static struct table table;

static int read_table(const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), CENSUS_DIR "/%s", file);
	return table_read(&table, path);
}

static int read_value(enum state s, const char *column, long *value)
{
	int row = table_find(&table, "state", state_name[s]);

	return row < 0 ? row : table_value(&table, row, column, value);
}

int overdue_read(struct overdue o[STATES], const char *file)
{
	int err = read_table(file);

	for (int s = 0; !err && s < STATES; s++) {
		err = read_value(s, "overdue", &o[s].now);
		if (!err)
			err = read_value(s, "exceeded", &o[s].ever);
	}
	return err;
}

int timeouts_read(long timeout_s[STATES])
{
	int err = read_table("timeouts");

	for (int s = 0; !err && s < STATES; s++)
		err = read_value(s, "timeout_s", &timeout_s[s]);
	return err;
}

/* In lower case. */
static void sysctl_name(char *name, size_t size, enum state s)
{
	snprintf(name, size, "tcp_census/timeout_%s", state_name[s]);
	for (; *name; name++)
		*name = tolower(*name);
}

int timeout_write(enum state s, const char *text)
{
	char name[64];

	sysctl_name(name, sizeof(name), s);
	return ns_sysctl(name, text);
}

int timeout_read(enum state s, long *timeout_s)
{
	char name[64], path[128];
	FILE *f;
	int n;

	sysctl_name(name, sizeof(name), s);
	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	f = fopen(path, "r");
	if (!f)
		return -errno;
	n = fscanf(f, "%ld", timeout_s);
	fclose(f);
	return n == 1 ? 0 : -EBADMSG;
}
