// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"io"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

// Each goes on until stop is closed.
var disturbances = map[string]func(stop <-chan struct{}){
	"busy":    busy,
	"dump":    repeat(5*time.Millisecond, dump),
	"exec":    repeat(5*time.Millisecond, runOther),
	"free":    repeat(5*time.Millisecond, debug.FreeOSMemory),
	"profile": profile,
	"trace":   repeat(20*time.Millisecond, traceAWhile),
}

// Starts what is named; calm ends it and waits.
func disturb(names []string) (calm func()) {
	stop := make(chan struct{})
	var all sync.WaitGroup
	for _, name := range names {
		one := disturbances[name]
		if one == nil {
			continue
		}
		all.Add(1)
		go func() {
			defer all.Done()
			one(stop)
		}()
	}
	return func() {
		close(stop)
		all.Wait()
	}
}

func repeat(pause time.Duration, act func()) func(<-chan struct{}) {
	return func(stop <-chan struct{}) {
		for {
			act()
			select {
			case <-stop:
				return
			case <-time.After(pause):
			}
		}
	}
}

// Loops without calls are stopped by a signal alone, and each collection stops them.
func busy(stop <-chan struct{}) {
	var all sync.WaitGroup
	for i := 0; i < runtime.GOMAXPROCS(0); i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			sum := 0
			repeat(time.Millisecond, func() {
				for i := 0; i < 5000000; i++ {
					sum += i * i
				}
			})(stop)
		}()
	}
	repeat(time.Millisecond, runtime.GC)(stop)
	all.Wait()
}

// A signal each millisecond of processor time, and a traceback at each.
func profile(stop <-chan struct{}) {
	// The rate that is set first stays: the runtime complains of pprof's own 100 on stderr, no more.
	runtime.SetCPUProfileRate(1000)
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		panic(err)
	}
	<-stop
	pprof.StopCPUProfile()
}

// All goroutines' stacks, by both ways there are, and how full the dump was.
func dump() {
	buffer := make([]byte, 1<<20)
	if runtime.Stack(buffer, true) == 0 {
		panic("no stacks")
	}
	for _, name := range []string{"goroutine", "threadcreate"} {
		if err := pprof.Lookup(name).WriteTo(io.Discard, 2); err != nil {
			panic(err)
		}
	}
}

func traceAWhile() {
	if err := trace.Start(io.Discard); err != nil {
		panic(err)
	}
	time.Sleep(20 * time.Millisecond)
	trace.Stop()
}

func runOther() {
	if err := exec.Command("/bin/true").Run(); err != nil {
		panic(err)
	}
}
