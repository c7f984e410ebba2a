/* SPDX-License-Identifier: GPL-2.0-only */
/* What pfh_test.ko runs: parameters of pfh_mock.ko. */
#ifndef PFH_TEST_PARAMS_H
#define PFH_TEST_PARAMS_H

#include <linux/types.h>

extern char *test_only;	  /* only scenarios whose name contains this */
extern char *test_design; /* "": all but the posted one */
extern bool test_all;	  /* every design with every dispatch */

#endif
