// SPDX-License-Identifier: GPL-2.0
/*
 * Is the count of instructions right? Burns a known number of them, with
 * sleeps between, and prints what busy.c makes of it:
 *	burn [MILLIONS [SLEEPS]]
 * "burned COUNT counted COUNT resting COUNT": the last is what the sleeps cost.
 */
#include <stdio.h>
#include <stdlib.h>

#include "busy.h"

#define LOOP_INSTRUCTIONS	2
#define REST_S			7

static void burn(long instructions)
{
	long n = instructions / LOOP_INSTRUCTIONS;

	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
}

int main(int argc, char **argv)
{
	long each = (argc > 1 ? atol(argv[1]) : 100) * 1000000;
	int sleeps = argc > 2 ? atoi(argv[2]) : 10;
	long long resting, counted;
	struct busy b;

	busy_rest(1);
	busy_start(&b);
	for (int i = 0; i < sleeps; i++)
		busy_rest(REST_S);
	resting = busy_end(&b);
	busy_start(&b);
	for (int i = 0; i < sleeps; i++) {
		burn(each);
		busy_rest(REST_S);
	}
	counted = busy_end(&b);
	printf("burned %lld counted %lld resting %lld\n",
	       (long long)each * sleeps, counted, resting);
	return 0;
}
