package parser

import "bytes"

// kernelMessage reads what the kernel says: in a syslog or journal envelope, or bare as dmesg prints it,
// "[12345.678901] text". That stamp counts from boot and is no moment, so a bare line has no time; "dmesg -T" gives one.
//
// Module is what the message is about: the process in messages of the OOM killer and of crashes, else the part of the
// kernel that is named in front ("TCP", "nf_conntrack"). Packets that a firewall rule logged carry their source as
// Client and their destination, with its port, as Upstream.
func (s *Scanner) kernelMessage(line []byte, rec *Record) bool {
	if rec.Daemon != Kernel && len(rec.Program) > 0 {
		return false
	}
	text, boot := kernelUptime(line)
	if rec.Daemon != Kernel && !boot {
		if text = s.kernelDated(line, rec); text == nil {
			return false
		}
	}
	rec.Kind, rec.Daemon, rec.Message = Message, Kernel, bytes.TrimRight(text, " ")
	if bytes.HasSuffix(rec.Program, []byte("kernel")) {
		rec.PID = 0
	}
	if packet := bytes.Index(text, []byte(" SRC=")); packet >= 0 {
		s.kernelPacket(text[packet:], rec)
		return true
	}
	kernelSubject(text, rec)
	return true
}

// kernelUptime takes the "[12345.678901] " off a line.
func kernelUptime(line []byte) (text []byte, ok bool) {
	if len(line) < 6 || line[0] != '[' {
		return line, false
	}
	b := trimSpace(line[1:])
	_, whole := leadingNumber(b)
	if whole == 0 || whole == len(b) || b[whole] != '.' {
		return line, false
	}
	_, decimals := leadingNumber(b[whole+1:])
	b = b[whole+1+decimals:]
	if decimals < 3 || len(b) < 3 || b[0] != ']' || b[1] != ' ' {
		return line, false
	}
	return b[2:], true
}

// kernelDated reads a line of "dmesg -T": "[Sat Nov 21 06:13:00 2026] text". Others put that stamp in front as well, so the
// text must be one the kernel writes, unless the source is known to be the kernel's.
func (s *Scanner) kernelDated(line []byte, rec *Record) (text []byte) {
	if len(line) < 30 || line[0] != '[' || line[4] != ' ' {
		return nil
	}
	m, rest, ok := s.clock.ctime(line[1:])
	if !ok || len(rest) < 3 || rest[0] != ']' || rest[1] != ' ' {
		return nil
	}
	text = rest[2:]
	if s.bareRecent[0] != KernelMessage && !isKernelText(text) {
		return nil
	}
	m.stamp(rec)
	return text
}

// isKernelText knows the messages that matter to a server by how they begin or what they contain.
func isKernelText(b []byte) bool {
	for _, head := range kernelHeads {
		if bytes.HasPrefix(b, head) {
			return true
		}
	}
	return bytes.Contains(b, []byte(" invoked oom-killer: ")) || bytes.Contains(b, []byte("]: segfault at ")) ||
		bytes.Contains(b, []byte(" SRC=")) || bytes.Contains(b, []byte(" blocked for more than ")) ||
		bytes.Contains(b, []byte("] general protection "))
}

var kernelHeads = [][]byte{
	[]byte("Out of memory"), []byte("Memory cgroup "), []byte("oom-kill:"), []byte("oom_reaper:"), []byte("Killed process "),
	[]byte("Mem-Info:"), []byte("Tasks state"), []byte("[  pid  ]"), []byte("TCP: "), []byte("nf_conntrack: "), []byte("EXT4-fs "), []byte("XFS "), []byte("BTRFS "),
	[]byte("Buffer I/O error"), []byte("blk_update_request: "), []byte("I/O error"), []byte("audit: "), []byte("traps: "),
	[]byte("INFO: task "), []byte("watchdog: "), []byte("rcu: "), []byte("neighbour: "), []byte("Linux version "),
}

// kernelPacket reads the description of a packet: SRC=… DST=… DPT=….
//
// Source: Linux net/netfilter/nf_log_syslog.c.
func (s *Scanner) kernelPacket(b []byte, rec *Record) {
	rec.Client = kernelField(b, " SRC=")
	dst, port := kernelField(b, " DST="), kernelField(b, " DPT=")
	if len(port) == 0 || len(dst) == 0 {
		rec.Upstream = dst
		return
	}
	bracketed := bytes.IndexByte(dst, ':') >= 0
	out := s.scratch.begin(len(dst) + len(port) + 3)
	if bracketed {
		out = append(out, '[')
	}
	out = append(out, dst...)
	if bracketed {
		out = append(out, ']')
	}
	out = append(append(out, ':'), port...)
	rec.Upstream = s.scratch.keep(out)
}

// kernelField returns the value behind name up to the next blank.
func kernelField(b []byte, name string) []byte {
	i := bytes.Index(b, []byte(name))
	if i < 0 {
		return nil
	}
	b = b[i+len(name):]
	end := 0
	for end < len(b) && b[end] != ' ' && b[end] != ',' {
		end++
	}
	return b[:end]
}

// kernelSubject finds the process or the part of the kernel that a message is about.
func kernelSubject(b []byte, rec *Record) {
	if i := bytes.Index(b, []byte("Killed process ")); i >= 0 {
		victim := b[i+len("Killed process "):]
		n, size := leadingNumber(victim)
		if rest := victim[size:]; size > 0 && len(rest) > 2 && rest[0] == ' ' && rest[1] == '(' {
			rec.PID, rec.Module = n, rest[2:2+max(bytes.IndexByte(rest[2:], ')'), 0)]
		}
		return
	}
	if bytes.HasPrefix(b, []byte("oom-kill:")) {
		rec.Module = kernelField(b, ",task=")
		rec.PID, _ = leadingNumber(kernelField(b, ",pid="))
		return
	}
	word, size := kernelWord(b)
	if size == 0 {
		return
	}
	switch rest := b[size:]; {
	case rest[0] == '[':
		n, digits := leadingNumber(rest[1:])
		if tail := rest[1+digits:]; digits > 0 && (bytes.HasPrefix(tail, []byte("]:")) || bytes.HasPrefix(tail, []byte("] "))) {
			rec.PID, rec.Module = n, word
		}
	case rest[0] == ':' && len(rest) > 1 && rest[1] == ' ':
		if string(word) == "traps" {
			kernelSubject(rest[2:], rec)
			return
		}
		rec.Module = word
	case bytes.HasPrefix(rest, []byte(" invoked oom-killer")):
		rec.Module = word
	}
}

// kernelWord returns the name at the front of b and its size, 0 if nothing follows it.
func kernelWord(b []byte) (word []byte, size int) {
	for size < len(b) && size < 32 && (isWordByte(b[size]) || b[size] == '-' || b[size] == '.' || b[size] == '/') {
		size++
	}
	if size == len(b) {
		return nil, 0
	}
	return b[:size], size
}
