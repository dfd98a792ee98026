// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"os/signal"
	"syscall"
	"time"
)

const soon = 20 * time.Millisecond

type maker func() (context.Context, context.CancelFunc)

// One way to a context that ends soon, or to one that does not.
type way struct {
	name   string
	make   maker
	closes bool // the connection, some time after that
	own    bool
}

type key int

// A context of the program's own, which ends with the one in it.
type wrapped struct{ context.Context }

// One that looks the same, and does not.
type detached struct{ context.Context }

func (detached) Deadline() (end time.Time, ok bool) { return }
func (detached) Done() <-chan struct{}              { return nil }
func (detached) Err() error                         { return nil }
func (detached) Value(interface{}) interface{}      { return nil }

func expires() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), soon)
}

func isCancelled() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(soon, cancel)
	return ctx, cancel
}

func isSignalled() (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGUSR2)
	time.AfterFunc(soon, cancel)
	return ctx, cancel
}

func lasts() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Hour)
}

// Each context that make makes, and one around it.
func (make maker) in(wrap func(context.Context) context.Context) maker {
	return func() (context.Context, context.CancelFunc) {
		ctx, cancel := make()
		return wrap(ctx), cancel
	}
}

func values(ctx context.Context) context.Context {
	for i := key(0); i < 8; i++ {
		ctx = context.WithValue(ctx, i, i)
	}
	return ctx
}

func child(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(time.Hour, cancel)
	return ctx
}

func later(ctx context.Context) context.Context {
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	time.AfterFunc(time.Hour, cancel)
	return ctx
}

func wrap(ctx context.Context) context.Context   { return wrapped{ctx} }
func detach(ctx context.Context) context.Context { return detached{ctx} }

func ways() []way {
	deadline, cancel, signalled := maker(expires), maker(isCancelled), maker(isSignalled)
	return []way{
		{name: "deadline", make: deadline},
		{name: "cancelled", make: cancel},
		{name: "signal", make: signalled},
		{name: "child of a deadline", make: deadline.in(child)},
		{name: "deadline in one that is cancelled", make: cancel.in(later)},
		{name: "values on a deadline", make: deadline.in(values)},
		{name: "values on one that is cancelled", make: cancel.in(values)},
		{name: "values on a signal", make: signalled.in(values)},
		{name: "values between two", make: deadline.in(values).in(child).in(values)},
		{name: "own type on a deadline", make: deadline.in(wrap), own: true},
		{name: "own type on one that is cancelled", make: cancel.in(wrap).in(values), own: true},
		{name: "own type below", make: deadline.in(wrap).in(child)},
		{name: "lasts", make: lasts, closes: true},
		{name: "values on one that lasts", make: maker(lasts).in(values), closes: true},
		{name: "detached", make: cancel.in(detach), closes: true},
		{name: "detached below", make: cancel.in(detach).in(child).in(values), closes: true},
	}
}
