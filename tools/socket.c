// SPDX-License-Identifier: GPL-2.0
/*
 * Walks all sockets of the namespace, which takes the longer the more there
 * are: for those who look for the reason of what the census has shown. Whoever
 * may look at /proc may read this.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "socket.h"
#include "table.h"

/* Who has more of one kind has the answer in the first million. */
#define MAX_SOCKETS ((size_t)1 << 20)

/* What is larger is neither a state nor a timer of any kernel. */
#define MAX_KIND 15

#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff"	/* ::ffff:0:0/96 */

/* A line as it is written. */
struct line {
	char local[33];
	char remote[33];
	unsigned int local_port;
	unsigned int remote_port;
	unsigned int state;
	unsigned int timer;
	uint64_t inode;
};

/* Words of 32 bits as this machine has them in its memory. */
static bool parse_address(const char *hex, uint8_t ip[16])
{
	size_t length = strlen(hex), i;
	uint8_t *to = ip + 16 - length / 2;
	uint32_t word;

	if (length != 8 && length != 32)
		return false;
	memcpy(ip, MAPPED, sizeof(MAPPED) - 1);
	for (i = 0; i < length / 8; i++) {
		if (sscanf(hex + 8 * i, "%8" SCNx32, &word) != 1)
			return false;
		memcpy(to + 4 * i, &word, sizeof(word));
	}
	return true;
}

static bool parse_line(const char *text, struct census_socket *socket)
{
	struct line l;

	if (sscanf(text,
		   " %*[0-9]: %32[0-9A-F]:%4x %32[0-9A-F]:%4x %2x %*8x:%*8x %2x:%*x %*x %*u %*u %" SCNu64,
		   l.local, &l.local_port, l.remote, &l.remote_port, &l.state,
		   &l.timer, &l.inode) != 7)
		return false;
	if (l.state > MAX_KIND || l.timer > MAX_KIND)
		return false;
	socket->local.port = l.local_port;
	socket->remote.port = l.remote_port;
	socket->state = l.state;
	socket->timer = l.timer;
	socket->inode = l.inode;
	return parse_address(l.local, socket->local.ip) &&
	       parse_address(l.remote, socket->remote.ip);
}

static int add(struct census_sockets *sockets,
	       const struct census_socket *socket)
{
	struct census_socket *grown;
	size_t n = sockets->count;

	if (n == MAX_SOCKETS) {
		sockets->left_out++;
		return 0;
	}
	/* a power of 2 is full */
	if (!(n & (n - 1))) {
		grown = reallocarray(sockets->list, n ? 2 * n : 1,
				     sizeof(*grown));
		if (!grown) {
			warnx("out of memory");
			return -1;
		}
		sockets->list = grown;
	}
	sockets->list[sockets->count++] = *socket;
	return 0;
}

static int read_line(struct census_sockets *sockets, char *line,
		     const char *path, census_socket_filter *wanted,
		     const void *data)
{
	/* the padding is zero, so that bytes can be compared */
	struct census_socket socket;

	/* the first line is a heading */
	if (strstr(line, "local_address"))
		return 0;
	line[strcspn(line, "\n")] = '\0';
	memset(&socket, 0, sizeof(socket));
	if (!parse_line(line, &socket)) {
		warnx("%s: '%.32s...' is not a socket", path, line);
		return -1;
	}
	return wanted(&socket, data) ? add(sockets, &socket) : 0;
}

static int read_lines(struct census_sockets *sockets, FILE *file,
		      const char *path, census_socket_filter *wanted,
		      const void *data)
{
	size_t room = 0, number = 0;
	char *line = NULL;
	ssize_t length;
	int ret = 0;

	while (!ret && (length = getline(&line, &room, file)) > 0) {
		ret = census_file_check(path, ++number, line, length);
		if (!ret)
			ret = read_line(sockets, line, path, wanted, data);
	}
	if (!ret && ferror(file)) {
		warn("cannot read %s", path);
		ret = -1;
	}
	free(line);
	return ret;
}

static int read_file(struct census_sockets *sockets, const char *dir,
		     const char *name, census_socket_filter *wanted,
		     const void *data)
{
	char *path;
	FILE *file;
	int ret = 0;

	/* there is no tcp6 where IPv6 is off */
	if (!census_file_is_there(dir, name))
		return 0;
	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		warnx("out of memory");
		return -1;
	}
	file = fopen(path, "re");
	if (file) {
		ret = read_lines(sockets, file, path, wanted, data);
		fclose(file);
	} else {
		warn("cannot open %s", path);
		ret = -1;
	}
	free(path);
	return ret;
}

/**
 * census_socket_read() - find sockets
 * @sockets: set to what was found; free it with census_socket_free()
 * @dir: where tcp and tcp6 are
 * @wanted: which to take
 * @data: for @wanted
 *
 * Return: 0, or -1 after a sentence.
 */
int census_socket_read(struct census_sockets *sockets, const char *dir,
		       census_socket_filter *wanted, const void *data)
{
	*sockets = (struct census_sockets){ 0 };
	if (!read_file(sockets, dir, "tcp", wanted, data) &&
	    !read_file(sockets, dir, "tcp6", wanted, data))
		return 0;
	census_socket_free(sockets);
	return -1;
}

/**
 * census_socket_free() - forget what was found
 * @sockets: all zero, or what census_socket_read() has filled
 */
void census_socket_free(struct census_sockets *sockets)
{
	free(sockets->list);
	*sockets = (struct census_sockets){ 0 };
}

/**
 * census_socket_format() - write an address
 * @address: the address
 * @port: whether with its port
 * @text: receives it: "192.0.2.1", "2001:db8::1", "[2001:db8::1]:443"
 * @size: of @text
 */
void census_socket_format(const struct census_address *address, bool port,
			  char *text, size_t size)
{
	bool mapped = !memcmp(address->ip, MAPPED, sizeof(MAPPED) - 1);
	char ip[INET6_ADDRSTRLEN] = "";

	if (mapped)
		inet_ntop(AF_INET, address->ip + 12, ip, sizeof(ip));
	else
		inet_ntop(AF_INET6, address->ip, ip, sizeof(ip));
	if (!port)
		snprintf(text, size, "%s", ip);
	else
		snprintf(text, size, mapped ? "%s:%u" : "[%s]:%u", ip,
			 address->port);
}
