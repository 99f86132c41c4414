// SPDX-License-Identifier: GPL-2.0
/*
 * Brings one of the module's files into memory as a string of whole lines.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "debugfs.h"
#include "file.h"

/* Room for 100,000 listeners; what is larger is not one of our files. */
#define MAX_SIZE ((size_t)16 << 20)

/* Returns a sentence, which the caller frees, or NULL when memory is short. */
static char *name_obstacle(const char *dir, const char *path, int error)
{
	const char *known = census_debugfs_obstacle(dir, error);
	char *text;
	int ret;

	if (known)
		return strdup(known);
	if (error == ENOENT && access(dir, F_OK))
		ret = asprintf(&text,
			       "the tcp_census module is not loaded (no %s): load it with 'modprobe tcp_census'",
			       dir);
	else if (error == ENOENT)
		ret = asprintf(&text,
			       "%s is missing: the loaded tcp_census module is older than this reader, load the new one",
			       path);
	else
		ret = asprintf(&text, "cannot open %s: %s", path,
			       strerror(error));
	return ret < 0 ? NULL : text;
}

static void explain_open(const char *dir, const char *path)
{
	char *obstacle = name_obstacle(dir, path, errno);

	warnx("%s", obstacle ? obstacle : "out of memory");
	free(obstacle);
}

/* Returns the whole stream with a final NUL, or NULL after a sentence. */
static char *slurp(FILE *file, const char *path, size_t *size)
{
	size_t room = 1 << 14, got = 0;
	char *text = NULL, *grown;

	while (room <= MAX_SIZE) {
		grown = realloc(text, room + 1);
		if (!grown) {
			warnx("out of memory");
			goto fail;
		}
		text = grown;
		got += fread(text + got, 1, room - got, file);
		if (ferror(file)) {
			warn("cannot read %s", path);
			goto fail;
		}
		if (got < room) {
			text[got] = '\0';
			*size = got;
			return text;
		}
		room *= 2;
	}
	warnx("%s: the file is larger than %zu MiB, it cannot be the module's",
	      path, MAX_SIZE >> 20);
fail:
	free(text);
	return NULL;
}

/**
 * census_file_check() - see that it is plain text, and whole
 * @path: of the file
 * @line: the number of the first line
 * @text: one or more lines
 * @size: of @text
 *
 * The module and the kernel write printable ASCII, blanks and newlines.
 *
 * Return: 0, or -1 after a sentence.
 */
int census_file_check(const char *path, size_t line, const char *text,
		      size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (text[i] == '\n') {
			line++;
		} else if ((text[i] < ' ' && text[i] != '\t') ||
			   text[i] > '~') {
			warnx("%s: line %zu: byte 0x%02x is not plain text",
			      path, line, (unsigned char)text[i]);
			return -1;
		}
	}
	/* half a number looks like a number */
	if (size && text[size - 1] != '\n') {
		warnx("%s: line %zu is cut off: it does not end in a newline",
		      path, line);
		return -1;
	}
	return 0;
}

/**
 * census_file_read() - read a file of the module
 * @dir: where the module's files are
 * @name: the file in it
 * @path: set to the name of the whole path; the caller frees it
 *
 * Return: the text, which is empty or ends in a newline and which the caller
 * frees, or NULL after one sentence that says what is wrong.
 */
char *census_file_read(const char *dir, const char *name, char **path)
{
	char *text = NULL;
	size_t size;
	FILE *file;

	if (asprintf(path, "%s/%s", dir, name) < 0) {
		warnx("out of memory");
		return NULL;
	}
	file = fopen(*path, "re");
	if (!file) {
		explain_open(dir, *path);
		goto free_path;
	}
	text = slurp(file, *path, &size);
	fclose(file);
	if (text && census_file_check(*path, 1, text, size)) {
		free(text);
		text = NULL;
	}
free_path:
	if (!text)
		free(*path);
	return text;
}

/**
 * census_file_obstacle() - why a file of the module cannot be opened
 * @dir: where the module's files are
 * @name: the file in it
 *
 * Return: a sentence, which the caller frees, or NULL if nothing is in the way.
 */
char *census_file_obstacle(const char *dir, const char *name)
{
	char *path, *obstacle = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return NULL;
	if (eaccess(path, R_OK))
		obstacle = name_obstacle(dir, path, errno);
	free(path);
	return obstacle;
}

/**
 * census_file_is_there() - whether there is such a file
 * @dir: where it would be
 * @name: the file in it
 *
 * Return: whether there is, readable or not.
 */
bool census_file_is_there(const char *dir, const char *name)
{
	char *path;
	bool there;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return false;
	there = !access(path, F_OK);
	free(path);
	return there;
}
