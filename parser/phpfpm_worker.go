package parser

import "bytes"

// openWorker is a child whose message is not complete.
type openWorker struct {
	pid   int64
	joins int  // how many more lines may belong to it
	trace bool // it ends with the trace's last line
}

// workerOutput reads ` said into stderr: "text"`. Quotes inside are not escaped; a long text ends in `..."`, the last one of a
// child may be followed by ", pipe is closed".
func (s *Scanner) workerOutput(text []byte, rec *Record) {
	open := bytes.IndexByte(text, '"')
	if open < 0 {
		return
	}
	text = text[open+1:]
	if n := len(text); n > 0 && text[n-1] == 'd' {
		text = bytes.TrimSuffix(text, []byte(", pipe is closed"))
	}
	if n := len(text); n > 0 && text[n-1] == '"' {
		text = text[:n-1]
	}
	rec.Daemon, rec.Severity = PHP, NoSeverity // PHP-FPM calls all of it a warning
	rec.Message = text
	trace := len(text) == 0 || isPHPTrace(text)
	switch {
	case !trace && phpSpeech(text, rec):
		s.php.begin(rec)
	case s.php.goesOn(rec.PID, text), trace:
		rec.Kind = Continuation
	}
}

// begin notes that the worker has begun a message, and whether more lines of it are to come.
func (p *phpState) begin(rec *Record) {
	pid, text := rec.PID, rec.Message
	w := p.worker(pid)
	if w == nil {
		w = &p.workers[p.next]
		p.next = (p.next + 1) % len(p.workers)
	}
	*w = openWorker{pid: pid, trace: isUncaught(text)}
	switch {
	case bytes.HasSuffix(text, []byte("...")): // cut by log_limit
	case w.trace:
		w.joins = phpTraceLines
	case len(text) > 4 && string(text[:4]) == "PHP " && !endsInPlace(rec):
		w.joins = phpTextLines
	}
}

// endsInPlace is hasPHPPlace for the first line of a message whose script has been looked for.
func endsInPlace(rec *Record) bool {
	if len(rec.Script) > 0 && len(rec.Detail) == 0 {
		return phpLine(rec.Message) >= 0
	}
	return hasPHPPlace(rec.Message)
}

// goesOn reports whether text belongs to the message that the worker has begun.
func (p *phpState) goesOn(pid int64, text []byte) bool {
	w := p.worker(pid)
	if w == nil || w.joins == 0 {
		return false
	}
	w.joins--
	if w.trace && isPHPTraceEnd(text) || !w.trace && hasPHPPlace(text) {
		w.joins = 0
	}
	return true
}

func (p *phpState) worker(pid int64) *openWorker {
	for i := range p.workers {
		if p.workers[i].pid == pid {
			return &p.workers[i]
		}
	}
	return nil
}
