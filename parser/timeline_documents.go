package parser

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonTimeline tells a document that tools export: an array of deployments, releases, revisions or annotations, a list of Kubernetes'
// objects, the answer of Prometheus. It looks at the first element only, and wants the members that make it unmistakable.
func jsonTimeline(head []byte) Format {
	head = skipJSONSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	if len(head) == 0 {
		return NoFormat
	}
	if head[0] == '[' {
		if entry, ok := firstEntry(head[1:]); ok && entry.known() {
			return ChangesJSON
		}
		return NoFormat
	}
	object, ok := openObject(head)
	if !ok {
		return NoFormat
	}
	prometheus, argo := false, false
	for range 16 {
		rest := object.rest
		key, value, more := object.next()
		if !more && argo {
			return ChangesJSON
		}
		if !more {
			return unfinishedTimeline(rest, prometheus)
		}
		switch string(key) {
		case "status":
			prometheus = string(value) == `"success"`
		case "data":
			if prometheus && bytes.Contains(value[:min(len(value), 200)], []byte(`"resultType"`)) {
				return PrometheusJSON
			}
		case "apiVersion":
			argo = bytes.HasPrefix(value, []byte(`"argoproj.io/`))
		case "kind":
			argo = argo && string(value) == `"Application"`
		case "items", "workflow_runs":
			argo = false
			if entry, ok := firstEntry(bytes.TrimPrefix(value, []byte("["))); ok && entry.known() {
				return ChangesJSON
			}
			return NoFormat
		}
	}
	return NoFormat
}

// unfinishedTimeline looks at a member whose value goes on behind what is known of the document.
func unfinishedTimeline(rest []byte, prometheus bool) Format {
	rest = skipJSONSpace(bytes.TrimPrefix(skipJSONSpace(rest), []byte(",")))
	n := jsonStringSize(rest)
	if n == 0 {
		return NoFormat
	}
	key, value := string(rest[1:n-1]), skipJSONSpace(bytes.TrimPrefix(skipJSONSpace(rest[n:]), []byte(":")))
	if prometheus && key == "data" && bytes.Contains(value[:min(len(value), 200)], []byte(`"resultType"`)) {
		return PrometheusJSON
	}
	if (key == "items" || key == "workflow_runs") && len(value) > 0 && value[0] == '[' {
		if entry, ok := firstEntry(value[1:]); ok && entry.known() {
			return ChangesJSON
		}
	}
	return NoFormat
}

func firstEntry(b []byte) (e exported, ok bool) {
	var value json.RawMessage
	if json.NewDecoder(bytes.NewReader(b)).Decode(&value) != nil || len(value) == 0 || value[0] != '{' {
		return e, false
	}
	return e, decodeLoosely(value, &e) == nil
}

// decodeLoosely decodes; members of unexpected types count as absent.
func decodeLoosely(value []byte, into any) error {
	err := json.Unmarshal(value, into)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return nil
	}
	return err
}

// readTimelineJSON reads a document element by element; no more than maxSadfStep bytes are held at once.
func readTimelineJSON(f Format, r io.Reader, o TimelineOptions, yield func(rec *Record) error) error {
	lines := &lineCounter{r: r, line: 1}
	d := documentReader{
		sadfReader: sadfReader{json: json.NewDecoder(lines), lines: lines},
		t:          newTimelineReader(f, o, yield),
	}
	err := d.read(f)
	if d.t.err != nil {
		return d.t.err
	}
	if errors.Is(err, errSadfStep) {
		err = errors.New("an element is too large to be one")
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("reading %s at byte %d: %w", f, d.json.InputOffset(), err)
	}
	return nil
}

// documentReader walks over a document with the steps of sadfReader, and gives its entries to a timelineReader.
type documentReader struct {
	sadfReader
	t *timelineReader
}

func (d *documentReader) read(f Format) error {
	if f == PrometheusJSON {
		var table exporterTable
		err := d.object(func(key string) error {
			if key != "data" {
				return d.skip()
			}
			return d.object(func(key string) error {
				if key != "result" {
					return d.skip()
				}
				return d.array(func() error { return d.series(&table) })
			})
		})
		table.tell(d.t)
		return err
	}
	token, err := d.json.Token()
	if err != nil {
		return err
	}
	if token == json.Delim('[') {
		return d.rest(d.entry)
	}
	// An object: a list of Kubernetes or of workflow runs, or one Application.
	var whole exported
	err = d.rest(func() error {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		switch token {
		case "items", "workflow_runs":
			return d.array(d.entry)
		case "kind":
			return d.text(&whole.Kind)
		case "metadata":
			return d.element(&whole.Metadata)
		case "status":
			return d.element(&whole.Status)
		}
		return d.skip()
	})
	if whole.Kind == "Application" {
		whole.tell(d.t)
	}
	return err
}

// rest reads on in an array or object that has been entered.
func (d *documentReader) rest(each func() error) error {
	for d.json.More() && d.t.err == nil {
		if err := each(); err != nil {
			return err
		}
		d.lines.passed(d.json.InputOffset())
		d.t.offset, d.t.number = d.json.InputOffset(), d.lines.line
	}
	if d.t.err != nil {
		return d.t.err
	}
	_, err := d.json.Token()
	return err
}

// entry reads one entry. One that is none of a change timeline is counted as not understood.
func (d *documentReader) entry() error {
	var e exported
	if err := d.element(&e); err != nil {
		return err
	}
	d.t.offset, d.t.number = d.json.InputOffset(), d.lines.line
	if !e.known() {
		d.t.unparsed(nil)
		return d.t.err
	}
	e.tell(d.t)
	return d.t.err
}

// series reads one series of Prometheus.
func (d *documentReader) series(table *exporterTable) error {
	var s struct {
		Metric map[string]string    `json:"metric"`
		Values [][2]json.RawMessage `json:"values"`
		Value  *[2]json.RawMessage  `json:"value"`
	}
	if err := d.element(&s); err != nil {
		return err
	}
	d.t.offset, d.t.number = d.json.InputOffset(), d.lines.line
	if s.Value != nil {
		s.Values = append(s.Values, *s.Value)
	}
	for _, v := range s.Values {
		m, rest, ok := d.t.clock.epoch(v[0])
		value, fine := csvNumber(unquoted(v[1]), false)
		if !ok || len(rest) > 0 || !fine {
			continue
		}
		if !table.add(s.Metric, m, d.t.number, value) {
			return errors.New("there are more values than fit; ask for a shorter time or a longer step")
		}
	}
	return nil
}
