#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The table and the lists alone, with up to ten million records, and two CPUs at them:
#	sh selftests/vm/boot.sh -i -m 3G -t 2400 -k 6.12 -- sh selftests/bench/scale.sh
#	sh selftests/vm/boot.sh -m 1G -k 6.12 -- sh selftests/bench/scale.sh handover
# after selftests/bench/build.sh. The budget, of our own: what has to be done for a connection
# costs the same among ten million as among ten thousand, within 10 %.
. "$(dirname "$0")/lib.sh"

sizes=${CENSUS_SIZES:-10000 100000 1000000 10000000}
work=$(mktemp -d)

steps() {
	unload
	for n in $sizes; do
		insmod "$bench/scale.ko" records="$n" && rmmod scale || exit 1
	done
	dmesg | sed -n 's/.*scale: step //p' > "$work/steps"
}

# of STEP SIZE NAME: the number behind that name.
of() {
	awk -v s="$1" -v n="$2" -v name="$3" '$1 == s && $3 == n {
		for (i = 2; i < NF; i += 2) if ($i == name) print $(i + 1) }' "$work/steps"
}

# Less what the loop costs, and what it has cost to find the record before.
net() { # STEP SIZE [STEP]
	echo $(($(of "$1" "$2" each) - $(of "${3:-nothing}" "$2" each)))
}

step_row() { # TITLE STEP [STEP]
	title=$1
	shift
	step=$1
	shift
	# shellcheck disable=SC2046 # columns
	set -- "$title" $(for n in $sizes; do big "$(net "$step" "$n" "$@")"; done)
	row "$@"
}

other_row() { # TITLE STEP NAME
	# shellcheck disable=SC2046 # columns
	set -- "$1" $(for n in $sizes; do big "$(of "$2" "$n" "$3")"; done)
	row "$@"
}

table_of_steps() {
	echo "Instructions for each of so many records, in an order without locality:"
	echo
	# shellcheck disable=SC2046 # columns
	head_row 'step' $(for n in $sizes; do big "$n"; done)
	step_row 'look up, found' find
	step_row 'look up, not there' find_none
	step_row 'insert: memory, hash table' insert
	step_row 'enter a list' enter find
	step_row 'change of state: leave a list, enter a list' change find
	step_row 'move to another object, twice' rekey_twice find
	step_row 'remove: leave a list, hash table, free' remove find
	other_row 'meanwhile others (nothing of ours), a record' insert elsewhere
	other_row 'meanwhile the worker: shrinking, a record' remove elsewhere
	other_row '(loop and timer tick, a step: in the two above)' nothing elsewhere
	other_row 'the longest insert' insert worst
	other_row 'the longest step of none (timer tick)' nothing worst
	other_row 'buckets' insert buckets
	other_row 'memory that is gone, bytes' insert bytes
	other_row 'inserts refused' insert failed
	echo
}

last() { echo "${sizes##* }"; }

budgets() {
	for s in find change remove; do
		budget "$(ratio $((100 * $(net $s "$(last)") - 100 * $(net $s "${sizes%% *}"))) "$(net $s "${sizes%% *}")")" \
			10 "percent more for $s among $(big "$(last)") than among $(big "${sizes%% *}")"
	done
	for n in $sizes; do
		refused=$(of insert "$n" failed)
		[ "$refused" -eq 0 ] || budget "$refused" 0 "inserts refused of $(big "$n")"
	done
	echo
}

handover() {
	unload
	insmod "$bench/scale.ko" handover=1 records=20000 && rmmod scale || exit 1
	echo "Two CPUs change states of 20,000 connections, 20 times each; not a clock but the locks tell:"
	echo
	head_row 'whose' 'changes' 'of these, moved to the other CPU' 'list lock found taken' 'of a million'
	dmesg | sed -n 's/.*scale: handover //p' | while read -r how _ n _ moved _ waited; do
		row "$how" "$(big "$n")" "$(big "$moved")" "$waited" "$(ratio $((waited * 1000000)) "$n")"
	done
	echo
}

if [ "${1:-}" = handover ]; then
	handover
	exit
fi
steps
table_of_steps
budgets
cat "$here/scale/contention.md"
exit $missed
