#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What suites came to, a line for each kernel in the order of versions, as Markdown:
#   table.sh RESULT...    files that one.sh wrote
set -eu

echo '| kernel | suites | passed | failed | skipped |'
echo '|---|---|---|---|---|'
sort -k 3,3V "$@" | awk '
$7 == 0 { next }	# not run
$3 == "-" { $3 = $1 == "-" ? "none, on the host" : $1 }
!($3 in suites) { order[++n] = $3 }
{
	suite = $2
	if (NF > 7) {
		arguments = $8
		for (i = 9; i <= NF; i++)
			arguments = arguments ", " $i
		if (suite ~ /\.sh$/)
			suite = suite ", " arguments
		else
			suite = suite " (" (suite == "scripts" ? "without " : "") arguments ")"
	}
	suites[$3] = suites[$3] (suites[$3] ? ", " : "") suite
	passed[$3] += $4
	failed[$3] += $5
	skipped[$3] += $6
}
END {
	for (i = 1; i <= n; i++) {
		k = order[i]
		print "|", k, "|", suites[k], "|", passed[k], "|", failed[k], "|", skipped[k], "|"
	}
}'
