package load

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// Types of FastCGI records, and the role asked for.
const (
	fcgiBegin, fcgiEnd, fcgiParams, fcgiStdin, fcgiStdout, fcgiStderr = 1, 3, 4, 5, 6, 7
	fcgiResponder                                                     = 1
	fcgiVersion                                                       = 1
	fcgiMost                                                          = 65535 // bytes in a record
)

// ask sends one request without a body over a connection of its own, and returns the body of the answer. network is "unix" or "tcp".
//
// Source: FastCGI Specification 1.0.
func ask(ctx context.Context, network, address string, params [][2]string) ([]byte, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("ask over FastCGI: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := conn.Write(request(params)); err != nil {
		return nil, fmt.Errorf("ask over FastCGI: %w", err)
	}
	return answer(conn)
}

func request(params [][2]string) []byte {
	out := appendRecord(nil, fcgiBegin, []byte{0, fcgiResponder, 0, 0, 0, 0, 0, 0})
	var pairs []byte
	for _, p := range params {
		pairs = appendLength(pairs, len(p[0]))
		pairs = appendLength(pairs, len(p[1]))
		pairs = append(append(pairs, p[0]...), p[1]...)
	}
	out = appendRecord(out, fcgiParams, pairs[:min(len(pairs), fcgiMost)])
	out = appendRecord(out, fcgiParams, nil)
	return appendRecord(out, fcgiStdin, nil)
}

func appendRecord(out []byte, kind byte, content []byte) []byte {
	out = append(out, fcgiVersion, kind, 0, 1, byte(len(content)>>8), byte(len(content)), 0, 0)
	return append(out, content...)
}

func appendLength(out []byte, n int) []byte {
	if n < 128 {
		return append(out, byte(n))
	}
	return binary.BigEndian.AppendUint32(out, uint32(n)|1<<31)
}

// answer reads records up to the end of the request, and what stands behind the head of what was said.
func answer(in io.Reader) ([]byte, error) {
	var out, complaint bytes.Buffer
	r := bufio.NewReader(in)
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, fmt.Errorf("read a FastCGI answer: %w", err)
		}
		if head[0] != fcgiVersion {
			return nil, errors.New("what answers does not speak FastCGI")
		}
		into := io.Discard
		switch head[1] {
		case fcgiStdout:
			into = &out
		case fcgiStderr:
			into = &complaint
		}
		if _, err := io.CopyN(into, r, int64(binary.BigEndian.Uint16(head[4:]))); err != nil {
			return nil, fmt.Errorf("read a FastCGI answer: %w", err)
		}
		if _, err := r.Discard(int(head[6])); err != nil {
			return nil, fmt.Errorf("read a FastCGI answer: %w", err)
		}
		if out.Len()+complaint.Len() > maxPage {
			return nil, errLarge
		}
		if head[1] == fcgiEnd {
			return bodyOf(out.Bytes(), complaint.String())
		}
	}
}

// bodyOf parts the head of an answer from its body.
func bodyOf(text []byte, complaint string) ([]byte, error) {
	r := bufio.NewReader(bytes.NewReader(text))
	head, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return nil, fmt.Errorf("read a FastCGI answer: %w", err)
	}
	if status, _, _ := strings.Cut(head.Get("Status"), " "); status != "" && status != strconv.Itoa(200) {
		return nil, fmt.Errorf("the pool answers %s: %s", head.Get("Status"), strings.TrimSpace(complaint))
	}
	return io.ReadAll(r)
}
