#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: debugfs "oldest" says of every connection what ss says of it, shows the
# right ones in the right order, and can be read while connections come and go
# (oldest.c); the tracepoint names each that becomes overdue once (timeout.c).
. "$(dirname "$0")/lib/census.sh"

user=1234
waiting=7314	# of `traffic timers`: no accept() here
inode() { stat -Lc %i /proc/self/ns/net; }

# The rows of this namespace, without what ss cannot tell:
# state local remote uid inode orphan unacked unsent snd_wnd retransmits timer
rows() {
	awk -v netns="$(inode)" '
		$6 != netns { next }
		$8 == 0 || $8 == "-" { $7 = "?" }
		$14 != "retransmit" && $13 != "-" { $13 = "?" }
		{ print $1, $2, $3, $7, $8, $9, $10, $11, $12, $13, $14 }' $debug/oldest | sort
}

# The same from ss.
rows_by_ss() {
	ss -HtanieO | awk -v waiting="$waiting" '
		BEGIN {
			split("SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSING TIME_WAIT CLOSE_WAIT LAST_ACK LISTEN", names)
			split("SYN-SENT SYN-RECV ESTAB FIN-WAIT-1 FIN-WAIT-2 CLOSING TIME-WAIT CLOSE-WAIT LAST-ACK LISTEN", theirs)
			for (i = 1; i <= 10; i++) ours[theirs[i]] = names[i]
			is["on"] = "retransmit"
		}
		# What follows "name:" in the line.
		function part(name, none,    i) {
			for (i = 6; i <= NF; i++)
				if (index($i, name ":") == 1) return substr($i, length(name) + 2)
			return none
		}
		{
			state = ours[$1]
			remote = $5
			sub(/\*$/, "0", remote)
			if (remote == "*:0") remote = "[::]:0"
			inode = part("ino", 0) + 0
			uid = inode ? part("uid", 0) : "?"
			orphan = inode || $4 ~ (":" waiting "$") ? "no" : "yes"
			unsent = part("notsent", 0)
			if (split(part("timer", "(none"), timer, /[(),]/) < 2) timer[2] = "none"
			kind = timer[2] in is ? is[timer[2]] : timer[2]
			retransmits = kind == "retransmit" ? timer[4] : "?"
			if (kind == "timewait")
				rest = "? - - - - - - timewait"
			else if (state == "SYN_RECV")
				rest = "? - - - - - " retransmits " retransmit"
			else if (state == "LISTEN")
				rest = uid " " inode " no - - - - none"
			else
				rest = uid " " inode " " orphan " " $3 - unsent " " unsent " " \
					part("snd_wnd", 0) " " retransmits " " kind
			print state, $4, remote, rest
		}' | sort
}

# Timers go on meanwhile.
same_rows() {
	rows > /tmp/rows
	rows_by_ss > /tmp/rows_by_ss
	rows | cmp -s - /tmp/rows && cmp -s /tmp/rows /tmp/rows_by_ss
}

equals_ss_rows() {
	poll 20 same_rows && return
	note "oldest and ss differ:"
	diff /tmp/rows /tmp/rows_by_ss | sed 's/^/# /'
	return 1
}

# One of a kind is there.
has() { # STATE ORPHAN TIMER
	grep -q "^$1 .* $2 [-0-9 ?]*$3\$" /tmp/rows && return
	note "no row: $*"
	return 1
}

every_kind() {
	has ESTABLISHED no none && has ESTABLISHED no keepalive &&
	has ESTABLISHED no persist && has ESTABLISHED no retransmit &&
	has FIN_WAIT1 yes persist && has FIN_WAIT1 yes retransmit &&
	has FIN_WAIT2 no none && has FIN_WAIT2 yes keepalive &&
	has FIN_WAIT2 - timewait && has TIME_WAIT - timewait &&
	has SYN_SENT no retransmit && has SYN_RECV - retransmit &&
	has CLOSE_WAIT no none && has LAST_ACK yes retransmit && has LISTEN no none
}

# Its owner, also of an orphan and of what has no file yet, where ss says 0.
owned() {
	awk -v netns="$(inode)" -v user=$user '
		$6 == netns { n++ }
		$6 == netns && $7 != ($14 == "timewait" ? "-" : user) { print "# " $0; bad = 1 }
		END { exit bad || n < 20 }' $debug/oldest
}

# Between those that it took to make them all and those until now.
aged() { # SINCE-UPTIME READY-UPTIME NOW-UPTIME
	awk -v netns="$(inode)" -v since="$1" -v ready="$2" -v now="$3" '
		$6 == netns && $5 == "seen" && ($4 > (now - since) * 1000 + 20 || $4 < (now - ready) * 1000 - 20) {
			print "# too old or too young: " $0
			bad = 1
		}
		END { exit bad }' /tmp/oldest
}

uptime() { cut -d ' ' -f 1 /proc/uptime; }

contents() { # in a namespace: TRAFFIC-ARGS...
	since=$(uptime)
	hold_start 7300 -n 2 -u $user "$@" && stand timers 7310 -n 2 -u $user "$@" || return 1
	ready=$(uptime)
	now=$(uptime)
	cat $debug/oldest > /tmp/oldest
	equals_ss_rows && every_kind && owned
	status=$?
	# FIN_WAIT1 and those after it may begin after "ready", and be a bit younger.
	[ $status -eq 0 ] && aged "$since" "$ready" "$now"
	status=$?
	hold_stop
	return $status
}

anew() { # FUNCTION ARGS...
	ns_add anew && in_ns anew "$@"
	status=$?
	ns_del anew
	return $status
}

# The first 32 rows of connections that were made one after the other, every
# second one on another CPU: both ends of the first 16, and of SYN_SENT the
# first 32.
first_ones() { # PORT
	awk -v netns="$(inode)" -v first=$(($1 + 100)) '
		$6 != netns { next }
		{
			split($2, local, /:/)
			split($3, remote, /:/)
			a = local[2] - first
			b = remote[2] - first
		}
		$1 == "SYN_SENT" && a - 1000 != sent++ { bad = 1 }
		$1 == "ESTABLISHED" { each[a < 0 ? b : a]++; n++ }
		END {
			for (i = 0; i < 16; i++) if (each[i] != 2) bad = 1
			exit bad || n != 32 || sent != 32
		}' $debug/oldest
}

both_cpus() {
	awk -v netns="$(inode)" '$1 == netns && $3 > 100 { n++ } END { exit n < 2 }' $debug/percpu
}

at_most_32() { # in a namespace
	stand inturn 7400 -n 100 && equals_ss && both_cpus && first_ones 7400
	status=$?
	# The next ones take their places when the first ones have gone.
	ss -HtanK state established "( sport < 7540 and sport >= 7500 ) or ( dport < 7540 and dport >= 7500 )" > /dev/null
	[ $status -eq 0 ] && equals_ss && ! first_ones 7400 && first_ones_left
	status=$?
	hold_stop
	return $status
}

first_ones_left() {
	awk -v netns="$(inode)" '
		$6 == netns && $1 == "ESTABLISHED" {
			n++
			if ($2 ~ /:7400$/ ? $3 !~ /:75(4|5[0-5])/ : $2 !~ /:75(4|5[0-5])/) bad = 1
		}
		END { exit bad || n != 32 }' $debug/oldest
}

starts() { # START PORTS
	awk -v netns="$(inode)" -v start="$1" -v ports="$2" '
		$6 == netns && ($2 ~ ports || $3 ~ ports) { n++; if ($5 != start) { print "# " $0; bad = 1 } }
		END { exit bad || n < 10 }' $debug/oldest
}

no_older_than() { # SECONDS
	awk -v netns="$(inode)" -v most="$1" '
		$6 == netns && $4 > most * 1000 { print "# " $0; bad = 1 }
		END { exit bad }' $debug/oldest
}

# Connections that are older than the module.
found_at_load() { # in a namespace
	hold_start 7300 -n 2 || return 1
	load_began=$(cut -d . -f 1 /proc/uptime)
	reload && hold_start 7320 -n 2 && starts load ':730[0-3]$' && starts seen ':732[0-3]$' &&
	no_older_than $(($(cut -d . -f 1 /proc/uptime) + 1 - load_began)) && equals_ss_rows
	status=$?
	hold_stop
	# Nobody knows how long the first three listeners were there.
	[ $status -eq 0 ] && [ "$(cell LISTEN left)" -eq 6 ] && [ "$(dwell LISTEN count)" -eq 3 ]
}

# The same addresses in both: only the namespace tells them apart.
two_namespaces() {
	ns_add one two || return 1
	within="nsenter --net=/run/netns/one"
	stand inturn 7500 -n 4
	within="nsenter --net=/run/netns/two"
	stand inturn 7500 -n 3
	in_ns one equals_ss_rows && in_ns two equals_ss_rows &&
	[ "$(rows_of one)" -eq 13 ] && [ "$(rows_of two)" -eq 10 ]
	status=$?
	hold_stop
	within=''
	ns_del one two
	return $status
}

rows_of() { grep -c " $(ns_inode "$1") " $debug/oldest; }

# What a reader relies on, in all files, read at any moment.
# shellcheck disable=SC2016 # the awk program's
shapes='
	function wrong(why) { print "# " FILENAME ", " why ": " $0; bad = 1 }
	function number(cell) { return cell ~ /^[0-9]+$/ }
	function address(cell) { return cell ~ /^([0-9.]+|\[[0-9a-f:.]+\]):[0-9]+$/ }
	BEGIN {
		split("SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSING TIME_WAIT CLOSE_WAIT LAST_ACK LISTEN", names)
		for (i in names) at[names[i]] = i + 0
		split("retransmit persist keepalive timewait none", timers)
		for (i in timers) timer[timers[i]]
		before = 1
	}
	FNR == 1 { file = FILENAME; sub(/.*\//, "", file); cells = NF; files++; next }
	NF != cells { wrong("cells"); next }
	file == "oldest" {
		if (!($1 in at) || at[$1] < before) wrong("state")
		if ($1 != state) { state = $1; before = at[$1]; rows = 0; age = 1e15 }
		if (++rows > 32) wrong("too many")
		if ($4 > age) wrong("order")
		age = $4
		if (!address($2) || !address($3)) wrong("address")
		if (!number($4) || !number($6) || $5 != "seen" && $5 != "load") wrong("cell")
		for (i = 7; i <= 13; i++)
			if (i != 9 && $i != "-" && !number($i)) wrong("cell")
		if ($9 != "yes" && $9 != "no" && $9 != "-" || !($14 in timer)) wrong("cell")
		next
	}
	file == "table" { if (!number($2)) wrong("value"); next }
	{ for (i = file == "percpu" ? 1 : 2; i <= NF; i++) if (!number($i)) wrong("value") }
	file == "states" || file == "timeouts" || file == "dwell" {
		if ($1 != names[FNR - 1]) wrong("state")
	}
	file == "dwell" {
		n = 0
		for (i = 5; i <= NF; i++) n += $i
		if (n != $2 || $4 > $3 || n && !$3 && $4) wrong("sum")
	}
	END { exit bad || files != 6 }'

reads() { # TIMES
	i=0
	while [ $i -lt "$1" ]; do
		awk "$shapes" $debug/oldest $census/states $census/dwell \
			$census/timeouts $debug/table $debug/percpu || return 1
		i=$((i + 1))
	done
}

asks_ss() { # WHILE-PID
	while kill -0 "$1" 2> /dev/null; do
		ss -tanieo > /dev/null
	done
}

# Two readers, and a namespace with connections that dies meanwhile.
read_under_churn() {
	ns_add churn && timeouts 1 || return 1
	"$bin/traffic" churn -t 900 -j 2 -p 7600 > /dev/null & churn=$!
	nsenter --net=/run/netns/churn "$bin/traffic" churn -6 -t 3 -p 7650 > /dev/null & other=$!
	reads 20 & a=$!
	reads 20 & b=$!
	asks_ss $a &
	wait $other && ns_del churn && kill -0 $a && wait $a && wait $b && kill -0 $churn
	status=$?
	pkill -x traffic
	wait
	[ $status -eq 0 ] && equals_ss && healthy
}

# One line each: state local remote age_us netns.
traced() {
	awk '$0 !~ /tcp_census_overdue:/ { next }
		{
			sub(/.*tcp_census_overdue: /, "")
			for (i = 1; i <= NF; i++) { split($i, word, "="); is[word[1]] = word[2] }
			if (is["family"] == 10)
				print is["state"], "[" is["saddr_v6"] "]:" is["sport"], "[" is["daddr_v6"] "]:" is["dport"], is["age_us"], is["netns"]
			else
				print is["state"], is["saddr"] ":" is["sport"], is["daddr"] ":" is["dport"], is["age_us"], is["netns"]
		}' $overdue/trace
}

# Once for each stay in this namespace that outlasted a second, and soon.
each_traced_once() {
	traced > /tmp/traced
	awk -v netns="$(inode)" '
		FNR == 1 && NR != FNR { next }
		NR == FNR {
			if ($5 != netns || $4 < 1000000 || $4 > 3000000 || once[$1, $2, $3]++) {
				print "# " $0
				bad = 1
			}
			n[$1]++
			next
		}
		n[$1] != $4 { print "# " $1 ": " n[$1] + 0 " traced, " $4 " exceeded"; bad = 1 }
		END { exit bad }' /tmp/traced $census/timeouts
}

none_late() { [ "$(late)" -eq 0 ]; }

# Every connection that there is now, and nobody but them for the first time.
those_of_ss_traced() {
	rows_by_ss | cut -d ' ' -f 1-3 > /tmp/now
	cut -d ' ' -f 1-3 /tmp/traced | sort | comm -13 - /tmp/now | grep . || return 0
	note "these were not traced"
	return 1
}

trace() { # in a namespace: TRAFFIC-ARGS...
	echo > $overdue/trace
	timeouts 1 && hold_start 7300 -n 3 "$@" && stand timers 7310 -n 3 "$@" || return 1
	poll 30 all_late && each_traced_once && those_of_ss_traced || return 1
	n=$(wc -l < /tmp/traced)
	# A second time for the same stay it is not said.
	timeouts 1000 && none_late && timeouts 1 && poll 10 all_late &&
	each_traced_once && those_of_ss_traced && [ "$n" -ge 60 ]
	status=$?
	hold_stop
	return $status
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	run as_ss_says anew contents
	run as_ss_says_v6 anew contents -6
	run as_ss_says_v4_on_v6 anew contents -m
	run two_namespaces two_namespaces
	run the_32_oldest anew at_most_32
	run found_at_load anew found_at_load
	run tracepoint_on trace_on
	run traced_once_each anew trace
	run traced_once_each_v6 anew trace -6
	run tracepoint_off trace_off
	run read_under_churn read_under_churn
	run healthy_afterwards healthy
	reload
}

main cases "$@"
