// SPDX-License-Identifier: BSD-2-Clause

// Calls makes as many system calls as it is told, line by line, and answers when they are made.
//
//	getppid N    N of these
//	fchdir N     N that fail with EBADF
//	nap N        N clock_nanosleeps, every fourth of them of two milliseconds, the others of none
//
// None of them is one that Go's runtime makes by itself.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

const monotonic = 1

var acts = map[string]func(number int){
	"getppid": func(int) { syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0) },
	"fchdir":  func(int) { syscall.RawSyscall(syscall.SYS_FCHDIR, ^uintptr(0), 0, 0) },
	"nap": func(number int) {
		pause := syscall.Timespec{}
		if number%4 == 0 {
			pause.Nsec = 2000000
		}
		syscall.Syscall6(syscall.SYS_CLOCK_NANOSLEEP, monotonic, 0,
			uintptr(unsafe.Pointer(&pause)), 0, 0, 0)
	},
}

func obey() error {
	runtime.LockOSThread()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var act string
		var count int
		if _, err := fmt.Sscan(lines.Text(), &act, &count); err != nil {
			return err
		}
		once, known := acts[act]
		if !known {
			return fmt.Errorf("no act %q", act)
		}
		for i := 0; i < count; i++ {
			once(i)
		}
		fmt.Println(act, count)
	}
	return nil
}

func main() {
	if err := obey(); err != nil {
		fmt.Fprintln(os.Stderr, "calls:", err)
		os.Exit(1)
	}
}
