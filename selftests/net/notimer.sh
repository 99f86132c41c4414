#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: an orphan in FIN_WAIT1 without any timer, which the kernel would keep for
# ever, is told apart, reported in mode 1, and ended in mode 2 (reap.c). The module
# in notimer/ clears the timers, as sunrpc once did.
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/orphans.sh"

few=10
port=7600

# Their peers never say a word but to answer probes, so nothing arms a timer again.
made_without_timers() { # ORPHANS-ARGS...
	orphans_start -n $few -p $port "$@" && poll 60 all_timers persist $few && poll 60 cleared
}

# The answer to a probe that was under way arms the timer again. On a busy machine ksoftirqd
# may be late with it.
cleared() { echo $port > $debug/../notimer && sleep 1 && no_timers; }

no_timers() { [ "$(fin_wait1)" -eq $few ] && ! ss -Htano state fin-wait-1 | grep timer:; }

# For three times as long as the reaper would let them live; also an outlook
# what it would do.
stay() {
	setting reap 1
	wait_until $(($(uptime_ms) + 6000))
	poll 60 reported && no_timers && [ "$(sockstat orphan)" -ge $few ] && oldest_without_timer &&
	[ "$(reaper would_reap)" -eq $few ] && [ "$(reaper would_reap_no_timer)" -eq $few ] &&
	[ "$(reaper reaped)" -eq 0 ]
}

# The reaper's clock stands still while it is late.
reported() { [ "$(reaper would_reap)" -ge $few ]; }

oldest_without_timer() {
	[ "$(awk '$1 == "FIN_WAIT1" && $9 == "yes" && $14 == "none"' $debug/oldest | wc -l)" -eq $few ]
}

gone() {
	setting reap 2
	poll 60 no_fin_wait1 && [ "$(sockstat orphan)" -le "$orphans" ]
}

as_no_timer() {
	[ "$(reaper reaped)" -eq $few ] && [ "$(reaper reaped_no_timer)" -eq $few ] &&
	[ "$(awk '$3 == "reaped" && $4 == "no_timer"' $debug/reaped | wc -l)" -eq $few ]
}

peers_saw_reset() { orphans_end && [ "$(outcome reset)" -eq $few ]; }

life() { # NAME ORPHANS-ARGS...
	family=$1
	shift
	forget
	reload
	setting timeout 2
	orphans=$(sockstat orphan)
	run "made_$family" made_without_timers "$@"
	run "without_reaping_they_stay_$family" stay
	run "reaped_$family" gone
	run "counted_as_no_timer_$family" poll 60 as_no_timer
	run "peers_saw_reset_$family" peers_saw_reset
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	insmod "${CENSUS_KO%/*}/notimer.ko" || return
	life v4
	life v6 -6
	rmmod notimer
	run exact_afterwards equals_ss
	run healthy_afterwards healthy
	run nothing_left all_tracked
	reload
}

main cases "$@"
