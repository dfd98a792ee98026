// SPDX-License-Identifier: BSD-2-Clause

//go:build go1.21

package main

import (
	"context"
	"errors"
	"time"
)

func hasCause() (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(context.Background(), soon, errors.New("its cause"))
}

func isCancelledFor() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(soon, func() { cancel(errors.New("its cause")) })
	return ctx, func() { cancel(nil) }
}

// What came after Go 1.19.
func laterWays() []way {
	return []way{
		{name: "deadline with a cause", make: hasCause},
		{name: "cancelled with a cause", make: isCancelledFor},
		{name: "without cancel", make: maker(expires).in(context.WithoutCancel), closes: true},
		{name: "without cancel below",
			make: maker(expires).in(context.WithoutCancel).in(child).in(values), closes: true},
	}
}
