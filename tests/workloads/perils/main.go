// SPDX-License-Identifier: BSD-2-Clause

// Perils makes TLS handshakes that end, or don't, in every way Go knows, while the runtime is kept
// busy moving stacks, stopping goroutines and walking what they stand on. What it prints depends on
// its flags alone, so that a run under observation can be held against one without.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// Goroutines that stand about with a stack each, until they are let go.
func gather(count int) (release func()) {
	gate := make(chan struct{})
	var gone, there sync.WaitGroup
	gone.Add(count)
	there.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			there.Done()
			<-gate
			gone.Done()
		}()
	}
	there.Wait()
	return func() {
		close(gate)
		gone.Wait()
	}
}

func chosen(names string) []peril {
	if names == "" {
		return perils
	}
	var found []peril
	for _, name := range strings.Split(names, ",") {
		for _, one := range perils {
			if one.name == name {
				found = append(found, one)
			}
		}
	}
	return found
}

func main() {
	count := flag.Int("n", 400, "handshakes of each peril")
	names := flag.String("perils", "", "with commas; empty: all")
	disturbances := flag.String("disturb", "", "with commas: profile, trace, dump, free, busy, exec")
	crowd := flag.Int("crowd", 0, "goroutines that stand by")
	percent := flag.Int("gc", 100, "GOGC")
	workers := flag.Int("workers", 4*runtime.NumCPU(), "handshakes at a time")
	at := flag.Duration("rounds", 0, "go on until so much time has gone, and print no counts")
	linger := flag.Duration("linger", 0, "stay alive after the last")
	flag.Parse()
	debug.SetGCPercent(*percent)

	stage, err := newStage()
	if err != nil {
		fmt.Fprintln(os.Stderr, "perils:", err)
		os.Exit(1)
	}
	release := gather(*crowd)
	calm := disturb(strings.Split(*disturbances, ","))
	for begun := time.Now(); ; {
		for _, one := range chosen(*names) {
			stage.play(one, *count, *workers)
		}
		if time.Since(begun) >= *at {
			break
		}
	}
	calm()
	release()
	if *at == 0 {
		stage.all.Print()
	}
	fmt.Println("all ended")
	if *linger != 0 {
		time.Sleep(*linger)
	}
}
