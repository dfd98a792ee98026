// SPDX-License-Identifier: BSD-2-Clause

//go:build embeds

package main

import _ "embed"

// Another Go program, whole: its tables lie in this one's read-only data.
//
//go:embed inner
var inner []byte

func init() { touch = func() { _ = inner[len(inner)-1] } }
