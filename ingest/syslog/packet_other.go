//go:build !linux

package syslog

import "net"

type udpSocket struct{ conn *net.UDPConn }

func newUDPSocket(c *net.UDPConn) packetConn { return &udpSocket{c} }

func (c *udpSocket) read(buf []byte) (n int, peer string, err error) {
	n, from, err := c.conn.ReadFromUDPAddrPort(buf)
	if err != nil {
		return 0, "", err
	}
	return n, from.Addr().Unmap().WithZone("").String(), nil
}

func (c *udpSocket) lost() int64 { return 0 }
