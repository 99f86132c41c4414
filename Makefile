# SPDX-License-Identifier: GPL-2.0
# "make help" lists the targets. The module's objects are listed in Kbuild.

KVER    ?= $(shell uname -r)
KDIR    ?= /lib/modules/$(KVER)/build
KERNEL  ?= 6.1
KERNELS ?= 6.1 6.12
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DKMS    := /usr/src/tcp_census-$(VERSION)
VM      := selftests/vm
Q       := $(if $(V),,@)
quiet   := $(if $(V),,--no-print-directory -s)

# Where the programs of selftests/net are built, and run from in the guest.
export CENSUS_BIN := $(CURDIR)/build/net

.PHONY: all module reader run shell check tests style install dkms-install dkms-remove dkms-there \
	clean distclean help

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

check: tests			## run all tests, those of the module in each of KERNELS
	$(Q)sh $(VM)/check.sh $(KERNELS)

tests:				# what run, shell and check need
	$(Q)sh $(VM)/deps
	$(Q)$(MAKE) $(quiet) -C tools
	$(Q)source=$$(sh $(VM)/source.sh) && $(MAKE) $(quiet) -C selftests/net \
		O="$(CENSUS_BIN)" KSFT="$$source/tools/testing/selftests"

style:				## checkpatch, shellcheck, sparse and a W=1 build for each of KERNELS
	$(Q)sh $(VM)/deps perl shellcheck sparse
	$(Q)sh $(VM)/style.sh $(KERNELS)

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
	$(Q)dkms install --force -m tcp_census -v "$(VERSION)" -k "$(KVER)"

dkms-remove: dkms-there		## take it out again, from all kernels
	$(Q)[ -z "$$(dkms status -m tcp_census -v "$(VERSION)")" ] || \
		dkms remove -m tcp_census -v "$(VERSION)" --all
	$(Q)rm -rf "$(DKMS)"

dkms-there:
	@command -v dkms >/dev/null || { echo "dkms is missing: apt install dkms" >&2; exit 1; }

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
	@sed -n 's/^\([KPD][A-Z]*\) *?= */  \1\t/p' Makefile | expand -t 22
	@printf '\nOn a bare Debian without make: sh %s/make TARGET\n' $(VM)
