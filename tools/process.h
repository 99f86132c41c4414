/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_PROCESS_H
#define CENSUS_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct census_holder - a process that has a socket open
 * @inode: of the socket
 * @pid: the process
 * @fd: its descriptor
 * @program: its name, which is printable ASCII
 */
struct census_holder {
	uint64_t inode;
	uint64_t pid;
	uint64_t fd;
	char program[32];
};

/**
 * struct census_holders - who has which sockets open
 * @list: in the order of inode, process, descriptor
 * @count: how many
 */
struct census_holders {
	struct census_holder *list;
	size_t count;
};

int census_process_find(struct census_holders *holders, uint64_t *inodes,
			size_t ninodes);
const struct census_holder *
census_process_of(const struct census_holders *holders, uint64_t inode,
		  size_t *count);
void census_process_free(struct census_holders *holders);

#endif
