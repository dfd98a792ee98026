// SPDX-License-Identifier: BSD-2-Clause

// Manners does one small thing by its first argument and exits with a status of its own, so that
// a runner's handling of status, streams, signals and descriptors can be checked.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var deeds = map[string]func([]string) int{
	"exit":      exit,
	"cat":       cat,
	"say":       say,
	"state":     state,
	"signals":   signals,
	"kill":      kill,
	"bind":      bind,
	"hold":      hold,
	"wait-bind": waitBind,
	"dial":      dial,
	"sleep":     sleep,
	"publish":   publish,
}

func main() {
	if len(os.Args) < 2 || deeds[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: manners DEED [ARGUMENTS...]")
		os.Exit(2)
	}
	os.Exit(deeds[os.Args[1]](os.Args[2:]))
}

func exit(arguments []string) int {
	status, _ := strconv.Atoi(arguments[0])
	return status
}

func cat([]string) int {
	if _, err := io.Copy(os.Stdout, os.Stdin); err != nil {
		return 1
	}
	return 0
}

func say(arguments []string) int {
	fmt.Printf("%q\n", arguments)
	fmt.Fprintln(os.Stderr, "to stderr")
	return 0
}

// What was inherited: signals, descriptors, environment, directory.
func state([]string) int {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "SigBlk") || strings.HasPrefix(line, "SigIgn") ||
			strings.HasPrefix(line, "NoNewPrivs") || strings.HasPrefix(line, "CapEff") {
			fmt.Println(line)
		}
	}
	links, _ := os.ReadDir("/proc/self/fd")
	for _, link := range links {
		target, err := os.Readlink("/proc/self/fd/" + link.Name())
		if err == nil && !strings.HasPrefix(target, "/proc/") && !strings.HasPrefix(target, "anon_") {
			fmt.Println("fd", link.Name())
		}
	}
	directory, _ := os.Getwd()
	fmt.Println(directory)
	environment := os.Environ()
	sort.Strings(environment)
	fmt.Println(strings.Join(environment, "\n"))
	return 0
}

// Says which signals come, until SIGTERM.
func signals([]string) int {
	incoming := make(chan os.Signal, 16)
	signal.Notify(incoming, syscall.SIGHUP, syscall.SIGINT, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGTERM)
	fmt.Println("ready", os.Getpid())
	for {
		select {
		case one := <-incoming:
			fmt.Println(one)
			if one == syscall.SIGTERM {
				return 42
			}
		case <-time.After(20 * time.Second):
			return 1
		}
	}
}

// Ends by a signal of its own.
func kill(arguments []string) int {
	number, _ := strconv.Atoi(arguments[0])
	syscall.Kill(os.Getpid(), syscall.Signal(number))
	time.Sleep(5 * time.Second)
	return 1
}

func bind(arguments []string) int {
	if strings.HasPrefix(arguments[0], "udp") {
		conn, err := net.ListenPacket(arguments[0], arguments[1])
		if err != nil {
			fmt.Println(err)
			return 1
		}
		conn.Close()
		return 0
	}
	listener, err := net.Listen(arguments[0], arguments[1])
	if err != nil {
		fmt.Println(err)
		return 1
	}
	listener.Close()
	return 0
}

// Binds once somebody writes to a FIFO.
func waitBind(arguments []string) int {
	if _, err := os.ReadFile(arguments[0]); err != nil {
		fmt.Println(err)
		return 1
	}
	return bind([]string{"tcp", arguments[1]})
}

// Holds an address until stdin ends.
func hold(arguments []string) int {
	listener, err := net.Listen(arguments[0], arguments[1])
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer listener.Close()
	fmt.Println(listener.Addr())
	io.Copy(io.Discard, os.Stdin)
	return 0
}

func dial(arguments []string) int {
	conn, err := net.DialTimeout(arguments[0], arguments[1], 5*time.Second)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	conn.Close()
	return 0
}

func sleep(arguments []string) int {
	milliseconds, _ := strconv.Atoi(arguments[0])
	time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	return 0
}
