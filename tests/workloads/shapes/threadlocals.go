// SPDX-License-Identifier: BSD-2-Clause

//go:build threadlocals

package main

// static __thread long before[5] = { 1 };
// static __thread char behind[300];
// static long touch_them(void) { behind[before[0]++ % 300]++; return before[0]; }
import "C"

func init() { touch = func() { C.touch_them() } }
