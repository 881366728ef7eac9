package correlate

import (
	"slices"
	"strings"

	"culprit/store"
)

// sameWithin is how far apart two sources may date one change, in µs: some note a deploy when it begins, others when it is done.
const sameWithin = 60 * second

// withoutDuplicates makes one of what several timelines tell of the same change: a deploy in Capistrano's log, in a reflog and in a file
// of deploys. Of their times it keeps the latest that does not lie behind fault, the first sign of trouble, µs: nothing took effect
// before it was done; of their texts the fullest. What daemons log themselves is left to withoutEchoes. changes are in the order of time.
func (e *engine) withoutDuplicates(changes []store.Change, fault int64) []store.Change {
	kept := make([]store.Change, 0, len(changes))
	for _, c := range changes {
		i := slices.IndexFunc(kept, func(k store.Change) bool { return sameChange(k, c) && e.mayShareHost(k, c) })
		if i < 0 {
			kept = append(kept, c)
			continue
		}
		kept[i] = merged(kept[i], c, fault)
	}
	return kept
}

// mayShareHost reports whether two changes may have been made on one host: where it is not known of both, they may.
func (e *engine) mayShareHost(a, b store.Change) bool {
	first, others := e.hostsOf(a), e.hostsOf(b)
	return len(first) == 0 || len(others) == 0 || slices.ContainsFunc(first, func(host string) bool {
		return slices.ContainsFunc(others, func(other string) bool { return sameHost(host, other) })
	})
}

// merged joins two entries about one change; later is not dated before first.
func merged(first, later store.Change, fault int64) store.Change {
	m := first
	if told(later) > told(first) {
		m = later
	}
	m.Time = first.Time
	if later.Time <= fault {
		m.Time = later.Time
	}
	m.Version, m.Actor = orElse(m.Version, orElse(first.Version, later.Version)), orElse(m.Actor, orElse(first.Actor, later.Actor))
	m.Service, m.From, m.Ref = orElse(m.Service, orElse(first.Service, later.Service)), orElse(first.From, later.From), orElse(first.Ref, later.Ref)
	m.Scope.Host = orElse(m.Scope.Host, orElse(first.Scope.Host, later.Scope.Host))
	m.Early, m.Late = 0, 0
	if sure := surer(first, later); sure.Early+sure.Late > 0 {
		m.Time, m.Early, m.Late = sure.Time, sure.Early, sure.Late
	}
	return m
}

// surer is the entry whose time is the surer one.
func surer(a, b store.Change) store.Change {
	if b.Early+b.Late < a.Early+a.Late {
		return b
	}
	return a
}

// told is how much an entry tells.
func told(c store.Change) int {
	return min(len(c.Service), 1)*40 + min(len(c.Version), 1)*10 + min(len(c.Actor), 1)*5 + min(len(c.Summary), 60)
}

// sameChange reports whether two timelines may speak of the same change: of the same sort, near in time, of one service or version.
// Within one timeline every entry counts.
func sameChange(a, b store.Change) bool {
	apart := max(b.Time-b.Early-(a.Time+a.Late), a.Time-a.Early-(b.Time+b.Late)) // of what both may be dated
	if a.Source == b.Source || a.Signature != "" || b.Signature != "" || apart > sameWithin || sortOf(a.Kind) != sortOf(b.Kind) {
		return false
	}
	if !agree(a.Version, b.Version) {
		return false
	}
	if a.Kind == "package" {
		return a.Service == b.Service
	}
	if a.Service != "" && b.Service != "" {
		return shareWord(a.Service, b.Service)
	}
	return a.Version != "" && b.Version != ""
}

// sortOf is the class of a kind within which sources differ in how they call a change.
func sortOf(kind string) string {
	switch kind {
	case "restart", "reload", "start", "stop":
		return "restart"
	case "config", "dns":
		return "config"
	}
	return kind
}

// agree reports whether two versions may be of one release: either is missing or the beginning of the other, or they are counted in
// different ways, one by an object's name and one by a number.
func agree(a, b string) bool {
	a, b = strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v")
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || isObject(a) != isObject(b)
}

// isObject reports whether a version looks like the name of a commit.
func isObject(s string) bool {
	return len(s) >= 7 && strings.Trim(s, "0123456789abcdef") == "" && strings.ContainsAny(s, "abcdef")
}

// shareWord reports whether two names have a part in common, numbers aside.
func shareWord(a, b string) bool {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" -_./:@", r) })
	}
	others := words(b)
	return slices.ContainsFunc(words(a), func(w string) bool {
		return strings.Trim(w, "0123456789") != "" && slices.Contains(others, w) && !vague[w]
	})
}

// vague are parts of names that many services share.
var vague = map[string]bool{"api": true, "app": true, "service": true, "web": true, "server": true, "prod": true, "production": true, "com": true,
	"common": true, "lib": true, "core": true, "php": true, "python": true}
