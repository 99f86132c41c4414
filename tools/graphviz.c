// SPDX-License-Identifier: GPL-2.0
/*
 * Has graphviz draw the diagram. Both ends are files in memory, so nobody waits
 * for anybody.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diagram.h"
#include "graphviz.h"

#define PROGRAM "dot"
#define EXIT_MISSING 127

static FILE *open_memory(void)
{
	int fd = memfd_create("tcpcensus", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!file)
		warn("no memory for the diagram");
	return file;
}

static void exec_program(FILE *from, FILE *to)
{
	if (dup2(fileno(from), STDIN_FILENO) < 0 ||
	    dup2(fileno(to), STDOUT_FILENO) < 0)
		_exit(EXIT_FAILURE);
	execlp(PROGRAM, PROGRAM, "-Tsvg", (char *)NULL);
	_exit(EXIT_MISSING);
}

static int draw(FILE *from, FILE *to)
{
	int status = 0;
	pid_t child;

	rewind(from);
	fflush(stdout);
	child = fork();
	if (!child)
		exec_program(from, to);
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		warn("cannot run " PROGRAM);
		return -1;
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_MISSING)
		warnx("there is no " PROGRAM " to draw with: install graphviz, or leave out --svg and draw elsewhere");
	else
		warnx(PROGRAM " has failed (status 0x%x)", status);
	return -1;
}

/* From the element on: what is before it does not belong into a page. */
static int copy_svg(FILE *from, FILE *to)
{
	char *line = NULL;
	bool begun = false;
	size_t room = 0;

	rewind(from);
	while (getline(&line, &room, from) > 0) {
		begun = begun || !strncmp(line, "<svg", 4);
		if (begun)
			fputs(line, to);
	}
	free(line);
	if (begun)
		return 0;
	warnx(PROGRAM " has drawn nothing");
	return -1;
}

/**
 * census_graphviz_is_there() - whether the diagram can be drawn
 *
 * Return: whether it can.
 */
bool census_graphviz_is_there(void)
{
	return !system("command -v " PROGRAM " > /dev/null 2>&1");
}

/**
 * census_graphviz_svg() - draw the diagram
 * @to: where to
 * @before: an earlier look, or NULL
 * @now: the look
 * @elapsed_s: seconds between them
 *
 * Return: 0, or -1 after a sentence.
 */
int census_graphviz_svg(FILE *to, const struct census_look *before,
			const struct census_look *now, double elapsed_s)
{
	FILE *dot = open_memory(), *svg = dot ? open_memory() : NULL;
	int ret = -1;

	if (svg && !census_diagram_print(dot, before, now, elapsed_s) &&
	    !fflush(dot) && !draw(dot, svg))
		ret = copy_svg(svg, to);
	if (svg)
		fclose(svg);
	if (dot)
		fclose(dot);
	return ret;
}
