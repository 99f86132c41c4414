#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: a hook that cannot attach leaves the others working and is reported
# (log, debugfs, summary); other people's tracing costs no event (hook_func.c).
. "$(dirname "$0")/lib/census.sh"

attached() { awk -v n="$1" '$1 == n { print $2 }' $debug/hooks; }

said() { dmesg | grep -q "tcp_census: $1"; }

# Exact in the states that do not depend on the missing hook.
others_agree() { # STATES-LEFT-OUT
	by_census | grep -v -w -E "$1" > /tmp/a
	by_ss | grep -v -w -E "$1" > /tmp/b
	cmp -s /tmp/a /tmp/b
}

traffic() { "$bin/traffic" churn -n 200 -p 7900 > /dev/null; }

without() { # FUNCTION INEXACT STATES
	dmesg -C
	reload skip_hooks="$1" && traffic || return 1
	said "cannot hook $1()" && [ "$(attached "$1")" = no ] &&
	[ "$(value summary hooks_missing)" -gt 0 ] &&
	[ "$(value summary inexact)" = "$2" ] &&
	poll 10 others_agree "$3"
}

no_requests() { without inet_csk_reqsk_queue_hash_add SYN_RECV SYN_RECV; }

no_timewaits() {
	without tcp_twsk_destructor FIN_WAIT2,TIME_WAIT 'FIN_WAIT2|TIME_WAIT'
}

no_details() {
	without tcp_abort none nothing && equals_ss
}

no_ftrace() {
	unload
	dmesg -C
	sysctl -q kernel.ftrace_enabled=0 && load && traffic || return 1
	said "cannot use ftrace" && [ "$(attached tcp_twsk_destructor)" = no ] &&
	[ "$(value summary inexact)" = SYN_RECV,FIN_WAIT2,TIME_WAIT ] &&
	poll 10 others_agree 'SYN_RECV|FIN_WAIT2|TIME_WAIT'
	status=$?
	sysctl -q kernel.ftrace_enabled=1
	return $status
}

whole_again() {
	reload && traffic && equals_ss && healthy && ! grep -qw no $debug/hooks
}

cannot_be_switched_off() {
	! sysctl -q kernel.ftrace_enabled=0 2>/dev/null && traffic && equals_ss
}

# Kprobes in process context that softirqs interrupt all the time: as kprobes
# our hooks would be skipped whenever that happens.
bystanders() {
	tracing=/sys/kernel/tracing
	for f in ksys_read ksys_write __sys_connect __sys_accept4 tcp_sendmsg tcp_recvmsg tcp_close; do
		echo "p:bystander/$f $f" >> $tracing/kprobe_events &&
		echo "r:bystander/r_$f $f" >> $tracing/kprobe_events || return 1
	done
	echo 1 > $tracing/events/bystander/enable || return 1
	"$bin/traffic" churn -n 6000 -j 3 -p 7900 > /dev/null
	status=$?
	probed=$(awk '$1 == "tcp_sendmsg" { print $2 }' $tracing/kprobe_profile)
	echo 0 > $tracing/events/bystander/enable
	echo > $tracing/kprobe_events
	[ $status -eq 0 ] && [ "$probed" -ge 6000 ] && equals_ss && healthy &&
	! awk 'NR > 1 && $4 > 0 { bad = 1 } END { exit !bad }' $debug/hooks
}

percpu_adds_up() {
	total=$(awk 'NR > 1 { n += $3 } END { print n }' $debug/percpu)
	[ "$total" -gt 1000 ]
}

cases() {
	run without_request_hook no_requests
	run without_timewait_hook no_timewaits
	run without_detail_hook no_details
	run without_ftrace no_ftrace
	run whole_again whole_again
	run cannot_be_switched_off cannot_be_switched_off
	run other_peoples_kprobes bystanders
	run percpu_adds_up percpu_adds_up
}

main cases "$@"
