package correlate

import "fmt"

// weighUniformity asks whether the extra requests, from however many addresses, are all alike: one user agent asking for one page.
// People who follow a link come with every browser there is and load what belongs to the page; programs do neither. What is alike
// counts as no crowd.
func (q *inquiry) weighUniformity(s surge) {
	crowd, agent := q.findings.best("demand/crowd", nil), q.findings.best("demand/agent", nil)
	if crowd == nil || agent == nil {
		return
	}
	endpoint, share := q.risenEndpoint()
	uniform := agent.Strength * saturate(share, 0.7, 0.92)
	if uniform <= 0 {
		return
	}
	attrs := map[string]string{"ratio": fmt.Sprintf("%.1f", s.ratio), "share": fmt.Sprintf("%.2f", share), "precedes": crowd.Attrs["precedes"], "endpoint": endpoint}
	strength := uniform * crowd.Strength
	crowd.Strength *= 1 - uniform
	q.findings.add(Finding{Kind: "demand/uniform", Attrs: attrs, Strength: strength, Item: EvidenceItem{Kind: "traffic", First: timeOf(s.start * second),
		Text: fmt.Sprintf("the extra requests come from many addresses but are alike: %.0f %% of them are for %s, by one user agent", 100*share, endpoint)}})
}

// risenEndpoint returns the endpoint with most of the extra requests, and its share of them.
func (q *inquiry) risenEndpoint() (name string, share float64) {
	before, inside := float64(max(q.usual().seconds(), 1)), float64(max(q.window().seconds(), 1))
	var extra, top float64
	for _, endpoint := range sortedKeys(q.edgeEndpoints) {
		s := q.edgeEndpoints[endpoint]
		more := float64(s.inside.ok+s.inside.failed)/inside - float64(s.before.ok+s.before.failed)/before
		if more <= 0 {
			continue
		}
		extra += more
		if more > top {
			name, top = endpoint, more
		}
	}
	if extra == 0 {
		return "", 0
	}
	return name, top / extra
}
