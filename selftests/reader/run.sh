#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests the reader with recorded input: no module, no virtual machine, no root.
# Prints KTAP. The file 'cases' lists the cases; what one line cannot say is a
# function in special.sh, in screen.sh if it wants a terminal, in page.sh a browser.
#
#   ./run.sh            build the reader with ASan and UBSan, and test it
#   READER=FILE ./run.sh    test this one instead
#   ./run.sh record NAME    show what a case prints now, to be checked by eye
#                           and put into expected/
set -eu
export LC_ALL=C
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1

here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../tools
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
chmod 755 "$tmp"	# a test runs the reader as another user
failed=0
number=0

die() {
	echo "Bail out! $*"
	exit 1
}

build() {
	local sanitize='-fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all'

	make -s -j2 -C "$tools" O="$tmp/build" CFLAGS="-O1 -g -Werror $sanitize" \
		> "$tmp/build.log" 2>&1 && return
	sed 's/^/# /' "$tmp/build.log"
	die "the reader does not build"
}

# Time goes on while we test, and who is not root is told that root sees more.
mask() {
	local day='[0-9]{4}-[01][0-9]-[0-3][0-9]' clock='[0-2][0-9]:[0-5][0-9]:[0-6][0-9]'

	sed -E -e "s/^$clock /HH:MM:SS /" \
	    -e "s/\"time\": \"${day}T${clock}[+-][0-9]{4}\"/\"time\": \"TIME\"/" \
	    -e "s/(evidence  no program can be seen)${unseen:-}$/\1/"
}

result() {	# status name [directive]
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - reader.$2${3:+ # SKIP $3}"
	else
		echo "not ok $number - reader.$2"
		failed=$((failed + 1))
	fi
}

# Runs a case into $tmp/out, $tmp/err and $code_seen.
run_case() {	# arguments directory stdout
	local path=()

	[ "$2" = - ] || path=(--path "input/$2")
	[ "$3" = "$tmp/raw" ] || : > "$tmp/raw"
	code_seen=0
	# the arguments of a case are words
	# shellcheck disable=SC2086
	timeout 60 "$READER" "${path[@]}" $1 > "$3" 2> "$tmp/err" || code_seen=$?
	mask < "$tmp/raw" > "$tmp/out"
}

same() {	# expected seen: a missing file stands for an empty one
	local expected=$1

	[ -e "$expected" ] || expected=/dev/null
	diff -u --label expected --label seen "$expected" "$2" > "$tmp/diff" ||
		{ sed 's/^/# /' "$tmp/diff"; return 1; }
}

check_case() {	# name exit
	local bad=0

	same "expected/$1.out" "$tmp/out" || bad=1
	same "expected/$1.err" "$tmp/err" || bad=1
	[ "$code_seen" = "$2" ] || {
		echo "# exit status $code_seen instead of $2"
		bad=1
	}
	return $bad
}

# Reads 'cases' without comments, blanks around the words taken off.
list_cases() {
	sed -E -e '/^#/d' -e '/^ *$/d' -e 's/ *\| */|/g' cases
}

run_cases() {
	local name args dir code stdout

	while IFS='|' read -r name args dir code stdout <&3; do
		run_case "$args" "$dir" "${stdout:-$tmp/raw}"
		if check_case "$name" "$code"; then
			result 0 "$name"
		else
			result 1 "$name"
		fi
	done 3< <(list_cases)
}

# A special case returns 0, 1, or 4 with the reason for a skip in $skip.
run_specials() {
	local name code

	for name in "${specials[@]}"; do
		skip=
		code=0
		"special_$name" > "$tmp/log" 2>&1 || code=$?
		case $code in
		0) result 0 "$name" ;;
		4) result 0 "$name" "$skip" ;;
		*) sed 's/^/# /' "$tmp/log"; result 1 "$name" ;;
		esac
	done
}

record() {	# name
	local name args dir code stdout

	IFS='|' read -r name args dir code stdout < <(list_cases | grep "^$1|")
	run_case "$args" "$dir" "${stdout:-$tmp/raw}"
	echo "-- out"; cat "$tmp/out"
	echo "-- err"; cat "$tmp/err"
	echo "-- exit $code_seen"
}

[ "$(id -u)" = 0 ] || unseen=': root sees those of all users'
cd "$here"
# shellcheck source=special.sh
. ./special.sh
# shellcheck source=screen.sh
. ./screen.sh
# shellcheck source=page.sh
. ./page.sh
if [ -z "${READER:-}" ]; then
	build
	READER=$tmp/build/tcpcensus
fi
if [ "${1:-}" = record ]; then
	record "$2"
	exit
fi

echo "TAP version 13"
echo "1..$(($(list_cases | wc -l) + ${#specials[@]}))"
run_cases
run_specials
echo "# $number run, $failed failed"
[ "$failed" -eq 0 ]
