# SPDX-License-Identifier: GPL-2.0
# "make help" lists the targets. The module's objects are listed in Kbuild.

KVER    ?= $(shell uname -r)
KDIR    ?= /lib/modules/$(KVER)/build
KERNEL  ?= 6.1
KERNELS ?=
LEVEL   ?= check
MINUTES ?=
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DKMS    := /usr/src/tcp_census-$(VERSION)
DEB     := build/deb/tcp-census-$(VERSION)
VM      := selftests/vm
Q       := $(if $(V),,@)
quiet   := $(if $(V),,--no-print-directory -s)

# Where the programs of selftests/net are built, and run from in the guest.
export CENSUS_BIN := $(CURDIR)/build/net

.PHONY: all module reader run shell check check-all tested tests bench bench-record style install dkms-install dkms-remove \
	dkms-there autoload deb clean distclean help

all: reader module		## build the reader and the module, for the kernel in KDIR

module:				## build the module only
	@[ -d "$(KDIR)" ] || { echo "The headers of kernel $(KVER) are missing:" \
		"apt install linux-headers-$(KVER), or name others with KVER= or KDIR=" >&2; exit 1; }
	$(Q)$(MAKE) $(quiet) -C "$(KDIR)" M="$(CURDIR)" modules

reader:				## build the reader only
	$(Q)$(MAKE) $(quiet) -C tools

run: tests			## boot KERNEL in a virtual machine and show the census at work
	$(Q)sh $(VM)/boot.sh -k "$(KERNEL)" -- bash selftests/net/demo.sh

shell: tests			## boot KERNEL and get a shell in it, ctrl-a x leaves it
	$(Q)sh $(VM)/boot.sh -k "$(KERNEL)"

check: tests			## run the tests (20 minutes), or all of them on each of KERNELS
	$(Q)MINUTES="$(MINUTES)" sh $(VM)/check.sh $(or $(KERNELS),$(LEVEL))

check-all: tests		## run the whole matrix: all kernels, all Debians, hours
	$(Q)sh $(VM)/check.sh all

tested:				## put a table of what checks found since the last clean into the README
	@[ -d build/results ] || { echo "No results are here: make check first" >&2; exit 1; }
	$(Q)sh $(VM)/table.sh build/results/* >build/tested.md
	$(Q)sed -i -e '/^<!-- tested/,/^<!-- end/{//!d}' -e '/^<!-- tested/r build/tested.md' README.md

tests:				# what run, shell and check need
	$(Q)sh $(VM)/deps
	$(Q)$(MAKE) $(quiet) -C tools
	$(Q)source=$$(sh $(VM)/source.sh) && $(MAKE) $(quiet) -C selftests/net \
		O="$(CENSUS_BIN)" KSFT="$$source/tools/testing/selftests"

of-bench = "$(if $(filter file,$(origin KERNEL)),6.12,$(KERNEL))"

bench: tests			## measure what the census costs, in instructions (KERNEL=, 6.12 by default)
	$(Q)KERNEL=$(of-bench) sh selftests/bench/run.sh $(BENCH)

bench-record: tests		## record what the census costs KERNEL, for make check to compare with
	$(Q)sh selftests/bench/guard.sh $(of-bench) record

style:				## checkpatch, shellcheck, sparse and a W=1 build for each of KERNELS
	$(Q)sh $(VM)/deps perl shellcheck sparse
	$(Q)sh $(VM)/style.sh $(or $(KERNELS),6.1 6.12)

install: reader			## install the reader, and the module if it is built
	$(Q)$(MAKE) $(quiet) -C tools install PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)"
	$(Q)[ ! -f tcp_census.ko ] || { \
		release=$$(/sbin/modinfo -F vermagic tcp_census.ko | cut -d ' ' -f 1) && \
		install -D -m 644 -t "$(DESTDIR)/lib/modules/$$release/updates" tcp_census.ko && \
		{ [ -n "$(DESTDIR)" ] || /sbin/depmod "$$release"; }; }

dkms-install: dkms-there	## install the module for this and all later kernels, through DKMS
	$(Q)rm -rf "$(DKMS)" && mkdir -p "$(DKMS)"
	$(Q)tar -c --exclude='*.o' --exclude='.*.cmd' Kbuild Makefile dkms.conf module | \
		tar -x -C "$(DKMS)"
	$(Q)[ -n "$$(dkms status -m tcp_census -v "$(VERSION)")" ] || \
		dkms add -m tcp_census -v "$(VERSION)"
	$(Q)dkms build --force -m tcp_census -v "$(VERSION)" -k "$(KVER)"
	$(Q)$(call dkms-drop,"$(VERSION)")
	$(Q)dkms install --force -m tcp_census -v "$(VERSION)" -k "$(KVER)"

dkms-remove: dkms-there		## take it out again, from all kernels, and what autoload installed
	$(Q)$(call dkms-drop)
	$(Q)rm -rf "$(DKMS)"
	$(Q)rm -f /etc/modules-load.d/tcp_census.conf
	$(Q)! cmp -s tools/etc/sysctl.conf /etc/sysctl.d/tcp_census.conf || \
		rm /etc/sysctl.d/tcp_census.conf

# All versions that DKMS has, but one. Old releases of it separate the version with a comma.
dkms-drop = for version in $$(dkms status -m tcp_census | \
		sed -n 's|^tcp_census[/,] *\([^,: ]*\).*|\1|p' | sort -u | grep -vxF $(or $(1),-)); do \
		dkms remove -m tcp_census -v "$$version" --all && \
		rm -rf "/usr/src/tcp_census-$$version" || exit; done

dkms-there:
	@command -v dkms >/dev/null || { echo "dkms is missing: apt install dkms" >&2; exit 1; }
	@! dpkg-query -W -f '$${db:Status-Status}' tcp-census-dkms 2>/dev/null | grep -qx installed || { \
		echo "The package tcp-census-dkms does this: apt purge it first" >&2; exit 1; }

autoload:			## load the module at every boot, with the settings in /etc/sysctl.d
	$(Q)install -D -m 644 tools/etc/modules-load.conf \
		"$(DESTDIR)/etc/modules-load.d/tcp_census.conf"
	$(Q)[ -e "$(DESTDIR)/etc/sysctl.d/tcp_census.conf" ] || \
		install -D -m 644 tools/etc/sysctl.conf "$(DESTDIR)/etc/sysctl.d/tcp_census.conf"

# debian/ lies in tools/ here, and a release has no other history than its version.
deb:				## build Debian packages, of the module for DKMS and of the reader, in build/deb
	@command -v dh_dkms >/dev/null || { echo "dh_dkms is missing:" \
		"apt install build-essential debhelper dh-sequence-dkms libsmartcols-dev pkg-config" >&2; exit 1; }
	$(Q)rm -rf build/deb && mkdir -p "$(DEB)"
	$(Q)tar -c --exclude='*.o' --exclude='.*.cmd' --exclude='.*.d' --exclude=tools/tcpcensus \
		Kbuild dkms.conf module tools README.md | tar -x -C "$(DEB)"
	$(Q)mv "$(DEB)/tools/debian" "$(DEB)"
	$(Q)printf 'tcp-census (%s) unstable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' \
		"$(VERSION)" "$(VERSION)" "$$(sed -n 's/^Maintainer: //p' tools/debian/control)" \
		"$$(date -R -r dkms.conf)" >"$(DEB)/debian/changelog"
	$(Q)cd "$(DEB)" && DEB_BUILD_OPTIONS=noautodbgsym dpkg-buildpackage -us -uc -b

clean:				## remove what was built; the downloads stay
	$(Q)$(MAKE) $(quiet) -C tools clean
	$(Q)rm -rf build
	$(Q)find . -path ./.git -prune -o \( -name '*.[oa]' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o -name modules.order \
		-o -name Module.symvers \) -exec rm -f {} +

distclean: clean		## remove the downloads, too
	$(Q)sh $(VM)/forget.sh

help:				## this page
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 22
	@printf '\nSettings, as in "make check KERNELS=6.12":\n'
	@sed -n 's/^\([DKLMP][A-Z]*\) *?= */  \1\t/p' Makefile | expand -t 22
	@printf '\nOn a bare Debian without make: sh %s/make TARGET\n' $(VM)
