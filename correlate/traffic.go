package correlate

import (
	"context"
	"strconv"

	"culprit/store"
)

// class is a way in which users are hurt.
type class string

const (
	serverErrors class = "5xx"
	aborts       class = "abort"    // the client went away, or the connection ended without an answer
	unlogged     class = "unlogged" // connections that never became a request; only an error log tells
	messagesOnly class = "messages" // no access log at all: errors stand for failures
)

// traffic is what users saw, second by second.
type traffic struct {
	span
	total, arrived *series
	failed         map[class]*series
	byStatus       map[string]*series
	edge           []string // keys of the sources it was taken from
}

// statusClass says how a status hurts, "" if it does not. Refusals (4xx) are classes of their own: they hurt only where they
// replace answers that used to succeed.
func statusClass(status string) class {
	code, err := strconv.Atoi(status)
	switch {
	case err != nil:
		return ""
	case code == 0 || code == 499:
		return aborts
	case code >= 500:
		return serverErrors
	case code >= 400 && code != 401 && code != 416:
		return class(status)
	}
	return ""
}

// loadTraffic reads the edge sources' requests of a span.
func loadTraffic(ctx context.Context, st Store, sources []*source, in span) (*traffic, error) {
	t := &traffic{span: in, total: newSeries(in), arrived: newSeries(in), failed: map[class]*series{}, byStatus: map[string]*series{}}
	for _, s := range sources {
		if s.edge {
			t.edge = append(t.edge, s.key)
		}
	}
	if len(t.edge) == 0 {
		return t, nil
	}
	from, to := in.micros()
	q := store.Query{Table: store.Requests, From: from, To: to, Bucket: second, Keys: []store.Key{store.ByStatus}, Where: t.where()}
	var met [1 << 6]*answers
	err := st.Series(ctx, q, func(p store.Point) error {
		status := p.Keys[0]
		place := &met[statusHash(status)%uint8(len(met))]
		if *place == nil || (*place).status != status {
			*place = t.answersWith(status)
		}
		a := *place
		sec := p.Bucket / second
		t.total.add(sec, p.Count)
		t.arrived.add(sec, p.Arrived)
		a.all.add(sec, p.Count)
		if a.failed != nil {
			a.failed.add(sec, p.Count)
		}
		return nil
	})
	return t, err
}

// answers are what counts those of one status: failed is nil where the status hurts nobody, or is a class of its own.
type answers struct {
	status      string
	all, failed *series
}

// statusHash tells the usual statuses apart: a day has half a million counts, too many to look each up in a map.
func statusHash(status string) uint8 {
	if status == "" {
		return 0
	}
	return (status[0]-'0')*10 + status[len(status)-1] - '0'
}

func (t *traffic) answersWith(status string) *answers {
	a := &answers{status: status, all: seriesOf(t.byStatus, status, t.span)}
	switch c := statusClass(status); c {
	case "":
	case class(status):
		t.failed[c] = a.all
	default:
		a.failed = seriesOf(t.failed, c, t.span)
	}
	return a
}

// answered counts the requests that did not end in an error of the server: what backends log, too.
func (t *traffic) answered() *series {
	s := newSeries(t.span)
	copy(s.counts, t.total.counts)
	if failed := t.failed[serverErrors]; failed != nil {
		for i, n := range failed.counts {
			s.counts[i] -= n
		}
	}
	return s
}

// where restricts a query to the edge.
func (t *traffic) where() []store.Filter {
	return []store.Filter{{Key: store.BySource, Values: t.edge}}
}

func seriesOf[K comparable](m map[K]*series, key K, in span) *series {
	s := m[key]
	if s == nil {
		s = newSeries(in)
		m[key] = s
	}
	return s
}
