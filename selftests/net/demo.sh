#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `make run` shows: real connections of every kind, and the census of them.
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/orphans.sh"
reader=$here/../../tools/tcpcensus

say() { printf '\n== %s\n' "$*"; }

# On a slow lo both SYNs, and both FINs, are under way at once.
crossed() {
	modprobe -q sch_netem
	tc qdisc add dev lo root netem delay 20ms &&
	"$bin/traffic" crossed -n 10 -p 6000
	tc qdisc del dev lo root
}

reaped() { [ "$(reaper reaped)" -ge "$1" ]; } # ORPHANS

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
say "50 orphans: closed by their program, kept by peers that closed their windows"
sysctl net.tcp_census.fin_wait1_timeout=2 net.tcp_census.fin_wait1_reap=2
orphans_start -n 50 && poll 10 reaped 50
say "tcpcensus reaper -n 3"
"$reader" reaper -n 3
orphans_end
