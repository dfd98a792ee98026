// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

var errOwn = errors.New("firstlight's own reason")

func clientConfig(made *certificates, version uint16) *tls.Config {
	return &tls.Config{
		RootCAs:    made.trusted.Pool,
		ServerName: serverName,
		MinVersion: version,
		MaxVersion: version,
	}
}

func serverConfig(certificate *tls.Certificate, version uint16) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{*certificate},
		MinVersion:   version,
		MaxVersion:   version,
	}
}

func send(conn *tls.Conn) {
	conn.Write([]byte("light"))
}

func receive(conn *tls.Conn) {
	io.ReadFull(conn, make([]byte, 5))
}

func deadlineContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), shortPatience)
}

func cancelledContext() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(shortPatience, cancel)
	return ctx, cancel
}

func deadlineOnConn(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(shortPatience))
}

// Peers that play by other rules.

// Says nothing until the other has ended.
func silent(_ net.Conn, peerDone chan struct{}) {
	<-peerDone
}

// Takes a whole ClientHello, so that closing sends no reset by itself.
func takeHello(conn net.Conn) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(conn, header); err == nil {
		io.ReadFull(conn, make([]byte, int(header[3])<<8|int(header[4])))
	}
}

func closesAfterHello(conn net.Conn, _ chan struct{}) {
	takeHello(conn)
	conn.Close()
}

func resetsAfterHello(conn net.Conn, _ chan struct{}) {
	takeHello(conn)
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func closesAtOnce(conn net.Conn, _ chan struct{}) {
	conn.Close()
}

// Half a record, then the end.
func breaksOff(conn net.Conn, _ chan struct{}) {
	conn.Write([]byte{22, 3, 1, 2, 0, 1, 0})
	conn.Close()
}

func speaksHTTP(conn net.Conn, peerDone chan struct{}) {
	takeHello(conn)
	conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
	<-peerDone
}

func asksHTTP(conn net.Conn, peerDone chan struct{}) {
	conn.Write([]byte("GET / HTTP/1.1\r\nHost: " + serverName + "\r\n\r\n"))
	bufio.NewReader(conn).ReadString('\n')
	<-peerDone
}

// A ServerHello of TLS 1.0, whatever was offered.
func answersInTLS10(conn net.Conn, peerDone chan struct{}) {
	takeHello(conn)
	hello := []byte{22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1}
	hello = append(hello, make([]byte, 32)...)
	conn.Write(append(hello, 0, 0xc0, 0x09, 0))
	<-peerDone
}

func alertsAtOnce(conn net.Conn, peerDone chan struct{}) {
	takeHello(conn)
	conn.Write([]byte{21, 3, 3, 0, 2, 2, 112})
	<-peerDone
}

func scenarios(made *certificates) []scenario {
	var all []scenario
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		suffix := map[uint16]string{tls.VersionTLS12: " 1.2", tls.VersionTLS13: " 1.3"}[version]
		list := append(certificateScenarios(made, version), callbackScenarios(made, version)...)
		list = append(list, peerScenarios(made, version)...)
		for _, plan := range append(list, clientCertificateScenarios(made, version)...) {
			plan.name += suffix
			all = append(all, plan)
		}
	}
	return append(all, negotiationScenarios(made)...)
}

// What the client thinks of the server's certificate.
func certificateScenarios(made *certificates, version uint16) []scenario {
	plans := []struct {
		name        string
		certificate *tls.Certificate
		wanted      string
	}{
		{"unknown authority", &made.unknown, "error unknown_authority"},
		{"self-signed", &made.selfSigned, "error unknown_authority"},
		{"expired", &made.expired, "error certificate_expired"},
		{"not yet valid", &made.notYet, "error certificate_not_yet_valid"},
		{"wrong host", &made.otherHost, "error hostname_mismatch"},
		{"no name in it", &made.noName, "error hostname_mismatch"},
		{"not for servers", &made.clientOnly, "error certificate_invalid"},
	}
	list := []scenario{{"ok",
		end{config: clientConfig(made, version), wanted: "ok", after: receive},
		end{config: serverConfig(&made.good, version), wanted: "ok", after: send}}}
	for _, plan := range plans {
		list = append(list, scenario{plan.name,
			end{config: clientConfig(made, version), wanted: plan.wanted},
			end{config: serverConfig(plan.certificate, version), wanted: "error remote_alert",
				alert: 42}})
	}
	rootless := clientConfig(made, version)
	rootless.RootCAs = nil
	return append(list, scenario{"no system roots",
		end{config: rootless, wanted: "error system_roots"},
		end{config: serverConfig(&made.good, version), wanted: "error remote_alert", alert: 42}})
}

// The program's own code says no.
func callbackScenarios(made *certificates, version uint16) []scenario {
	verifies := clientConfig(made, version)
	verifies.VerifyConnection = func(tls.ConnectionState) error { return errOwn }
	chooses := serverConfig(&made.good, version)
	chooses.Certificates = nil
	chooses.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return nil, errOwn
	}
	configures := serverConfig(&made.good, version)
	configures.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		return nil, errOwn
	}
	slow := serverConfig(&made.good, version)
	slow.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		time.Sleep(3 * shortPatience)
		return nil, nil
	}
	nameless := clientConfig(made, version)
	nameless.ServerName = ""
	good := serverConfig(&made.good, version)
	return []scenario{
		{"VerifyConnection refuses",
			end{config: verifies, wanted: "error other"},
			end{config: good, wanted: "error remote_alert", alert: 42}},
		{"GetCertificate fails",
			end{config: clientConfig(made, version), wanted: "error remote_alert", alert: 80},
			end{config: chooses, wanted: "error other"}},
		{"GetConfigForClient fails",
			end{config: clientConfig(made, version), wanted: "error remote_alert", alert: 80},
			end{config: configures, wanted: "error other"}},
		{"client gives a slow server up",
			end{config: clientConfig(made, version), wanted: "error timeout",
				context: deadlineContext},
			end{config: slow, wanted: "error closed"}},
		{"no name to verify",
			end{config: nameless, wanted: "error other"}, end{raw: silent}},
	}
}

// Patience and its end, and peers that break off.
func peerScenarios(made *certificates, version uint16) []scenario {
	client := func(wanted string) end {
		return end{config: clientConfig(made, version), wanted: wanted}
	}
	server := func(wanted string) end {
		return end{config: serverConfig(&made.good, version), wanted: wanted}
	}
	patient := func(one end, context func() (context.Context, context.CancelFunc),
		before func(net.Conn)) end {
		one.context = context
		one.before = before
		return one
	}
	mute := end{raw: silent}
	return []scenario{
		{"client's context times out", patient(client("error timeout"), deadlineContext, nil), mute},
		{"client's context is cancelled",
			patient(client("cancelled cancelled"), cancelledContext, nil), mute},
		{"client's deadline passes", patient(client("error timeout"), nil, deadlineOnConn), mute},
		{"server's context times out", mute, patient(server("error timeout"), deadlineContext, nil)},
		{"server's context is cancelled", mute,
			patient(server("cancelled cancelled"), cancelledContext, nil)},
		{"server's deadline passes", mute, patient(server("error timeout"), nil, deadlineOnConn)},
		{"server closes", client("error closed"), end{raw: closesAfterHello}},
		{"server resets", client("error closed"), end{raw: resetsAfterHello}},
		{"server breaks off", client("error closed"), end{raw: func(conn net.Conn, done chan struct{}) {
			takeHello(conn)
			breaksOff(conn, done)
		}}},
		{"server alerts", end{config: clientConfig(made, version), wanted: "error remote_alert",
			alert: 112}, end{raw: alertsAtOnce}},
		{"server speaks HTTP", client("error not_tls"), end{raw: speaksHTTP}},
		{"client closes", end{raw: closesAtOnce}, server("error closed")},
		{"client breaks off", end{raw: breaksOff}, server("error closed")},
		{"client speaks HTTP", end{raw: func(conn net.Conn, done chan struct{}) {
			conn.Write([]byte("GET / HTTP/1.1\r\nHost: " + serverName + "\r\n\r\n"))
			<-done
		}}, server("error not_tls")},
	}
}

// What the server thinks of the client's certificate. In TLS 1.3 the client has ended by then.
func clientCertificateScenarios(made *certificates, version uint16) []scenario {
	afterwards := "error remote_alert"
	if version == tls.VersionTLS13 {
		afterwards = "ok"
	}
	demanding := func() *tls.Config {
		config := serverConfig(&made.good, version)
		config.ClientAuth = tls.RequireAndVerifyClientCert
		config.ClientCAs = made.trusted.Pool
		return config
	}
	with := func(certificate *tls.Certificate) *tls.Config {
		config := clientConfig(made, version)
		// Whatever authorities the server asks for.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return certificate, nil
		}
		return config
	}
	return []scenario{
		{"client certificate", end{config: with(&made.good), wanted: "ok"},
			end{config: demanding(), wanted: "ok"}},
		{"client certificate required", end{config: clientConfig(made, version), wanted: afterwards},
			end{config: demanding(), wanted: "error client_certificate_required"}},
		{"client certificate unknown", end{config: with(&made.unknown), wanted: afterwards},
			end{config: demanding(), wanted: "error unknown_authority"}},
		{"client certificate expired", end{config: with(&made.expired), wanted: afterwards},
			end{config: demanding(), wanted: "error certificate_expired"}},
	}
}

// What the two can't agree on.
func negotiationScenarios(made *certificates) []scenario {
	client := func(change func(*tls.Config), wanted string, alert int) end {
		config := clientConfig(made, tls.VersionTLS12)
		config.MaxVersion = tls.VersionTLS13
		change(config)
		return end{config: config, wanted: wanted, alert: alert}
	}
	server := func(change func(*tls.Config), wanted string) end {
		config := serverConfig(&made.good, tls.VersionTLS12)
		config.MaxVersion = tls.VersionTLS13
		change(config)
		return end{config: config, wanted: wanted}
	}
	asIs := func(*tls.Config) {}
	old := func(config *tls.Config) {
		config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}
	speaks := func(protocols ...string) func(*tls.Config) {
		return func(config *tls.Config) { config.NextProtos = protocols }
	}
	suite := func(id uint16) func(*tls.Config) {
		return func(config *tls.Config) {
			config.MaxVersion = tls.VersionTLS12
			config.CipherSuites = []uint16{id}
		}
	}
	curve := func(id tls.CurveID) func(*tls.Config) {
		return func(config *tls.Config) { config.CurvePreferences = []tls.CurveID{id} }
	}
	const remote = "error remote_alert"
	return []scenario{
		{"ALPN h2", client(speaks("h2", "http/1.1"), "ok", 0), server(speaks("h2"), "ok")},
		{"no common ALPN", client(speaks("firstlight/1"), remote, 120),
			server(speaks("otherlight/1"), "error other")},
		{"server of old", client(asIs, remote, 70), server(old, "error protocol_version")},
		{"client of old", client(old, remote, 70), server(asIs, "error protocol_version")},
		{"server answers in TLS 1.0", client(asIs, "error protocol_version", 0),
			end{raw: answersInTLS10}},
		{"no common cipher",
			client(suite(tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), remote, 40),
			server(suite(tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384), "error no_common_cipher")},
		{"no common curve", client(curve(tls.CurveP256), remote, 40),
			server(curve(tls.CurveP384), "error other")},
		{"server without a certificate", client(asIs, remote, 0),
			server(func(config *tls.Config) { config.Certificates = nil }, "error other")},
		{"either version", client(asIs, "ok", 0), server(asIs, "ok")},
	}
}
