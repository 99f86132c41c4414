// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "census.h"
#include "ns.h"
#include "reap.h"
#include "table.h"

/* Those that only grow, but for `runs` and `scanned`, which time moves. */
static const char *const counter[] = {
	"reaped", "reaped_closed_window", "reaped_black_hole",
	"reaped_no_timer", "reaped_over_age",
	"would_reap", "would_reap_closed_window", "would_reap_black_hole",
	"would_reap_no_timer", "would_reap_over_age",
	"spared_progress", "spared_owned", "spared_mptcp", "spared_late",
	"failed",
};

#define COUNTERS	((int)(sizeof(counter) / sizeof(*counter)))
#define ANY		-1

static struct table table;

static void sysctl_name(char name[64], const char *setting)
{
	snprintf(name, 64, "tcp_census/%s%s",
		 strcmp(setting, "batch") ? "fin_wait1_" : "reap_", setting);
}

int reaper_write(const char *setting, const char *text)
{
	char name[64];

	sysctl_name(name, setting);
	return ns_sysctl(name, text);
}

int reaper_read(const char *setting, long *value)
{
	char name[64], path[128];
	FILE *f;
	int n;

	sysctl_name(name, setting);
	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	f = fopen(path, "r");
	if (!f)
		return -errno;
	n = fscanf(f, "%ld", value);
	fclose(f);
	return n == 1 ? 0 : -EBADMSG;
}

int reaper_set(const char *settings)
{
	char line[256], *save, *word;
	int err = 0;

	lag_watch();
	snprintf(line, sizeof(line), "%s", settings);
	for (word = strtok_r(line, " ", &save); word && !err;
	     word = strtok_r(NULL, " ", &save)) {
		char *value = strchr(word, '=');

		if (!value)
			return -EINVAL;
		*value++ = '\0';
		err = reaper_write(word, value);
	}
	return err;
}

static long value_of(const char *name)
{
	int row = table_find(&table, "name", name);
	long value = 0;
	int err;

	err = row < 0 ? row : table_value(&table, row, "value", &value);
	return err ? err : value;
}

long reaper_value(const char *name)
{
	int err = table_read(&table, CENSUS_DIR "/reaper");

	return err ? err : value_of(name);
}

static int parse(const char *want, long count[COUNTERS])
{
	char line[256], *save, *word;

	memset(count, 0, COUNTERS * sizeof(*count));
	snprintf(line, sizeof(line), "%s", want);
	for (word = strtok_r(line, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		char *star = strchr(word, '*');
		const char *name = star ? star + 1 : word + (*word == '?');
		int i = name_find(counter, COUNTERS, name);

		if (i < 0)
			return -EINVAL;
		count[i] = *word == '?' ? ANY :
			   star ? strtol(word, NULL, 10) : 1;
	}
	return 0;
}

bool reaper_counts(const char *want, char why[128])
{
	long count[COUNTERS], got;

	*why = '\0';
	if (parse(want, count))
		snprintf(why, 128, "the test cannot be read: %s", want);
	else if (table_read(&table, CENSUS_DIR "/reaper"))
		snprintf(why, 128, "the file cannot be read");
	for (int i = 0; !*why && i < COUNTERS; i++) {
		got = value_of(counter[i]);
		if (got < 0 || (count[i] != ANY && got != count[i]))
			snprintf(why, 128, "%s: %ld, want %ld", counter[i],
				 got, count[i]);
	}
	return !*why;
}
