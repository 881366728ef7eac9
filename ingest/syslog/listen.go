package syslog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// receiveBuffer is asked of the kernel for datagrams, in bytes: bursts wait there while we are busy. It may give less.
const receiveBuffer = 4 << 20

func (s *Server) listen(a Address) error {
	switch a.Network {
	case "udp":
		return s.listenUDP(a)
	case "tcp":
		return s.listenStream(a, "tcp")
	}
	if err := removeDead(a.Place); err != nil {
		return err
	}
	if a.Network == "unixstream" {
		return s.listenStream(a, "unix")
	}
	return s.listenUnixgram(a)
}

func (s *Server) listenUDP(a Address) error {
	var config net.ListenConfig
	c, err := config.ListenPacket(context.Background(), "udp", a.Place)
	if err != nil {
		return err
	}
	udp, ok := c.(*net.UDPConn)
	if !ok {
		return errors.Join(errors.New("not a UDP socket"), c.Close())
	}
	_ = udp.SetReadBuffer(receiveBuffer) // what there is must do
	bound := Address{a.Network, udp.LocalAddr().String()}
	s.bound = append(s.bound, bound)
	s.close = append(s.close, udp.Close)
	socket := newUDPSocket(udp)
	s.all.Go(func() { s.datagrams(socket, bound.String()) })
	return nil
}

func (s *Server) listenUnixgram(a Address) error {
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: a.Place, Net: "unixgram"})
	if err != nil {
		return err
	}
	_ = c.SetReadBuffer(receiveBuffer) // what there is must do
	s.bound = append(s.bound, a)
	s.close = append(s.close, func() error { return errors.Join(c.Close(), gone(os.Remove(a.Place))) })
	if err := os.Chmod(a.Place, socketMode); err != nil {
		return err
	}
	s.all.Go(func() { s.datagrams(&unixSocket{c}, a.String()) })
	return nil
}

// socketMode lets every local user log, as /dev/log does: daemons run as users of their own.
const socketMode = 0o666

func (s *Server) listenStream(a Address, network string) error {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), network, a.Place)
	if err != nil {
		return err
	}
	bound := a
	if network == "tcp" {
		bound.Place = l.Addr().String()
	}
	s.bound = append(s.bound, bound)
	s.close = append(s.close, l.Close)
	if network == "unix" {
		if err := os.Chmod(a.Place, socketMode); err != nil {
			return err
		}
	}
	s.all.Go(func() { s.accept(l, bound.String()) })
	return nil
}

// removeDead removes a socket that an earlier process has left behind. One that somebody listens on, and what is no socket, stays.
func removeDead(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s is there and is no socket", path)
	}
	for _, network := range []string{"unixgram", "unix"} {
		c, err := net.Dial(network, path)
		if err == nil {
			return errors.Join(fmt.Errorf("somebody listens on %s: %w", path, syscall.EADDRINUSE), c.Close())
		}
	}
	return os.Remove(path)
}

// gone takes a file that is no longer there for removed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// hint says what an operator can do about an address that cannot be bound.
func hint(a Address, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return " (another process listens there, often rsyslogd or an earlier culprit: stop it, or choose another address)"
	case errors.Is(err, fs.ErrPermission) && (a.Network == "udp" || a.Network == "tcp"):
		return " (ports below 1024 want CAP_NET_BIND_SERVICE: choose one above, such as 5514, or grant it in the unit with AmbientCapabilities)"
	case errors.Is(err, fs.ErrPermission):
		return " (the directory of the socket must be writable: choose one that is, such as RuntimeDirectory= of the unit)"
	case errors.Is(err, fs.ErrNotExist):
		return " (make the directory of the socket first)"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return " (no interface of this machine has that address)"
	}
	return ""
}
