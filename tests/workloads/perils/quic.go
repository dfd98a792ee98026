// SPDX-License-Identifier: BSD-2-Clause

//go:build go1.21

package main

import (
	"context"
	"crypto/tls"
)

func init() {
	perils = append(perils, peril{"QUIC", playQUIC})
}

type quicEnd struct {
	conn *tls.QUICConn
	done bool
}

// Hands what one end wants to send to the other; false: it has nothing to say.
func (from *quicEnd) pump(to *quicEnd) (bool, error) {
	for moved := false; ; moved = true {
		switch event := from.conn.NextEvent(); event.Kind {
		case tls.QUICNoEvent:
			return moved, nil
		case tls.QUICWriteData:
			if err := to.conn.HandleData(event.Level, event.Data); err != nil {
				return moved, err
			}
		case tls.QUICHandshakeDone:
			from.done = true
		}
	}
}

// The handshake of QUIC: the same functions, on a connection that there is not. Every other fails, for
// the client has no authority to trust.
func playQUIC(on *stage, number int) {
	clientConfig, serverConfig := on.clientConfig(), on.serverConfig()
	clientConfig.MinVersion, serverConfig.MinVersion = tls.VersionTLS13, tls.VersionTLS13
	if number%2 == 1 {
		clientConfig.RootCAs = nil
	}
	client := quicEnd{conn: tls.QUICClient(&tls.QUICConfig{TLSConfig: clientConfig})}
	server := quicEnd{conn: tls.QUICServer(&tls.QUICConfig{TLSConfig: serverConfig})}
	client.conn.SetTransportParameters(nil)
	server.conn.SetTransportParameters(nil)
	err := client.conn.Start(context.Background())
	if err == nil {
		err = server.conn.Start(context.Background())
	}
	for moving := true; moving && err == nil; {
		var there, back bool
		if there, err = client.pump(&server); err == nil {
			back, err = server.pump(&client)
		}
		moving = there || back
	}
	client.conn.Close()
	server.conn.Close()
	for role, one := range map[string]quicEnd{"client": client, "server": server} {
		ending := "failed"
		if one.done {
			ending = "ok"
		}
		on.all.Add("QUIC", role, ending)
	}
}
