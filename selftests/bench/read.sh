#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What it costs to read the census, and to find the overdue, in instructions:
#	sh selftests/vm/boot.sh -i -m 3G -t 2400 -k 6.12 -- sh selftests/bench/read.sh [reads|ticks]
#	sh selftests/vm/boot.sh -i -c CPUS -k 6.12 -- sh selftests/bench/read.sh cpus
# after selftests/bench/build.sh. Budgets: "states" costs the same whatever there is,
# and a thousandth of `ss -tan` at 200,000 sockets.
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
sizes=${CENSUS_SIZES:-10000 100000 200000}	# sockets
groups=${CENSUS_GROUPS:-10 1000 10000 88990}	# likewise, by age; CENSUS_* are for a quick try
states=$census/states

# One name each, for the rows of the table; what it costs in the file of that name.
files="$states $census/dwell $census/summary /proc/net/sockstat"
commands="cat $states
tcpcensus states
tcpcensus
cat /proc/net/sockstat
ss -s
cat /proc/net/tcp
ss -tan"

file_of() { echo "$1" | tr '/ ' '__'; } # NAME

measure() {
	cost read -n 20 $states >> "$work/$(file_of "$states")"
	for file in ${files#"$states"} /proc/net/tcp; do
		cost read -n 5 "$file" >> "$work/$(file_of "$file")"
	done
	echo "$commands" | while read -r command; do
		# shellcheck disable=SC2086 # words
		cost run -n 2 $command >> "$work/$(file_of "process $command")"
	done
	cost read -n 5 $debug/oldest >> "$work/oldest"
	awk 'END { print NR - 1 }' $debug/oldest >> "$work/rows"
	sockets >> "$work/sockets"
}


print_row() { # TITLE FILE
	# shellcheck disable=SC2046 # columns
	set -- "$1" $(while read -r n; do big "$n"; done < "$work/$(file_of "$2")")
	row "$@"
}

at_most() { tail -n 1 "$work/$(file_of "$1")"; } # NAME

table_of_reads() {
	echo "Instructions to read, by sockets (TCP over loopback, ESTABLISHED, both ends counted):"
	echo
	# shellcheck disable=SC2046 # columns
	head_row 'read by' $(while read -r n; do big "$n"; done < "$work/sockets")
	for file in $files /proc/net/tcp; do
		print_row "a program that runs: $file" "$file"
	done
	echo "$commands" | while read -r command; do
		print_row "a new process: $command" "process $command"
	done
	echo
}

budgets_of_reads() {
	least=$(sort -n "$work/$(file_of $states)" | head -n 1)
	most=$(sort -n "$work/$(file_of $states)" | tail -n 1)
	budget "$(ratio "$((100 * (most - least)))" "$least")" 10 "percent between the cheapest and the dearest read of states"
	times=$(ratio "$(at_most 'process ss -tan')" "$(at_most $states)")
	budget "$(ratio 100000 "$times")" 100 "thousandths of a percent of ss -tan is a read of states at $(big "$(tail -n 1 "$work/sockets")") sockets, which is $(big "${times%.*}") times that"
	echo "- as processes both: ss -tan is $(ratio "$(at_most 'process ss -tan')" "$(at_most 'process tcpcensus states')") times tcpcensus states and $(ratio "$(at_most 'process ss -tan')" "$(at_most "process cat $states")") times cat"
	echo
}

table_of_oldest() {
	echo "Instructions to read debugfs oldest:"
	echo
	head_row sockets 'rows printed' instructions 'more a row'
	paste "$work/sockets" "$work/rows" "$work/oldest" | while read -r n rows sum; do
		first=${first:-$sum}
		row "$(big "$n")" "$rows" "$(big "$sum")" "$(ratio $((sum - first)) $((rows - 1)))"
	done
	echo
}

reads() {
	hold 0
	measure
	for size in 32 $sizes; do
		hold $((size - $(sockets)))
		measure
	done
	leave
}

uptime_s() { cut -d . -f 1 /proc/uptime; }
overdue() { total $census/timeouts overdue; }
set_timeout() { echo "$1" > $settings/timeout_established; } # SECONDS

# Sockets of one age, when the first was made, in "$work/ages".
group() { # SOCKETS
	uptime_s >> "$work/ages"
	hold "$1"
	sleep 100
}

# What the worker does when those of an age outstay a timeout, and how much more happens in
# the 30 s around that than in the 30 before.
tick() { # UPTIME-S
	was=$(overdue)
	before=$(cost sleep 30)
	trace_works
	set_timeout $(($(uptime_s) - $1 + 5))
	sleep 1
	all=$(cost sleep 30)
	worker=$(traced_works tick | awk '{ n += $1; runs++ } END { print n + 0, runs + 0 }')
	echo "$(($(overdue) - was)) $worker $((all - before))"
}

# The first row is of a tick that finds nobody, right after the timeout was set.
ticks() {
	timeouts 0
	for size in $groups; do
		group "$size"
	done
	set_timeout 100000
	trace_works
	set_timeout 100001
	sleep 1
	echo "0 $(traced_works tick | awk '{ print $1, 1; exit }') 0" > "$work/ticks"
	for age in $(head -n 3 "$work/ages"); do
		tick "$age" >> "$work/ticks"
	done
}

table_of_ticks() {
	echo "Instructions of the worker that finds the overdue, of $(big "$(sockets)") connections in ESTABLISHED:"
	echo
	head_row 'become overdue' 'runs of the worker' 'its instructions' 'for each' 'by the CPU'\''s idle time'
	while read -r k sum runs all; do
		row "$(big "$k")" "$runs" "$(big "$sum")" "$(ratio "$sum" "$k")" "$(big "$all")"
	done < "$work/ticks"
	echo
	echo "The worker's are those between its start and its end (workqueue_execute_start, _end). The last column is the"
	echo "check, a rough one: by how many more instructions were not idle in the 30 s around than in the 30 s before."
}

# What a read adds up is by CPU: boot with more of them, boot.sh -i -c CPUS.
by_cpus() {
	row "$(nproc --all)" "$(big "$(cost read -n 20 $states)")" "$(big "$(cost read -n 20 $census/dwell)")" \
		"$(big "$(cost read -n 20 $debug/oldest)")" "$(big "$(cost read -n 20 /proc/net/sockstat)")"
}

all_reads() {
	no_limits
	reads
	table_of_reads
	budgets_of_reads
	table_of_oldest
}

all_ticks() {
	no_limits
	ticks
	table_of_ticks
}

all_cpus() {
	hold 2
	head_row CPUs states dwell oldest sockstat
	by_cpus
	leave
}

unload
load
case ${1:-all} in
reads)	all_reads ;;
ticks)	all_ticks ;;
cpus)	all_cpus ;;
all)	all_reads
	reload
	all_ticks ;;
esac
exit $missed
