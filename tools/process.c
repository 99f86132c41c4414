// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the processes that have a socket open, as ss does: /proc/PID/fd/FD is a
 * link to "socket:[INODE]". A process that ends meanwhile, or that the reader
 * may not look into, has none.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "table.h"

/* Who is looked for, and where we are. */
struct search {
	struct census_holders *found;
	size_t room;			/* in found->list */
	const uint64_t *inodes;		/* in order */
	size_t ninodes;
	struct census_holder now;
};

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_inodes(const void *a, const void *b)
{
	return order(*(const uint64_t *)a, *(const uint64_t *)b);
}

static int compare_holders(const void *left, const void *right)
{
	const struct census_holder *a = left, *b = right;
	int ret = order(a->inode, b->inode);

	if (!ret)
		ret = order(a->pid, b->pid);
	return ret ? ret : order(a->fd, b->fd);
}

static bool is_wanted(const struct search *s, uint64_t inode)
{
	return bsearch(&inode, s->inodes, s->ninodes, sizeof(inode),
		       compare_inodes);
}

static int add(struct search *s)
{
	struct census_holders *found = s->found;
	struct census_holder *grown;

	if (found->count == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		grown = reallocarray(found->list, s->room, sizeof(*grown));
		if (!grown) {
			warnx("out of memory");
			return -1;
		}
		found->list = grown;
	}
	found->list[found->count++] = s->now;
	return 0;
}

/* Any byte can be in a name, and terminals obey some. */
static void read_program(int process, char *program, size_t size)
{
	int fd = openat(process, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t got = 0, i;

	if (fd >= 0) {
		got = read(fd, program, size - 1);
		close(fd);
	}
	if (got > 0 && program[got - 1] == '\n')
		got--;
	for (i = 0; i < got; i++)
		if (program[i] < ' ' || program[i] > '~')
			program[i] = '?';
	program[got > 0 ? got : 0] = '\0';
}

static bool read_inode(int dir, const char *name, uint64_t *inode)
{
	char link[64];
	ssize_t got = readlinkat(dir, name, link, sizeof(link) - 1);

	if (got <= 0)
		return false;
	link[got] = '\0';
	return sscanf(link, "socket:[%" SCNu64 "]", inode) == 1;
}

static int search_fds(struct search *s, int process, DIR *dir)
{
	struct dirent *entry;

	s->now.program[0] = '\0';
	while ((entry = readdir(dir))) {
		if (!census_table_parse_number(entry->d_name, &s->now.fd) ||
		    !read_inode(dirfd(dir), entry->d_name, &s->now.inode) ||
		    !is_wanted(s, s->now.inode))
			continue;
		if (!s->now.program[0])
			read_program(process, s->now.program,
				     sizeof(s->now.program));
		if (add(s))
			return -1;
	}
	return 0;
}

static int search_process(struct search *s, int proc, const char *pid)
{
	int process, fds, ret = 0;
	DIR *dir;

	process = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return 0;
	fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fds < 0 ? NULL : fdopendir(fds);
	if (dir) {
		ret = search_fds(s, process, dir);
		closedir(dir);
	} else if (fds >= 0) {
		close(fds);
	}
	close(process);
	return ret;
}

/**
 * census_process_find() - find the processes that have sockets open
 * @holders: set to what was found; free it with census_process_free()
 * @inodes: of the sockets; will be sorted
 * @ninodes: how many
 *
 * Return: 0, or -1 after a sentence.
 */
int census_process_find(struct census_holders *holders, uint64_t *inodes,
			size_t ninodes)
{
	struct search s = {
		.found = holders, .inodes = inodes, .ninodes = ninodes,
	};
	struct dirent *entry;
	int ret = 0;
	DIR *proc;

	*holders = (struct census_holders){ 0 };
	if (!ninodes)
		return 0;
	qsort(inodes, ninodes, sizeof(*inodes), compare_inodes);
	proc = opendir("/proc");
	if (!proc) {
		warn("cannot look for processes in /proc");
		return -1;
	}
	while (!ret && (entry = readdir(proc)))
		if (census_table_parse_number(entry->d_name, &s.now.pid))
			ret = search_process(&s, dirfd(proc), entry->d_name);
	closedir(proc);
	if (ret)
		census_process_free(holders);
	else if (holders->count)
		qsort(holders->list, holders->count, sizeof(*holders->list),
		      compare_holders);
	return ret;
}

/**
 * census_process_of() - the processes that have one socket open
 * @holders: what census_process_find() has found
 * @inode: of the socket
 * @count: set to how many
 *
 * Return: the first of them, owned by @holders, or NULL.
 */
const struct census_holder *
census_process_of(const struct census_holders *holders, uint64_t inode,
		  size_t *count)
{
	const struct census_holder *first = NULL;
	size_t i;

	*count = 0;
	for (i = 0; i < holders->count; i++) {
		if (holders->list[i].inode != inode)
			continue;
		if (!first)
			first = &holders->list[i];
		++*count;
	}
	return first;
}

/**
 * census_process_free() - forget what was found
 * @holders: all zero, or what census_process_find() has filled
 */
void census_process_free(struct census_holders *holders)
{
	free(holders->list);
	*holders = (struct census_holders){ 0 };
}
