#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: all files can be read in every odd way while connections come and go,
# and while the module does; held open they neither stop it nor outlive it
# (proc.c, listeners.c, debugfs.c, oldest.c). CENSUS_SEED: as in an earlier run.
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

seed=${CENSUS_SEED:-$(date +%s)}

nibble() { nice -n 10 "$bin/storm/nibble" -s "$seed" "$@" $census $debug $settings; } # NIBBLE-ARGS...

under_churn() {
	churn_start || return 1
	nibble -j 3 -t $((storm / 2))
	status=$?
	churn_stop && return $status
}

while_loading() {
	churn_start || return 1
	said=$(mktemp)
	nibble -j 2 -u -t $((storm / 2)) > "$said" & reader=$!
	poll 30 grep -q knows "$said" && loads_until_gone $reader
	status=$?
	cat "$said"
	rm "$said"
	churn_stop && return $status
}

# By programs that do nothing else.
held_open() {
	for file in $census/* $settings/*; do
		sh -c "exec 3< $file; head -c 3 <&3 > /dev/null; echo opened; exec sleep 1000" > "$(mktemp -p "$held_dir")" &
		holders="$holders $!"
	done
	poll 30 all_opened && unload && load
}

all_opened() { [ "$(cat "$held_dir"/* | grep -c opened)" -eq "$(echo "$holders" | wc -w)" ]; }

# What was open before stays dead when the module is back; nobody is hurt.
across_unload() {
	holders='' held_dir=$(mktemp -d)
	held_open
	status=$?
	# shellcheck disable=SC2086 # a list
	kill $holders
	# shellcheck disable=SC2086
	wait $holders 2> /dev/null
	rm -r "$held_dir"
	return $status
}

# debugfs counts who has a file open as a user of the module.
debugfs_refuses() {
	for file in "$debug"/*; do
		exec 9< "$file"
		refused=$(rmmod tcp_census 2>&1) && return 1
		exec 9<&-
		case $refused in *"in use"*) ;; *) note "$refused"; return 1 ;; esac
		loaded && cat "$file" > /dev/null || return 1
	done
	unload && load
}

# Working directories, too, may be gone.
standing_there() {
	for dir in $census $settings $debug; do
		cd $dir && unload && ! cat ./* 2> /dev/null && ls . > /dev/null 2>&1
		cd / && load || return 1
	done
}

cases() {
	step prepare storm_prepare
	step under_churn under_churn
	step held_open_across_unload across_unload
	step debugfs_open_refuses_unload debugfs_refuses
	step working_directory standing_there
	step while_loading while_loading
	storm_over
}

main cases "$@"
