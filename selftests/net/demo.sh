#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make run` shows: real connections of every kind, and the census of them.
. "$(dirname "$0")/lib/census.sh"
reader=$here/../../tools/tcpcensus

say() { printf '\n== %s\n' "$*"; }

# On a slow lo both SYNs, and both FINs, are under way at once.
crossed() {
	modprobe -q sch_netem
	tc qdisc add dev lo root netem delay 20ms &&
	"$bin/traffic" crossed -n 10 -p 6000
	tc qdisc del dev lo root
}

uname -sr
say "insmod tcp_census.ko"
load || exit
dmesg | grep 'tcp_census: version' | sed 's/^[^]]*] //'
say "2000 connections, closed and reset by either side"
"$bin/traffic" churn -n 2000 -j 4 -p 5000
say "10 connections opened from both ends at once, and closed so"
crossed
say "20 connections stuck in every state that one can be stuck in"
hold_start 7000 -n 20 && equals_ss && echo "(ss -tan counts the same)"
say "tcpcensus"
"$reader"
say "tcpcensus transitions"
"$reader" transitions
hold_stop
