/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many instructions this machine's one CPU has executed, idling not
 * counted. Under QEMU's -icount shift=0 a nanosecond is an instruction, so
 * this is the time that passed less the time that the CPU was idle, which
 * idle.ko tells, by the same clock.
 */
#ifndef BENCH_BUSY_H
#define BENCH_BUSY_H

struct busy {
	long long now_ns, idle_ns;
};

/*
 * Reading costs itself; it is left out of what lies between the two.
 * All end the program when the kernel does not tell.
 */
void busy_start(struct busy *b);
long long busy_end(const struct busy *b);

/* Waits idle, so that what has been left behind is done. */
void busy_rest(long seconds);

/* What a rest costs when there is nothing to do. */
long long busy_resting(long seconds);

#endif /* BENCH_BUSY_H */
