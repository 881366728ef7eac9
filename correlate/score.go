package correlate

import (
	"fmt"
	"math"
	"slices"

	"culprit/rules"
)

// pointsWeight is what a cause gets, in log-odds, if signatures that name it first cover all failures.
const pointsWeight = 1.6

// unspokenWeight is what it takes from a cause, in log-odds, if all that the gateways say of the failures means other things.
const unspokenWeight = 1.5

// noticeable is the strength from which a finding counts as being there at all.
const noticeable = 0.15

// temperature flattens the odds before they become a confidence: the findings are not independent of each other, as a product
// of odds would have it. It is set so that confidence meets frequency over the recorded incidents and their variants.
const temperature = 1.05

// verdict is a cause with what was found for and against it.
type verdict struct {
	cause       *rules.Cause
	score       float64 // log-odds against "unknown"
	points      float64 // of the score, what the signatures' own lists gave
	pro, contra []EvidenceItem
	confidence  float64
	explainedBy *verdict
	support     float64 // the sum of what speaks for it
}

// weigh scores every cause of the catalogue that is possible at all, best first.
func (q *inquiry) weigh() []*verdict {
	var verdicts []*verdict
	for i := range q.rules.Causes {
		if v := q.weighCause(&q.rules.Causes[i]); v != nil {
			verdicts = append(verdicts, v)
		}
	}
	explainAway(verdicts)
	slices.SortStableFunc(verdicts, func(a, b *verdict) int { return compareFloat(b.score, a.score) })
	spread(verdicts)
	return verdicts
}

func (q *inquiry) weighCause(c *rules.Cause) *verdict {
	if len(c.Requires) > 0 && !slices.ContainsFunc(c.Requires, func(kind string) bool { return q.findings.strength(kind) >= noticeable }) {
		return nil
	}
	v := &verdict{cause: c, score: c.Prior}
	if f := q.findings.best("points/"+c.ID, nil); f != nil {
		v.points = pointsWeight * f.Strength
		v.score += v.points
		v.support += v.points
	}
	if share, main := q.unspoken(c); share > 0 {
		v.score -= unspokenWeight * share
		v.contra = append(v.contra, EvidenceItem{Kind: "log", Count: main.within, Weight: math.Round(100*unspokenWeight*share) / 100,
			Text: fmt.Sprintf("what %s says of the failures has other causes: %s", main.daemon, main.signature.Title)})
	}
	for i := range c.For {
		v.count(q.findings, &c.For[i], +1)
	}
	for i := range c.Against {
		v.count(q.findings, &c.Against[i], -1)
	}
	heaviestFirst := func(a, b EvidenceItem) int { return compareFloat(math.Abs(b.Weight), math.Abs(a.Weight)) }
	slices.SortStableFunc(v.pro, heaviestFirst)
	slices.SortStableFunc(v.contra, heaviestFirst)
	return v
}

// count adds one line of evidence to the score.
func (v *verdict) count(fs findings, e *rules.Evidence, sign float64) {
	f := fs.best(e.Finding, e.Where)
	var weight float64
	item := EvidenceItem{Kind: "absence", Text: e.Text}
	if f != nil {
		item = f.Item
		if e.Text != "" {
			item.Text = e.Text + ": " + f.Item.Text
		}
		weight = e.Weight * f.Strength
	}
	if e.Absent {
		missing := 1.0
		if f != nil {
			missing = 1 - saturate(f.Strength, 0, 2*noticeable)
		}
		weight = e.Weight * missing
		item = EvidenceItem{Kind: "absence", Text: e.Text}
	}
	weight *= sign
	v.score += weight
	if math.Abs(weight) < 0.1 {
		return
	}
	item.Weight = math.Round(math.Abs(weight)*100) / 100
	if weight > 0 {
		v.support += weight
		v.pro = appendOnce(v.pro, item)
	} else {
		v.contra = appendOnce(v.contra, item)
	}
}

// appendOnce adds an item unless its text is there already; the weights add up then.
func appendOnce(items []EvidenceItem, item EvidenceItem) []EvidenceItem {
	if item.Text == "" {
		return items
	}
	for i := range items {
		if items[i].Text == item.Text {
			items[i].Weight += item.Weight
			return items
		}
	}
	return append(items, item)
}

// explainAway takes from a mechanism what a deeper cause explains: a full pool is no cause of its own where a stalled database
// filled it. The deeper cause must stand on its own evidence.
func explainAway(verdicts []*verdict) {
	byID := map[string]*verdict{}
	for _, v := range verdicts {
		byID[v.cause.ID] = v
	}
	for _, deep := range verdicts {
		if deep.score < 1 {
			continue
		}
		for _, id := range deep.cause.Explains {
			mechanism := byID[id]
			if mechanism == nil || slices.Contains(mechanism.cause.Explains, deep.cause.ID) && mechanism.score > deep.score {
				continue
			}
			if mechanism.explainedBy == nil || deep.score > mechanism.explainedBy.score {
				mechanism.explainedBy = deep
			}
		}
	}
	for _, v := range verdicts {
		// What is explained stays possible, but below what explains it, unless it is far better supported.
		if by := v.explainedBy; by != nil && v.score < by.score+2.5 {
			v.score = min(v.score-1, by.score-1)
		}
	}
}

// spread turns scores into confidences: a softmax in which "unknown" takes part with score 0.
func spread(verdicts []*verdict) {
	sum := 1.0
	for _, v := range verdicts {
		sum += math.Exp(v.score / temperature)
	}
	for _, v := range verdicts {
		v.confidence = math.Exp(v.score/temperature) / sum
	}
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
