// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ss.h"

static const char *const ss_name[STATES] = {
	[SYN_SENT] = "SYN-SENT",
	[SYN_RECV] = "SYN-RECV",
	[ESTABLISHED] = "ESTAB",
	[FIN_WAIT1] = "FIN-WAIT-1",
	[FIN_WAIT2] = "FIN-WAIT-2",
	[CLOSING] = "CLOSING",
	[TIME_WAIT] = "TIME-WAIT",
	[CLOSE_WAIT] = "CLOSE-WAIT",
	[LAST_ACK] = "LAST-ACK",
	[LISTEN] = "LISTEN",
};

/* No shell in between: a fork and an exec are slow in an emulated guest. */
static FILE *ss_start(const char *const *argv, pid_t *pid)
{
	int end[2];

	if (pipe(end))
		return NULL;
	*pid = fork();
	if (!*pid) {
		dup2(end[1], STDOUT_FILENO);
		close(end[0]);
		close(end[1]);
		execvp("ss", (char *const *)argv);
		_exit(127);
	}
	close(end[1]);
	return *pid < 0 ? NULL : fdopen(end[0], "r");
}

static int ss_finish(FILE *out, pid_t pid)
{
	int status;

	fclose(out);
	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	return status ? -EIO : 0;
}

static bool is_on(const char *local, unsigned int port)
{
	const char *colon = strrchr(local, ':');

	return !port || (colon && strtoul(colon + 1, NULL, 10) == port);
}

int ss_count_port(unsigned int port, long count[STATES])
{
	static const char *const argv[] = { "ss", "-H", "-tan", NULL };
	char line[512], state[32], local[128];
	pid_t pid;
	FILE *out;
	int s;

	memset(count, 0, STATES * sizeof(*count));
	out = ss_start(argv, &pid);
	if (!out)
		return -errno;
	while (fgets(line, sizeof(line), out)) {
		if (sscanf(line, "%31s %*s %*s %127s", state, local) != 2)
			continue;
		s = name_find(ss_name, STATES, state);
		if (s >= 0 && is_on(local, port))
			count[s]++;
	}
	return ss_finish(out, pid);
}

int ss_count(long count[STATES])
{
	return ss_count_port(0, count);
}

int ss_backlog(unsigned int port, long *queue, long *limit)
{
	static const char *const argv[] = { "ss", "-H", "-ltn", NULL };
	char line[512], local[128];
	int err, found = 0;
	pid_t pid;
	FILE *out;
	long q, l;

	out = ss_start(argv, &pid);
	if (!out)
		return -errno;
	while (fgets(line, sizeof(line), out)) {
		if (sscanf(line, "%*s %ld %ld %127s", &q, &l, local) != 3)
			continue;
		if (!is_on(local, port))
			continue;
		*queue = q;
		*limit = l;
		found++;
	}
	err = ss_finish(out, pid);
	return err ? err : found == 1 ? 0 : -ENOENT;
}

int ss_timers(const char *state, const char *timer)
{
	const char *const argv[] = {
		"ss", "-H", "-tano", "state", state, NULL
	};
	char line[512], want[64];
	int found = 0;
	pid_t pid;
	FILE *out;
	int err;

	snprintf(want, sizeof(want), "timer:(%s,", timer ? : "");
	out = ss_start(argv, &pid);
	if (!out)
		return -errno;
	while (fgets(line, sizeof(line), out))
		found += !timer || !!strstr(line, want);
	err = ss_finish(out, pid);
	return err ? err : found;
}

int ss_kill(const char *state)
{
	const char *const argv[] = {
		"ss", "-H", "-K", "-tn", "state", state, NULL
	};
	char line[512];
	int killed = 0;
	pid_t pid;
	FILE *out;
	int err;

	out = ss_start(argv, &pid);
	if (!out)
		return -errno;
	while (fgets(line, sizeof(line), out))
		killed++;
	err = ss_finish(out, pid);
	return err ? err : killed;
}
