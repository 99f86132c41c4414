/* SPDX-License-Identifier: GPL-2.0 */
/*
 * peek.h - reads what the kernel may be writing just then.
 */
#ifndef _CENSUS_PEEK_H
#define _CENSUS_PEEK_H

#include <linux/compiler.h>

/**
 * census_peek() - a field of a socket that is not locked
 * @field: an lvalue of a word at most
 *
 * Read whole, at once, as /proc/net/tcp reads it: a value that it has or had.
 * That is a data race where TCP writes it without WRITE_ONCE(), so KCSAN is
 * told; who needs to be sure asks again under the socket's lock.
 *
 * Context: any.
 * Return: its value.
 */
#define census_peek(field)	data_race(READ_ONCE(field))

#endif
