package store

import (
	"cmp"
	"fmt"
	"slices"
)

// What the answers of all engines have in common beside folding.

func unknownSource(id int32) error {
	return fmt.Errorf("there is no source %d", id)
}

// flushAll makes every Appender deliver what it has.
func flushAll(open []*Appender) error {
	for _, a := range open {
		a.mu.Lock()
		err := a.flush()
		a.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

func within(time, from, to int64) bool {
	return from == 0 && to == 0 || time >= from && time < to
}

func (q *Query) limit() int {
	if q.Limit <= 0 {
		return DefaultSample
	}
	return q.Limit
}

// wants reports whether an event, its time shifted, is among those a Sample is taken of.
func (q *Query) wants(s *Source, e *Event) bool {
	if !within(e.Time, q.From, q.To) {
		return false
	}
	for _, w := range q.Where {
		if slices.Contains(w.Values, e.label(s, w.Key)) == w.Not {
			return false
		}
	}
	return true
}

// label is what an event says of a key.
func (e *Event) label(s *Source, k Key) string {
	switch k {
	case BySource:
		return decimal(int64(s.ID))
	case ByMethod, ByEndpoint, ByScript, ByClient, ByAgent, ByPID:
		d := detailClass{method: e.Method, endpoint: e.Endpoint, script: e.Script, client: e.Client, agent: e.UserAgent, pid: e.PID}
		return d.label(k)
	}
	c := eventClass{
		request: e.Request, daemon: e.Daemon, format: e.Format, severity: e.Severity, status: e.Status, errno: e.Errno,
		signature: e.Signature, template: e.Template, code: e.Code, host: e.Host, program: e.Program, vhost: e.VHost,
		upstream: e.Upstream, scheme: e.UpstreamScheme,
		upstreamStatus: e.UpstreamStatus, pool: e.Pool, frontend: e.Frontend, backend: e.Backend,
		server: e.Server, termination: e.Termination,
	}
	text, _ := c.label(k)
	return text
}

// spread picks limit of the events: the first, the last and some spread evenly between them.
func spread(events []Event, limit int) []Event {
	if len(events) <= limit {
		return events
	}
	picked := make([]Event, limit)
	for i := range picked {
		picked[i] = events[spreadIndex(i, limit, len(events))]
	}
	return picked
}

// spreadIndex is the place of the i-th of limit picks among n.
func spreadIndex(i, limit, n int) int {
	if limit == 1 {
		return 0
	}
	return i * (n - 1) / (limit - 1)
}

func sortChanges(changes []Change) {
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Line, b.Line))
	})
}

func sortSamples(samples []Sample) {
	slices.SortStableFunc(samples, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Line, b.Line))
	})
}
