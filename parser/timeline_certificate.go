package parser

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
)

// isCertificate reports whether head begins a PEM file with a certificate, the text that openssl prints before it aside.
func isCertificate(head []byte) bool {
	head = trimSpace(head)
	return bytes.HasPrefix(head, []byte("-----BEGIN CERTIFICATE-----")) ||
		bytes.HasPrefix(head, []byte("Certificate:\n")) && bytes.Contains(head, []byte("-----BEGIN CERTIFICATE-----"))
}

// maxCertificates bounds the size of a file of certificates; bundles of authorities are larger.
const maxCertificates = 64 << 10

// readCertificate gives out, for each certificate of a server in a PEM file, a change of kind cert at the moment from which it is no
// longer valid. Certificates of authorities are passed by.
func readCertificate(r io.Reader, yield func(rec *Record) error) error {
	text, err := io.ReadAll(io.LimitReader(r, maxCertificates+1))
	if err != nil {
		return fmt.Errorf("reading a certificate: %w", err)
	}
	if len(text) > maxCertificates {
		return nil
	}
	t := newTimelineReader(Certificate, TimelineOptions{}, yield)
	for rest := text; t.err == nil; {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		t.number = int64(bytes.Count(text[:len(text)-len(rest)], []byte("\n"))) + 1
		rest = after
		t.offset = int64(len(text) - len(rest))
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("reading a certificate at line %d: %w", t.number, err)
		}
		if c.IsCA {
			continue
		}
		name := c.Subject.CommonName
		if len(c.DNSNames) > 0 {
			name = c.DNSNames[0]
		}
		t.change(moment{c.NotAfter.UnixMicro(), second, true}, Change{Kind: "cert", Service: "cert:" + name, Version: c.SerialNumber.Text(16),
			Summary: "the certificate of " + name + " expires"})
	}
	return t.err
}
