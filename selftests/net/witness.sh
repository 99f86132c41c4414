#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: after 20,000 mixed connections two independent witnesses agree with
# `transitions` edge by edge: ftrace's own histogram of the tracepoint with
# probes on the functions that hand connections over, and /proc/net/snmp
# (RFC 4022). Only this namespace has traffic, for the histogram sees all.
. "$(dirname "$0")/lib/census.sh"

tracing=/sys/kernel/tracing
tp=$tracing/events/sock/inet_sock_set_state
kernel_number="ESTABLISHED 1 SYN_SENT 2 SYN_RECV 3 FIN_WAIT1 4 FIN_WAIT2 5 TIME_WAIT 6 CLOSE 7 CLOSE_WAIT 8 LAST_ACK 9 LISTEN 10 CLOSING 11"
kept=$tracing/instances/witness
hist='hist:keys=oldstate,newstate:size=1024 if protocol==6'

number() { echo "$kernel_number" | tr ' ' '\n' | grep -A1 "^$1\$" | tail -n 1; }

# Where the kernel has no histograms (5.10), its buffer keeps every event.
keep() {
	mkdir $kept &&
	echo 32768 > $kept/buffer_size_kb &&
	echo 'protocol==6' > $kept/events/sock/inet_sock_set_state/filter &&
	echo 1 > $kept/events/sock/inet_sock_set_state/enable
}

# "OLDSTATE NEWSTATE NUMBER", once all is over.
counted_edges() {
	if [ -e $tp/hist ]; then
		tr -d ',:' < $tp/hist | awk '$1 == "{" { print $3, $5, $NF }'
		return
	fi
	awk -v names="$kernel_number" '
		BEGIN { for (i = split(names, n, " "); i; i -= 2) number["TCP_" n[i - 1]] = n[i] }
		/ inet_sock_set_state: / {
			edges[number[substr($(NF - 1), 10)] " " number[substr($NF, 10)]]++
		}
		END { for (e in edges) print e, edges[e] }' $kept/trace
}

none_lost() { ! grep -hE '^(overrun|dropped events): [1-9]' $kept/per_cpu/cpu*/stats; }

# raw FROM TO: what the tracepoint's witness counted.
raw() {
	echo "$witnessed" | awk -v f="$(number "$1")" -v t="$(number "$2")" '
		$1 == f && $2 == t { n = $3 } END { print n + 0 }'
}

probed() { awk -v e="$1" '$1 == e { print $2 + 0 }' $tracing/kprobe_profile; }

snmp() { awk -v c="$1" '$1 == "Tcp:" && !head { split($0, h); head = 1; next }
	$1 == "Tcp:" { for (i in h) if (h[i] == c) print $i }' /proc/net/snmp; }

# The histogram knows no namespaces: those of other tests must be gone, with
# their orphans.
alone() { [ "$(awk 'NR > 1 { print $1 }' $debug/percpu | sort -u | wc -l)" -le 1 ]; }

watch_on() {
	if grep -qw '^inet_twsk_hashdance_schedule' $tracing/available_filter_functions; then
		dance=inet_twsk_hashdance_schedule
	else
		dance=inet_twsk_hashdance
	fi
	echo "p:census/dance $dance" > $tracing/kprobe_events &&
	echo "p:census/request inet_csk_reqsk_queue_hash_add" >> $tracing/kprobe_events &&
	echo "p:census/destroy tcp_twsk_destructor" >> $tracing/kprobe_events &&
	echo 1 > $tracing/events/census/enable &&
	if [ -e $tp/hist ]; then echo "$hist" > $tp/trigger; else keep; fi
}

watch_off() {
	if [ -e $tp/hist ]; then echo "!$hist" > $tp/trigger; else rmdir $kept; fi
	echo 0 > $tracing/events/census/enable
	echo > $tracing/kprobe_events
}

same() { # WHAT CENSUS WITNESS
	[ "$2" -eq "$3" ] && return
	note "$1: the census says $2, the witness $3"
	return 1
}

# Full sockets alone make these edges.
edges() {
	bad=0
	while read -r from to; do
		same "$from>$to" "$(edge "$from" "$to")" "$(raw "$from" "$to")" || bad=1
	done <<-END
	CLOSE SYN_SENT
	CLOSE LISTEN
	SYN_SENT ESTABLISHED
	SYN_SENT SYN_RECV
	SYN_SENT CLOSE
	SYN_RECV ESTABLISHED
	SYN_RECV FIN_WAIT1
	ESTABLISHED FIN_WAIT1
	ESTABLISHED CLOSE_WAIT
	ESTABLISHED CLOSE
	FIN_WAIT1 FIN_WAIT2
	FIN_WAIT1 CLOSING
	FIN_WAIT1 CLOSE
	CLOSE_WAIT LAST_ACK
	CLOSE_WAIT CLOSE
	LAST_ACK CLOSE
	LISTEN CLOSE
	END
	return $bad
}

requests() {
	same "LISTEN>SYN_RECV, request sockets" "$(edge LISTEN SYN_RECV)" "$(probed request)" &&
	same "LISTEN>SYN_RECV, their children" "$(edge LISTEN SYN_RECV)" "$(raw LISTEN SYN_RECV)"
}

# TIME_WAITs of earlier tests end all the time, also before the probe was there:
# what the census is ahead must not change. Both are read between two ends.
ahead() {
	until gone=$(edge TIME_WAIT CLOSE)
		seen=$(probed destroy)
		[ "$(edge TIME_WAIT CLOSE)" = "$gone" ]; do
		:
	done
	echo $((gone - seen))
}

# A full socket that goes to CLOSE here has either been handed over or ended.
handovers() {
	ended=$(($(raw FIN_WAIT2 CLOSE) + $(raw CLOSING CLOSE) - $(probed dance)))
	same "FIN_WAIT2>CLOSE and CLOSING>CLOSE" \
		"$(($(edge FIN_WAIT2 CLOSE) + $(edge CLOSING CLOSE)))" "$ended" &&
	same "minisocks" "$(($(edge FIN_WAIT2 TIME_WAIT) + $(edge CLOSING TIME_WAIT)))" "$(probed dance)" &&
	same "TIME_WAIT>CLOSE, how far ahead" "$(ahead)" "$was_ahead"
}

mib() {
	same ActiveOpens "$(edge CLOSE SYN_SENT)" $(($(snmp ActiveOpens) - active)) &&
	same PassiveOpens "$(edge LISTEN SYN_RECV)" $(($(snmp PassiveOpens) - passive)) &&
	same AttemptFails "$(($(edge SYN_SENT CLOSE) + $(edge SYN_RECV CLOSE)))" \
		$(($(snmp AttemptFails) - fails)) &&
	same EstabResets "$(($(edge ESTABLISHED CLOSE) + $(edge CLOSE_WAIT CLOSE)))" \
		$(($(snmp EstabResets) - resets)) &&
	same CurrEstab "$(($(cell ESTABLISHED current) + $(cell CLOSE_WAIT current)))" "$(snmp CurrEstab)"
}

# A row adds up: left = its edges out, current = entered - left, and so on.
consistent() {
	awk 'NR == FNR { if (FNR > 1) { into[$2] += $3; if ($1 != "LISTEN" || $2 != "SYN_RECV") out[$1] += $3;
				if ($2 == "CLOSE") close_[$1] += $3 } next }
	     FNR > 1 && (into[$1] != $3 || out[$1] != $4 || close_[$1] != $5 + $6 + $7 + $8 + $9) { print "# " $0; bad = 1 }
	     END { exit bad }' $census/transitions $census/states
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	reload
	run watching watch_on
	was_ahead=$(ahead)
	active=$(snmp ActiveOpens) passive=$(snmp PassiveOpens)
	fails=$(snmp AttemptFails) resets=$(snmp EstabResets)
	made=$("$bin/traffic" churn -n 20000 -j 4 -p 7800)
	note "$made connections"
	run made_20000 [ "$made" -ge 20000 ]
	run exact equals_ss
	witnessed=$(counted_edges)
	[ -e $tp/hist ] || run none_lost none_lost
	run edges edges
	run requests requests
	run handovers handovers
	run snmp mib
	run consistent consistent
	run healthy healthy
	watch_off
}

main cases "$@"
