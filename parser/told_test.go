package parser

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// told prints what a record says, field by field in the order of the type and without what it leaves open, for example
// "message haproxy-message haproxy alert Host=lb1 Message=…".
func told(r Record) string {
	kinds := [...]string{"blank", "message", "request", "change", "sample", "continuation", "unparsed"}
	out := []string{kinds[r.Kind], r.Format.String(), r.Daemon.String()}
	if r.Severity != NoSeverity {
		out = append(out, r.Severity.String())
	}
	if r.Time != 0 {
		layout := "2006-01-02T15:04:05.999999"
		if r.Zoned {
			layout += "Z"
		}
		out = append(out, time.UnixMicro(r.Time).UTC().Format(layout))
	}
	var blank Record
	blank.Reset()
	v, empty := reflect.ValueOf(r), reflect.ValueOf(blank)
	for i := range v.NumField() {
		switch name := v.Type().Field(i).Name; name {
		case "Kind", "Format", "Daemon", "Severity", "Zoned", "Time", "Resolution", "Offset", "Line", "Lines", "Raw", "plain":
		default:
			f := v.Field(i)
			if text, ok := f.Interface().([]byte); ok {
				if len(text) > 0 {
					out = append(out, fmt.Sprintf("%s=%s", name, text))
				}
			} else if c, ok := f.Interface().(*Change); ok && c != nil {
				out = append(out, fmt.Sprintf("Change=%s", toldChange(*c)))
			} else if s, ok := f.Interface().(*Sample); ok && s != nil {
				out = append(out, fmt.Sprintf("Sample=%s", toldSample(*s)))
			} else if !reflect.DeepEqual(f.Interface(), empty.Field(i).Interface()) {
				out = append(out, fmt.Sprintf("%s=%v", name, f.Interface()))
			}
		}
	}
	return strings.Join(out, " ")
}

// tells returns a check that text, read as a source of its own, is told as want: a line for each record.
func tells(t *testing.T) func(text, want string) {
	reference := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixMicro()
	return func(text, want string) {
		t.Helper()
		var got []string
		for _, r := range scanAll(NewScanner(Options{Reference: reference}), []byte(text)) {
			got = append(got, told(r))
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s\n got %s\nwant %s", text, strings.Join(got, "\n     "), want)
		}
	}
}

// toldChange prints the five texts of a change, and what it tells beyond.
func toldChange(c Change) string {
	text := fmt.Sprintf("&{%s %s %s %s %s}", c.Kind, c.Service, c.Version, c.Summary, c.Actor)
	if c.From != "" {
		text += " from " + c.From
	}
	if c.Scope != (Scope{}) {
		text += fmt.Sprintf(" scope %v", c.Scope)
	}
	if c.Ref != "" {
		text += " ref " + c.Ref
	}
	if c.Early != 0 || c.Late != 0 {
		text += fmt.Sprintf(" -%v+%v", time.Duration(c.Early)*time.Microsecond, time.Duration(c.Late)*time.Microsecond)
	}
	return text
}

func toldSample(s Sample) string {
	text := fmt.Sprintf("&{%s %s %v}", s.Host, s.Metric, s.Value)
	if s.Span != 0 {
		text += fmt.Sprintf(" over %v", time.Duration(s.Span)*time.Microsecond)
	}
	return text
}
