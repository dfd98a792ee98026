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

const serverName = "server.failures.test"

type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
	pool        *x509.CertPool
}

var nextSerial int64

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

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

func newAuthority(name string) *authority {
	key, wanted := newKey(), template(name)
	wanted.IsCA = true
	wanted.KeyUsage |= x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	must(err)
	certificate, err := x509.ParseCertificate(der)
	must(err)
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return &authority{key, certificate, pool}
}

// For servers and clients, changed as wanted; signed by itself where there is no authority.
func (signer *authority) issue(change func(*x509.Certificate)) tls.Certificate {
	key, wanted := newKey(), template(serverName)
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
	must(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Valid from and until so many hours from now.
func dated(first, last time.Duration) func(*x509.Certificate) {
	return func(wanted *x509.Certificate) {
		wanted.NotBefore = time.Now().Add(first * time.Hour)
		wanted.NotAfter = time.Now().Add(last * time.Hour)
	}
}
