#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: a user without privileges has a census of his own in his own user and
# network namespace, tunes his own and nobody else's, and sees no file of the
# module that is root's (sysctl.c, debugfs.c).
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; } # COMMAND...

# What he runs, where he can read it.
lent=/tmp/lent
lend() {
	rm -rf $lent
	mkdir -p $lent/net/storm && cp -r "$here/../lib" $lent/net/ && cp "$here/user.sh" $lent/net/storm/ &&
	cp "$bin/traffic" "$bin/orphans" $lent/ && chmod -R a+rX $lent
}

as_nobody() { # UNSHARE-OPTIONS -- FUNCTION
	options=$1
	shift
	# shellcheck disable=SC2086 # a list
	nobody unshare $options env CENSUS_KO="$CENSUS_KO" CENSUS_BIN=$lent TMPDIR=/tmp sh $lent/net/storm/user.sh "$@"
}

# denied WHY COMMAND...: fails, with these words.
denied() {
	why=$1
	shift
	said=$(LC_ALL=C "$@" 2>&1) && { note "was not denied: $*"; return 1; }
	case $said in *"$why"*) return 0 ;; esac
	note "$* said: $said"
	return 1
}

root_only() {
	denied "Permission denied" cat $debug/table &&
	denied "Permission denied" ls $debug &&
	denied "Permission denied" sh -c "echo 100 > /sys/module/tcp_census/parameters/fail_alloc" &&
	denied "Permission denied" cat /sys/module/tcp_census/parameters/fail_alloc &&
	denied "Operation not permitted" rmmod tcp_census
}

readable() { cat $census/* > /dev/null && cat $settings/* > /dev/null; }

# In the first namespace, be he root of a user namespace or not.
of_others() {
	readable && root_only || return 1
	for file in "$settings"/*; do
		denied "Permission denied" sh -c "echo 1 > $file" || return 1
	done
}

settings_of() { cat "$settings"/timeout_* "$settings"/fin_wait1_* "$settings"/reap_batch; }

own() { # in a namespace of his own
	ip link set lo up || return 1
	[ ! -e $settings/max_tracked ] && readable && root_only && "$bin/traffic" churn -n 100 -p 7000 > /dev/null &&
	exact || return 1
	for file in "$settings"/*; do
		echo 1 > "$file" && [ "$(cat "$file")" = 1 ] || return 1
	done
	denied "nvalid argument" sysctl net.tcp_census.timeout_listen=-1 &&
	"$bin/traffic" churn -6 -n 100 -p 7000 > /dev/null && ends_his_own && equals_ss && adds_up && healthy
}

# Orphans whose peers do not read.
ends_his_own() {
	echo 2 > $settings/fin_wait1_reap
	orphans_start -n 20 && poll 20 all_reaped
	status=$?
	orphans_leave
	return $status
}

all_reaped() { [ "$(value reaper reaped)" -ge 20 ]; }

# What he did changed nothing here, and nobody's orphans were ended.
nobody_hurt() {
	orphans_start -n 20 || return 1
	was=$(settings_of)
	as_nobody "-U -r -n" own
	status=$?
	[ "$(settings_of)" = "$was" ] && [ "$(fin_wait1)" -ge 20 ] && [ "$(value reaper reaped)" -eq 0 ] || {
		note "the first namespace was changed"
		status=1
	}
	orphans_leave
	return $status
}

# A descriptor that root opened is not enough.
lent_descriptor() {
	nobody sh -c 'echo 1 >&3' 3> $settings/timeout_listen 2> /dev/null && return 1
	[ "$(cat $settings/timeout_listen)" = "$(settings_listen)" ]
}

settings_listen() { awk '$1 == "LISTEN" { print $2 }' $census/timeouts; }

many_users() {
	churn_start && storm_starts || return 1
	status=0
	users=0
	while storming && [ $status -eq 0 ]; do
		as_nobody "-U -r -n" brief & one=$!
		as_nobody "-U -r -n" brief || status=1
		wait $one || status=1
		users=$((users + 2))
	done
	note "$users users"
	churn_stop && return $status
}

brief() {
	ip link set lo up && echo 1 > $settings/timeout_established && "$bin/traffic" churn -n 60 -p 7000 > /dev/null &&
	exact
}

cases() {
	step prepare storm_prepare
	step lend lend
	step nobody as_nobody "" of_others
	step root_of_a_user_namespace as_nobody "-U -r" of_others
	step root_of_his_own nobody_hurt
	step lent_descriptor lent_descriptor
	step many_users many_users
	storm_over
	rm -rf $lent
}

main cases "$@"
