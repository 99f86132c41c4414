#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the directory of a Debian release's root filesystem, after making it if need be: with
# that release's kernel, headers, compiler, dkms and tools, ready to be a server. As root.
#   rootfs.sh SUITE   bullseye bookworm trixie sid (UPDATE=1: make it anew)
# Not installed, but at hand without a network: /var/cache/next, the packages of a newer
# kernel, and /var/cache/rt, the headers of a PREEMPT_RT one and what they depend on.
set -eu
. "$(dirname "$0")/lib.sh"

packages=dkms,build-essential # a server that builds modules
packages=$packages,iproute2,nftables,procps,kmod,systemd,openssl
packages=$packages,pkg-config,libsmartcols-dev,debhelper,dh-sequence-dkms,perl # to build the rest

suite=${1:?a Debian suite} kernel=''
case $suite in
bullseye) parts='bullseye bullseye-security' kernel=-5.10.0-32 ;; # that of bullseye, and security's
bookworm) parts='bookworm bookworm-security bookworm-backports' ;;
trixie) parts='trixie trixie-security trixie-backports' ;;
sid) parts='sid experimental' ;;
*) die "$suite is not known: bullseye, bookworm, trixie or sid." ;;
esac
root=$CACHE/rootfs.$suite
new=$CACHE/.rootfs.$suite

sources()
{
	mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
	for part in $parts; do
		archive=debian
		[ "${part#*-security}" = "$part" ] || archive=debian-security
		echo "deb $mirror/$archive $part main"
	done
}

# A hook of mmdebstrap: the packages are downloaded and put aside.
#   aside NAME APT-ARGUMENT...
aside()
{
	name=$1
	shift
	cat <<-END
		set -e
		export APT_CONFIG="\$MMDEBSTRAP_APT_CONFIG"
		cd "\$1/var/cache"
		apt-get clean
		apt-get install -qq --yes --download-only --no-install-recommends $*
		mkdir $name
		mv apt/archives/*.deb $name
	END
}

# Without what a virtual machine has no devices for, and nobody reads.
leave_out()
{
	for path in share/doc share/man share/locale share/info; do
		echo "--dpkgopt=path-exclude=/usr/$path/*"
	done
	for path in drivers/gpu drivers/media drivers/net/wireless drivers/infiniband sound; do
		echo "--dpkgopt=path-exclude=*/lib/modules/*/$path/*"
	done
}

make_it()
{
	sh "$VM/deps" mmdebstrap
	echo "installing Debian $suite in $root" >&2
	rm -rf "$new"
	export INITRD=No # nobody boots from it
	# Sid's lists call themselves stale after a week; mirrors may lag two months behind.
	# shellcheck disable=SC2046 # options without white space
	nice mmdebstrap --quiet --variant=apt \
		--include="$packages,linux-image$kernel-amd64,linux-headers$kernel-amd64" \
		--aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
		--aptopt='Acquire::Min-ValidTime "5184000"' $(leave_out) \
		--customize-hook="$(aside rt '$(ls "$1/lib/modules" | sed "s/\(.*\)-/linux-headers-\1-rt-/")')" \
		--customize-hook="$(aside next "linux-image-amd64 linux-headers-amd64 -t ${parts##* }")" \
		"$suite" "$new" - <<-END
		$(sources)
	END
	rm -rf "$root"
	mv "$new" "$root"
}

[ "$(id -u)" = 0 ] || die "this needs root, for the files of another Debian."
lock "rootfs.$suite"
if [ ! -d "$root" ] || [ -n "${UPDATE:-}" ]; then
	make_it
fi
echo "$root"
