#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: an attack of 1,000 orphans with closed windows holds the kernel's memory
# for minutes, and with the reaper until its timeout and not longer; also where
# the orphans are older than the module. By default nothing is reaped (reap.c).
# /proc/net/sockstat and ss are the witnesses. Prints both sides in one table.
# CENSUS_ATTACK: how many orphans.
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/orphans.sh"

many=${CENSUS_ATTACK:-1000}
timeout=5	# s; longer where it takes longer to make them
slowest=0	# ms
work=$(mktemp -d)

since_last() { echo $(($(uptime_ms) - last)); }

# "ms-since-the-last-close orphans pages ms in-fin-wait-1 ms": when it began, when the kernel
# had told, and when ss had, which may take its time.
sample() {
	echo "$(since_last) $(sockstat orphan) $(sockstat mem) $(since_last) $(fin_wait1) $(since_last)"
}

watch() { # FILE MS
	{
		until past $((last + $2)); do
			sample
			sleep 0.1
		done
		sample
	} > "$1"
}

# What the peers hold: their other end would be another machine.
pages_of_peers() {
	ss -HtanmO state established | awk '
		match($0, /skmem:\(r[0-9]+/) { n += substr($0, RSTART + 8, RLENGTH - 8) }
		match($0, /,f[0-9]+/) { n += substr($0, RSTART + 2, RLENGTH - 2) }
		END { print int(n / 4096) }'
}

# Of the first sample at or after a time.
at() { # FILE MS COLUMN
	awk -v ms="$2" -v c="$3" '$1 >= ms { print $c; exit }' "$1"
}

# By the kernel's count; and by that of ss, sooner or later.
gone_at() { # FILE
	read -r orphans pages < "$1.before"
	awk -v n="$orphans" '!ms && $2 <= n { ms = $4 } ms && !$5 { print ms; exit }' "$1"
}

# The last time at which somebody was still there: it is a while between two samples.
there_at() { # FILE
	read -r orphans pages < "$1.before"
	awk -v n="$orphans" '$5 { ms = $4 } $2 > n { ms = $1 } END { print ms + 0 }' "$1"
}

whole_until() { awk -v n=$many '$5 < n { exit } { ms = $1 } END { print ms + 0 }' "$1"; } # FILE

attack() { # FILE ORPHANS-ARGS...
	file=$1
	shift
	before="$(sockstat orphan) $(sockstat mem)"
	orphans_start -n $many -p 7600 "$@" || return 1
	pages_of_peers > "$file.peers"
	made_in $(($(uptime_ms) - first))
	watch "$file" $((timeout * 1000 + 15000))
	echo "$before" > "$file.before"
	echo $((first - last + timeout * 1000)) > "$file.earliest"
	orphans_end
}

made_in() { [ "$1" -le $slowest ] || slowest=$1; } # MS

# All must be there, and looked at, before the time of the first has come.
choose_timeout() {
	[ $((2 * slowest / 1000 + 2)) -le $timeout ] || timeout=$((2 * slowest / 1000 + 2))
}

# The kernel keeps some pages in hand for each CPU.
spare=$(($(nproc) * 256 + 100))

held() { # FILE MS
	read -r orphans pages < "$1.before"
	[ "$(at "$1" "$2" 2)" -ge $((orphans + many)) ] &&
	[ "$(at "$1" "$2" 3)" -ge $((pages + many * 5)) ]
}

free() { # FILE MS
	read -r orphans pages < "$1.before"
	[ "$(at "$1" "$2" 2)" -le "$orphans" ] &&
	[ "$(at "$1" "$2" 3)" -le $((pages + $(cat "$1.peers") + spare)) ]
}

still_there() { held "$1" 0 && held "$1" $((timeout * 1000 + 15000)); } # FILE
back_in_5_s() { held "$1" 0 && free "$1" $((timeout * 1000 + 5000)); } # FILE

# Each one's time begins at its own close().
in_time() { # FILE
	note "the first went after $(whole_until "$1") ms, the last between $(there_at "$1") and $(gone_at "$1") ms"
	[ -n "$(gone_at "$1")" ] && [ "$(there_at "$1")" -le $((timeout * 1000 + 2000)) ]
}

not_before() { # FILE
	early=$(awk -v n=$many -v ms="$(cat "$1.earliest")" '$5 < n && $6 < ms' "$1")
	[ -z "$early" ] || { note "too early: $early"; return 1; }
}

peers_saw() { # OUTCOME
	[ "$(outcome "$1")" -eq $many ]
}

counted_as_reaped() {
	[ "$(reaper reaped)" -eq "$1" ] && [ "$(reaper reaped_closed_window)" -eq "$1" ] &&
	[ "$(cell FIN_WAIT1 reaped)" -eq "$1" ] && [ "$(edge FIN_WAIT1 CLOSE)" -eq "$1" ] &&
	[ "$(reaper orphans)" -eq 0 ]
}

without() { # NAME ORPHANS-ARGS...
	side=$1
	shift
	unload
	forget
	attack "$work/without_$side" "$@"
	report $? "without_${side}.attack"
	run "without_${side}.all_there_after_20_s" still_there "$work/without_$side"
	run "without_${side}.data_was_right" peers_saw complete
	forget
}

with() { # NAME ORPHANS-ARGS...
	side=$1
	shift
	forget
	reload
	setting timeout $timeout
	setting reap 2
	attack "$work/with_$side" "$@"
	report $? "with_${side}.attack"
	run "with_${side}.gone_in_time" in_time "$work/with_$side"
	run "with_${side}.not_before_its_time" not_before "$work/with_$side"
	run "with_${side}.orphans_and_memory_back_in_5_s" back_in_5_s "$work/with_$side"
	run "with_${side}.peers_saw_reset" peers_saw reset
	run "with_${side}.counted" poll 5 counted_as_reaped $many
	run "with_${side}.exact" equals_and_adds_up
	run "with_${side}.healthy" healthy
	run "with_${side}.none_left_in_table" all_tracked
}

pair() { # FILE MS
	printf '%8s %7s' "$(at "$1" "$2" 2)" "$(at "$1" "$2" 3)"
}

sides="without_v4 with_v4 without_v6 with_v6"

row() { # TITLE MS
	printf '# %-22s' "$1"
	for side in $sides; do
		printf ' %s' "$(pair "$work/$side" "$2")"
	done
	echo
}

table_of_both() {
	note "$many orphans in FIN_WAIT1 whose peers closed the window; reaper: timeout $timeout s"
	printf '# %-22s %16s %16s %16s %16s\n' '' 'v4, no module' 'v4, reaper' 'v6, no module' 'v6, reaper'
	printf '# %-22s' ''
	for side in $sides; do printf ' %8s %7s' orphans pages; done
	printf '\n# %-22s' 'before the attack'
	for side in $sides; do
		read -r orphans pages < "$work/$side.before"
		printf ' %8s %7s' "$orphans" "$pages"
	done
	echo
	row 'after the attack' 0
	printf '# %-22s' '... held by the peers'
	for side in $sides; do printf ' %16s' "$(cat "$work/$side.peers")"; done
	echo
	row "deadline ($timeout s)" $((timeout * 1000))
	for s in 1 2 5 15; do
		row "deadline + $s s" $(((timeout + s) * 1000))
	done
	printf '# %-22s' 'all gone after (ms)'
	for side in $sides; do
		ms=$(gone_at "$work/$side")
		printf ' %16s' "${ms:-(still there)}"
	done
	echo
}

# Two families, made before the module came.
older_than_the_module() {
	unload
	forget
	orphans_start -n 100 -p 7600 && orphans_start -6 -n 100 -p 7700 && load && setting timeout 1
}

two_hundred() { [ "$(fin_wait1)" -eq 200 ] && [ "$(reaper reaped)" -eq 0 ]; }

untouched() {
	[ "$(cat $settings/fin_wait1_reap)" -eq 0 ] || return 1
	wait_until $(($(uptime_ms) + 5000))
	two_hundred && [ "$(reaper orphans)" -eq 200 ] && [ "$(reaper would_reap)" -eq 0 ]
}

ended_too() {
	setting reap 2
	poll 4 no_fin_wait1 && poll 5 counted_as_reaped 200 && orphans_end && [ "$(outcome reset)" -eq 200 ]
}

cases() {
	unload
	run alone poll 240 all_quiet
	without v4
	without v6 -6
	choose_timeout
	with v4
	with v6 -6
	table_of_both
	run older_than_the_module older_than_the_module
	run mode_0_touches_none untouched
	run older_ones_are_reaped_too ended_too
	run exact_afterwards equals_ss
	run healthy_afterwards healthy
	reload
}

# Without the module nobody else can tell.
all_quiet() { [ "$(sockstat orphan)" -eq 0 ]; }

main cases "$@"
