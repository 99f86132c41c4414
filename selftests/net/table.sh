#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: every live connection has one record, whatever object it lives in, and
# max_tracked bounds them; who gets none is counted all the same (table.c).
. "$(dirname "$0")/lib/census.sh"

many=100000

# The limit is looked at before the record is made: one more per other CPU.
records_at_most() { [ "$(table records)" -lt $(($1 + $(nproc))) ]; }

untracked() { value summary untracked; }

churn() { "$bin/traffic" churn -n "$1" -p 7000 > /dev/null; } # CONNECTIONS

# Full sockets, orphans, request sockets, minisocks of both kinds, listeners.
crowd() { # TRAFFIC-ARGS...
	hold_start 7300 -n 20 "$@" && stand timers 7310 -n 5 "$@"
}

each_has_one() { # TRAFFIC-ARGS...
	crowd "$@" && equals_ss && healthy && all_tracked &&
	[ "$(cell SYN_RECV current)" -ge 20 ] && [ "$(cell TIME_WAIT current)" -ge 20 ] &&
	[ "$(cell FIN_WAIT2 current)" -ge 20 ] && [ "$(cell LISTEN current)" -ge 6 ]
	status=$?
	hold_stop
	equals_ss && all_tracked && return $status
}

full() {
	refused=$(table full)
	was=$(untracked)
	max_tracked 50 && crowd && exact && records_at_most 50 &&
	[ "$(table full)" -gt "$refused" ] && [ "$(untracked)" -gt "$was" ]
}

full_and_busy() {
	was=$(untracked)
	churn 1500 && exact && records_at_most 50 &&
	[ "$(untracked)" -gt $((was + 1500)) ]
}

# 100 connections have two ends, and 100 more stay in SYN_SENT.
raised() {
	max_tracked $many || return 1
	was=$(untracked)
	records=$(table records)
	stand inturn 7400 -n 100 && churn 500 && exact &&
	[ "$(untracked)" -eq "$was" ] &&
	[ "$(table records)" -ge $((records + 301)) ]
}

# Nobody is evicted, and whoever leaves is timed. They come to FIN_WAIT1 and so
# on with the record they have.
lowered() {
	timed=$(dwell ESTABLISHED count)
	max_tracked 10 && churn 300 && exact && [ "$(table records)" -ge 301 ] || return 1
	was=$(untracked)
	timed_meanwhile=$(dwell ESTABLISHED count)
	[ "$timed_meanwhile" -eq "$timed" ] && [ "$was" -gt 300 ] || return 1
	hold_stop
	equals_ss && [ "$(dwell ESTABLISHED count)" -ge $((timed + 200)) ]
}

life_under_a_limit() { # in a namespace
	for step in full full_and_busy raised lowered; do
		$step || {
			note "$step: $(untracked) untracked, $(table records) records, $(table full) refused"
			return 1
		}
	done
}

no_row_of_ours() { ! grep -q " $(stat -Lc %i /proc/self/ns/net) " $debug/oldest; }

without_times() { # in a namespace
	max_tracked 0 && timeouts 1 && crowd && churn 700 && exact && none_timed &&
	[ "$(untracked)" -ge 700 ] && no_row_of_ours &&
	[ "$(total $census/states overdue)" -eq 0 ] && [ "$(total $census/states exceeded)" -eq 0 ] || return 1
	max_tracked $many && churn 70 && [ "$(dwell SYN_SENT count)" -eq 70 ] && ! no_row_of_ours
	status=$?
	hold_stop
	return $status
}

track() { in_first sysctl -q net.tcp_census.track="$1"; } # 0|1

no_record() { [ "$(table records)" -eq 0 ]; }

# All that were timed are so no more, nobody new is, and nothing is missed for it.
counts_only() { # in a namespace
	timeouts 1 && crowd && poll 20 all_late || return 1
	was=$(untracked)
	track 0 && poll 5 no_record && [ "$(late)" -eq 0 ] || return 1
	stays=$(total $census/dwell count)
	churn 700 && exact && no_record || return 1
	[ "$(untracked)" -eq "$was" ] && [ "$(total $census/dwell count)" -eq "$stays" ] || return 1
	hold_start 7320 -n 20 && exact && no_record
}

# Who changes his state is timed from then on, also what came while it was off.
times_again() {
	timed=$(dwell SYN_SENT count)
	track 1 && churn 70 && exact && [ "$(dwell SYN_SENT count)" -eq $((timed + 70)) ] || return 1
	hold_stop
	equals_ss && [ "$(table stale)" -eq 0 ]
}

# Records go while connections come, move and end on all CPUs.
switched() { # ROUNDS
	"$bin/traffic" churn -t 900 -j 2 -p 7500 > /dev/null & churn=$!
	i=0
	while [ $i -lt "$1" ] && track 0 && track 1; do
		i=$((i + 1))
	done
	kill -0 $churn && pkill -x traffic
	wait $churn
	[ $i -eq "$1" ] && track 1 && equals_and_adds_up && healthy
}

tracked_or_not() {
	for step in counts_only times_again 'switched 15'; do
		$step || {
			note "$step: $(untracked) untracked, $(table records) records, $(late) late, $(total $census/dwell count) stays"
			return 1
		}
	done
}

# The reaper must know its orphans, though nobody else is tracked.
reaped_all_the_same() {
	reaped=$settings/fin_wait1_reap
	# Some are there before, others come later.
	echo 4 > $settings/fin_wait1_timeout && echo 2 > "$reaped" && hold_start 7500 -n 20 &&
	track 0 && crowd && poll 60 no_fin_wait1 && [ "$(cell FIN_WAIT1 reaped)" -ge 40 ]
	status=$?
	hold_stop
	track 1
	return $status
}

no_fin_wait1() { [ "$(cell FIN_WAIT1 current)" -eq 0 ]; }

# Buckets come with the records, 512 are there anyhow.
grown() { # in a namespace
	stand inturn 7400 -n 900 && exact && all_tracked && [ "$(table records)" -gt 1800 ] &&
	[ "$(table buckets)" -ge "$(table records)" ] && [ "$(untracked)" -eq 0 ]
	status=$?
	note "$(table records) records in $(table buckets) buckets"
	hold_stop
	[ $status -eq 0 ] && equals_ss && all_tracked
}

# ... and go after them.
shrunk() { [ "$(table buckets)" -le 640 ] && [ "$(table bytes)" -lt 100000 ]; }

in_new_namespace() { # FUNCTION
	ns_add limit && in_ns limit "$1"
	status=$?
	max_tracked $many
	ns_del limit
	return $status
}

refuses() { # SYSCTL VALUE...
	file=$settings/$1
	was=$(cat "$file")
	shift
	for bad; do
		said=$(sysctl "net.tcp_census.${file##*/}=$bad" 2>&1)
		case $said in *"Invalid argument"*) [ "$(cat "$file")" != "$was" ] || continue ;; esac
		note "${file##*/}: $bad was not refused"
		return 1
	done
}

takes() { # SYSCTL VALUE...
	file=$settings/$1
	was=$(cat "$file")
	shift
	for good in "$@" "$was"; do
		echo "$good" > "$file" && [ "$(cat "$file")" = "$good" ] || return 1
	done
}

out_of_range() {
	refuses max_tracked -1 134217729 9999999999 99999999999999999999 many 5x || return 1
	refuses track -1 2 4294967296 yes || return 1
	for file in "$settings"/timeout_*; do
		refuses "${file##*/}" -1 31536001 4294967296 soon || return 1
	done
}

range() {
	takes max_tracked 0 1 134217728 && takes track 0 1 || return 1
	for file in "$settings"/timeout_*; do
		takes "${file##*/}" 0 1 31536000 || return 1
	done
}

by_default() { [ "$(table max_tracked)" -ge 65536 ] && [ "$(table record_bytes)" -le 64 ]; }

# The limit is one for all namespaces, the timeouts are each namespace's own.
elsewhere() {
	[ ! -e $settings/max_tracked ] && [ ! -e $settings/track ] && [ "$(ls $settings | wc -l)" -eq 17 ] &&
	timeouts 77 && in_first grep -L -x 77 $settings/timeout_listen | grep -q .
}

for_root_only() {
	! setpriv --reuid 1234 --clear-groups sh -c "echo 5 > $settings/max_tracked || echo 0 > $settings/track" 2> /dev/null
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	ns_add crowd crowd6
	run default by_default
	run one_record_each in_ns crowd each_has_one
	run one_record_each_v6 in_ns crowd6 each_has_one -6
	ns_del crowd crowd6
	run grows in_new_namespace grown
	run shrinks poll 20 shrunk
	run limit in_new_namespace life_under_a_limit
	run zero_is_no_times in_new_namespace without_times
	run without_records in_new_namespace tracked_or_not
	run reaper_without_records in_new_namespace reaped_all_the_same
	run limit_of_the_first_namespace in_new_namespace elsewhere
	run limit_is_roots for_root_only
	run out_of_range_is_refused out_of_range
	run range_is_taken range
	run nothing_left all_tracked
	run exact_afterwards equals_ss
	run healthy_afterwards healthy
	reload
}

main cases "$@"
