package live

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// unknown is the cause that stands for none of the catalogue.
const unknown = "unknown"

// Headline says in one line what a notice is about.
func Headline(n *Notice) string {
	in, lead := &n.Incident, n.Lead()
	if n.Event == Test {
		return "test notice from culprit on " + clean(cmp.Or(n.Host, "this machine"))
	}
	cause := fmt.Sprintf("%s (%.0f %%)", lead.Title, 100*lead.Confidence)
	if hypotheses := in.Hypotheses; lead.Cause == unknown && len(hypotheses) > 1 {
		cause = fmt.Sprintf("cause not clear yet, first suspicion: %s (%.0f %%)", hypotheses[1].Title, 100*hypotheses[1].Confidence)
	}
	damage := fmt.Sprintf("%d of %d requests failed", in.Requests.Failed, in.Requests.Total)
	if in.Requests.Total == 0 {
		damage = fmt.Sprintf("%d failures", in.Requests.Failed)
	}
	switch n.Event {
	case Changed:
		return clean(fmt.Sprintf("another cause leads: %s, before: %s; %s", cause, n.Before, damage))
	case Ended:
		lasted := ""
		if in.End != nil {
			lasted = fmt.Sprintf(" after %s", in.End.Sub(in.Start).Round(time.Second))
		}
		return clean(fmt.Sprintf("over%s: %s; %s", lasted, cause, damage))
	}
	where := in.Hop
	if where == "" {
		where = in.Component
	}
	return clean(fmt.Sprintf("%s: %s; %s since %s", where, cause, damage, in.Start.UTC().Format("15:04:05 UTC")))
}

// clean makes text from logs harmless in one line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}
