# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What a line in 'cases' cannot say. Sourced by run.sh, which sets READER, tmp
# and tools. A function returns 0 if all is well; what it prints is shown only
# if not. It returns 4 with a reason in $skip if the machine cannot do it.
# No 'set -e' in here: run.sh calls these in a condition. Hence all the '&&'.

specials=(
	default_path narrow_terminal closed_stdout closed_pipe closed_pipe_watch
	unreadable endless
	watch_rate watch_new_edge watch_restart watch_pace watch_ends_with_error
	watch_dwell_differs watch_dwell_differs_json watch_dwell_bounds
	netns_entered netns_needs_root version install no_libsmartcols
	oldest_processes oldest_processes_json oldest_netns
	oldest_no_debugfs oldest_needs_root
	watch_reaper_rate watch_reaper_word reaper_netns reaper_no_netns
	reaper_needs_root reaper_here
	diagnose_programs diagnose_program_once diagnose_unprivileged diagnose_looks_twice diagnose_here
	prometheus_lint prometheus_rules dashboard prometheus_units prometheus_netns
	output_atomic output_fails output_no_stdout output_mode output_pipe diagram_svg diagram_odd_words diagram_no_dot diagram_looks_twice
	report report_no_dot report_escapes report_light_and_dark report_text
	report_asks_for_nothing
	help_screen man_pages man_knows completion
	watch_lines watch_lines_restart watch_no_stdin watch_told_to_end
	watch_screen watch_screen_no_colour watch_screen_no_size watch_screen_ends
	watch_screen_error watch_screen_module_gone watch_screen_told_to_end watch_gone
)
# The cases run with ASan and UBSan, so this is no more than a second opinion.
! command -v valgrind > /dev/null || specials+=(valgrind)
specials+=(nobody_left)

server=
promtool=${PROMTOOL:-promtool}

# Sets $status and $took_ms; output in $tmp/out and $tmp/err.
reader() {
	local begin

	status=0
	begin=$(date +%s%N)
	timeout 60 "$READER" "$@" > "$tmp/out" 2> "$tmp/err" || status=$?
	took_ms=$((($(date +%s%N) - begin) / 1000000))
	cat "$tmp/out" "$tmp/err"
	[ -z "$server" ] || kill "$server" 2> /dev/null
	server=
}

says() {	# sentence: the only line on stderr
	[ "$(cat "$tmp/err")" = "tcpcensus: $1" ]
}

# Whether or not the module is loaded on this machine.
special_default_path() {
	local dir=/proc/net/tcp_census

	reader states
	if [ -d $dir ]; then
		[ "$status" = 0 ] && [ "$(wc -l < "$tmp/out")" -ge 11 ]
	else
		[ "$status" = 1 ] && says "the tcp_census module is not loaded (no $dir): load it with 'modprobe tcp_census'"
	fi
}

# A row stays one line where it does not fit; the terminal wraps it.
special_narrow_terminal() {
	script -qec true /dev/null < /dev/null ||
		{ skip="no pseudo-terminals here, mount devpts"; return 4; }
	script -qec "stty cols 30; '$READER' --path input/normal states" \
		/dev/null < /dev/null | tr -d '\r' > "$tmp/out"
	same expected/states.out "$tmp/out"
}

special_closed_stdout() {
	status=0
	"$READER" --path input/normal >&- 2> "$tmp/err" || status=$?
	cat "$tmp/err"
	[ "$status" = 1 ] &&
		says "cannot write the output: Bad file descriptor"
}

# The reading end is gone before the reader writes: true has ended.
special_closed_pipe() {
	mkfifo "$tmp/pipe"
	# shellcheck disable=SC2094
	exec 5<> "$tmp/pipe" 6> "$tmp/pipe" 5<&-
	status=0
	"$READER" --path input/normal >&6 2> "$tmp/err" || status=$?
	exec 6>&-
	cat "$tmp/err"
	[ "$status" = 1 ] && says "cannot write the output: Broken pipe"
}

special_closed_pipe_watch() {
	timeout 60 "$READER" --path input/normal -i 0.1 2> "$tmp/err" |
		head -n 1 > "$tmp/out"
	status=${PIPESTATUS[0]}
	echo "exit status $status"
	cat "$tmp/out" "$tmp/err"
	[ "$status" = 1 ] && says "cannot write the output: Broken pipe" &&
		grep -q '^state ' "$tmp/out"
}

# Root may read everything, so it has to become somebody else.
special_unreadable() {
	local as=()

	if [ "$(id -u)" = 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
		"${as[@]}" "$READER" -V || { skip="cannot drop root"; return 4; }
	fi
	mkdir "$tmp/unreadable" && cp input/normal/states "$tmp/unreadable" &&
		chmod 000 "$tmp/unreadable/states"
	status=0
	"${as[@]}" "$READER" --path "$tmp/unreadable" 2> "$tmp/err" ||
		status=$?
	cat "$tmp/err"
	[ "$status" = 1 ] &&
		says "cannot open $tmp/unreadable/states: Permission denied"
}

special_endless() {
	mkdir "$tmp/endless" && ln -s /dev/zero "$tmp/endless/states"
	reader --path "$tmp/endless" states
	[ "$status" = 1 ] &&
		says "$tmp/endless/states: the file is larger than 16 MiB, it cannot be the module's"
}

# Serves the given files one after the other as $tmp/live/NAME: each read of the
# reader gets the next one. Each is a FIFO of its own, and the next one is in
# place before the end of this one, so that nothing depends on time.
serve() {	# name file...
	local live=$tmp/live name=$1 file

	shift
	rm -rf "$live"
	mkdir "$live" && mkfifo "$live/$name"
	for file; do
		exec 7> "$live/$name"	# waits for the reader
		mkfifo "$live/next" && mv "$live/next" "$live/$name"
		cat "$file" >&7
		exec 7>&-
	done &
	server=$!
}

# Prints the word in a row (by its beginning) and a column (by its name).
cell() {	# row column
	awk -v row="$1" -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) n = i }
		NR > 1 && index($0, row) == 1 { print $n; exit }' "$tmp/out"
}

between() {	# least number most
	echo "$1 <= $2 <= $3"
	awk -v l="$1" -v n="$2" -v m="$3" 'BEGIN { exit !(l <= n && n <= m) }'
}

# What 500000 more in -i 0.2 may read as: the interval lasts 0.2 s at least, and
# no longer than the reader ran.
is_rate() {	# number
	between $((500000 * 1000 / (took_ms + 1))) "$1" 2500000
}

# The counter ends up beyond 2^63, where a double no longer holds every number.
special_watch_rate() {
	local big=9223372036854

	sed "s/ 95099 / ${big}800001 /" input/normal/states > "$tmp/a"
	sed "s/ 1841 95099 / 77 ${big%4}5300001 /" input/normal/states > "$tmp/b"
	serve states "$tmp/a" "$tmp/b"
	reader --path "$tmp/live" -i 0.2 -c 1 states
	[ "$status" = 0 ] &&
		[ "$(cell ESTABLISHED current)" = 77 ] &&
		[ "$(cell ESTABLISHED left/s)" = 0.0 ] &&
		is_rate "$(cell ESTABLISHED entered/s)"
}

# An edge that appears between two reports was at zero, and rows may move.
special_watch_new_edge() {
	local in=input/normal/transitions

	{ sed -n 1p $in; echo "LAST_ACK LISTEN 500000 unexpected"
	  sed -n '2,$s/TIME_WAIT CLOSE 47642/TIME_WAIT CLOSE 547642/p' $in
	  sed -n '2,$p' $in | grep -v '^TIME_WAIT CLOSE'; } > "$tmp/b"
	serve transitions $in "$tmp/b"
	reader --path "$tmp/live" -i 0.2 -c 1 transitions
	[ "$status" = 0 ] &&
		is_rate "$(cell 'LAST_ACK    LISTEN' count/s)" &&
		is_rate "$(cell 'TIME_WAIT   CLOSE' count/s)" &&
		[ "$(cell 'ESTABLISHED CLOSE_WAIT' count/s)" = 0.0 ]
}

# Loading the module anew begins at zero: say so, do not print nonsense.
special_watch_restart() {
	serve states input/normal/states input/zero/states input/zero/states
	reader --path "$tmp/live" -i 0.05 -c 1 states
	[ "$status" = 0 ] &&
		says "a counter went back, the module was loaded anew: starting over" &&
		[ "$(cell ESTABLISHED entered/s)" = 0.0 ] &&
		[ "$(wc -l < "$tmp/out")" = 11 ]
}

# Two intervals of 0.4 s before two reports.
special_watch_pace() {
	reader --path input/normal -i 0.4 -c 2 listeners
	[ "$status" = 0 ] && [ "$(grep -c ^local "$tmp/out")" = 1 ] &&
		between 800 "$took_ms" 60000
}

special_watch_ends_with_error() {
	serve states input/normal/states input/normal/states input/garbage/states
	reader --path "$tmp/live" -i 0.05 -c 5 states
	[ "$status" = 1 ] && [ "$(wc -l < "$tmp/out")" = 11 ] &&
		says "$tmp/live/states: line 4: current is '1841x', not a number of 64 bits"
}

# In a namespace whose loopback device is called 'states', the kernel shows
# /proc/net/dev_snmp6/states, and only there. It is not a table of ours, but
# the complaint tells that the reader has found it.
special_netns_entered() {
	local pid

	unshare -n true || { skip="cannot make a network namespace"; return 4; }
	mkfifo "$tmp/ready"
	# shellcheck disable=SC2016
	unshare -n sh -c '
		ip link set lo name states &&
			test -e /proc/thread-self/net/dev_snmp6/states &&
			echo yes > "$1" && exec sleep 60
		echo no > "$1"' sh "$tmp/ready" &
	pid=$!
	if [ "$(timeout 60 cat "$tmp/ready")" != yes ]; then
		kill $pid 2> /dev/null
		skip="cannot rename its loopback device"
		return 4
	fi
	reader -N "/proc/$pid/ns/net" --path /proc/thread-self/net/dev_snmp6
	kill $pid
	[ "$status" = 1 ] &&
		says "/proc/thread-self/net/dev_snmp6/states: the column 'state' is missing"
}

special_netns_needs_root() {
	local as=()

	if [ "$(id -u)" = 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
		"${as[@]}" "$READER" -V || { skip="cannot drop root"; return 4; }
	fi
	status=0
	"${as[@]}" "$READER" -N /proc/self/ns/net --path input/normal \
		2> "$tmp/err" || status=$?
	cat "$tmp/err"
	[ "$status" = 1 ] &&
		says "entering the network namespace /proc/self/ns/net needs root (CAP_SYS_ADMIN)"
}

# One place has the version: dkms.conf.
special_version() {
	local version

	version=$(sed -n 's/^PACKAGE_VERSION=//p' ../../dkms.conf | tr -d '"')
	reader --version
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(cat "$tmp/out")" = "tcpcensus ${version:-unknown}" ]
}

special_install() {
	make -s -C "$tools" O="$tmp/plain" &&
		make -s -C "$tools" O="$tmp/plain" DESTDIR="$tmp/root" \
			PREFIX=/usr install &&
		[ "$("$tmp/root/usr/bin/tcpcensus" --path input/normal summary)" = \
		  "$(cat expected/summary.out)" ] &&
		make -s -C "$tools" O="$tmp/plain" clean &&
		[ -z "$(ls "$tmp/plain")" ]
}

special_no_libsmartcols() {
	make -C "$tools" O="$tmp/none" PKG_CONFIG=false > "$tmp/out" 2>&1 &&
		return 1
	cat "$tmp/out"
	grep -qF "libsmartcols is needed to build tcpcensus: run 'apt install libsmartcols-dev pkg-config'" \
		"$tmp/out" && [ ! -e "$tmp/none" ]
}

# The dwell of an interval is what the second file has more than the first:
# SYN_RECV 1000, TIME_WAIT 4000, CLOSE_WAIT one of 120 us.
watch_dwell() {	# reader's arguments
	serve dwell input/normal/dwell input/later/dwell
	reader --path "$tmp/live" -i 0.05 -c 1 "$@" dwell
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ]
}

special_watch_dwell_differs() {
	watch_dwell && same expected/watch_dwell_differs.out "$tmp/out"
}

special_watch_dwell_differs_json() {
	watch_dwell -j && mask < "$tmp/out" > "$tmp/masked" &&
		same expected/watch_dwell_differs_json.out "$tmp/masked"
}

# As many columns, but of other buckets, cannot be compared.
special_watch_dwell_bounds() {
	sed 1s/le_64us/le_32us/ input/normal/dwell > "$tmp/b"
	serve dwell input/normal/dwell "$tmp/b" "$tmp/b"
	reader --path "$tmp/live" -i 0.05 -c 1 dwell
	[ "$status" = 0 ] &&
		says "a counter went back, the module was loaded anew: starting over" &&
		[ "$(cell TIME_WAIT count)" = 0 ]
}

# Two processes hold one socket: sleep, and one whose name has to be quoted and
# made safe for terminals. Sets both $pids, and makes $tmp/held/oldest, in which
# a connection has that socket's inode.
hold_socket() {
	local inode quoted=$tmp/$'q"\\\e\303\244'

	mkdir -p "$tmp/held" && cp "$(command -v sleep)" "$quoted" || return
	# UDP, so that nobody needs to listen: an inode is an inode
	( "$quoted" 60 & echo $! > "$tmp/held/pid"
	  exec sleep 60 ) 9<> /dev/udp/127.0.0.1/9 &
	pids=($!)
	until grep -q sleep "/proc/${pids[0]}/comm"; do
		kill -0 "${pids[0]}" && sleep 0.01 || return
	done
	pids+=("$(cat "$tmp/held/pid")")
	until grep -q ^q "/proc/${pids[1]}/comm"; do sleep 0.01; done
	inode=$(readlink "/proc/${pids[0]}/fd/9" | tr -cd 0-9)
	sed "s/ 301188 / $inode /" input/normal/oldest > "$tmp/held/oldest"
}

# Prints both in the order of their process numbers.
holders() {	# format escaped-name
	# shellcheck disable=SC2059
	{ printf "%d $1\n" "${pids[0]}" sleep "${pids[0]}"
	  printf "%d $1\n" "${pids[1]}" "$2" "${pids[1]}"
	} | sort -n | cut -d ' ' -f 2- | paste -sd ,
}

special_oldest_processes() {
	local users

	hold_socket || return
	reader --path "$tmp/held" oldest -p -s close_wait
	users=$(holders '("%s",pid=%d,fd=9)' 'q"\???')
	kill "${pids[@]}"
	echo "users:($users)"
	[ "$status" = 0 ] && [ "$(wc -l < "$tmp/out")" = 3 ] &&
		[ "$(cell 'CLOSE_WAIT   2.05h' process)" = "users:($users)" ] &&
		[ "$(cell 'CLOSE_WAIT >=2.05h' process)" = - ]
}

special_oldest_processes_json() {
	local list

	hold_socket || return
	reader --path "$tmp/held" oldest -p -s close_wait --json
	list=$(holders '{"program":"%s","pid":%d,"fd":9}' 'q\"\\???')
	kill "${pids[@]}"
	echo "\"processes\":[$list]"
	[ "$status" = 0 ] && [ "$(grep -c '"state"' "$tmp/out")" = 2 ] &&
		[ "$(grep -c '"processes": \[\]' "$tmp/out")" = 1 ] &&
		tr -d ' \n' < "$tmp/out" | grep -qF "\"processes\":[$list]"
}

special_oldest_netns() {
	mkdir "$tmp/netns" &&
		sed "s/ 4026532310 / $(stat -Lc %i /proc/self/ns/net) /" \
			input/normal/oldest > "$tmp/netns/oldest"
	reader --path "$tmp/netns" -N /proc/self/ns/net oldest
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(grep -c '10.88.0.2:8080 ' "$tmp/out")" = \
		  "$(grep -c ' 4026532310 ' input/normal/oldest)" ] &&
		! grep -E '192|127|2001|0\.0\.0\.0:22' "$tmp/out"
}

# Runs a command with this directory in the place of debugfs.
as_debugfs() {	# directory command...
	unshare -m true || { skip="cannot make a mount namespace"; return 4; }
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount --bind "$1" /sys/kernel/debug && shift && "$@"' \
		sh "$@" 2> "$tmp/err" || status=$?
	cat "$tmp/err"
}

special_oldest_no_debugfs() {
	status=0
	mkdir "$tmp/unmounted" &&
		as_debugfs "$tmp/unmounted" "$READER" oldest || return
	[ "$status" = 1 ] &&
		says "debugfs is not mounted: mount it with 'mount -t debugfs none /sys/kernel/debug'"
}

special_oldest_needs_root() {
	status=0
	mkdir -m 700 "$tmp/closed" && as_debugfs "$tmp/closed" \
		setpriv --reuid=65534 --regid=65534 --clear-groups -- \
		"$READER" oldest || return
	[ "$status" = 1 ] &&
		says "only root may read /sys/kernel/debug/tcp_census: try again as root, or with sudo"
}

# Orphans may become fewer, and that is no restart.
special_watch_reaper_rate() {
	serve reaper input/reaper_report/reaper input/later/reaper
	reader --path "$tmp/live" -i 0.2 -c 1 reaper
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(cell ' ' orphans)" = 7 ] && [ "$(cell ' ' stalled)" = 0 ] &&
		[ "$(cell ' ' reaped/s)" = 0.0 ] &&
		is_rate "$(cell ' ' would_reap/s)"
}

# Nor is a word that changes.
special_watch_reaper_word() {
	local in=input/reaper_newer/reaper

	sed 's/sometimes/never/' $in > "$tmp/b"
	serve reaper $in "$tmp/b"
	reader --path "$tmp/live" -i 0.05 -c 1 -j reaper
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		grep -qF '"mood": "never"' "$tmp/out" &&
		grep -qF '"reaped_per_s": 0.0' "$tmp/out"
}

# With -N, only that network namespace's, and then it needs not be told.
special_reaper_netns() {
	local netns

	unshare -n true || { skip="cannot enter a network namespace"; return 4; }
	netns=$(stat -Lc %i /proc/self/ns/net)
	mkdir "$tmp/reap_netns" && cp input/reaper_report/re* "$tmp/reap_netns" &&
		sed -i "s/ 4026532310 / $netns /" "$tmp/reap_netns/reaped"
	reader --path "$tmp/reap_netns" -N /proc/self/ns/net reaper
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(grep -c ' would_reap ' "$tmp/out")" = 1 ] &&
		grep -qE ' 10\.88\.0\.2:8080 +10\.88\.0\.1:41002$' "$tmp/out" &&
		! grep -qE 'netns|-n [0-9]' "$tmp/out"
}

special_reaper_no_netns() {
	reader -N no-such-namespace reaper
	[ "$status" = 1 ] && says "there is no network namespace 'no-such-namespace' (no /run/netns/no-such-namespace): 'ip netns' lists their names"
}

# Runs the reader with two directories in the place of the module's: the reader
# keeps the process number, and so its /proc/self/net.
as_module() {	# proc-directory debugfs-directory command...
	unshare -m true || { skip="cannot make a mount namespace"; return 4; }
	status=0
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t tmpfs none /proc/$$/net &&
		mkdir /proc/$$/net/tcp_census &&
		mount --bind "$1" /proc/$$/net/tcp_census &&
		mount --bind "$2" /sys/kernel/debug || exit 77
		shift 2 && exec "$@"' sh "$@" > "$tmp/out" 2> "$tmp/err" ||
		status=$?
	cat "$tmp/out" "$tmp/err"
	[ "$status" != 77 ] || { skip="cannot mount there"; return 4; }
}

# The values are for all, and so is the exit status.
special_reaper_needs_root() {
	local why="only root may read /sys/kernel/debug/tcp_census: try again as root, or with sudo"
	local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --)

	mkdir -m 700 "$tmp/hidden" || return
	as_module input/reaper_report "$tmp/hidden" \
		"${nobody[@]}" "$READER" reaper || return
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(tail -n 1 "$tmp/out")" = "notice: cannot tell which: $why" ] &&
		as_module input/reaper_report "$tmp/hidden" \
			"${nobody[@]}" "$READER" -j reaper || return
	[ "$status" = 0 ] && says "no 'reaped': $why" &&
		[ "$(tail -n 2 "$tmp/out" | head -n 1)" = '   "reaped": null' ]
}

# Without -N and --path, those of the network namespace that we are in.
special_reaper_here() {
	mkdir -p "$tmp/here/tcp_census" &&
		sed "s/ 4026532310 / $(stat -Lc %i /proc/self/ns/net) /" \
			input/reaper_report/reaped > "$tmp/here/tcp_census/reaped"
	as_module input/reaper_report "$tmp/here" "$READER" reaper || return
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(grep -c ' would_reap ' "$tmp/out")" = 1 ] &&
		grep -qE ' 10\.88\.0\.1:41002$' "$tmp/out"
}

# The program that does not close: its name, number, how many and since when; the
# one of /proc/net/tcp is a socket of two processes, and 'oldest' knows its age.
special_diagnose_programs() {
	local one other dir=$tmp/held

	hold_socket || return
	cp -L input/diag_close_wait/* "$dir" 2> /dev/null
	sed "s/ 9000000003 / $(readlink "/proc/${pids[0]}/fd/9" | tr -cd 0-9) /" \
		input/diag_close_wait/tcp > "$dir/tcp"
	sed "s/ 9000000003 / $(readlink "/proc/${pids[0]}/fd/9" | tr -cd 0-9) /" \
		input/diag_close_wait/oldest > "$dir/oldest"
	reader --path "$dir" diagnose
	kill "${pids[@]}"
	one="sleep [pid ${pids[0]}] (1, one for 2.05h)"
	other="q\"\\??? [pid ${pids[1]}] (1, one for 2.05h)"
	echo "in any order: $one, $other"
	[ "$status" = 2 ] && [ ! -s "$tmp/err" ] &&
		grep -qxF -e "  evidence  2 programs: $one, $other" \
			-e "  evidence  2 programs: $other, $one" "$tmp/out"
}

# Two descriptors of one socket are still one socket.
special_diagnose_program_once() {
	local dir=$tmp/once pid inode

	mkdir "$dir" && cp -rL input/diag_close_wait/* "$dir" || return
	sleep 60 9<> /dev/udp/127.0.0.1/9 8>&9 &
	pid=$!
	until grep -q sleep "/proc/$pid/comm"; do
		kill -0 "$pid" && sleep 0.01 || return
	done
	inode=$(readlink "/proc/$pid/fd/9" | tr -cd 0-9)
	sed -i "s/ 9000000003 / $inode /" "$dir/tcp" "$dir/oldest"
	reader --path "$dir" diagnose > /dev/null
	kill "$pid"
	[ "$status" = 2 ] && grep -qxF \
		"  evidence  1 program: sleep [pid $pid] (1, one for 2.05h)" "$tmp/out"
}

# Who may not look into the processes of others is told so.
special_diagnose_unprivileged() {
	local as=() dir=$tmp/unprivileged

	if [ "$(id -u)" = 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
		"${as[@]}" "$READER" -V || { skip="cannot drop root"; return 4; }
	fi
	mkdir "$dir" && cp -rL input/diag_close_wait/* "$dir"
	status=0
	"${as[@]}" "$READER" --path "$dir" diagnose > "$tmp/out" 2> "$tmp/err" ||
		status=$?
	cat "$tmp/out" "$tmp/err"
	[ "$status" = 2 ] && [ ! -s "$tmp/err" ] && grep -qxF \
		"  evidence  no program can be seen: root sees those of all users" \
		"$tmp/out"
}

# Without --path it looks twice, a second apart, or as far as -i says; what
# grows is what counts. Every file but 'states' stays as it is.
special_diagnose_looks_twice() {
	local dir=$tmp/live

	serve states input/diag_ok/states input/diag_refused/states
	cp -rL input/diag_ok/{netstat,snmp,sockstat,ipv4,summary} "$dir"
	reader --path "$dir" -i 0.3 diagnose
	[ "$status" = 1 ] && [ ! -s "$tmp/err" ] &&
		grep -q '^warning: 176 attempts to connect failed' "$tmp/out" &&
		between 300 "$took_ms" 60000
}

# The real thing, but for the module: sockets, sysctls and counters of this host.
special_diagnose_here() {
	mkdir -p "$tmp/empty"
	as_module input/normal "$tmp/empty" "$READER" diagnose || return
	[ "$status" -le 2 ] && [ ! -s "$tmp/err" ] &&
		grep -q '^SYN_SENT .*tcp_syn_retries='"$(cat /proc/sys/net/ipv4/tcp_syn_retries)" "$tmp/out"
}

# What Prometheus makes of it: every recorded case, with all its lines.
special_prometheus_lint() {
	local file bad=0

	command -v "$promtool" > /dev/null || { skip="no promtool here"; return 4; }
	for file in expected/prometheus_*.out; do
		echo "$file"
		"$promtool" check metrics < "$file" || bad=1
	done
	return $bad
}

# Every metric that the rules know is one that the reader has.
special_prometheus_rules() {
	local rules=$tools/prometheus name bad=0

	command -v "$promtool" > /dev/null || { skip="no promtool here"; return 4; }
	"$promtool" check rules "$rules"/*.rules.yml || bad=1
	(cd "$rules" && "$promtool" test rules ./*.test.yml) || bad=1
	for name in $(grep -ohE '\<tcp_census_[a-z0-9_]+' "$rules/tcp_census.rules.yml" |
			grep -vE '_(records|alerts|rate5m|p99_5m|mean5m)$|^tcp_census_(time_wait|handshake_failures|connect_failures|state_entries|state_duration_seconds)$' |
			sort -u); do
		grep -q "^${name}[{ ]" expected/prometheus_all_files.out || {
			echo "no metric $name"
			bad=1
		}
	done
	return $bad
}

# Grafana asks for metrics that there are, in words that Prometheus understands.
special_dashboard() {
	local dashboard=$tools/grafana/dashboard.json name bad=0

	command -v "$promtool" > /dev/null || { skip="no promtool here"; return 4; }
	command -v jq > /dev/null || { skip="no jq here"; return 4; }
	jq -r '"groups: [{ name: dashboard, rules: [",
		(.panels[].targets[]?.expr | gsub("\\$__rate_interval"; "5m") | { record: "x", expr: . } | tojson + ","),
		"] }]"' "$dashboard" | awk '/^{/ { sub(/"x"/, "\"x" NR "\"") } { print }' > "$tmp/dashboard.yml" || return
	[ "$(grep -c '"expr"' "$tmp/dashboard.yml")" -gt 15 ] || bad=1
	"$promtool" check rules "$tmp/dashboard.yml" || bad=1
	for name in $(grep -oE '\<tcp_census_[a-z0-9_]+' "$dashboard" | sort -u); do
		grep -q "^${name}[{ ]" expected/prometheus_all_files.out || { echo "no metric $name"; bad=1; }
	done
	return $bad
}

# Both units run what the reader understands; a missing one of its files is a bug.
special_prometheus_units() {
	local root=$tmp/units unit

	make -s -C "$tools" O="$tmp/plain" DESTDIR="$root" PREFIX=/usr install ||
		return
	for unit in prometheus.service prometheus.timer prometheus@.service prometheus@.timer; do
		[ -s "$root/usr/lib/systemd/system/tcpcensus-$unit" ] || return
	done
	! grep -r /usr/local "$root" && [ -s "$root/usr/share/tcp_census/tcp_census.rules.yml" ] ||
		return
	command -v systemd-analyze > /dev/null ||
		{ skip="no systemd-analyze here"; return 4; }
	# it is not installed here
	systemd-analyze verify --man=no "$root"/usr/lib/systemd/system/* 2>&1 |
		grep -v 'tcpcensus is not executable' | grep tcpcensus && return 1
	return 0
}

# The old file stays until the new one is whole, and for all to read.
special_output_atomic() {
	local dir=$tmp/output

	mkdir "$dir" && echo old > "$dir/x.prom" && umask 022
	serve states input/normal/states
	cp -rL input/normal/summary "$tmp/live"
	rm -f "$tmp/live/summary" && mkfifo "$tmp/live/summary"
	timeout 60 "$READER" --path "$tmp/live" --prometheus -o "$dir/x.prom" &
	exec 8> "$tmp/live/summary"	# it has read the states by now
	[ "$(cat "$dir/x.prom")" = old ] || return
	cat input/normal/summary >&8
	exec 8>&-
	wait $! || return
	[ "$(ls "$dir")" = x.prom ] && [ "$(stat -c %a "$dir/x.prom")" = 644 ] &&
		grep -q '^tcp_census_connections{state="established"} 1841$' "$dir/x.prom"
}

# And for ever, if there is no new one.
special_output_fails() {
	local dir=$tmp/output_fails

	mkdir "$dir" && echo old > "$dir/x.prom"
	reader --path input/cut --prometheus -o "$dir/x.prom"
	[ "$status" = 1 ] && [ "$(ls "$dir")" = x.prom ] &&
		[ "$(cat "$dir/x.prom")" = old ] || return
	reader --path input/diag_close_wait diagnose -o "$dir/x.prom"
	[ "$status" = 2 ] && [ "$(ls "$dir")" = x.prom ] &&
		grep -q '^CRITICAL' "$dir/x.prom"
}

# What was closed to others stays so, also where a link leads to it.
special_output_mode() {
	local dir=$tmp/output_mode

	mkdir "$dir" && echo old > "$dir/x" && chmod 600 "$dir/x" && ln -s x "$dir/link"
	reader --path input/normal states -o "$dir/link"
	[ "$status" = 0 ] && [ -L "$dir/link" ] && [ "$(stat -c %a "$dir/x")" = 600 ] &&
		grep -q '^ESTABLISHED' "$dir/x" && [ "$(ls "$dir")" = "$(printf 'link\nx')" ]
}

# As /dev/null, which root would lose.
special_output_pipe() {
	local dir=$tmp/output_pipe

	mkdir "$dir" && mkfifo "$dir/x" && cat "$dir/x" > "$tmp/came" &
	wait_for_pipe=$!
	until [ -p "$dir/x" ]; do sleep 0.01; done
	reader --path input/normal states -o "$dir/x"
	[ "$status" = 0 ] && [ -p "$dir/x" ] || { kill "$wait_for_pipe"; return 1; }
	wait "$wait_for_pipe" && grep -q '^ESTABLISHED' "$tmp/came" && [ "$(ls "$dir")" = x ]
}

# Runs the reader as the module's host would: two names, one of them odd, and a
# file that is no namespace. Each sees the same numbers here.
special_prometheus_netns() {
	local metric='tcp_census_connections{state="time_wait"'

	unshare -mn true || { skip="cannot make namespaces"; return 4; }
	status=0
	# shellcheck disable=SC2016
	unshare -mn sh -c 'mount -t tmpfs none /proc/$$/net &&
		mkdir /proc/$$/net/tcp_census &&
		mount --bind "$1" /proc/$$/net/tcp_census &&
		mount --rbind /proc/$$/net /proc/$$/task/$$/net &&
		mount -t tmpfs none /run && mkdir /run/netns &&
		cd /run/netns && touch web "b\"\\" stale &&
		mount --bind /proc/$$/ns/net web &&
		mount --bind /proc/$$/ns/net "b\"\\" && cd - > /dev/null && shift || exit 77
		exec "$@"' sh input/normal "$READER" --prometheus --all-netns \
		> "$tmp/out" 2> "$tmp/err" || status=$?
	cat "$tmp/err"
	grep -F "$metric" "$tmp/out"
	[ "$status" != 77 ] || { skip="cannot mount there"; return 4; }
	[ "$status" = 0 ] && says "/run/netns/stale is not a network namespace" &&
		[ "$(grep -cF "$metric" "$tmp/out")" = 3 ] &&
		grep -qxF "$metric} 512" "$tmp/out" &&
		grep -qxF "$metric,netns=\"web\"} 512" "$tmp/out" &&
		grep -qxF "$metric,netns=\"b\\\"\\\\\"} 512" "$tmp/out" &&
		[ "$(grep -c '^# TYPE tcp_census_connections' "$tmp/out")" = 1 ] || return
	! command -v "$promtool" > /dev/null ||
		"$promtool" check metrics < "$tmp/out"
}

# States with both ends, and a text for each early end.
nodes() {	# transitions
	echo $((12 + $(grep ' CLOSE ' "$1" | grep -cv '^TIME_WAIT\|^LAST_ACK\|^CLOSE ')))
}

# An arrow for each edge; numbers and colour.
special_diagram_svg() {
	local svg=$tmp/out edges

	command -v dot > /dev/null || { skip="no graphviz here"; return 4; }
	reader --path input/diagram --svg diagram > /dev/null
	edges=$(($(wc -l < input/diagram/transitions) - 1))
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] && grep -q '^<svg' "$svg" &&
		[ "$(grep -c 'class="node' "$svg")" = "$(nodes input/diagram/transitions)" ] &&
		[ "$(grep -c 'class="edge' "$svg")" = "$edges" ] &&
		[ "$(grep -c 'class="node overdue"' "$svg")" = 1 ] &&
		grep -q '>250 overdue<' "$svg" && grep -q '95233<' "$svg"
}

# A saved file may have any words, which are no words of graphviz's.
special_diagram_odd_words() {
	local dir=$tmp/odd

	command -v dot > /dev/null || { skip="no graphviz here"; return 4; }
	mkdir "$dir" && cp input/diagram/* "$dir" &&
		sed -i 's/ abort$/ "];x[URL="y"/; s/^CLOSING /CLO"SING /' "$dir/transitions" || return
	reader --path "$dir" --svg diagram > /dev/null
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] && ! grep -q '<a ' "$tmp/out" &&
		grep -q '___x_URL__y_<' "$tmp/out"
}

special_diagram_no_dot() {
	mkdir "$tmp/no_dot"
	status=0
	PATH=$tmp/no_dot "$READER" --path input/diagram --svg diagram \
		> "$tmp/out" 2> "$tmp/err" || status=$?
	cat "$tmp/err"
	[ "$status" = 1 ] && [ ! -s "$tmp/out" ] &&
		says "there is no dot to draw with: install graphviz, or leave out --svg and draw elsewhere"
}

special_diagram_looks_twice() {
	serve transitions input/diag_flood_before/transitions input/diag_flood/transitions
	cp input/diag_flood/states "$tmp/live"
	reader --path "$tmp/live" -i 0.2 diagram
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] &&
		grep -qE 'LISTEN -> SYN_RECV .label=" *syn-received.n *95233.n *[0-9]+[.][0-9]/s", penwidth=[45]' "$tmp/out"
}

# Opened elements are closed, each in its turn; nothing is fetched from anywhere.
is_page() {	# file
	grep -qE '(src|href)=|@import|url\(|<script' "$1" && return 1
	tr '\n' ' ' < "$1" | grep -oE '</?[a-zA-Z0-9]+[^>]*>' | awk '
		/^<!|\/>$|^<(meta|br)/ { next }
		{ name = $0; gsub(/^<\/?|[ >].*$/, "", name) }
		/^<\// { if (open[depth--] != name) { print "at " $0 ": " open[depth + 1]; exit 1 } next }
		{ open[++depth] = name }
		END { if (depth) exit 1 }'
}

special_report() {
	command -v dot > /dev/null || { skip="no graphviz here"; return 4; }
	reader --path input/report report > /dev/null
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] && is_page "$tmp/out" &&
		[ "$(grep -c '<article class=critical>' "$tmp/out")" = 1 ] &&
		grep -q '<td>CLOSE_WAIT</td><td class=number>1204</td>' "$tmp/out" &&
		grep -q '<td class=number data-overdue>1190</td>' "$tmp/out" &&
		[ "$(grep -c '<figure>' "$tmp/out")" = 9 ] &&
		[ "$(grep -c 'class="node' "$tmp/out")" = "$(nodes input/report/transitions)" ]
}

# Without graphviz it is a page, too, and says what is not in it.
special_report_no_dot() {
	mkdir "$tmp/dot_less" && ln -s /bin/sh "$tmp/dot_less/sh"
	status=0
	PATH=$tmp/dot_less "$READER" --path input/report report > "$tmp/out" \
		2> "$tmp/err" || status=$?
	cat "$tmp/err"
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] && is_page "$tmp/out" &&
		grep -q 'graphviz is not installed' "$tmp/out"
}

# A program may be called as it likes.
special_report_escapes() {
	local dir=$tmp/escapes odd='<b>&"' pid

	mkdir "$dir" && cp -rL input/report/* "$dir" &&
		cp "$(command -v sleep)" "$tmp/$odd" || return
	sed -n 's/^ESTABLISHED/<img>/p' "$dir/dwell" >> "$dir/dwell" || return
	"$tmp/$odd" 60 9<> /dev/udp/127.0.0.1/9 &
	pid=$!
	until grep -q '^<b>' "/proc/$pid/comm"; do
		kill -0 "$pid" && sleep 0.01 || return
	done
	sed -i "s/ 9000000003 / $(readlink "/proc/$pid/fd/9" | tr -cd 0-9) /" "$dir/tcp"
	reader --path "$dir" report > /dev/null
	kill "$pid"
	[ "$status" = 0 ] && is_page "$tmp/out" &&
		grep -qF "1 program: &lt;b&gt;&amp;&quot; [pid $pid]" "$tmp/out" &&
		grep -qF '<figcaption>&lt;img&gt;' "$tmp/out" && ! grep -qF '<img>' "$tmp/out"
}

# Whose descriptor is free, and is not to be closed.
special_output_no_stdout() {
	status=0
	"$READER" --path input/normal --prometheus -o "$tmp/no_stdout" >&- 2> "$tmp/err" ||
		status=$?
	cat "$tmp/err"
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] && grep -q ^tcp_census_ "$tmp/no_stdout"
}

# A line for each interval: what there is, and what came and went.
special_watch_lines() {
	sed 's/ 1841 95099 / 1900 595099 /' input/normal/states > "$tmp/b"
	serve states input/normal/states "$tmp/b"
	reader --path "$tmp/live" -i 0.2 -c 1 watch
	[ "$status" = 0 ] && [ ! -s "$tmp/err" ] && [ "$(wc -l < "$tmp/out")" = 2 ] &&
		[ "$(cell '' ESTABLISHED)" = 1900 ] && [ "$(cell '' closed/s)" = 0.0 ] &&
		is_rate "$(cell '' opened/s)"
}

special_watch_lines_restart() {
	serve states input/normal/states input/zero/states input/zero/states
	reader --path "$tmp/live" -i 0.05 -c 1 watch
	[ "$status" = 0 ] && [ "$(wc -l < "$tmp/out")" = 2 ] &&
		says "a counter went back, the module was loaded anew: starting over"
}

# Nobody presses a key in a pipeline.
special_watch_no_stdin() {
	local lines

	timeout 60 "$READER" --path input/normal -i 0.05 -c 2 watch < /dev/null \
		> "$tmp/out" 2> "$tmp/err" || return
	lines=$(wc -l < "$tmp/out")
	timeout 60 "$READER" --path input/normal -i 0.05 -c 2 watch <&- \
		> "$tmp/out" 2>> "$tmp/err" || return
	[ "$lines" = 3 ] && [ "$(wc -l < "$tmp/out")" = 3 ] && [ ! -s "$tmp/err" ]
}

# Prints one report, waits for the next, and dies of a signal as others do.
special_watch_told_to_end() {
	local signal number pid

	for signal in TERM:143 HUP:129; do
		number=${signal#*:}
		mkfifo "$tmp/$number"
		# Under nohup SIGHUP is ignored, by all that it runs.
		env --default-signal="${signal%:*}" "$READER" --path input/normal -i 0.01 watch \
			> "$tmp/$number" 2> "$tmp/err" &
		pid=$!
		exec 7< "$tmp/$number" && read -r -u 7 _ && kill -s "${signal%:*}" $pid || return
		status=0
		wait $pid || status=$?
		exec 7<&-
		echo "SIG$signal: $status"
		[ "$status" = "$number" ] && [ ! -s "$tmp/err" ] || return
	done
}

# One screen: 24 lines of 80 characters, with the prompt.
special_help_screen() {
	reader --help
	[ "$status" = 0 ] && [ "$(wc -l < "$tmp/out")" -lt 24 ] &&
		[ "$(wc -L < "$tmp/out")" -le 80 ]
}

# What other pages are installed on this machine is not ours to say.
special_man_pages() {
	local page

	command -v mandoc > /dev/null || { skip="no mandoc here"; return 4; }
	for page in "$tools"/man/*; do
		mandoc -T lint "$page" 2>&1 |
			grep -vE 'outdated mandoc.db|referenced manual not found' && return 1
	done
	return 0
}

# Every command, option and rule with its thresholds is in tcpcensus(8), every
# sysctl of the module and every file in tcp_census(4).
special_man_knows() {
	local word bad=0

	"$READER" --help | grep -oE -- '--[a-z-]+' | sed 's/^--/-/' > "$tmp/words"
	"$READER" --help | grep -oE '^  [a-z]+ ' >> "$tmp/words"
	"$READER" --warning x=1 diagnose 2>&1 | grep -oE '[a-z_0-9]+=[0-9/]+' |
		sed -e 's,=\(.*\)/,= Ta \1 Ta ,' -e 's,=\([0-9]*\)$, Ta \1 Ta -,' \
			-e 's/=//' -e 's/^/.It /' > "$tmp/rules"
	[ "$(wc -l < "$tmp/words")" -gt 25 ] && [ "$(wc -l < "$tmp/rules")" = 19 ] || bad=1
	while read -r word; do
		grep -qF -e " $word" "$tools/man/tcpcensus.8" || { echo "no $word"; bad=1; }
	done < "$tmp/words"
	while read -r word; do
		grep -qF -e "$word" "$tools/man/tcpcensus.8" || { echo "no $word"; bad=1; }
	done < "$tmp/rules"
	for word in $(sed -n 's/^| `\([a-z0-9_]*\)`\(, `\([a-z0-9_]*\)`\)* |.*/\1 \3/p' ../../README.md |
			grep -E '^(timeout_|max_tracked|ports|fin_wait1_|reap_batch)'); do
		grep -q "^\.It Sy .*\<$word\>" "$tools/man/tcp_census.4" || { echo "no sysctl $word"; bad=1; }
	done
	for word in states transitions dwell timeouts listeners ports reaper summary \
			oldest reaped table hooks percpu; do
		grep -qx "\.It Pa $word" "$tools/man/tcp_census.4" || { echo "no file $word"; bad=1; }
	done
	return $bad
}

# As bash asks it: the words so far, and which of them is being typed.
special_completion() {
	local dir=$tmp/completion

	mkdir "$dir" && ln -s "$(realpath "$READER")" "$dir/tcpcensus" || return
	complete_words() {	# word... : the last one is being typed
		PATH=$dir:$PATH bash -c '. "$1" && shift && COMP_WORDS=("$@") &&
			COMP_CWORD=$(($# - 1)) && compopt() { :; } && _tcpcensus &&
			echo "${COMPREPLY[*]}"' bash "$tools/completion/tcpcensus" "$@"
	}
	[ "$(complete_words tcpcensus dia)" = "diagnose diagram" ] &&
		[ "$(complete_words tcpcensus --warning clo)" = "closing= close_wait=" ] &&
		[ "$(complete_words tcpcensus oldest -s clos)" = "closing close_wait" ] &&
		[ "$(complete_words tcpcensus --al)" = "--all-netns" ] &&
		[ "$(complete_words tcpcensus --path "$tmp/comp")" = "$dir" ]
}

valgrind_finds_nothing() {	# reader's arguments
	echo "tcpcensus $*"
	valgrind -q --error-exitcode=99 --leak-check=full \
		"$tmp/plain/tcpcensus" "$@" > /dev/null 2> "$tmp/err" || {
			status=$?
			cat "$tmp/err"
			[ "$status" = "$expected_status" ]
		}
}

special_valgrind() {
	local command json expected_status=0 bad=0

	make -s -C "$tools" O="$tmp/plain" || return
	for command in states dwell timeouts 'oldest -p'; do
		for json in '' -j; do
			# shellcheck disable=SC2086
			valgrind_finds_nothing --path input/normal $json \
				$command || bad=1
		done
	done
	for json in '' -j; do
		# shellcheck disable=SC2086
		valgrind_finds_nothing --path input/reaper_report $json reaper ||
			bad=1
	done
	valgrind_finds_nothing --path input/normal -i 0.1 -c 2 dwell -j || bad=1
	valgrind_finds_nothing --path input/reaper_end -i 0.1 -c 2 reaper || bad=1
	valgrind_finds_nothing --path input/overdue || bad=1
	expected_status=1
	valgrind_finds_nothing --path input/diag_fin_wait1 diagnose || bad=1
	valgrind_finds_nothing --path input/diag_fin_wait1 -j diagnose || bad=1
	valgrind_finds_nothing --path input/diag_flood \
		--since input/diag_flood_before diagnose || bad=1
	valgrind_finds_nothing --path input/garbage_reaped reaper || bad=1
	valgrind_finds_nothing --path input/missing_value reaper || bad=1
	expected_status=0
	valgrind_finds_nothing --path input/prometheus --prometheus || bad=1
	valgrind_finds_nothing --path input/diagram diagram || bad=1
	valgrind_finds_nothing --path input/report report || bad=1
	valgrind_finds_nothing --path input/lvs_conntrack lvs || bad=1
	valgrind_finds_nothing --path input/normal -i 0.1 -c 2 watch || bad=1
	valgrind_finds_nothing --path input/normal -o "$tmp/x" dwell || bad=1
	expected_status=3
	valgrind_finds_nothing --path input/diag_garbage_tcp diagnose || bad=1
	valgrind_finds_nothing --path input/diag_garbage_sysctl diagnose || bad=1
	expected_status=1
	for command in dwell timeouts oldest reaper; do
		valgrind_finds_nothing --path input/cut $command || bad=1
		valgrind_finds_nothing --path input/garbage $command || bad=1
	done
	return $bad
}
