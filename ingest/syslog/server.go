package syslog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"culprit/ingest/inflow"
)

// Server receives messages on some addresses. What it received is taken from its Queue.
type Server struct {
	limits Limits
	queue  *inflow.Queue
	ctx    context.Context
	cancel context.CancelFunc
	bound  []Address
	close  []func() error
	all    sync.WaitGroup

	mu    sync.Mutex // guards what follows
	conns map[net.Conn]struct{}
	peers map[string]int

	counts counts
}

type counts struct {
	messages, bytes, dropped, kernel, cut, refused, idle atomic.Int64
}

// Status is what a Server did since it began.
type Status struct {
	// Listening are the addresses, with the ports that the system chose.
	Listening []Address
	// Messages and Bytes that were received. Dropped of them found no room in the queue; Kernel never reached us, as far as the system tells.
	Messages, Bytes, Dropped, Kernel int64
	// Cut messages were longer than the bound. Refused connections were too many, Idle ones were closed since nothing came.
	Cut, Refused, Idle int64
	// Connections are open, Waiting messages in the queue.
	Connections, Waiting int
}

// Listen binds the addresses and begins to receive. Errors say what can be done about them.
func Listen(addresses []Address, l Limits) (*Server, error) {
	l = l.filled()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{limits: l, queue: inflow.NewQueue(l.Queued, l.QueuedBytes), ctx: ctx, cancel: cancel,
		conns: map[net.Conn]struct{}{}, peers: map[string]int{}}
	for _, a := range addresses {
		if err := s.listen(a); err != nil {
			return nil, errors.Join(fmt.Errorf("listen on %s: %w%s", a, err, hint(a, err)), s.Close())
		}
	}
	return s, nil
}

// Queue is where messages wait.
func (s *Server) Queue() *inflow.Queue { return s.queue }

// Status may be called at any time.
func (s *Server) Status() Status {
	s.mu.Lock()
	open := len(s.conns)
	s.mu.Unlock()
	c := &s.counts
	return Status{Listening: s.bound, Messages: c.messages.Load(), Bytes: c.bytes.Load(), Dropped: c.dropped.Load(), Kernel: c.kernel.Load(),
		Cut: c.cut.Load(), Refused: c.refused.Load(), Idle: c.idle.Load(), Connections: open, Waiting: s.queue.Waiting()}
}

// Close stops receiving and ends the queue. What waits in it can still be taken.
func (s *Server) Close() error {
	s.cancel()
	var errs []error
	for _, f := range s.close {
		errs = append(errs, f())
	}
	s.close = nil
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close() // its reader tells
	}
	s.mu.Unlock()
	s.all.Wait()
	s.queue.End()
	return errors.Join(errs...)
}

// received counts a message.
func (s *Server) received(n int, cut bool) {
	s.counts.messages.Add(1)
	s.counts.bytes.Add(int64(n))
	if cut {
		s.counts.cut.Add(1)
	}
}

// datagrams reads a packet socket until it is closed.
func (s *Server) datagrams(c packetConn, prefix string) {
	buf := make([]byte, s.limits.Message+1)
	for s.ctx.Err() == nil {
		n, peer, err := c.read(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			s.pause()
			continue
		}
		s.counts.kernel.Add(c.lost())
		cut := n > s.limits.Message
		text := trimEnd(buf[:min(n, s.limits.Message)])
		if len(text) == 0 {
			continue
		}
		s.received(n, cut)
		m := inflow.Message{Group: inflow.Group{Prefix: prefix, Host: peer}, Text: append([]byte(nil), text...)}
		if !s.queue.Offer(m) {
			s.counts.dropped.Add(1)
		}
	}
}

// pause keeps an error that comes again and again from keeping a processor busy.
func (s *Server) pause() {
	select {
	case <-s.ctx.Done():
	case <-time.After(50 * time.Millisecond):
	}
}

// accept takes connections until the listener is closed.
func (s *Server) accept(l net.Listener, prefix string) {
	for s.ctx.Err() == nil {
		c, err := l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			s.pause()
			continue
		}
		peer := hostOf(c.RemoteAddr())
		if !s.admit(c, peer) {
			s.counts.refused.Add(1)
			_ = c.Close() // nothing was read
			continue
		}
		s.all.Go(func() {
			defer s.dismiss(c, peer)
			s.stream(c, inflow.Group{Prefix: prefix, Host: peer})
		})
	}
}

// admit notes a connection, unless there are too many.
func (s *Server) admit(c net.Conn, peer string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil || len(s.conns) >= s.limits.Connections || peer != "" && s.peers[peer] >= s.limits.PerPeer {
		return false
	}
	s.conns[c] = struct{}{}
	s.peers[peer]++
	return true
}

func (s *Server) dismiss(c net.Conn, peer string) {
	_ = c.Close() // it was read to its end
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.peers[peer]--; s.peers[peer] <= 0 {
		delete(s.peers, peer)
	}
}

// stream reads one connection until it ends, or nothing comes for too long. While the queue is full it does not read, and so the sender waits.
func (s *Server) stream(c net.Conn, from inflow.Group) {
	f := newFramer(&impatient{c, s.limits.Idle}, s.limits.Message)
	for {
		text, err := f.next()
		if err != nil {
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				s.counts.idle.Add(1)
			}
			return
		}
		s.received(len(text), f.cut)
		if s.queue.Put(s.ctx, inflow.Message{Group: from, Text: text}) != nil {
			s.counts.dropped.Add(1)
			return
		}
	}
}

// impatient is a connection whose reads take only so long.
type impatient struct {
	net.Conn
	idle time.Duration
}

func (c *impatient) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// hostOf is the address of a peer without its port; "" for a unix socket.
func hostOf(a net.Addr) string {
	if a == nil || a.Network() == "unix" || a.Network() == "unixgram" {
		return ""
	}
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return ""
	}
	return host
}
