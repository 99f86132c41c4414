/* SPDX-License-Identifier: GPL-2.0 */
/* kselftest's harness, with more patience: some kernels check all they do. */
#ifndef CENSUS_HARNESS_H
#define CENSUS_HARNESS_H

#include "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	120	/* seconds */

#endif /* CENSUS_HARNESS_H */
