#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Inside the machine: is the installed module found, and is it the right one? Then tests of
# selftests/net, with it.
#   guest.sh VERSION HOW TEST...   HOW: modprobe; boot, as systemd does it; or package, likewise
version=$1 how=$2
shift 2
CENSUS_KO=$(modinfo -n tcp_census)
export CENSUS_KO
# shellcheck source=selftests/net/lib/census.sh
. "$CENSUS_TOP/selftests/net/lib/census.sh"

sample=$CENSUS_TOP/tools/etc/sysctl.conf

in_its_place()
{
	case $CENSUS_KO in
	"/lib/modules/$CENSUS_KERNEL/updates/dkms/tcp_census.ko"*) ;;
	*) return 1 ;;
	esac
}

by_modprobe() { ! loaded && modprobe tcp_census && loaded; }

# What systemd starts early at boot, with what lies in modules-load.d.
by_boot() { ! loaded && /lib/systemd/systemd-modules-load && loaded; }

by_package() { by_boot; }

right_version() {
	[ "$(modinfo -F version tcp_census)" = "$version" ] &&
	[ "$(value summary version)" = "$version" ] &&
	[ "$(cat /sys/module/tcp_census/version)" = "$version" ]
}

settings_now() { sysctl net.tcp_census | sort; }
sample_lines() { sed -n 's/^#\(net\.tcp_census\.\)/\1/p' "$sample"; }

# As shipped it changes nothing.
sample_as_shipped() {
	before=$(settings_now)
	sysctl -p "$sample" && [ "$(settings_now)" = "$before" ]
}

varies='\.max_tracked\|\.ports'

# It names every setting, with its default; but of what depends on the memory, and of a list
# that is empty.
sample_without_comments() {
	sample_lines | sort > /tmp/sample
	settings_now > /tmp/defaults
	sysctl -q -p /tmp/sample && settings_now | diff /tmp/sample - &&
	grep -v "$varies" /tmp/defaults > /tmp/same && grep -v "$varies" /tmp/sample | diff - /tmp/same
}

# Edited where it is installed, and as systemd makes the settings at boot.
sample_at_boot() {
	sed -i 's/^#\(net.*fin_wait1_timeout =\).*/\1 77/' /etc/sysctl.d/tcp_census.conf &&
	/lib/systemd/systemd-sysctl && [ "$(sysctl -n net.tcp_census.fin_wait1_timeout)" = 77 ] && reload
}

packaged_reader() { /usr/bin/tcpcensus summary | grep "^version  *$version\$"; }

run in_its_place in_its_place
run "loaded_by_$how" "by_$how"
run version right_version
run healthy healthy
run sample_as_shipped sample_as_shipped
run sample_without_comments sample_without_comments
run sample_at_boot sample_at_boot
[ "$how" != package ] || run packaged_reader packaged_reader
echo "1..$tests"
exec sh "$CENSUS_TOP/selftests/net/run.sh" "$@"
