#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: what the reaper spends is bounded: with tens of thousands of orphans that
# are not due a run holds no lock for long and takes a small part of a CPU,
# reap_batch bounds the kills of a run; and each kill is told: by the tracepoint
# once, by debugfs "reaped" the last 256, by the log when it begins (reap.c).
# CENSUS_SPENT: how many orphans.
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/orphans.sh"

many=${CENSUS_SPENT:-30000}
batch=100

now() { echo "$(uptime_ms) $(reaper runs) $(reaper scanned)"; }

ran() { [ "$(reaper runs)" -ge "$1" ]; } # RUNS

lazy() { setting timeout 100000 && setting reap 2; }

# Five runs that find nobody.
looks_at_all() {
	lazy && orphans_start -n $((many / 2)) -b 3000 -r 1 -p 7600 &&
	orphans_start -6 -n $((many / 2)) -b 3000 -r 1 -p 7700 || return 1
	poll 30 ran $(($(reaper runs) + 2))
	set -- "$(now)"
	poll 60 ran $(($(reaper runs) + 5)) || return 1
	note "$many orphans, none due: a run takes $(reaper last_run_us) us, at most $(reaper max_run_us) us, and holds a lock for at most $(reaper max_lock_us) us"
	[ "$(reaper orphans)" -eq "$many" ] && [ "$(reaper stalled)" -eq 0 ] && [ "$(reaper reaped)" -eq 0 ] &&
	echo "$1 $(now)" | awk -v n="$many" '{
		printf "# %d runs in %d ms looked at %d sockets\n", $5 - $2, $4 - $1, $6 - $3
		exit $6 - $3 < 4 * n || $5 - $2 > ($4 - $1) / 500 + 1 }'
}

lock_was_short() {
	[ "$(reaper max_lock_us)" -gt 0 ] && [ "$(reaper max_lock_us)" -lt $(($(reaper max_run_us) / 4)) ]
}

# There are hundreds of batches in a run. A virtual CPU may stop for long while it
# has the lock.
lock_is_short() {
	for try in first second third; do
		lock_was_short && return
		note "not at the $try try: a run took $(reaper max_run_us) us, a lock was held for $(reaper max_lock_us) us"
		reload && lazy && poll 60 ran 5 || return 1
	done
	lock_was_short
}

# All are due, and each run may end a few: "runs reaped held_back" until enough.
bounded() {
	echo $batch > $settings/reap_batch && setting timeout 1 || return 1
	until [ "$(reaper reaped)" -ge $((batch * 4)) ]; do
		echo "$(reaper reaped) $(reaper runs) $(reaper reaped) $(reaper held_back)"
	done > /tmp/runs
	sed -n '$s/^/# reaped, runs, reaped, held back: /p' /tmp/runs
	awk -v batch=$batch -v reaped=0 '
		NR == 1 { runs = $2; was = $1 }
		$1 - was > (($2 - runs) + 1) * batch { print "# too many: " $0; bad = 1 }
		$4 { held = 1 }
		END { exit bad || !held }' /tmp/runs
}

all_at_once() {
	echo 65536 > $settings/reap_batch
	poll 60 no_fin_wait1 || return 1
	note "runs that end them take at most $(reaper max_run_us) us, and hold a lock for at most $(reaper max_lock_us) us"
	poll 5 all_counted
}

all_counted() { [ "$(reaper reaped)" -eq "$many" ] && [ "$(cell FIN_WAIT1 reaped)" -eq "$many" ]; }

peers_saw_reset() { orphans_end && [ "$(outcome reset)" -eq "$1" ]; }

inode() { stat -Lc %i /proc/self/ns/net; }
log_lines() { dmesg | grep -c "tcp_census: ending FIN_WAIT1 orphans in netns $(inode) (stalled for 1 s;"; }

# Who they are, by ss: local remote.
told() {
	before=$(log_lines)
	setting timeout 1 && reap_trace_on &&
	orphans_start -n 500 -p 7600 && orphans_start -6 -n 500 -p 7700 || return 1
	ss -Htan state fin-wait-1 | awk '{ print $3, $4 }' | sort > /tmp/were
	[ "$(wc -l < /tmp/were)" -eq 1000 ] && setting reap 2 && poll 10 no_fin_wait1 &&
	poll 5 [ "$(reaper reaped)" -eq 1000 ]
}

traced_once_each() {
	reap_traced > /tmp/traced
	[ "$(reaper reaped)" -eq "$(wc -l < /tmp/traced)" ] &&
	cut -d ' ' -f 1,2 /tmp/traced | sort | cmp - /tmp/were &&
	[ "$(cut -d ' ' -f 3- /tmp/traced | sort -u)" = "closed_window $(inode) reaped" ] && return
	head -n 3 /tmp/traced | sed 's/^/# /'
	return 1
}

# Newest first, in the order of the trace, with plausible numbers.
last_256() {
	tail -n 256 /tmp/traced | tac > /tmp/last
	cat $debug/reaped > /tmp/reaped
	awk 'NR > 1 { print $5, $6, $4, $2, $3 }' /tmp/reaped | cmp - /tmp/last && awk '
		NR == 1 { n = NF; next }
		NF != n || $1 < ago || $7 < 1000 || $7 > 10000 || $8 < 1000 || $8 > $7 ||
		$9 != 0 || $10 < 20000 || $12 != 0 || $13 != 0 { print "# " $0; bad = 1 }
		{ ago = $1 }
		END { exit bad || NR != 257 }' /tmp/reaped && return
	head -n 3 /tmp/reaped /tmp/last | sed 's/^/# /'
	return 1
}

# Only when it begins, and again after a minute.
logged_once() { [ "$(log_lines)" -eq $((before + 1)) ]; }

telling() { # in a namespace
	run told told
	run traced_once_each traced_once_each
	run last_256 last_256
	run logged_once logged_once
	run peers_saw_reset peers_saw_reset 1000
	reap_trace_off
	[ $failed -eq 0 ]
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	telling
	forget
	reload
	room_start
	run looks_at_all looks_at_all
	run lock_is_short lock_is_short
	run batch_bounds_a_run bounded
	run all_at_once all_at_once
	run all_saw_reset peers_saw_reset "$many"
	run exact_afterwards exact_again
	room_stop
	reload
}

main cases "$@"
