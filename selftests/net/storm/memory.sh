#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: where there is no memory, or any one allocation of the kernel fails,
# counts stay exact, loading and making a namespace fail as a whole or not at all,
# and nothing is left of them (table.c, netns.c, main.c).
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

left_kb=16384	# of the memory

# Programs that connect may run out of memory, too: they are started again.
churn_on() { # TRAFFIC-ARGS...
	while [ -e "$going" ]; do
		"$bin/traffic" churn -n 2000 "$@" > /dev/null 2>&1
	done
}

eat_on() {
	while [ -e "$going" ]; do
		"$bin/storm/eat" $left_kb 2> /dev/null
	done
}

hunger_starts() {
	going=$(mktemp)
	churn_on -j 1 -p 7100 & hungry="$!"
	churn_on -6 -j 1 -p 7200 & hungry="$hungry $!"
	eat_on & hungry="$hungry $!"
	poll 120 hungry
}

hungry() { [ "$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)" -lt $((left_kb * 2)) ]; }

hunger_ends() {
	rm -f "$going"
	pkill -x eat
	pkill -x traffic
	# shellcheck disable=SC2086 # a list
	wait $hungry 2> /dev/null
}

# The one thing that insmod may say.
load_or_no_memory() {
	said=$(load 2>&1) && return
	case $said in *"annot allocate memory"*) refused=$((refused + 1)) ;; *) note "$said"; return 1 ;; esac
}

starving() {
	hunger_starts && storm_starts $((storm / 3)) || return 1
	status=0 rounds=0 refused=0
	while storming && [ $status -eq 0 ]; do
		cat $census/* $debug/* > /dev/null
		[ $((rounds % 3)) -ne 2 ] || { unload_soon && load_or_no_memory; } || status=1
		rounds=$((rounds + 1))
	done
	hunger_ends
	note "$rounds rounds, loading was refused $refused times, $(dmesg | grep -c 'Killed process') killed"
	loaded || load || status=1
	[ $status -eq 0 ] && [ $rounds -gt 0 ]
}

# The module's own, at any rate and at any time.
own_allocations() {
	churn_start && storm_starts $((storm / 3)) || return 1
	status=0 rounds=0 failures=0
	while storming && [ $status -eq 0 ]; do
		fail_alloc $(((rounds * 37 + 50) % 101)) && sleep 0.3 && cat $census/* $debug/* > /dev/null || status=1
		failures=$((failures + $(table alloc_failures)))
		[ $((rounds % 8)) -ne 7 ] || { unload_soon && load fail_alloc=$((rounds * 53 % 101)); } || status=1
		rounds=$((rounds + 1))
	done
	fail_alloc 0
	note "$rounds rounds, $failures failures seen"
	churn_stop && [ $status -eq 0 ] && [ $failures -gt 0 ]
}

can_inject() { [ -e /proc/thread-self/fail-nth ] && [ -d /sys/kernel/debug/failslab ]; }

# Every allocation, and without a word of the kernel about each.
inject_all() { # Y|N
	for kind in failslab fail_page_alloc fail_usercopy; do
		[ -d /sys/kernel/debug/$kind ] || continue
		echo 0 > /sys/kernel/debug/$kind/verbose || return 1
		[ ! -e /sys/kernel/debug/$kind/ignore-gfp-wait ] ||
			echo "$1" > /sys/kernel/debug/$kind/ignore-gfp-wait || return 1
	done
}

nth() { "$bin/storm/nth" -t "$@"; } # SECONDS NTH-ARGS...

nth_of_all() {
	inject_all N && unload_soon && nth $((storm / 3)) load "$CENSUS_KO" && load && nth $((storm / 3)) netns || return 1
	for file in $census/* $debug/*; do
		nth 10 read "$file" || return 1
	done
	for file in "$settings"/*; do
		was=$(cat "$file")
		nth 5 write "$file" 1 && echo "$was" > "$file" || return 1
	done
	inject_all Y
}

cases() {
	step prepare storm_prepare
	step starving starving
	step exact_after_starving exact_everywhere
	step own_allocations own_allocations
	step exact_after_that exact_everywhere
	! can_inject || step nth_of_all nth_of_all
	storm_over
}

main cases "$@"
