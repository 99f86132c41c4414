// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#define PROTOCOL	"Tcp:"
#define SOCKETS		"TCP:"

/* The number of the word @name in a line; or -ENOENT. */
static int column(char *line, const char *name)
{
	char *save, *word;
	int n = 0;

	for (word = strtok_r(line, "\n ", &save); word;
	     word = strtok_r(NULL, "\n ", &save), n++)
		if (!strcmp(word, name))
			return n;
	return -ENOENT;
}

static long number(char *line, int n)
{
	char *save, *word;

	word = strtok_r(line, "\n ", &save);
	while (word && n--)
		word = strtok_r(NULL, "\n ", &save);
	return word ? strtol(word, NULL, 10) : -ENOENT;
}

/* One line names the columns, the next one has the numbers. */
long kernel_snmp(const char *name)
{
	FILE *f = fopen("/proc/self/net/snmp", "r");
	char line[1024];
	int n = -ENOENT;

	if (!f)
		return -errno;
	while (n < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, PROTOCOL, strlen(PROTOCOL)))
			n = column(line, name);
	if (n >= 0 && !fgets(line, sizeof(line), f))
		n = -EBADMSG;
	fclose(f);
	return n < 0 ? n : number(line, n);
}

/* Each number stands behind its name. */
long kernel_sockstat(const char *name)
{
	FILE *f = fopen("/proc/self/net/sockstat", "r");
	char line[256], copy[256];
	int n = -ENOENT;

	if (!f)
		return -errno;
	while (n < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, SOCKETS, strlen(SOCKETS))) {
			memcpy(copy, line, sizeof(copy));
			n = column(copy, name);
		}
	fclose(f);
	return n < 0 ? n : number(line, n + 1);
}
