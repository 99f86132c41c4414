#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Everything that can be said about the code without running it.
#   style.sh KERNEL...
set -eu
. "$(dirname "$0")/lib.sh"

# checkpatch DIRECTORY-OR-FILE [RULE-THAT-IS-NOT-FOR-IT [FILE-THAT-IS-LEFT-OUT]]
check_c()
{
	find "$1" -name '*.[ch]' ! -name '*.mod.c' ! -name "${3:-}" -exec \
		perl "$(sh "$VM/source.sh")/scripts/checkpatch.pl" --strict --no-tree \
		--no-summary --terse --show-types ${2:+--ignore} ${2:+"$2"} --file {} +
}

check_shell()
{
	find .ci selftests tools -type f -exec grep -qE "^(#!/bin/.*sh|# shellcheck shell=)" {} \; \
		-exec shellcheck -x -P SCRIPTDIR -S warning -f gcc {} +
}

# Anything the compiler or sparse says makes this fail.
check_build()
{
	FRESH=yes sh "$VM/build.sh" "$1" /dev/null W=1 C=2 &&
		MODULE=selftests/net/notimer FRESH=yes sh "$VM/build.sh" "$1" /dev/null W=1 C=2 &&
		MODULE=selftests/bench/idle FRESH=yes sh "$VM/build.sh" "$1" /dev/null W=1 C=2 &&
		MODULE=selftests/bench/scale FRESH=yes sh "$VM/build.sh" "$1" /dev/null W=1 C=2 CENSUS="$TOP/module"
}

step()
{
	echo "# $*"
	"$@" || bad=yes
}

cd "$TOP"
bad=''
step check_c module MACRO_ARG_REUSE trace.h
# So does every for_each_something(); and tracepoints want that form.
step check_c module/trace.h \
	OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,COMPLEX_MACRO,MACRO_ARG_REUSE
# Sentences for users stay in one piece; tables of tests are macros.
step check_c tools PREFER_KERNEL_TYPES,CAMELCASE,LONG_LINE,LONG_LINE_STRING
step check_c selftests PREFER_KERNEL_TYPES,CAMELCASE,COMPLEX_MACRO,MACRO_ARG_REUSE,SPLIT_STRING,BRACES,ARRAY_SIZE
step check_shell
for kernel; do
	step check_build "$kernel"
done
[ -z "$bad" ]
