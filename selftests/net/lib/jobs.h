/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that do the same side by side, and tell how much they did.
 */
#ifndef CENSUS_JOBS_H
#define CENSUS_JOBS_H

#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What one did, to who waits for them. */
static inline void job_done(int pipefd, unsigned long n)
{
	if (write(pipefd, &n, sizeof(n)) != sizeof(n))
		err(1, "pipe");
}

/*
 * Waits for all, and prints what they did: "# seed 1: 17 writes". True if @jobs
 * told, did something, and nobody failed.
 */
static inline bool jobs_done(int pipefd[2], int jobs, uint64_t seed,
			     const char *what)
{
	unsigned long n, total = 0;
	int status, failed = 0;

	close(pipefd[1]);
	for (; read(pipefd[0], &n, sizeof(n)) == sizeof(n); jobs--)
		total += n;
	while (wait(&status) > 0)
		failed |= status;
	printf("# seed %llu: %lu %s\n", (unsigned long long)seed, total, what);
	return !failed && !jobs && total;
}

#endif /* CENSUS_JOBS_H */
