package correlate

import "fmt"

// gotAsFar says, for an incident without a cause, how far requests got where the gateway tells: connections to the backend opened, and
// then it hung up or stayed silent. Whoever reads on need not look at the network or for a dead process. It is "" where that is not so.
func (q *inquiry) gotAsFar() string {
	refused := max(q.findings.strength("share/refused"), q.findings.strength("share/connect-timeout"), q.findings.strength("share/no-upstream"),
		q.findings.strength("share/unreachable"), q.findings.strength("share/no-socket"))
	closed := max(q.findings.strength("share/closed-early"), q.findings.strength("share/reset"))
	silent := q.findings.strength("share/read-timeout")
	if refused >= noticeable || max(closed, silent) < noticeable {
		return ""
	}
	how := "hung up on some and left others without an answer"
	switch {
	case closed < noticeable:
		how = "did not answer in time"
	case silent < noticeable:
		how = "hung up before answering"
	}
	backend := orElse(q.names.upstream, q.names.backend)
	return fmt.Sprintf(" %s took connections and %s: its own log would say what it was doing.", backend, how)
}
