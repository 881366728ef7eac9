package correlate

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"culprit/parser"
	"culprit/store"
)

// Bounds of what is shown around a line of evidence.
const (
	surrounded  = 12  // pieces of evidence
	nearLines   = 3   // before and after
	nearEvents  = 200 // looked at; where there are more, a shorter time is
	longestNear = 400 // bytes of a text
)

// surround adds to pieces of evidence the records next to theirs, as far as the store keeps them.
func (q *inquiry) surround(ctx context.Context, items []EvidenceItem) error {
	for i := range items[:min(len(items), surrounded)] {
		item := &items[i]
		path, line, ok := placed(item.Source)
		if !ok || item.First == nil {
			continue
		}
		for _, s := range q.sources {
			if s.Path != path || s.daemon == parser.Timeline {
				continue
			}
			near, err := q.near(ctx, s, line, item.First.UnixMicro())
			if err != nil {
				return err
			}
			if near != nil {
				item.Around = near
				break
			}
		}
	}
	return nil
}

// placed takes a place apart that was written as file:line.
func placed(source string) (path string, line int64, ok bool) {
	i := strings.LastIndexByte(source, ':')
	if i < 0 {
		return "", 0, false
	}
	line, err := strconv.ParseInt(source[i+1:], 10, 64)
	return source[:i], line, err == nil
}

// near returns the records of a source around the one of a line, which was written at a moment; nil where there are no others.
func (q *inquiry) near(ctx context.Context, s *source, line, at int64) ([]NearLine, error) {
	for _, width := range []int64{60 * second, 5 * second, second / 2} {
		events, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: at - width, To: at + width, Limit: nearEvents,
			Where: []store.Filter{{Key: store.BySource, Values: []string{s.key}}}})
		if err != nil {
			return nil, err
		}
		if len(events) < nearEvents {
			return neighbours(events, line), nil
		}
	}
	return nil, nil
}

func neighbours(events []store.Event, line int64) []NearLine {
	slices.SortFunc(events, func(a, b store.Event) int { return cmp.Compare(a.Line, b.Line) })
	at := slices.IndexFunc(events, func(e store.Event) bool { return e.Line == line })
	if at < 0 || len(events) < 2 {
		return nil
	}
	var near []NearLine
	for i := max(0, at-nearLines); i < min(len(events), at+nearLines+1); i++ {
		e := &events[i]
		near = append(near, NearLine{Line: e.Line, Time: moment(e.Time), Text: recordText(e)})
	}
	return near
}

// recordText is a record in a line.
func recordText(e *store.Event) string {
	text := e.Message
	if e.Request {
		text = strings.TrimSpace(e.Method + " " + e.Path)
		if e.Status > 0 {
			text += " → " + strconv.Itoa(int(e.Status))
		}
		if e.Duration >= 0 {
			text += ", " + human(e.Duration)
		}
	}
	if len(text) > longestNear {
		return strings.ToValidUTF8(text[:longestNear], "") + "…"
	}
	return text
}
