#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: on a Debian release, with its own kernels, compiler, dkms and tools, the module can be
# installed, used, upgraded, carried over to the next kernel, and removed without a trace; by dkms,
# by make and as Debian packages.
#   run.sh SUITE [STAGE...]   bullseye bookworm trixie sid; as root. next_kernel wants by_make first
#
# The files of the release are rootfs.sh's, under an overlay that is thrown away. What installs runs
# in a chroot there, what loads the module in a machine that boots the release's kernel with them.
# Prints KTAP: one line for every case, the plan at the end, all else behind "# ".
set -eu
. "$(dirname "$0")/../vm/lib.sh"
. "$(dirname "$0")/lib.sh"

stages='by_dkms by_make next_kernel packages'

by_dkms()
{
	# Debian 11's dkms signs when it is told to.
	[ ! -f "$root/etc/dkms/sign_helper.sh" ] || run sign_tool sign_tool
	run dkms_add inside dkms add "$TOP"
	run dkms_build inside dkms build "tcp_census/$version" -k "$kernel"
	run dkms_install inside dkms install "tcp_census/$version" -k "$kernel"
	run installed installed "$version" "$kernel"
	run signed signed "$kernel"
	run autoload inside make autoload
	run build_tests build_tests states edges reasons traffic
	boot first "$kernel" multi "$version" boot states edges reasons
	# dkms leaves the sources to who installed them.
	run dkms_remove inside dkms remove "tcp_census/$version" --all
	run only_files_left left /etc/modules-load.d/tcp_census.conf \
		/etc/sysctl.d/tcp_census.conf "/usr/src/tcp_census-$version"
}

by_make()
{
	run make_dkms_install inside make dkms-install KVER="$kernel"
	run installed_by_make installed "$version" "$kernel"
	run set_next set_version "$next"
	run upgrade inside make dkms-install KVER="$kernel"
	run upgraded installed "$next" "$kernel"
	run nothing_of_the_old nothing_of "$version"
	run autoload_upgraded inside make autoload
	run build_upgraded build_tests traffic
	boot upgraded "$kernel" single "$next" modprobe reader.sh netns.sh unload.sh
}

next_kernel()
{
	run next_kernel install "/var/cache/next/*.deb"
	newer=$(newest_kernel)
	run carried_over installed "$next" "$newer"
	run still_on_the_old_kernel installed "$next" "$kernel"
	run build_carried_over build_tests states traffic
	boot carried_over "$newer" single "$next" boot states reader.sh
	run rt_headers rt_headers
	run rt_skipped rt_skipped "$next"
	run make_dkms_remove inside make dkms-remove
	run nothing_left left
	run apt_is_content inside dpkg --configure -a
}

packages()
{
	newer=$(newest_kernel)
	run set_first set_version "$version"
	run make_deb inside make deb
	run lintian lintian --allow-root --fail-on error \
		"$root$TOP/build/deb/tcp-census_${version}_amd64.changes"
	run deb_install install "./build/deb/*_${version}_*.deb"
	run deb_installed installed "$version" "$newer"
	run set_next_deb set_version "$next"
	run make_next_deb inside make deb
	run deb_upgrade install "./build/deb/*_${next}_*.deb"
	run deb_upgraded installed "$next" "$newer"
	run nothing_of_the_old_deb nothing_of "$version"
	run build_packaged build_tests traffic
	boot packaged "$newer" single "$next" package netns.sh
	run deb_remove inside apt-get remove -y tcp-census tcp-census-dkms
	run only_settings_left left /etc/sysctl.d/tcp_census.conf \
		/var/lib/dpkg/info/tcp-census-dkms.list
	run deb_purge inside apt-get purge -y tcp-census tcp-census-dkms
	run nothing_left_of_debs left
}

suite=${1:?a Debian suite}
[ "$(id -u)" = 0 ] || die "this needs root, for the files of another Debian."
sh "$VM/deps" lintian
lower=$(sh "$VM/rootfs.sh" "$suite")
[ -n "${DKMS_MOUNTS:-}" ] || DKMS_MOUNTS=private exec unshare --mount sh "$0" "$@"
shift

prepare "$lower"
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TOP/dkms.conf")
next=${version%.*}.$((${version##*.} + 1))
kernel=$(newest_kernel)
describe "$kernel"
# shellcheck disable=SC2086 # a list
[ $# -gt 0 ] || set -- $stages
for stage; do
	"$stage"
done
finish
