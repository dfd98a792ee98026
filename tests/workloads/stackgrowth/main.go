// SPDX-License-Identifier: BSD-2-Clause

// Stackgrowth shakes hands while stacks grow, shrink, are walked, unwound and abandoned inside
// the handshake. Its output depends on nothing but its flags, so that a run under observation
// can be compared with one without, byte for byte.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

const usualDepth = 3000 // frames of some 350 bytes: a stack of 1 MiB

func main() {
	count := flag.Int("n", 2000, "handshakes")
	depth := flag.Int("depth", usualDepth, "frames to grow a stack by")
	workers := flag.Int("workers", 2*runtime.NumCPU(), "handshakes at a time")
	flag.Parse()
	// Collections without end: each shrinks the stacks that it finds too large.
	debug.SetGCPercent(1)

	play, err := newPlay(*depth)
	if err != nil {
		fmt.Fprintln(os.Stderr, "stackgrowth:", err)
		os.Exit(1)
	}
	numbers := make(chan int)
	var all sync.WaitGroup
	for worker := 0; worker < *workers; worker++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for number := range numbers {
				play.one(number)
			}
		}()
	}
	for number := 0; number < *count; number++ {
		numbers <- number
	}
	close(numbers)
	all.Wait()
	play.all.Print()
	fmt.Printf("%d handshakes\n", *count)
}
