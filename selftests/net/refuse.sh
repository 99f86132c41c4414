#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: whether this kernel's orphans can be ended is known and said, and
# where they cannot, mode 2 is refused and mode 1 works (orphan.c, reap.c).
# CENSUS_END=none is a module built as for such a kernel, see Kbuild.
. "$(dirname "$0")/lib/census.sh"

EOPNOTSUPP=95
mode=$settings/fin_wait1_reap

# The errno of a write, 0 if there is none.
put() { # FILE TEXT
	perl -e 'open my $f, ">", $ARGV[0] or die; print defined syswrite($f, $ARGV[1]) ? 0 : $! + 0' "$1" "$2"
}

can() { [ "$(value reaper can_reap)" = 1 ]; }
cannot() { [ "$(value reaper can_reap)" = 0 ]; }
mode_is() { [ "$(cat $mode)" = "$1" ] && [ "$(value reaper mode)" = "$1" ]; }
said() { [ "$(dmesg | grep -c 'tcp_census: this kernel offers no safe way to end an orphan')" = "$1" ]; }

accepted() { # MODE
	[ "$(put $mode "$1")" = 0 ] && mode_is "$1"
}

refused() { # MODE
	before=$(cat $mode)
	[ "$(put $mode "$1")" = $EOPNOTSUPP ] && mode_is "$before"
}

all_accepted() { accepted 1 && accepted 2 && accepted 0 && said 0; }
report_only() { accepted 1 && refused 2 && said 1 && accepted 0 && refused 2; }

reload || exit 1
dmesg -C
if [ "${CENSUS_END:-}" = none ]; then
	run cannot_reap cannot
	run mode_2_refused report_only
else
	run can_reap can
	run every_mode_accepted all_accepted
fi
finish
