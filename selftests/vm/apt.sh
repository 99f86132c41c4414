# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Packages unpacked into the cache; sourced after lib.sh.
#
# apt runs with a state of its own and the machine's sources: it needs no root,
# no package lists on the machine, and changes nothing there.

private_apt()
{
	tool=$1
	shift
	"apt-$tool" -qq -o Dir::State="$CACHE/apt" -o Dir::Cache="$CACHE/apt/cache" \
		-o Dir::State::status=/dev/null -o APT::Sandbox::User=root "$@"
}

apt_update()
{
	[ -z "${apt_updated:-}" ] || return 0
	command -v apt-get >/dev/null || die "apt-get is missing: this needs Debian or a kin."
	mkdir -p "$CACHE/apt/lists/partial" "$CACHE/apt/cache/archives/partial"
	private_apt get update || :
	set -- "$CACHE"/apt/lists/*Packages*
	[ -f "$1" ] || die "no package lists could be downloaded: is there a network?"
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
