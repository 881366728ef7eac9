package parser

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// TimelineOptions is what may be known of a timeline beside its bytes.
type TimelineOptions struct {
	// Path is where the file lay, with slashes; the names of folders tell which service a log of deploys is of.
	Path string
	// Reference is when the file was last written, µs since the epoch, 0 if not known. It dates what carries no date of its own.
	Reference int64
}

// TimelineFormat tells by the beginning of a file which timeline it is, NoFormat if none. eof says that head is all of it.
//
// These are not formats of single lines: they are known by several lines that fit a strict grammar, so that no line of a log is
// ever taken for one of theirs.
func TimelineFormat(head []byte, eof bool, o TimelineOptions) Format {
	if IsSadf(head) {
		return SadfJSON
	}
	if f := jsonTimeline(head); f != NoFormat {
		return f
	}
	if isCertificate(head) {
		return Certificate
	}
	if !eof {
		end := bytes.LastIndexByte(head, '\n') + 1
		if end == 0 {
			return NoFormat
		}
		head = head[:end]
	}
	for f := CapistranoLog; f < SadfJSON; f++ {
		if g := grammarOf(f); g != nil && probe(f, g, head, o) {
			return f
		}
	}
	return NoFormat
}

// ReadTimeline reads a file of the format that TimelineFormat told, and gives each change and each measurement to yield, as ReadSadf
// does. A line that does not fit the format comes as a Record of kind Unparsed. Offset is where in the file reading has got to, Line the
// line that the entry begins in. The error is that of r or yield, or says why the file cannot be read on.
func ReadTimeline(f Format, r io.Reader, o TimelineOptions, yield func(rec *Record) error) error {
	switch f {
	case SadfJSON:
		return ReadSadf(r, yield)
	case ChangesJSON, PrometheusJSON:
		return readTimelineJSON(f, r, o, yield)
	case Certificate:
		return readCertificate(r, yield)
	}
	g := grammarOf(f)
	if g == nil {
		return fmt.Errorf("%s is no timeline", f)
	}
	t := newTimelineReader(f, o, yield)
	return t.lines(g, r)
}

// grammar reads the lines of one timeline format. It keeps what lines before have told.
type grammar interface {
	// line reads one line without its end. It returns false for one that is not of the format.
	line(t *timelineReader, b []byte) bool
	// end is called behind the last line.
	end(t *timelineReader)
}

func grammarOf(f Format) grammar {
	switch f {
	case CapistranoLog:
		return &capistranoLog{}
	case DeployerLog:
		return &deployerLog{}
	case GitReflog:
		return &gitReflog{}
	case DpkgLog:
		return &dpkgLog{}
	case AptHistory:
		return &aptHistory{}
	case PackageLog:
		return &packageLog{}
	case AnsibleLog:
		return &ansibleLog{}
	case HelmHistory:
		return &helmHistory{}
	case SysstatText:
		return &sysstatText{}
	case SadfText:
		return &sadfText{}
	case VmstatText:
		return &vmstatText{}
	case AtopText:
		return &atopText{}
	case ExporterText:
		return &exporterText{}
	case MySQLStatus:
		return &mysqlStatus{}
	}
	return nil
}

// timelineReader is the state of one ReadTimeline.
type timelineReader struct {
	format Format
	opts   TimelineOptions
	yield  func(rec *Record) error

	clock  clockCache
	rec    Record
	offset int64 // behind the line at hand
	number int64 // of the line at hand, from 1
	begun  int64 // the line that the entry at hand began in, 0: the line at hand
	period int64 // that means are taken over at the moment at hand, µs; 0: not known
	err    error // of yield; nothing is read on behind it
}

func newTimelineReader(f Format, o TimelineOptions, yield func(rec *Record) error) *timelineReader {
	return &timelineReader{format: f, opts: o, yield: yield, clock: clockCache{reference: o.Reference}}
}

// timelineLine bounds a line that can be of any timeline; what lies beyond is passed over.
const timelineLine = 64 << 10

func (t *timelineReader) lines(g grammar, r io.Reader) error {
	in := bufio.NewReaderSize(r, timelineLine)
	for t.err == nil {
		line, size, err := readLine(in)
		if size == 0 && err != nil {
			if !errors.Is(err, io.EOF) {
				return fmt.Errorf("reading %s at byte %d: %w", t.format, t.offset, err)
			}
			g.end(t)
			break
		}
		t.offset += int64(size)
		t.number++
		if t.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if !g.line(t, line) && !isBlank(line) {
			t.unparsed(line)
		}
	}
	return t.err
}

// readLine returns the next line without its end, as far as it fits the reader, and its size with all that was passed over.
func readLine(in *bufio.Reader) (line []byte, size int, err error) {
	line, err = in.ReadSlice('\n')
	size = len(line)
	if !errors.Is(err, bufio.ErrBufferFull) {
		return trimEOL(line), size, err
	}
	line = bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		var more []byte
		more, err = in.ReadSlice('\n')
		size += len(more)
	}
	return line, size, err
}

func (t *timelineReader) unparsed(line []byte) {
	t.begin(moment{}, Unparsed)
	t.rec.Format, t.rec.Daemon = NoFormat, NoDaemon
	t.rec.Raw = line
	t.send()
}

// change gives out a change. Texts are bounded and freed of control characters by whoever keeps and shows them.
func (t *timelineReader) change(m moment, c Change) {
	t.begin(m, ChangeNote)
	c.Service, c.Version, c.Actor = bounded(c.Service, 100), bounded(c.Version, 100), bounded(c.Actor, 100)
	c.From, c.Ref = bounded(c.From, 100), bounded(c.Ref, 500)
	c.Summary = bounded(c.Summary, 500)
	t.rec.Change = &c
	t.rec.Message = []byte(c.Summary)
	t.send()
}

// sample gives out a measurement.
func (t *timelineReader) sample(m moment, host, metric string, value float64) {
	if value != value || value > 1e300 || value < -1e300 {
		return
	}
	t.begin(m, Measurement)
	t.rec.Sample = &Sample{Host: bounded(host, 100), Metric: metric, Value: value, Span: spanOf(metric, t.period)}
	t.send()
}

// longestPeriod bounds what is believed to be the time that a mean was taken over, µs.
const longestPeriod = 24 * 3600 * second

// spanOf is the period a metric is the mean of, where means are taken over period; amounts and queues are of one moment.
func spanOf(metric string, period int64) int64 {
	if period <= 0 || period > longestPeriod {
		return 0
	}
	for _, mean := range [...]string{"cpu_", "net_", "tcp_listen", "tcp_retrans", "disk_util", "disk_await", "swap_in", "swap_out"} {
		if strings.HasPrefix(metric, mean) {
			return period
		}
	}
	return 0
}

func (t *timelineReader) begin(m moment, kind Kind) {
	t.rec.Reset()
	m.stamp(&t.rec)
	t.rec.Kind, t.rec.Format, t.rec.Daemon = kind, t.format, Timeline
	t.rec.Offset, t.rec.Line, t.rec.Lines = t.offset, t.number, 1
	if t.begun > 0 {
		t.rec.Line = t.begun
	}
	t.rec.Line = max(t.rec.Line, 1)
}

func (t *timelineReader) send() {
	if t.err == nil {
		t.err = t.yield(&t.rec)
	}
}

func bounded(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.Clone(strings.ToValidUTF8(s, "?"))
}

// Bounds of what is looked at to tell a timeline.
const (
	probedLines = 40
	firstLines  = 3 // of which one must fit, or the rest is not looked at
)

// probe reports whether head is of format f: four of five lines fit, and they told something.
func probe(f Format, g grammar, head []byte, o TimelineOptions) bool {
	told := 0
	t := newTimelineReader(f, o, func(rec *Record) error { told++; return nil })
	fits, all := 0, 0
	for line := range bytes.Lines(head) {
		t.number++
		line = trimEOL(line)
		if t.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if isBlank(line) {
			g.line(t, line)
			continue
		}
		all++
		if len(line) < timelineLine && g.line(t, line) {
			fits++
		}
		if all == firstLines && fits == 0 || all >= probedLines && told > 0 || all >= 20*probedLines {
			break
		}
	}
	g.end(t)
	return all > 0 && told > 0 && fits*5 >= all*4
}

// commonFolders are names of folders that say nothing of what lies in them.
var commonFolders = map[string]bool{
	"": true, ".": true, "..": true, "log": true, "logs": true, "timeline": true, "timelines": true, "shared": true, "current": true,
	"releases": true, "var": true, "deploy": true, "deploys": true, "deployment": true, "history": true, "tmp": true, "www": true, "html": true,
	"htdocs": true, "public": true, ".dep": true, ".git": true, "repo": true, "srv": true, "app": true, "apps": true, "home": true, "changes": true,
}

// ServiceOf names the service that a file is of, by the folder it lies in; "" where that says nothing.
func ServiceOf(file string) string { return (&TimelineOptions{Path: file}).serviceOf(path.Base(file)) }

// serviceOf names the service that a file is of, by the folder it lies in or what stands before its usual name.
func (o *TimelineOptions) serviceOf(usual string) string {
	p := o.Path
	if i := strings.LastIndexByte(p, '!'); i >= 0 {
		p = p[i+1:]
	}
	dir, name := path.Split(p)
	if prefix, ok := strings.CutSuffix(name, usual); ok && strings.Trim(prefix, "-_.") != "" {
		return strings.Trim(prefix, "-_.")
	}
	for range 4 {
		dir = strings.TrimSuffix(dir, "/")
		folder := path.Base(dir)
		if dir == "" || dir == "/" || dir == "." {
			return ""
		}
		if !commonFolders[folder] {
			return folder
		}
		dir, _ = path.Split(dir)
	}
	return ""
}
