// SPDX-License-Identifier: GPL-2.0
/*
 * cost - what something costs, in instructions.
 *
 *	cost read [-n TIMES] FILE...	to open, read and close each
 *	cost run [-n TIMES] COMMAND...	a process, from fork() to wait()
 *	cost sleep SECONDS		all that happens meanwhile
 *
 * One number a line: of TIMES the least. In a guest whose clock counts
 * instructions (boot.sh -i): it is the time that passes, less the time in which
 * the CPU is idle. What COMMAND prints is lost.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void read_file(char **names)
{
	static char buf[65536];
	int fd = open(*names, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		err(1, "%s", *names);
	do {
		n = read(fd, buf, sizeof(buf));
	} while (n > 0);
	if (n < 0)
		err(1, "%s", *names);
	close(fd);
}

static void exec_silently(char **words)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, 0);
	dup2(null, 1);
	execvp(*words, words);
	err(127, "%s", *words);
}

static void run(char **words)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		exec_silently(words);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "%s", *words);
	/* diagnose tells by its exit status how well things are. */
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 3)
		errx(1, "%s fails", *words);
}

static void wait_s(char **words)
{
	double seconds = atof(*words);
	struct timespec t = { .tv_sec = seconds };

	t.tv_nsec = (seconds - t.tv_sec) * 1e9;
	nanosleep(&t, NULL);
}

static void nothing(char **words)
{
}

/* Of CPU 0, where all of this is, in ns. */
static long long idle(void)
{
	FILE *list = fopen("/proc/timer_list", "r");
	long long sum = 0, ns;
	char line[256];

	if (!list)
		err(1, "/proc/timer_list");
	while (fgets(line, sizeof(line), list) && !strstr(line, "cpu: 1"))
		if (sscanf(line, " .idle_sleeptime : %lld", &ns) == 1 ||
		    sscanf(line, " .iowait_sleeptime: %lld", &ns) == 1)
			sum += ns;
	fclose(list);
	return sum;
}

static long long once(void (*what)(char **), char **words)
{
	long long idle_ns = idle(), span_ns = now();

	what(words);
	span_ns = now() - span_ns;
	return span_ns - (idle() - idle_ns);
}

static long long least(int times, void (*what)(char **), char **words)
{
	long long best = once(what, words), cost;

	while (--times > 0) {
		cost = once(what, words);
		best = cost < best ? cost : best;
	}
	return best;
}

static void show(int times, void (*what)(char **), char **words)
{
	printf("%lld\n", least(times, what, words) -
	       least(times, nothing, words));
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	cpu_set_t first;
	int times = 5;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	argv++;
	argc--;
	while (getopt(argc, argv, "+n:") == 'n')
		times = atoi(optarg);
	argv += optind;
	if (!strcmp(what, "sleep"))
		show(1, wait_s, argv);
	else if (!strcmp(what, "run"))
		show(times, run, argv);
	else if (!strcmp(what, "read"))
		for (; *argv; argv++)
			show(times, read_file, argv);
	else
		errx(2, "see the head of cost.c for how to call it");
	return 0;
}
