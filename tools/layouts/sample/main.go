// SPDX-License-Identifier: BSD-2-Clause

// Has in it every type whose layout tools/generate-layouts reads.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/signal"
	"time"
)

func main() {
	listener, err := tls.Listen("tcp", "localhost:0", &tls.Config{})
	if err == nil {
		conn, err := listener.Accept()
		fmt.Println(conn.(*tls.Conn).Handshake(), err)
	}
	_, err = tls.Dial("tcp", "localhost:0", &tls.Config{})
	var address *url.Error
	var path *fs.PathError
	fmt.Println(errors.As(fmt.Errorf("%w", err), &address), errors.As(err, &path))
	ctx, stop := signal.NotifyContext(context.WithValue(context.Background(), path, err), os.Kill)
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	fmt.Println(ctx.Err())
	cancel()
	stop()
}
