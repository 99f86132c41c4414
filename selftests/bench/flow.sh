#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What data costs on an open connection, in the virtual machine, with and without the census, in
# turns. Exit status 1 if the census adds half an instruction a segment beyond the noise.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bench=${CENSUS_BENCH:?where the programs were built}
rounds=${CENSUS_ROUNDS:-2}
results=$(mktemp)

measure() { # VARIANT
	for family in 4 6; do
		"$bench/flow" $family | sed "s/^/$1 v$family /" >>"$results"
	done
}

echo "# kernel $(uname -r)"
for _ in $(seq "$rounds"); do
	measure nothing
	insmod "$CENSUS_KO"
	measure full
	rmmod tcp_census
done
measure nothing
sed 's/^/# /' "$results"
awk -f "$here/flow.awk" "$results"
