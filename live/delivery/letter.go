package delivery

import (
	"time"

	"culprit/live"
)

// letter is a notice that waits for its receiver.
type letter struct {
	number int64        // they are delivered in this order
	Queued time.Time    `json:"queued"`
	Notice *live.Notice `json:"notice"`
	size   int64        // bytes on disk, or as much as it would take there
	flying bool         // it is being told, and can no longer be changed
}

// settle leaves out what a later notice of the same incident has made old: all but the last change of the cause, and changes of one whose
// opening was not told yet, for then the opening tells the latest. Returned are, in their order, those that stay, those that were
// left out, and of the former those that now tell something else. The opening and the end always stay.
func settle(waiting []*letter) (kept, old, rewritten []*letter) {
	opened, changed := map[string]*letter{}, map[string]*letter{}
	superseded := map[*letter]bool{}
	rewrite := map[*letter]bool{}
	for _, l := range waiting {
		if l.flying {
			continue
		}
		id := l.Notice.ID
		switch first := opened[id]; {
		case l.Notice.Event == live.Ended:
			if c := changed[id]; c != nil {
				superseded[c] = true
			}
			delete(opened, id)
			delete(changed, id)
		case l.Notice.Event == live.Test:
		case first != nil:
			superseded[l], rewrite[first] = true, true
			renewed := *first.Notice
			renewed.Incident = l.Notice.Incident
			first.Notice = &renewed
		case l.Notice.Event == live.Opened:
			opened[id] = l
		default:
			if c := changed[id]; c != nil {
				superseded[c] = true
			}
			changed[id] = l
		}
	}
	for _, l := range waiting {
		switch {
		case superseded[l]:
			old = append(old, l)
		default:
			kept = append(kept, l)
			if rewrite[l] {
				rewritten = append(rewritten, l)
			}
		}
	}
	return kept, old, rewritten
}
