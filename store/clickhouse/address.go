package clickhouse

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// Scheme begins the URL of a store.
const Scheme = "clickhouse://"

// Address says where a store is and how to talk to it.
type Address struct {
	Hosts          []string // host:port of HTTP, tried in turn
	Database       string
	User, Password string
	TLS            *tls.Config // nil: plain HTTP
	Timeout        time.Duration
	Plain          bool // blocks are sent uncompressed
	// Partial lets questions be answered while a shard is away, from what the others hold.
	Partial bool
}

const (
	defaultPort    = "8123"
	defaultTLSPort = "8443"
	defaultTimeout = 60 * time.Second
)

// databaseName is what a database may be called, as long as it is not longer than longestName: it stands in statements as it is. To count
// in the expression would take a fifth of a millisecond at every start of the program.
var databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// longestName bounds the names of databases and clusters, in bytes.
const longestName = 63

// ParseAddress reads clickhouse://[user[:password]@]host[:port][,host…]/database[?option=value&…]. Options are password-file, tls (on,
// or insecure), ca (a file of certificates), timeout, compress (off) and partial (on).
func ParseAddress(text string) (*Address, error) {
	rest, ok := strings.CutPrefix(text, Scheme)
	if !ok {
		return nil, fmt.Errorf("a store is named by %shost:8123/database", Scheme)
	}
	rest, query, _ := strings.Cut(rest, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("options of the store: %w", err)
	}
	a := &Address{Timeout: defaultTimeout}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if a.User, a.Password, err = credentials(rest[:at]); err != nil {
			return nil, err
		}
		rest = rest[at+1:]
	}
	hosts, database, _ := strings.Cut(rest, "/")
	if a.Database = database; len(database) > longestName || !databaseName.MatchString(database) {
		return nil, fmt.Errorf("%q is no name of a database: letters, digits and underscores", database)
	}
	if err := a.options(options); err != nil {
		return nil, err
	}
	port := defaultPort
	if a.TLS != nil {
		port = defaultTLSPort
	}
	for _, host := range strings.Split(hosts, ",") {
		if host == "" {
			return nil, errors.New("the store names no host")
		}
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		a.Hosts = append(a.Hosts, host)
	}
	return a, nil
}

func credentials(text string) (user, password string, err error) {
	name, secret, _ := strings.Cut(text, ":")
	if user, err = url.PathUnescape(name); err != nil {
		return "", "", errors.New("the user name of the store is not escaped properly")
	}
	if password, err = url.PathUnescape(secret); err != nil {
		return "", "", errors.New("the password of the store is not escaped properly")
	}
	return user, password, nil
}

func (a *Address) options(options url.Values) (err error) {
	ca := options.Get("ca")
	for name := range options {
		value := options.Get(name)
		switch {
		case name == "password-file":
			content, err := os.ReadFile(value)
			if err != nil {
				return fmt.Errorf("password of the store: %w", err)
			}
			a.Password = strings.TrimRight(string(content), "\r\n")
		case name == "tls" && (value == "on" || value == "insecure"):
			a.TLS = &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: value == "insecure"}
		case name == "timeout":
			if a.Timeout, err = time.ParseDuration(value); err != nil || a.Timeout <= 0 {
				return fmt.Errorf("timeout of the store: %q is no duration such as 30s", value)
			}
		case name == "compress" && (value == "on" || value == "off"):
			a.Plain = value == "off"
		case name == "partial" && (value == "on" || value == "off"):
			a.Partial = value == "on"
		case name == "ca", name == "tls" && value == "off":
		default:
			return fmt.Errorf("the store has no option %s=%s", name, value)
		}
	}
	return a.trust(ca)
}

// trust reads the certificates of the authorities to be believed, where they are not those of the system.
func (a *Address) trust(file string) error {
	if file == "" || a.TLS == nil {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("certificates of the store: %w", err)
	}
	a.TLS.RootCAs = x509.NewCertPool()
	if !a.TLS.RootCAs.AppendCertsFromPEM(content) {
		return fmt.Errorf("certificates of the store: none in %s", file)
	}
	return nil
}

// String is the address without its password.
func (a *Address) String() string {
	return Scheme + strings.Join(a.Hosts, ",") + "/" + a.Database
}
