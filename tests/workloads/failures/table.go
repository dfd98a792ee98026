// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"time"

	"seamark.test/workloads/authority"
)

type certificates struct {
	trusted, stranger                          *authority.Authority
	good, unknown, selfSigned, expired, notYet tls.Certificate
	otherHost, clientOnly, serverOnly          tls.Certificate
}

func makeCertificates() *certificates {
	made := &certificates{trusted: newAuthority("Trusted"), stranger: newAuthority("Stranger")}
	var nobody *authority.Authority
	made.good = issue(made.trusted, nil)
	made.unknown = issue(made.stranger, nil)
	made.selfSigned = issue(nobody, nil)
	made.expired = issue(made.trusted, dated(-48, -24))
	made.notYet = issue(made.trusted, dated(24, 48))
	made.otherHost = issue(made.trusted, func(wanted *x509.Certificate) {
		wanted.DNSNames = []string{"other.failures.test", "third.failures.test"}
	})
	made.clientOnly = issue(made.trusted, func(wanted *x509.Certificate) {
		wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	})
	made.serverOnly = issue(made.trusted, func(wanted *x509.Certificate) {
		wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	})
	return made
}

// The clock is asked just before a certificate is judged.
func clock() func() time.Time {
	if !*forgets {
		return nil
	}
	all := findConstants()
	return func() time.Time {
		all.forget()
		return time.Now()
	}
}

func (made *certificates) client(change func(*tls.Config)) *tls.Config {
	config := &tls.Config{RootCAs: made.trusted.Pool, ServerName: serverName, Time: clock()}
	if change != nil {
		change(config)
	}
	return config
}

func (made *certificates) server(pair tls.Certificate, change func(*tls.Config)) *tls.Config {
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS10,
		Time: clock()}
	if change != nil {
		change(config)
	}
	return config
}

func only(version uint16) func(*tls.Config) {
	return func(config *tls.Config) {
		config.MinVersion, config.MaxVersion = version, version
	}
}

func patient(conn net.Conn, done chan struct{}) {
	<-done
}

func soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), shortPatience)
}

func cancelled() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(shortPatience, cancel)
	return ctx, cancel
}

func soonOver(conn net.Conn) {
	must(conn.SetDeadline(time.Now().Add(shortPatience)))
}

// Says something instead of its part of the handshake, when it has heard the other's first.
func says(words string) func(net.Conn, chan struct{}) {
	return func(conn net.Conn, done chan struct{}) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, words)
		<-done
	}
}

func hangsUp(conn net.Conn, _ chan struct{}) {
	_, _ = conn.Read(make([]byte, 4096))
	_ = conn.(*net.TCPConn).CloseWrite()
}

func resets(conn net.Conn, _ chan struct{}) {
	_, _ = conn.Read(make([]byte, 1))
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func tableScenarios(made *certificates) []scenario {
	all := certificateScenarios(made)
	all = append(all, agreementScenarios(made)...)
	all = append(all, connectionScenarios(made)...)
	return append(all, clientCertificateScenarios(made)...)
}

func certificateScenarios(made *certificates) (all []scenario) {
	for _, one := range []struct {
		name   string
		pair   tls.Certificate
		change func(*tls.Config)
		wanted string
	}{
		{"ok", made.good, nil, ""},
		{"unknown authority", made.unknown, nil, "unknown_authority"},
		{"unknown authority, TLS 1.2", made.unknown, only(tls.VersionTLS12), "unknown_authority"},
		{"self-signed", made.selfSigned, nil, "unknown_authority"},
		{"expired", made.expired, nil, "certificate_expired"},
		{"not yet valid", made.notYet, nil, "certificate_not_yet_valid"},
		{"for clients only", made.clientOnly, nil, "certificate_invalid"},
		{"other host", made.otherHost, nil, "hostname_mismatch"},
		{"other host, TLS 1.2", made.otherHost, only(tls.VersionTLS12), "hostname_mismatch"},
		{"by address", made.good, func(config *tls.Config) {
			config.ServerName = "127.0.0.1"
		}, "hostname_mismatch"},
	} {
		peers := ""
		if one.wanted != "" {
			peers = "remote_alert"
		}
		all = append(all, scenario{one.name,
			end{config: made.client(one.change), wanted: one.wanted},
			end{config: made.server(one.pair, nil), wanted: peers}})
	}
	return all
}

func agreementScenarios(made *certificates) (all []scenario) {
	for _, one := range []struct {
		name           string
		client, server func(*tls.Config)
		wanted         string
	}{
		{"server too old", nil, func(config *tls.Config) {
			config.MaxVersion = tls.VersionTLS11
		}, "protocol_version"},
		{"client too old", only(tls.VersionTLS11), func(config *tls.Config) {
			config.MinVersion = tls.VersionTLS12
		}, "protocol_version"},
		{"no common cipher", func(config *tls.Config) {
			config.MaxVersion = tls.VersionTLS12
			config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
		}, func(config *tls.Config) {
			config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}
		}, "no_common_cipher"},
		{"no common protocol", func(config *tls.Config) {
			config.NextProtos = []string{"one"}
		}, func(config *tls.Config) {
			config.NextProtos = []string{"other"}
		}, "other"},
		{"no common curve", func(config *tls.Config) {
			config.CurvePreferences = []tls.CurveID{tls.CurveP256}
		}, func(config *tls.Config) {
			config.CurvePreferences = []tls.CurveID{tls.CurveP384}
		}, "other"},
	} {
		all = append(all, scenario{one.name,
			end{config: made.client(one.client), wanted: "remote_alert"},
			end{config: made.server(made.good, one.server), wanted: one.wanted}})
	}
	return all
}

func connectionScenarios(made *certificates) []scenario {
	client, server := made.client(nil), made.server(made.good, nil)
	all := []scenario{
		{"server speaks HTTP", end{config: client, wanted: "not_tls"},
			end{raw: says("HTTP/1.1 400 Bad Request\r\n\r\n")}},
		{"client speaks HTTP", end{raw: func(conn net.Conn, done chan struct{}) {
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n")
			<-done
		}}, end{config: server, wanted: "not_tls"}},
		{"server hangs up", end{config: client, wanted: "closed"}, end{raw: hangsUp}},
		{"client hangs up", end{raw: func(conn net.Conn, done chan struct{}) {
			_ = conn.(*net.TCPConn).CloseWrite()
			<-done
		}}, end{config: server, wanted: "closed"}},
		{"record cut short", end{config: client, wanted: "closed"},
			end{raw: func(conn net.Conn, done chan struct{}) {
				_, _ = conn.Read(make([]byte, 4096))
				_, _ = conn.Write([]byte{22, 3, 3, 0, 90, 2})
				_ = conn.(*net.TCPConn).CloseWrite()
				<-done
			}}},
		{"server resets", end{config: client, wanted: "closed"}, end{raw: resets}},
		{"client resets", end{raw: func(conn net.Conn, done chan struct{}) {
			_ = conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		}}, end{config: server, wanted: "closed"}},
	}
	for _, one := range []struct {
		name   string
		within func() (context.Context, context.CancelFunc)
		before func(net.Conn)
		wanted string
	}{
		{"context's time", soon, nil, "timeout"},
		{"context cancelled", cancelled, nil, "cancelled"},
		{"connection's deadline", nil, soonOver, "timeout"},
	} {
		all = append(all, scenario{"client, " + one.name,
			end{config: client, within: one.within, before: one.before, wanted: one.wanted},
			end{raw: patient}},
			scenario{"server, " + one.name, end{raw: patient},
				end{config: server, within: one.within, before: one.before, wanted: one.wanted}})
	}
	for _, number := range []byte{0, 10, 20, 22, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 60, 70,
		71, 80, 86, 90, 100, 109, 110, 112, 113, 115, 116, 120, 121, 200, 255} {
		wanted := "remote_alert"
		if number == 0 { // close_notify: Go takes it for the end
			wanted = "closed"
		}
		all = append(all, scenario{fmt.Sprintf("alert %d", number), end{config: client, wanted: wanted},
			end{raw: says(string([]byte{21, 3, 3, 0, 2, 2, number}))}})
	}
	return all
}

func clientCertificateScenarios(made *certificates) (all []scenario) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		clients := "remote_alert"
		if version == tls.VersionTLS13 { // done before the server looked at it
			clients = ""
		}
		for _, one := range []struct {
			name   string
			pair   *tls.Certificate
			wanted string
		}{
			{"client's missing", nil, "client_certificate_required"},
			{"client's unknown", &made.unknown, "unknown_authority"},
			{"client's expired", &made.expired, "certificate_expired"},
			{"client's not yet valid", &made.notYet, "certificate_not_yet_valid"},
			{"client's for servers only", &made.serverOnly, "certificate_invalid"},
		} {
			one := one
			all = append(all, scenario{fmt.Sprintf("%s, %x", one.name, version),
				end{config: made.client(func(config *tls.Config) {
					only(version)(config)
					if one.pair == nil {
						return
					}
					config.GetClientCertificate = func(*tls.CertificateRequestInfo) (
						*tls.Certificate, error) {
						return one.pair, nil
					}
				}), wanted: clients},
				end{config: made.server(made.good, func(config *tls.Config) {
					config.ClientAuth = tls.RequireAndVerifyClientCert
					config.ClientCAs = made.trusted.Pool
				}), wanted: one.wanted}})
		}
	}
	return all
}
