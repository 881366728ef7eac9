package parser

import (
	"bytes"
	"encoding/binary"
)

// apacheSayings remembers what was read out of the last messages: about a backend Apache says the same again and again.
type apacheSayings [64]apacheSaying

// apacheSaying is what a message of a module says: where in it things stand, and what does not stand in it.
type apacheSaying struct {
	message, module      []byte
	code, upstream, path span
	socket, scheme       []byte // never written to again: records hold on to them
	errno                int32
	used                 bool // since another message asked for its place
}

// longestSaying bounds the messages that are remembered, in bytes.
const longestSaying = 256

// saying returns where a message is or would be remembered; nil: nowhere.
func (s *apacheState) saying(message []byte) *apacheSaying {
	n := len(message)
	if n < 8 || n > longestSaying {
		return nil
	}
	if s.sayings == nil {
		s.sayings = new(apacheSayings)
	}
	hash := (binary.LittleEndian.Uint64(message[n-8:]) + uint64(n)) * 0x9E3779B97F4A7C15
	return &s.sayings[hash>>58]
}

// is reports whether a is what was remembered of rec's message.
func (a *apacheSaying) is(rec *Record) bool {
	return a != nil && bytes.Equal(a.message, rec.Message) && bytes.Equal(a.module, rec.Module)
}

// isSpare reports whether a message may be forgotten for another one. One that came again stays when it is asked for the first time.
func (a *apacheSaying) isSpare() bool {
	if a == nil {
		return false
	}
	used := a.used
	a.used = false
	return !used
}

// tell writes into rec what its message says.
func (a *apacheSaying) tell(rec *Record) {
	a.used = true
	m := rec.Message
	rec.Code, rec.Path, rec.UpstreamScheme, rec.Errno = a.code.of(m), a.path.of(m), a.scheme, a.errno
	rec.Upstream = a.socket
	if rec.Upstream == nil {
		rec.Upstream = a.upstream.of(m)
	}
}

// learn remembers what rec's message says.
func (a *apacheSaying) learn(rec *Record) {
	a.message, a.module = append(a.message[:0], rec.Message...), append(a.module[:0], rec.Module...)
	a.code, _ = placeIn(rec.Message, rec.Code)
	a.path, _ = placeIn(rec.Message, rec.Path)
	a.scheme, a.errno, a.socket = rec.UpstreamScheme, rec.Errno, nil
	var stands bool
	if a.upstream, stands = placeIn(rec.Message, rec.Upstream); !stands {
		a.socket = bytes.Clone(rec.Upstream)
	}
}

// placeIn returns where a part stands in a text, or whether it does not.
func placeIn(text, part []byte) (s span, stands bool) {
	if len(part) == 0 {
		return span{}, true
	}
	i := bytes.Index(text, part)
	if i < 0 {
		return span{}, false
	}
	return span{i, i + len(part)}, true
}
