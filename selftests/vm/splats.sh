#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the lines of a kernel's log (standard input) with which the kernel complains; exit
# status 1 if there is one. Of data races (KCSAN) count those that tcp_census has a part in,
# and not as what was interrupted: any kernel has others.
splats='BUG:|WARNING:|Oops|KASAN|UBSAN|kmemleak: [1-9][0-9]* new|Call Trace:|general protection'
splats="$splats|possible (circular locking|recursive locking|irq lock)|inconsistent lock state"
splats="$splats|suspicious RCU usage|rcu: INFO: rcu_.* detected|soft lockup|hard LOCKUP|blocked for more than"
splats="$splats|Attempt to release TCP socket|refcount_t:|ODEBUG:|Kernel panic|bad: scheduling"

awk -v splats="$splats" '
	function complain(line) { print line; bad = 1 }
	function race_ends() { if (ours) complain(race); race = ours = "" }
	/BUG: KCSAN:/ { race_ends(); race = $0; interrupted = 0; next }
	/(read|write).* to 0x/ { interrupted = 0 }
	/ asm_|do_softirq/ { interrupted = 1 }
	race && !interrupted && /\[tcp_census\]/ { ours = 1 }
	/Reported by Kernel Concurrency Sanitizer/ { race_ends() }
	$0 ~ splats { complain($0) }
	END { race_ends(); exit bad }'
