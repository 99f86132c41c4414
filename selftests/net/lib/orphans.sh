# SPDX-License-Identifier: GPL-2.0
# Orphans in FIN_WAIT1, and the reaper. Source it after census.sh.

setting() { echo "$2" > "$settings/fin_wait1_$1"; } # NAME VALUE
reaper() { value reaper "$1"; } # NAME
traced=/sys/kernel/tracing/instances/reaped

# Of the whole machine, by the kernel's own count.
sockstat() { # orphan|mem|...
	awk -v n="$1" '$1 == "TCP:" { for (i = 2; i < NF; i += 2) if ($i == n) print $(i + 1) }' \
		/proc/net/sockstat
}

uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
past() { [ "$(uptime_ms)" -ge "$1" ]; } # UPTIME-MS
wait_until() { until past "$1"; do sleep 0.05; done; } # UPTIME-MS

# In this namespace, as ss sees them. Those of `orphans` have no owner.
fin_wait1() { ss -Htan state fin-wait-1 "$@" | wc -l; } # FILTER...
no_fin_wait1() { [ "$(fin_wait1)" -eq 0 ]; }
all_timers() { [ "$(ss -Htano state fin-wait-1 | grep -c "timer:($1,")" -eq "$2" ]; } # TIMER NUMBER

makers=''
first=0 last=0	# when they were closed: uptime in ms

# Orphans until orphans_end or orphans_leave, see orphans.c. More than once.
orphans_start() { # ORPHANS-ARGS...
	maker_out=$(mktemp)
	"$bin/orphans" "$@" > "$maker_out" &
	maker=$!
	makers="$makers $maker:$maker_out"
	poll 120 made || return 1
	read -r made n f l < "$maker_out"
	[ "$made" = ready ] && note "$n orphans made in $((l - f)) ms" || return 1
	[ "$first" -ne 0 ] || first=$f
	last=$l
}

made() { grep -q ready "$maker_out" || ! kill -0 $maker 2> /dev/null; }

# The peers read what there is. Fails if one of them got what it should not have.
orphans_end() {
	bad=0
	: > /tmp/outcomes
	for maker in $makers; do
		kill "${maker%%:*}" && wait "${maker%%:*}" || bad=1
		cat "${maker#*:}" >> /tmp/outcomes
		rm "${maker#*:}"
	done
	makers=''
	first=0
	note "peers: $(awk '$1 == "outcome" && $3 { n[$2] += $3 } END { for (o in n) printf "%s %d ", o, n[o] }' /tmp/outcomes)"
	return $bad
}

# The peers are gone without a word, if the network is.
orphans_leave() {
	for maker in $makers; do
		kill -KILL "${maker%%:*}"
		wait "${maker%%:*}" 2> /dev/null
		rm "${maker#*:}"
	done
	makers=''
	first=0
}

outcome() { awk -v o="$1" '$1 == "outcome" && $2 == o { n += $3 } END { print n + 0 }' /tmp/outcomes; }

# Thousands at once are more than the kernel allows in a small machine.
room_start() {
	room="$(cat /proc/sys/net/ipv4/tcp_max_orphans) $(tr '\t' ' ' < /proc/sys/net/ipv4/tcp_mem)"
	in_first sysctl -q net.ipv4.tcp_max_orphans=262144 net.ipv4.tcp_mem='200000 250000 300000'
}

room_stop() {
	in_first sysctl -q net.ipv4.tcp_max_orphans="${room%% *}" net.ipv4.tcp_mem="${room#* }"
}

# The tracepoint, in a buffer of its own that loses nothing.
reap_trace_on() {
	mkdir -p $traced && echo 8192 > $traced/buffer_size_kb &&
	echo 1 > $traced/events/tcp_census/tcp_census_reap/enable
}

reap_trace_off() { rmdir $traced; }

# Oldest first: local remote kind netns action.
reap_traced() {
	awk '/tcp_census_reap:/ {
		sub(/.*tcp_census_reap: /, "")
		for (i = 1; i <= NF; i++) { split($i, word, "="); is[word[1]] = word[2] }
		if (is["family"] == 10)
			print "[" is["saddr_v6"] "]:" is["sport"], "[" is["daddr_v6"] "]:" is["dport"], is["kind"], is["netns"], is["action"]
		else
			print is["saddr"] ":" is["sport"], is["daddr"] ":" is["dport"], is["kind"], is["netns"], is["action"]
	}' $traced/trace
}
