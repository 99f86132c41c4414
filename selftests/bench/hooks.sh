#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a connection costs by hook, in the virtual machine:
#	hooks.sh ADDED4 ADDED6
# ADDED: what it costs in all. The module is one that was built to tell, see module/cost.h.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bench=${CENSUS_BENCH:?where the programs were built}
connections=${CENSUS_CONNECTIONS:-2000}
warm=400
hooks=/sys/kernel/debug/tcp_census/hooks
counts=$(mktemp)

# Lines "FAMILY -1|1 NAME HITS COST"; the difference is what the family did.
count() { awk -v family="$1" -v sign="$2" 'NR > 1 { print family, sign, $1, $3, $NF }' $hooks >>"$counts"; }

insmod "${CENSUS_COST_KO:?the module that tells}"
for family in 4 6; do
	count $family -1
	"$bench/connect" $family "$connections" $warm >/dev/null
	count $family 1
done
rmmod tcp_census
awk -v connections=$((connections + warm)) -v total4="$1" -v total6="$2" -f "$here/hooks.awk" "$counts"
