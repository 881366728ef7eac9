package correlate

import "fmt"

// unlogged reports whether nothing tells of requests but what gateways complain about: how many went well, and what users saw of those
// that did not, is not known then.
func (q *inquiry) unlogged() bool { return len(q.traffic.edge) == 0 }

// damage is the incident's traffic as it is reported.
func (q *inquiry) damage() Requests {
	if q.unlogged() {
		return Requests{Failed: q.failed, ByStatus: map[string]int64{}, Unlogged: true}
	}
	return Requests{Total: q.total, Failed: q.failed, ByStatus: q.byStatus}
}

// hurt says in words how much failed.
func (q *inquiry) hurt() string {
	if q.unlogged() {
		return fmt.Sprintf("%d failures were logged", q.failed)
	}
	return fmt.Sprintf("%d requests failed", q.failed)
}

// seen is the end of a chain of causes: what users saw, as far as a log tells.
func (q *inquiry) seen() string {
	switch {
	case q.unlogged():
		return "errors logged by " + q.names.gateway
	case q.names.status == "0":
		return "no answer"
	}
	return q.names.status
}
