package receiver

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/wneessen/go-mail"

	"culprit/correlate"
	"culprit/live"
	"culprit/report"
)

// attachments are the forms in which a report goes with a message.
var attachments = map[string]func(m *mail.Msg, name string, r *correlate.Report) error{
	"none": func(*mail.Msg, string, *correlate.Report) error { return nil },
	"html": func(m *mail.Msg, name string, r *correlate.Report) error {
		write := func(w io.Writer, r *correlate.Report) error { return report.HTML(w, r, report.HTMLOptions{}) }
		return attach(m, name+".html", "text/html", r, write)
	},
	"markdown": func(m *mail.Msg, name string, r *correlate.Report) error {
		return attach(m, name+".md", "text/markdown", r, report.Markdown)
	},
}

// attachedMost is how many reports go with one message.
const attachedMost = 3

// subjectMost is how long a subject may be, in characters.
const subjectMost = 180

// letterWidth of the text of a message, in columns.
const letterWidth = 78

func attach(m *mail.Msg, name, kind string, r *correlate.Report, write func(io.Writer, *correlate.Report) error) error {
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		return err
	}
	return m.AttachReader(name, &b, mail.WithFileContentType(mail.ContentType(kind)))
}

// compose writes a message. Its headers hold no line breaks, whatever logs say.
func (m *Mail) compose(group []*live.Notice, to []string) (*mail.Msg, error) {
	message, err := m.empty(to)
	if err != nil {
		return nil, err
	}
	first := group[0]
	message.Subject(plain(subject(group), subjectMost))
	message.SetDateWithValue(group[len(group)-1].Time)
	message.SetMessageIDWithValue(m.identity(first, first.Event))
	if first.Event == live.Changed || first.Event == live.Ended {
		opened := "<" + m.identity(first, live.Opened) + ">"
		message.SetGenHeader(mail.HeaderInReplyTo, opened)
		message.SetGenHeader(mail.HeaderReferences, opened)
	}
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(mail.TypeTextPlain, letter(group))
	attached := 0
	for _, n := range group {
		if n.Event != live.Ended || attached == attachedMost {
			continue
		}
		attached++
		name := "culprit-" + n.Incident.Start.UTC().Format("2006-01-02T150405Z")
		if err := attachments[m.opts.Attach](message, name, n.Report()); err != nil {
			return nil, fmt.Errorf("attach the report: %w", err)
		}
	}
	return message, nil
}

// subject keeps the words of an incident from its opening to its end, apart from the mark before them.
func subject(group []*live.Notice) string {
	first := group[0]
	mark := map[live.Event]string{live.Opened: "INCIDENT", live.Changed: "UPDATE", live.Ended: "OVER", live.Test: "TEST"}[first.Event]
	host := cmp.Or(first.Host, "culprit")
	more := ""
	if len(group) > 1 {
		more = fmt.Sprintf(" (and %d more)", len(group)-1)
	}
	return fmt.Sprintf("[%s] %s%s %s", mark, host, more, live.Headline(first))
}

// letter is the text of a message.
func letter(group []*live.Notice) string {
	var parts []string
	for _, n := range group {
		parts = append(parts, passage(n))
	}
	return strings.Join(parts, "\n"+strings.Repeat("-", letterWidth)+"\n\n")
}

func passage(n *live.Notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", live.Headline(n))
	if n.Event == live.Test {
		fmt.Fprintf(&b, "%s\n", plain(n.Lead().Summary, 0))
		return b.String()
	}
	if n.Link != "" {
		fmt.Fprintf(&b, "%s\n\n", plain(n.Link, 0))
	}
	b.WriteString(text(n, letterWidth))
	if n.Host != "" {
		fmt.Fprintf(&b, "\nTold by culprit on %s at %s.\n", plain(n.Host, 0), n.Time.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return b.String()
}
