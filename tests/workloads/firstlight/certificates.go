// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"
)

const serverName = "server.firstlight.test"

// An authority and what it signed.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
	pool        *x509.CertPool
}

var nextSerial int64

func template(name string) *x509.Certificate {
	nextSerial++
	return &x509.Certificate{
		SerialNumber:          big.NewInt(nextSerial),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
}

func newAuthority(name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted := template(name)
	wanted.IsCA = true
	wanted.KeyUsage |= x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return &authority{key, certificate, pool}, nil
}

// A certificate for serverName, good for servers and clients, changed as wanted. Signed by itself
// where there is no authority.
func (signer *authority) issue(change func(*x509.Certificate)) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	wanted := template(serverName)
	wanted.DNSNames = []string{serverName}
	wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if change != nil {
		change(wanted)
	}
	parent, parentKey := wanted, key
	if signer != nil {
		parent, parentKey = signer.certificate, signer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, parent, &key.PublicKey, parentKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// All that the handshakes need, made once.
type certificates struct {
	trusted, stranger                             *authority
	good, unknown, selfSigned, expired, notYet    tls.Certificate
	otherHost, noName, clientOnly, unknownExpired tls.Certificate
}

func makeCertificates() (*certificates, error) {
	var made certificates
	var err error
	if made.trusted, err = newAuthority("Firstlight trusted"); err != nil {
		return nil, err
	}
	if made.stranger, err = newAuthority("Firstlight stranger"); err != nil {
		return nil, err
	}
	past := func(wanted *x509.Certificate) {
		wanted.NotBefore = time.Now().Add(-48 * time.Hour)
		wanted.NotAfter = time.Now().Add(-24 * time.Hour)
	}
	plans := []struct {
		into   *tls.Certificate
		signer *authority
		change func(*x509.Certificate)
	}{
		{&made.good, made.trusted, nil},
		{&made.unknown, made.stranger, nil},
		{&made.selfSigned, nil, nil},
		{&made.expired, made.trusted, past},
		{&made.notYet, made.trusted, func(wanted *x509.Certificate) {
			wanted.NotBefore = time.Now().Add(24 * time.Hour)
			wanted.NotAfter = time.Now().Add(48 * time.Hour)
		}},
		{&made.otherHost, made.trusted, func(wanted *x509.Certificate) {
			wanted.DNSNames = []string{"other.firstlight.test"}
		}},
		{&made.noName, made.trusted, func(wanted *x509.Certificate) {
			wanted.DNSNames = nil
		}},
		{&made.clientOnly, made.trusted, func(wanted *x509.Certificate) {
			wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}},
		{&made.unknownExpired, made.stranger, past},
	}
	for _, plan := range plans {
		if *plan.into, err = plan.signer.issue(plan.change); err != nil {
			return nil, err
		}
	}
	return &made, nil
}
