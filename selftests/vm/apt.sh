# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Packages unpacked into the cache; sourced after lib.sh.
#
# apt runs with a state of its own and the machine's sources, or those of one Debian suite
# (from_suite): it needs no root, no package lists on the machine, and changes nothing there.

apt=$CACHE/apt apt_options=''

private_apt()
{
	tool=$1
	shift
	# shellcheck disable=SC2086 # options
	"apt-$tool" -qq -o Dir::State="$apt" -o Dir::Cache="$apt/cache" \
		-o Dir::State::status=/dev/null -o APT::Sandbox::User=root $apt_options "$@"
}

# From here on: packages of this suite and of no other; or its source packages.
#   from_suite SUITE [deb-src]
from_suite()
{
	apt=$CACHE/apt.$1${2:+.$2} apt_updated=''
	apt_options="-o Dir::Etc::sourcelist=$apt/sources.list -o Dir::Etc::sourceparts=/dev/null"
	mkdir -p "$apt"
	archive=debian
	[ "${1#*-security}" = "$1" ] || archive=debian-security
	echo "${2:-deb} [signed-by=$KEYRING] ${DEBIAN_MIRROR:-http://deb.debian.org}/$archive $1 main" \
		>"$apt/sources.list"
}

apt_update()
{
	[ -z "${apt_updated:-}" ] || return 0
	command -v apt-get >/dev/null || die "apt-get is missing: this needs Debian or a kin."
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	private_apt get update || :
	find "$apt/lists" -name '*_Packages*' -o -name '*_Sources*' | grep -q . ||
		die "no package lists could be downloaded: is there a network?"
	apt_updated=yes
}

# The debs of the named packages, in a fresh directory whose name it leaves in $debs.
download()
{
	debs=$(mktemp -d "$CACHE/debs.XXXXXX")
	(cd "$debs" && private_apt get download "$@") || {
		rm -rf "$debs"
		die "could not download $*"
	}
}
