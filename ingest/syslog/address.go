package syslog

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
)

// Address is where to listen.
type Address struct {
	// Network is udp, tcp, unix (datagrams, what daemons open) or unixstream.
	Network string
	// Place is host:port, or the path of a socket.
	Place string
}

func (a Address) String() string { return a.Network + "://" + a.Place }

// ErrAddress is wrapped by errors about addresses that cannot be meant.
var ErrAddress = errors.New("no address to listen on")

// IsAddress reports whether a text is meant as one: it names a network.
func IsAddress(text string) bool {
	network, _, found := strings.Cut(text, "://")
	return found && (network == "udp" || network == "tcp" || network == "unix" || network == "unixstream")
}

// ParseAddress reads udp://127.0.0.1:514, tcp://[::1]:601, unix:///run/culprit.sock. Without a host, udp and tcp mean loopback: who wants all
// addresses writes 0.0.0.0 or [::].
func ParseAddress(text string) (Address, error) {
	network, place, _ := strings.Cut(text, "://")
	a := Address{Network: network, Place: place}
	switch network {
	case "unix", "unixstream":
		if !filepath.IsAbs(place) {
			return a, fmt.Errorf("%w: %s: the path of a socket begins with a slash", ErrAddress, text)
		}
		if len(place) > maxSocketPath {
			return a, fmt.Errorf("%w: %s: the path of a socket has %d bytes at most", ErrAddress, text, maxSocketPath)
		}
		a.Place = filepath.Clean(place)
		return a, nil
	case "udp", "tcp":
	default:
		return a, fmt.Errorf("%w: %s: it begins with udp://, tcp://, unix:// or unixstream://", ErrAddress, text)
	}
	host, port, err := net.SplitHostPort(place)
	if err != nil || port == "" {
		return a, fmt.Errorf("%w: %s: it ends with a port, as %s://127.0.0.1:5514 does", ErrAddress, text, network)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	a.Place = net.JoinHostPort(host, port)
	return a, nil
}

// maxSocketPath is how long the path of a unix socket may be, in bytes: Linux takes 108 with a zero, others fewer.
const maxSocketPath = 103

// Open reports whether others than this machine can reach the address.
func (a Address) Open() bool {
	if a.Network != "udp" && a.Network != "tcp" {
		return false
	}
	host, _, err := net.SplitHostPort(a.Place)
	if err != nil || host == "localhost" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err != nil || !ip.IsLoopback()
}
