// SPDX-License-Identifier: GPL-2.0
/*
 * portlist.c - a list of ports, and how it is written.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "portlist.h"

/* The place of the first that is not below @port. */
static unsigned int place_of(const struct census_portlist *list, u16 port)
{
	unsigned int low = 0, high = list->n, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (list->port[middle] < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * census_portlist_find() - is a port in a list?
 * @list: the list
 * @port: the port, host order
 *
 * Context: any.
 * Return: its index, or -1.
 */
int census_portlist_find(const struct census_portlist *list, u16 port)
{
	unsigned int at = place_of(list, port);

	return at < list->n && list->port[at] == port ? (int)at : -1;
}

/* Once, whoever names it twice. */
static int add(struct census_portlist *list, u16 port)
{
	unsigned int at = place_of(list, port);

	if (at < list->n && list->port[at] == port)
		return 0;
	if (list->n == CENSUS_PORTS_MAX)
		return -EINVAL;
	memmove(&list->port[at + 1], &list->port[at],
		(list->n++ - at) * sizeof(list->port[0]));
	list->port[at] = port;
	return 0;
}

static bool separates(char c)
{
	return c == ',' || isspace(c);
}

/* Decimal digits only. Return: how many, or -EINVAL. */
static ssize_t parse_port(const char *text, size_t len, u16 *port)
{
	unsigned int value = 0;
	size_t i;

	for (i = 0; i < len && isdigit(text[i]); i++) {
		value = value * 10 + text[i] - '0';
		if (value > U16_MAX)
			return -EINVAL;
	}
	if (!value || (i < len && !separates(text[i])))
		return -EINVAL;
	*port = value;
	return i;
}

/**
 * census_portlist_parse() - read a list of ports
 * @list: filled; nothing that can be used after an error
 * @text: decimal numbers with blanks, commas or newlines between, before and
 *	behind them, in any order; may be empty
 * @len: bytes of @text
 *
 * Context: any.
 * Return: 0; -EINVAL if anything else is in @text, or too many.
 */
int census_portlist_parse(struct census_portlist *list, const char *text,
			  size_t len)
{
	size_t at = 0;
	ssize_t used;
	u16 port;

	list->n = 0;
	while (at < len) {
		if (separates(text[at])) {
			at++;
			continue;
		}
		used = parse_port(text + at, len - at, &port);
		if (used < 0 || add(list, port))
			return -EINVAL;
		at += used;
	}
	return 0;
}

/**
 * census_portlist_print() - write a list of ports
 * @list: the list
 * @text: filled: ascending, a blank between them
 *
 * Context: any.
 */
void census_portlist_print(const struct census_portlist *list,
			   char text[CENSUS_PORTLIST_TEXT])
{
	unsigned int i;
	int len = 0;

	text[0] = '\0';
	for (i = 0; i < list->n; i++)
		len += scnprintf(text + len, CENSUS_PORTLIST_TEXT - len,
				 i ? " %u" : "%u", list->port[i]);
}
