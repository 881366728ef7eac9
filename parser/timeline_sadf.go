package parser

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// IsSadf reports whether a file that begins with head is what "sadf -j" prints: one JSON document, not lines.
func IsSadf(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n\ufeff")
	if len(head) == 0 || head[0] != '{' {
		return false
	}
	return bytes.HasPrefix(bytes.TrimLeft(head[1:], " \t\r\n"), []byte(`"sysstat"`))
}

// ReadSadf reads a document of "sadf -j" and gives each measurement to yield as a Record of kind Measurement, in the order
// of the document, and each boot of the host as a ChangeNote. The record is reused for the next call; its Sample is not. Offset is where the statistics of that moment
// end in the document, Line their line. Metrics are named as in load timelines: cpu_percent (all but idle), cpu_user_percent,
// cpu_system_percent, cpu_iowait_percent, cpu_steal_percent, mem_used_percent, swap_used_percent, load1, runq, blocked,
// disk_used_percent (the fullest file system), disk_util_percent (the busiest device), net_rx_bytes, net_tx_bytes (a second,
// all interfaces but loopback, loopback where there is no other), tcp_inuse, tcp_tw.
//
// No more than maxSadfStep bytes are held at once. ReadSadf ends with the error of r or yield, wrapped, or with one that
// says where the document is broken; what was read up to there has been yielded.
func ReadSadf(r io.Reader, yield func(rec *Record) error) error {
	lines := &lineCounter{r: r, line: 1}
	d := sadfReader{json: json.NewDecoder(lines), lines: lines, yield: yield}
	if err := d.document(); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // the document was cut short
		}
		return fmt.Errorf("reading sadf statistics at byte %d: %w", d.json.InputOffset(), err)
	}
	return nil
}

// maxSadfStep bounds one element of the document: the statistics of one moment with all CPUs and devices.
const maxSadfStep = 4 << 20

var errSadfStep = errors.New("an element is too large; print fewer statistics with sadf's options behind --")

type sadfReader struct {
	json  *json.Decoder
	lines *lineCounter
	yield func(rec *Record) error

	host string
	zone *time.Location // of times that are not UTC; nil: not known
	rec  Record
}

// document walks down to the hosts.
func (d *sadfReader) document() error {
	return d.object(func(key string) error {
		if key != "sysstat" {
			return d.skip()
		}
		return d.object(func(key string) error {
			if key != "hosts" {
				return d.skip()
			}
			return d.array(d.hostEntry)
		})
	})
}

func (d *sadfReader) hostEntry() error {
	d.host, d.zone = "", nil
	return d.object(func(key string) error {
		switch key {
		case "nodename":
			return d.text(&d.host)
		case "timezone":
			var name string
			err := d.text(&name)
			d.zone = zoneNamed(name)
			return err
		case "statistics":
			return d.array(d.statistics)
		case "restarts":
			return d.array(d.restart)
		}
		return d.skip()
	})
}

// zoneNamed returns nil for a name that means nothing here.
func zoneNamed(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// statistics reads what was measured at one moment.
func (d *sadfReader) statistics() error {
	var at sadfMoment
	if err := d.element(&at); err != nil {
		return err
	}
	m, ok := at.Timestamp.moment(d.zone)
	if !ok {
		return nil
	}
	return at.each(func(metric string, value float64) error {
		d.begin(m, Measurement)
		d.rec.Sample = &Sample{Host: d.host, Metric: metric, Value: value, Span: spanOf(metric, int64(at.Timestamp.Interval)*second)}
		return d.yield(&d.rec)
	})
}

// restart reads one of the host's boots, which is a change.
func (d *sadfReader) restart() error {
	var at struct {
		Boot sadfTimestamp `json:"boot"`
	}
	if err := d.element(&at); err != nil {
		return err
	}
	m, ok := at.Boot.moment(d.zone)
	if !ok {
		return nil
	}
	d.begin(m, ChangeNote)
	d.rec.Change = &Change{Kind: "restart", Service: d.host, Summary: "the host booted"}
	return d.yield(&d.rec)
}

// element decodes the next element. Members of unexpected types count as absent.
func (d *sadfReader) element(into any) error {
	err := d.json.Decode(into)
	var mistyped *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &mistyped) {
		return err
	}
	d.lines.passed(d.json.InputOffset())
	return nil
}

// begin makes d.rec an empty record of that moment, at the place that has been read up to.
func (d *sadfReader) begin(m moment, kind Kind) {
	d.rec.Reset()
	m.stamp(&d.rec)
	d.rec.Kind, d.rec.Format, d.rec.Daemon = kind, SadfJSON, Timeline
	d.rec.Offset, d.rec.Line, d.rec.Lines = d.json.InputOffset(), d.lines.line, 1
}

// object calls member for each key; member must read the value.
func (d *sadfReader) object(member func(key string) error) error {
	return d.between('{', func() error {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		return member(key)
	})
}

// array calls element for each; element must read it.
func (d *sadfReader) array(element func() error) error { return d.between('[', element) }

func (d *sadfReader) between(open json.Delim, each func() error) error {
	token, err := d.json.Token()
	if err != nil {
		return err
	}
	if token != open {
		return fmt.Errorf("found %v where %q was expected", token, open)
	}
	for d.json.More() {
		if err := each(); err != nil {
			return err
		}
		d.lines.passed(d.json.InputOffset())
	}
	_, err = d.json.Token()
	return err
}

// skip reads a value of any kind away.
func (d *sadfReader) skip() error {
	for depth := 0; ; {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		d.lines.passed(d.json.InputOffset())
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// text reads a string; a value of another kind is read away.
func (d *sadfReader) text(into *string) error {
	var value any
	if err := d.json.Decode(&value); err != nil {
		return err
	}
	*into, _ = value.(string)
	return nil
}

// lineCounter counts the lines up to a place that lies behind what has been read.
type lineCounter struct {
	r     io.Reader
	read  int64   // bytes
	begun int64   // up to here the reader has used it
	ahead []int64 // offsets of line feeds beyond begun
	line  int64   // of the byte at begun, from 1
}

func (c *lineCounter) Read(p []byte) (n int, err error) {
	if c.read-c.begun > maxSadfStep {
		return 0, errSadfStep
	}
	n, err = c.r.Read(p)
	for rest, at := p[:n], c.read; ; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		c.ahead = append(c.ahead, at+int64(i))
		rest, at = rest[i+1:], at+int64(i)+1
	}
	c.read += int64(n)
	return n, err
}

// passed notes that everything before offset has been used.
func (c *lineCounter) passed(offset int64) {
	n := 0
	for n < len(c.ahead) && c.ahead[n] < offset {
		n++
	}
	c.line += int64(n)
	c.begun = offset
	c.ahead = append(c.ahead[:0], c.ahead[n:]...)
}
