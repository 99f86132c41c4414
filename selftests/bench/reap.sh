#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a run of the reaper costs over 100,000 orphans in FIN_WAIT1, in instructions, and
# how long it, or anything else, has bottom halves off:
#	sh selftests/vm/boot.sh -i -m 5G -t 2400 -k 6.12 -- sh selftests/bench/reap.sh
# after selftests/bench/build.sh. CENSUS_ORPHANS: another number of them.
. "$(dirname "$0")/lib.sh"
. "$here/../net/lib/orphans.sh"

many=${CENSUS_ORPHANS:-100000}
few=$((many / 100))
tracing=/sys/kernel/tracing
work=$(mktemp -d)

# Their windows are closed; without timers they stand still, and nothing else happens.
make_orphans() {
	insmod "${CENSUS_KO%/*}/notimer.ko"
	setting timeout 1000000
	setting reap 2
	orphans_start -n $few -b 8192 -p 7000
	old=$(uptime_ms)
	sleep 100
	orphans_start -n $(((many - few) / 2)) -b 8192 -p 7100
	orphans_start -n $(((many - few) / 2)) -b 8192 -p 7200
	stop_timers
	# Until the last answers to probes have come, and all are known to the reaper.
	sleep 60
}

stop_timers() {
	for port in 7000 7100 7101 7102 7103 7104 7200 7201 7202 7203 7204; do
		echo $port > /sys/kernel/debug/notimer 2> /dev/null
	done
	rmmod notimer
}

# orphans_start of the tests asks without a pause, which would have half of the CPU.
made() {
	sleep 1
	grep -q ready "$maker_out" || ! kill -0 $maker 2> /dev/null
}

runs() { reaper runs; }
counts() { echo "$(reaper scanned) $(reaper reaped)"; }
more_runs() { [ "$(runs)" -gt "$1" ]; } # THAN
another_run() { was=$(runs); until more_runs "$was"; do sleep 0.02; done; }

# The next run, with so much set: "instructions scanned ended last-run-us" in a file. There
# is half a second between two.
watch() { # FILE [NAME VALUE]...
	file=$work/$1
	shift
	another_run
	before=$(counts)
	trace_works
	while [ $# -gt 0 ]; do
		echo "$2" > "$settings/$1"
		shift 2
	done
	another_run
	echo "$(traced_works work | tr '\n' ' ') $before $(counts) $(reaper last_run_us)" |
		awk '{ print $1, $4 - $2, $5 - $3, $6; exit NF != 6 }' > "$file" || echo "not one run: $*" >&2
}

# Functions that hold a list's lock, a bucket's, or a socket's spinlock, all of it with BH
# off; where the compiler left them whole.
candidates='look_at_some __census_reap_end census_orphan_end flush_first take_oldest
	census_stay_begin census_stay_change census_stay_move census_stay_end census_stay_forget'

trace_longest() {
	echo nop > $tracing/current_tracer
	: > $tracing/set_ftrace_filter
	for name in $candidates; do
		grep -oE "^$name(\.[a-z0-9.]+)? \[tcp_census\]" $tracing/available_filter_functions |
			cut -d ' ' -f 1 >> "$work/functions"
	done
	cat "$work/functions" > $tracing/set_ftrace_filter
	echo 1 > $tracing/max_graph_depth
	echo 65536 > $tracing/buffer_size_kb
	echo function_graph > $tracing/current_tracer
}

# Name, calls, instructions of the longest and of all.
read_longest() {
	cat $tracing/trace > "$work/graph"
	echo nop > $tracing/current_tracer
	echo 0 > $tracing/max_graph_depth
	: > $tracing/set_ftrace_filter
	awk 'match($0, /[0-9]+\.[0-9]+ us/) {
		ns = 1000 * substr($0, RSTART, RLENGTH - 3)
		rest = substr($0, RSTART + RLENGTH)
		if (!match(rest, /[a-z_][a-z0-9_.]*/)) next
		name = substr(rest, RSTART, RLENGTH)
		n[name]++
		sum[name] += ns
		if (ns > most[name]) most[name] = ns
	}
	END { for (name in n) printf "%s %d %d %d\n", name, n[name], most[name], sum[name] }' "$work/graph" |
		sort -k 3nr
}

# All that can happen to a list, while the reaper is at work.
longest() {
	trace_longest
	timeouts 0
	echo 100 > $settings/reap_batch
	setting timeout 1
	sleep 2
	setting timeout 1000000
	echo 2 > $settings/timeout_fin_wait1	# expires
	sleep 3
	cat $debug/oldest > /dev/null
	echo 0 > $settings/timeout_fin_wait1	# relaxes
	"$bin/traffic" churn -n 1000 -j 1 -p 7900 > /dev/null
	read_longest > "$work/longest"
}

run_row() { # TITLE FILE
	read -r sum scanned ended us < "$work/$2"
	one=-
	[ "$ended" -eq 0 ] || one=$(big $(((sum - scanned * look) / ended)))
	row "$1" "$(big "$scanned")" "$(big "$ended")" "$(big "$sum")" "$one" "$(big "$us")"
}

table_of_runs() {
	look=$(awk '{ printf "%d\n", $1 / $2 }' "$work/none")
	echo "A run of the reaper over $(big "$many") orphans, by how many are due, in instructions:"
	echo
	head_row due 'looked at' ended 'the run costs' 'to end one' last_run_us
	run_row none none
	run_row '1 %' some
	run_row 'all that are left, reap_batch 1024 (default)' default
	run_row 'all that are left, reap_batch 65536 (most)' all
	echo
	echo "- a look at one: $look instructions (by the run that ends none)"
	echo "- max_lock_us: $(reaper max_lock_us): longest that a list was locked, of 1,000 instructions each"
	echo "- reaped $(reaper reaped), failed $(reaper failed), spared_late $(reaper spared_late)"
	echo
}

table_of_longest() {
	echo "With bottom halves off, by function (with the tracer's own part):"
	echo
	head_row function calls 'the longest' 'on average'
	while read -r name n most sum; do
		row "$name" "$(big "$n")" "$(big "$most")" "$(big $((sum / n)))"
	done < "$work/longest"
	echo
	echo "A function of which the compiler made a part of others is in theirs."
}

unload
load
no_limits
make_orphans
note "$(fin_wait1) orphans in FIN_WAIT1, $(reaper orphans) known to the reaper"
watch none
# Between the age of the first and that of the others.
watch some fin_wait1_timeout $((($(uptime_ms) - old) / 1000 - 40))
watch default reap_batch 1024 fin_wait1_timeout 1
setting timeout 1000000
longest
sleep 5
echo 65536 > $settings/reap_batch
watch all fin_wait1_timeout 1
table_of_runs
table_of_longest
orphans_leave
[ "$(reaper failed)" -eq 0 ] || missed=1
exit $missed
