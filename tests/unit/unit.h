/* SPDX-License-Identifier: BSD-2-Clause */
/* cmocka, and the few helpers that tests share. */
#ifndef SEAMARK_TESTS_UNIT_H
#define SEAMARK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
