// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// What the kernel's page tables know of this program's constants, as if nobody had read them yet.
type constants [][2]uintptr

func findConstants() (found constants) {
	maps, err := os.ReadFile("/proc/self/maps")
	must(err)
	file, err := os.Readlink("/proc/self/exe")
	must(err)
	for _, line := range strings.Split(string(maps), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 6 || fields[1] != "r--p" || fields[5] != file {
			continue
		}
		ends := strings.Split(fields[0], "-")
		first, err := strconv.ParseUint(ends[0], 16, 64)
		must(err)
		last, err := strconv.ParseUint(ends[1], 16, 64)
		must(err)
		found = append(found, [2]uintptr{uintptr(first), uintptr(last)})
	}
	return found
}

func (all constants) forget() {
	for _, one := range all {
		_, _, errno := syscall.Syscall(syscall.SYS_MADVISE, one[0], one[1]-one[0],
			syscall.MADV_DONTNEED)
		if errno != 0 {
			panic(errno)
		}
	}
}
