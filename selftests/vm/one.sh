#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs one suite for check.sh and prints its lines when it is done, whole:
#   one.sh DIRECTORY NUMBER LEVEL KERNEL SUITE [ARGUMENT...]
# Into the directory go NUMBER.failures and NUMBER.result, which is a line
# "KERNEL SUITE RELEASE PASSED FAILED SKIPPED MINUTES [ARGUMENT...]"; a copy of it goes to
# build/results. CENSUS_UNTIL: see MINUTES in check.sh; NUMBER.late says that it came too late.
set -eu
. "$(dirname "$0")/lib.sh"

grace=1200	# seconds

# Nothing is known of this suite.
too_late() # WORDS
{
	echo "$kernel $suite${arguments:+ $arguments} ($1)" >"$files.late"
	echo "$kernel $suite - 0 0 0 0" >"$files.result"
	exit
}

directory=$1 files=$1/$2 level=$3 kernel=$4 suite=$5
shift 5
arguments=$*
began=$(date +%s)
within=''
if [ -n "${CENSUS_UNTIL:-}" ]; then
	[ "$level" = check ] || [ "$began" -lt "$CENSUS_UNTIL" ] || too_late "not begun"
	within="timeout -k 30 $((CENSUS_UNTIL + grace - began))"
fi
# shellcheck disable=SC2086 # a command, or none
$within sh "$VM/suite.sh" "$kernel" "$suite" "$@" >"$files.output" 2>&1 && status=0 || status=$?
# What had failed by then has failed.
if [ -n "$within" ] && [ $status -eq 124 ]; then
	echo "# out of time" >>"$files.output"
	[ "$level" = check ] || grep -q '^not ok' "$files.output" || too_late "not finished"
fi
minutes=$((($(date +%s) - began + 59) / 60))
counts=$(awk -v kernel="$kernel" -v suite="$suite" -v status=$status -v strict="${STRICT:-}" \
	-v list="$files.failures" -f "$VM/count.awk" "$TOP/selftests/allowed-skips" "$files.output")
release=$(sed -n 's/^# kernel //p' "$files.output" | head -n 1 | tr -d '\r')
echo "$kernel $suite ${release:--} $counts $minutes $arguments" >"$files.result"
mkdir -p "$TOP/build/results"
cp "$files.result" "$TOP/build/results/$(echo "$kernel.$suite" | tr / _)"

exec 8>"$directory/lock"
flock 8
echo "# suite $kernel $suite"
cat "$files.output"
echo "# suite $kernel $suite: $counts (passed, failed, skipped), $minutes minutes"
