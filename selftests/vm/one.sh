#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs one suite for check.sh and prints its lines when it is done, whole:
#   one.sh DIRECTORY NUMBER KERNEL SUITE [ARGUMENT...]
# Into the directory go NUMBER.failures and NUMBER.result, which is a line
# "KERNEL SUITE RELEASE PASSED FAILED SKIPPED MINUTES [ARGUMENT...]"; a copy of it goes to
# build/results.
set -eu
. "$(dirname "$0")/lib.sh"

directory=$1 files=$1/$2 kernel=$3 suite=$4
shift 4
began=$(date +%s)
sh "$VM/suite.sh" "$kernel" "$suite" "$@" >"$files.output" 2>&1 && status=0 || status=$?
minutes=$((($(date +%s) - began + 59) / 60))
counts=$(awk -v kernel="$kernel" -v suite="$suite" -v status=$status -v strict="${STRICT:-}" \
	-v list="$files.failures" -f "$VM/count.awk" "$TOP/selftests/allowed-skips" "$files.output")
release=$(sed -n 's/^# kernel //p' "$files.output" | head -n 1 | tr -d '\r')
echo "$kernel $suite ${release:--} $counts $minutes $*" >"$files.result"
mkdir -p "$TOP/build/results"
cp "$files.result" "$TOP/build/results/$(echo "$kernel.$suite" | tr / _)"

exec 8>"$directory/lock"
flock 8
echo "# suite $kernel $suite"
cat "$files.output"
echo "# suite $kernel $suite: $counts (passed, failed, skipped), $minutes minutes"
