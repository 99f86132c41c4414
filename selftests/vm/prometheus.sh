#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the directory that has Debian's prometheus, promtool and prometheus-node-exporter:
# the machine's, or one in the cache. They are not installed: their packages start servers.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"

there()
{
	for program in prometheus promtool prometheus-node-exporter; do
		[ -x "$1/$program" ] || return 1
	done
}

directory=/usr/bin
if ! there $directory; then
	directory=$CACHE/prometheus/usr/bin
	lock prometheus
	there "$directory" || {
		apt_update
		download prometheus prometheus-node-exporter
		for deb in "$debs"/*.deb; do
			dpkg-deb -x "$deb" "$CACHE/prometheus"
		done
		rm -rf "$debs"
	}
fi
echo "$directory"
