# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The cases that look at a terminal, which tmux makes. Sourced by run.sh, see special.sh.

# Runs a command in a terminal of its own; the rest is for the shell there.
on_screen() {	# directory environment...
	local dir=$1

	shift
	in_terminal "env $* \
		'$(realpath "$READER")' --path '$dir' -i 0.2 watch 2> '$tmp/err'; \
		echo \$? > '$tmp/status'; cat"
}

# It dies with the terminal, and the kernel then sends SIGCONT as well, which LeakSanitizer
# does not survive: the stop that it waits for is lost, and it spins for ever. Leaks are for
# other cases.
in_terminal() {	# shell command
	screen=tcpcensus-$$-$number
	rm -f "$tmp/status"
	command -v tmux > /dev/null || { skip="no tmux here"; return 4; }
	tmux -L "$screen" -f /dev/null new-session -d -x 110 -y 20 \
		"export ASAN_OPTIONS=exitcode=99:detect_leaks=0; $1" 2>&1 ||
		{ skip="tmux does not run here"; return 4; }
}

end_terminal() {
	tmux -L "$screen" kill-server
}

# Waits for what a command in there has left behind. The deadline is for slow machines.
within_a_minute() {	# command...
	local i

	for ((i = 0; i < 1200; i++)); do
		"$@" && return
		sleep 0.05
	done
	echo "in vain: $*"
	return 1
}

ended_with() {	# status
	within_a_minute test -s "$tmp/status" || return
	echo "exit status $(cat "$tmp/status") instead of $1"
	[ "$(cat "$tmp/status")" = "$1" ]
}

# Colours are escape sequences.
shows() {	# pattern
	tmux -L "$screen" capture-pane -e -p > "$tmp/screen"
	grep -qE -e "$1" "$tmp/screen"
}

screen_has() {	# pattern
	within_a_minute shows "$1" || { cat "$tmp/screen"; return 1; }
}

press() {	# key
	tmux -L "$screen" send-keys "$1"
}

# Keys turn to other tables; the page fits a terminal that has become smaller.
try_screen() {
	local red=$'\033''\[31m'

	screen_has "${red}CLOSE_WAIT +5 " && screen_has 'ESTABLISHED +1841 +0[.]0' &&
		press o && screen_has 'state +timeout_s' &&
		screen_has "${red}CLOSE_WAIT +60 " &&
		press h && screen_has 'how long connections stay' &&
		press s && screen_has 'entered/s' &&
		tmux -L "$screen" resize-window -x 40 -y 6 && screen_has '^SYN_RECV +12 ' &&
		[ "$(tmux -L "$screen" capture-pane -p | grep -c .)" -le 6 ] &&
		! tmux -L "$screen" capture-pane -p | grep -q 'ESTABLISHED.*exceeded' &&
		press q && screen_has '^$' && ended_with 0 && [ ! -s "$tmp/err" ]
}

special_watch_screen() {
	local code=0

	on_screen input/overdue || return
	try_screen || code=1
	end_terminal
	return $code
}

special_watch_screen_no_colour() {
	local code=0

	on_screen input/overdue NO_COLOR=1 || return
	screen_has $'\033''\[1mCLOSE_WAIT +5 ' || code=1
	! grep -E $'\033''\[[0-9;]*3[0-8]m' "$tmp/screen" || code=1
	end_terminal
	return $code
}

# A serial line says that it has 0 lines of 0 columns.
special_watch_screen_no_size() {
	local code=0

	in_terminal "stty rows 0 cols 0; '$(realpath "$READER")' --path input/overdue watch; cat" ||
		return
	screen_has 'LISTEN +9 ' && press q || code=1
	end_terminal
	return $code
}

terminal_is_back() {
	tmux -L "$screen" display-message -p '#{cursor_flag} #{alternate_on}' | grep -qx '1 0'
}

# Whoever ends it gets the terminal back as it was.
special_watch_screen_ends() {
	local code=0

	on_screen input/normal || return
	screen_has 'ESTABLISHED +1841' && press C-c && screen_has '^$' && ended_with 0 || code=1
	within_a_minute terminal_is_back || code=1
	end_terminal
	return $code
}

# What cannot be read is said where it stays to be read.
special_watch_screen_error() {
	local code=0

	on_screen input/nowhere || return
	ended_with 1 && grep -q 'module is not loaded' "$tmp/err" || code=1
	end_terminal
	return $code
}

# What is said is to be seen when the screen is back.
special_watch_screen_module_gone() {
	local dir=$tmp/module_gone code=0

	mkdir "$dir" && cp -L input/normal/* "$dir" || return
	in_terminal "'$(realpath "$READER")' --path '$dir' -i 0.2 watch; echo \$? > '$tmp/status'; cat" || return
	screen_has 'ESTABLISHED +1841' && rm -r "$dir" && ended_with 1 &&
		screen_has 'module is not loaded' || code=1
	end_terminal
	return $code
}

reader_in_terminal() {
	pgrep -x -t "$(tmux -L "$screen" display-message -p '#{pane_tty}' | cut -d / -f 3-)" tcpcensus
}

special_watch_screen_told_to_end() {
	local code=0

	on_screen input/normal || return
	screen_has 'ESTABLISHED +1841' && kill -TERM "$(reader_in_terminal)" && ended_with 143 &&
		within_a_minute terminal_is_back && [ ! -s "$tmp/err" ] || code=1
	end_terminal
	return $code
}

is_gone() {	# pid
	! kill -0 "$1" 2> /dev/null
}

# The terminal goes away. With its shell, the reader gets SIGHUP, else it finds that it cannot
# read or write any more.
try_gone() {	# what-the-shell-does-on-SIGHUP redirections
	local pid

	in_terminal "trap $1 HUP; \
		'$(realpath "$READER")' --path input/normal -i 0.2 watch $2 2> '$tmp/err'; \
		echo \$? > '$tmp/status'" || return
	screen_has ' 1841 ' && pid=$(reader_in_terminal)
	end_terminal
	[ -n "$pid" ] && within_a_minute is_gone "$pid" || return
	[ "$1" = - ] || { ended_with 1 && says "cannot write the output: Input/output error"; }
}

special_watch_gone() {
	local redirection

	for redirection in '' '< /dev/null' '<&-'; do
		try_gone : "$redirection" || return
		try_gone - "$redirection" || return
	done
}

nobody_is_left() { ! pgrep -f "^$(realpath "$READER") "; }

# Of all that these cases have started.
special_nobody_left() {
	within_a_minute nobody_is_left
}
