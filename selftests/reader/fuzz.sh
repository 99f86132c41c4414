#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fuzzes the parsers of the reader with libFuzzer, ASan and UBSan. It begins with
# the recorded files and corpus/, and adds to that what reached new code.
#
#   ./fuzz.sh [SECONDS]     600 unless told otherwise; needs clang
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../tools
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" /tmp/tcpcensus-fuzz.*' EXIT

# In the order of views[] and others[] in fuzz.c.
names=(states transitions dwell timeouts listeners oldest reaper summary reaped ports
	netstat snmp sockstat tcp tcp6 ipv4/ip_local_port_range ip_vs_conn nf_conntrack snmp6)

seed() {
	local i file n=0

	mkdir "$tmp/seeds"
	for i in "${!names[@]}"; do
		for file in "$here"/input/*/"${names[i]}"; do
			[ -f "$file" ] || continue
			n=$((n + 1))
			{ printf '%b' "\\x$(printf %02x "$i")"; head -c 4000 "$file"; } > "$tmp/seeds/$n"
		done
	done
}

build() {
	local sources=() file

	for file in "$tools"/*.c; do
		case ${file##*/} in main.c | options.c | output.c) ;; *) sources+=("$file") ;; esac
	done
	# shellcheck disable=SC2046 # flags are words
	clang -std=gnu11 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined,float-cast-overflow \
		-fno-sanitize-recover=all -I "$tools" $(pkg-config --cflags smartcols) \
		-o "$tmp/fuzz" "$here/fuzz.c" "${sources[@]}" $(pkg-config --libs smartcols) -lm
}

command -v clang > /dev/null || { echo "clang is missing: apt install clang" >&2; exit 1; }
build
seed
mkdir -p "$here/corpus" "$tmp/new"
cd "$tmp"
# What the reader says of bad files is not wanted here; the sanitizers still speak.
"$tmp/fuzz" -close_fd_mask=1 -max_total_time="${1:-600}" -max_len=5000 -print_final_stats=1 \
	-artifact_prefix="$here/finding-" "$tmp/new" "$here/corpus" "$tmp/seeds" 2>&1 |
	grep -v '^tcpcensus: \|^fuzz: ' | tail -n 30
[ "${PIPESTATUS[0]}" = 0 ]
"$tmp/fuzz" -close_fd_mask=3 -merge=1 "$here/corpus" "$tmp/new" 2> /dev/null
echo "$(find "$here/corpus" -type f | wc -l) files in corpus/"
