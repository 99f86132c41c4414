// SPDX-License-Identifier: GPL-2.0
/*
 * Counts who has how many of many sockets: sorts the keys of all, and looks
 * how often each is there.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"
#include "tally.h"

/* What is counted. All bytes count, also those between. */
struct key {
	struct census_address local;
	struct census_address remote;
	uint64_t pid;
	char program[32];
};

struct keys {
	struct key *list;
	size_t count;
};

/* Makes a key of a socket. */
typedef void key_maker(struct key *key, const struct census_socket *socket);
/* Says what a key is. */
typedef void key_namer(const struct key *key, char *name, size_t size);

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct key));
}

/* Puts a key in its place among the top. */
static void rank(struct census_tally *tally, const struct key *key,
		 uint64_t count, key_namer *name)
{
	size_t place = tally->ntop;

	while (place && tally->top[place - 1].count < count)
		place--;
	if (place == CENSUS_TALLY_TOP)
		return;
	if (tally->ntop < CENSUS_TALLY_TOP)
		tally->ntop++;
	memmove(&tally->top[place + 1], &tally->top[place],
		(tally->ntop - place - 1) * sizeof(*tally->top));
	name(key, tally->top[place].name, sizeof(tally->top[place].name));
	tally->top[place].pid = key->pid;
	tally->top[place].count = count;
}

/* Takes the keys. */
static void count(struct census_tally *tally, struct keys *keys,
		  key_namer *name)
{
	size_t first = 0, i;

	*tally = (struct census_tally){ .count = keys->count };
	if (keys->count)
		qsort(keys->list, keys->count, sizeof(*keys->list), compare);
	for (i = 1; i <= keys->count; i++) {
		if (i < keys->count &&
		    !compare(&keys->list[i], &keys->list[first]))
			continue;
		rank(tally, &keys->list[first], i - first, name);
		tally->distinct++;
		first = i;
	}
	free(keys->list);
}

static int make_room(struct keys *keys, size_t most)
{
	keys->count = 0;
	keys->list = calloc(most + 1, sizeof(*keys->list));
	if (keys->list)
		return 0;
	warnx("out of memory");
	return -1;
}

static int count_sockets(struct census_tally *tally,
			 const struct census_sockets *sockets,
			 census_socket_filter *wanted, const void *data,
			 key_maker *make, key_namer *name)
{
	struct keys keys;
	size_t i;

	if (make_room(&keys, sockets->count))
		return -1;
	for (i = 0; i < sockets->count; i++)
		if (wanted(&sockets->list[i], data))
			make(&keys.list[keys.count++], &sockets->list[i]);
	count(tally, &keys, name);
	return 0;
}

static void make_peer(struct key *key, const struct census_socket *socket)
{
	memcpy(key->remote.ip, socket->remote.ip, sizeof(key->remote.ip));
}

static void name_peer(const struct key *key, char *name, size_t size)
{
	census_socket_format(&key->remote, false, name, size);
}

/**
 * census_tally_peers() - which addresses are at the other ends
 * @tally: set
 * @sockets: the sockets
 * @wanted: which of them
 * @data: for @wanted
 *
 * Return: 0, or -1 after a sentence.
 */
int census_tally_peers(struct census_tally *tally,
		       const struct census_sockets *sockets,
		       census_socket_filter *wanted, const void *data)
{
	return count_sockets(tally, sockets, wanted, data, make_peer,
			     name_peer);
}

static void make_remote(struct key *key, const struct census_socket *socket)
{
	make_peer(key, socket);
	key->remote.port = socket->remote.port;
}

static void name_remote(const struct key *key, char *name, size_t size)
{
	census_socket_format(&key->remote, true, name, size);
}

/**
 * census_tally_remotes() - which addresses and ports are at the other ends
 * @tally: set
 * @sockets: the sockets
 * @wanted: which of them
 * @data: for @wanted
 *
 * Return: 0, or -1 after a sentence.
 */
int census_tally_remotes(struct census_tally *tally,
			 const struct census_sockets *sockets,
			 census_socket_filter *wanted, const void *data)
{
	return count_sockets(tally, sockets, wanted, data, make_remote,
			     name_remote);
}

static void make_local(struct key *key, const struct census_socket *socket)
{
	key->local.port = socket->local.port;
}

static void name_local(const struct key *key, char *name, size_t size)
{
	snprintf(name, size, "%u", key->local.port);
}

/**
 * census_tally_locals() - which ports are at our ends
 * @tally: set
 * @sockets: the sockets
 * @wanted: which of them
 * @data: for @wanted
 *
 * Return: 0, or -1 after a sentence.
 */
int census_tally_locals(struct census_tally *tally,
			const struct census_sockets *sockets,
			census_socket_filter *wanted, const void *data)
{
	return count_sockets(tally, sockets, wanted, data, make_local,
			     name_local);
}

static void make_destination(struct key *key,
			     const struct census_socket *socket)
{
	make_remote(key, socket);
	memcpy(key->local.ip, socket->local.ip, sizeof(key->local.ip));
}

static void name_destination(const struct key *key, char *name, size_t size)
{
	char local[48], remote[64];

	census_socket_format(&key->local, false, local, sizeof(local));
	census_socket_format(&key->remote, true, remote, sizeof(remote));
	snprintf(name, size, "%s from %s", remote, local);
}

/**
 * census_tally_destinations() - which addresses and ports are at the other
 *	ends, by our own address
 * @tally: set
 * @sockets: the sockets
 * @wanted: which of them
 * @data: for @wanted
 *
 * Return: 0, or -1 after a sentence.
 */
int census_tally_destinations(struct census_tally *tally,
			      const struct census_sockets *sockets,
			      census_socket_filter *wanted, const void *data)
{
	return count_sockets(tally, sockets, wanted, data, make_destination,
			     name_destination);
}

static void name_program(const struct key *key, char *name, size_t size)
{
	snprintf(name, size, "%.*s", (int)sizeof(key->program), key->program);
}

static int find_holders(struct census_holders *holders,
			const struct census_sockets *sockets,
			census_socket_filter *wanted, const void *data)
{
	uint64_t *inodes = calloc(sockets->count + 1, sizeof(*inodes));
	size_t n = 0, i;
	int ret;

	if (!inodes) {
		warnx("out of memory");
		return -1;
	}
	for (i = 0; i < sockets->count; i++)
		if (sockets->list[i].inode && wanted(&sockets->list[i], data))
			inodes[n++] = sockets->list[i].inode;
	ret = census_process_find(holders, inodes, n);
	free(inodes);
	return ret;
}

/**
 * census_tally_programs() - which processes hold how many
 * @tally: set
 * @sockets: the sockets
 * @wanted: which of them
 * @data: for @wanted
 *
 * A process that has a socket open twice holds it once.
 *
 * Return: 0, or -1 after a sentence.
 */
int census_tally_programs(struct census_tally *tally,
			  const struct census_sockets *sockets,
			  census_socket_filter *wanted, const void *data)
{
	struct census_holders holders = { 0 };
	const struct census_holder *h;
	struct keys keys;
	struct key *key;
	size_t i;
	int ret;

	ret = find_holders(&holders, sockets, wanted, data);
	if (!ret)
		ret = make_room(&keys, holders.count);
	for (i = 0; !ret && i < holders.count; i++) {
		h = &holders.list[i];
		if (i && h->inode == h[-1].inode && h->pid == h[-1].pid)
			continue;
		key = &keys.list[keys.count++];
		key->pid = h->pid;
		snprintf(key->program, sizeof(key->program), "%s", h->program);
	}
	if (!ret)
		count(tally, &keys, name_program);
	census_process_free(&holders);
	return ret;
}

static bool is_any(const struct census_socket *socket, const void *data)
{
	(void)socket;
	(void)data;
	return true;
}

/* The processes among the top that hold a socket of this age. */
static void age(struct census_tally *tally, const struct census_holders *holders,
		const struct census_socket *socket)
{
	const struct census_holder *holder;
	size_t n, i, place;

	holder = census_process_of(holders, socket->inode, &n);
	for (i = 0; i < n; i++)
		for (place = 0; place < tally->ntop; place++)
			if (tally->top[place].pid == holder[i].pid &&
			    tally->top[place].oldest_ms < socket->age_ms)
				tally->top[place].oldest_ms = socket->age_ms;
}

/**
 * census_tally_ages() - how long the programs have held their oldest one
 * @tally: of programs
 * @sockets: a few old ones, with their ages
 *
 * Return: 0, or -1 after a sentence.
 */
int census_tally_ages(struct census_tally *tally,
		      const struct census_sockets *sockets)
{
	struct census_holders holders = { 0 };
	size_t i;

	if (find_holders(&holders, sockets, is_any, NULL))
		return -1;
	for (i = 0; i < sockets->count; i++)
		if (sockets->list[i].inode)
			age(tally, &holders, &sockets->list[i]);
	census_process_free(&holders);
	return 0;
}
