package parser

import "bytes"

// fpmTrace is the block of the slow log being read: its frames, innermost first.
type fpmTrace struct {
	frames [64][]byte
	count  int
}

// slowNamed is how many frames make the message.
const slowNamed = 8

// phpfpmSlow reads a block of PHP-FPM's slow log, frames innermost first:
//
//	[21-Nov-2026 06:13:00]  [pool www] pid 1240
//	script_filename = /var/www/index.php
//	[0x00007f7356c13080] curl_exec() /var/www/lib.php:40
//	[0x00007f7356c13010] run() /var/www/index.php:12
//
// Message names the functions of the innermost frames, joined by blanks: "curl_exec() run()". Methods come without their
// class, included files as "[INCLUDE_OR_EVAL]()", as PHP-FPM prints them. Script is the file the request ran, Detail the
// frames as they stand.
func (s *Scanner) phpfpmSlow(line []byte, rec *Record) bool {
	if len(line) < 35 || line[0] != '[' {
		return false
	}
	m, b, ok := s.clock.php(line[1:])
	if !ok {
		return false
	}
	head := b
	b, ok = bytes.CutPrefix(b, []byte("]  [pool "))
	end := bytes.IndexByte(b, ']')
	if !ok || end < 0 || !bytes.HasPrefix(b[end:], []byte("] pid ")) {
		return false
	}
	pid, n := leadingNumber(b[end+6:])
	if n == 0 {
		return false
	}
	m.stamp(rec)
	rec.Kind, rec.Daemon, rec.Severity = Message, PHPFPM, Warning
	rec.Pool, rec.PID = b[:end], pid
	rec.Message = head[3:]
	s.trace.count = 0
	return true
}

// phpfpmSlowGoesOn joins the script's name and the frames to the head, in containers also where each has its envelope.
func (s *Scanner) phpfpmSlowGoesOn(rec *Record, line []byte) bool {
	if s.wrapped {
		cutOut, cutErr := s.envelopes.cutOut, s.envelopes.cutErr
		var env envelope
		inner, ok := s.unwrap(line, &env)
		s.envelopes.cutOut, s.envelopes.cutErr = cutOut, cutErr
		if !ok {
			return false
		}
		line = inner
	}
	if script, ok := slowScriptName(line); ok {
		rec.Script = script
		return true
	}
	if s.trace.count == len(s.trace.frames) || frameFunction(line) == nil {
		return false
	}
	s.trace.frames[s.trace.count] = line
	s.trace.count++
	return true
}

// phpfpmSlowFinish composes Message and Detail from the frames.
func (s *Scanner) phpfpmSlowFinish(whole []byte, rec *Record) {
	frames := s.trace.frames[:s.trace.count]
	if len(frames) == 0 {
		rec.Message = rec.Detail
		return
	}
	rec.Detail = s.joinFrames(frames, whole)
	size := 0
	for _, frame := range frames[:min(len(frames), slowNamed)] {
		size += len(frame)
	}
	message := s.scratch.begin(size)
	for i, frame := range frames[:min(len(frames), slowNamed)] {
		if i > 0 {
			message = append(message, ' ')
		}
		message = append(message, frameFunction(frame)...)
	}
	rec.Message = s.scratch.keep(message)
}

// joinFrames returns the frames as one text. Without envelopes they are the tail of the record.
func (s *Scanner) joinFrames(frames [][]byte, whole []byte) []byte {
	size := 0
	for _, frame := range frames {
		size += len(frame) + 1
	}
	if !s.wrapped {
		return whole[max(bytes.Index(whole, frames[0]), 0):]
	}
	detail := s.scratch.begin(size)
	for i, frame := range frames {
		if i > 0 {
			detail = append(detail, '\n')
		}
		detail = append(detail, frame...)
	}
	return s.scratch.keep(detail)
}

// slowScriptName reads "script_filename = /var/www/index.php".
func slowScriptName(line []byte) (script []byte, ok bool) {
	return bytes.CutPrefix(line, []byte("script_filename = "))
}

// frameFunction returns "curl_exec()" of "[0x00007f7356c13080] curl_exec() /var/www/lib.php:40", nil for what is no frame.
func frameFunction(line []byte) []byte {
	if len(line) < 6 || string(line[:3]) != "[0x" {
		return nil
	}
	end := bytes.Index(line[:min(len(line), 24)], []byte("] "))
	if end < 0 || end+2 == len(line) {
		return nil
	}
	function, _ := cutWord(line[end+2:])
	return function
}
