package report

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"culprit/correlate"
)

// Redact is a copy of r to be given to others: addresses, names of users, query strings, tokens, e-mail addresses and ids of sessions
// are replaced by words such as ip-1, the same ones by the same word, whatever format the report is then written in. Addresses of the
// machine itself stay: they say where something listens, not who asked.
func Redact(r *correlate.Report) *correlate.Report {
	d := &redactor{words: map[string]string{}, counts: map[string]int{}}
	visit := func(field, s string) string {
		if ours[field] {
			return s
		}
		return d.text(shortened(s))
	}
	mapped(r, visit) // names of users are learnt where a log calls them so, and then replaced everywhere
	return mapped(r, func(field, s string) string {
		if ours[field] {
			return s
		}
		return d.known(visit(field, s))
	})
}

// longest is how many bytes of a text are given to others. Nobody reads more, and looking for secrets in it takes seconds a megabyte.
const longest = 8000

// shortened cuts between words: half a secret might not be known for one.
func shortened(s string) string {
	if len(s) <= longest {
		return s
	}
	return s[:max(strings.LastIndexByte(s[:longest], ' '), 0)] + "…"
}

// ours are fields that hold words of this program, never of a log.
var ours = map[string]bool{"Schema": true, "Verdict": true, "ID": true, "Daemon": true, "Format": true, "Timezone": true, "TimezoneFrom": true, "Cause": true,
	"Difficulty": true, "ByStatus": true}

// redactor remembers by which word each secret is replaced.
type redactor struct {
	words  map[string]string // by kind and secret
	counts map[string]int    // of words, by kind
	users  []string          // learnt from contexts, in their order
}

// word stands for a secret.
func (d *redactor) word(kind, secret string) string {
	key := kind + " " + secret
	if w, ok := d.words[key]; ok {
		return w
	}
	d.counts[kind]++
	w := fmt.Sprintf("%s-%d", kind, d.counts[kind])
	d.words[key] = w
	if kind == "user" {
		d.users = append(d.users, secret)
	}
	return w
}

// text replaces what can be told by its form or by what stands before it. The order matters: what holds others goes first.
func (d *redactor) text(s string) string {
	if s == "" {
		return s
	}
	for _, p := range secrets() {
		s = d.replaced(s, p)
	}
	return d.addresses(d.addresses(s, colons), dotted)
}

// replaced rewrites every match of p. Where the pattern has a group, only that is the secret.
func (d *redactor) replaced(s string, p secret) string {
	matches := p.form.FindAllStringSubmatchIndex(s, -1)
	if matches == nil {
		return s
	}
	var b strings.Builder
	at := 0
	for _, m := range matches {
		from, to := m[0], m[1]
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				from, to = m[g], m[g+1]
				break
			}
		}
		found := s[from:to]
		if p.only != nil && !p.only(found) {
			continue
		}
		b.WriteString(s[at:from])
		if p.kind == "" {
			b.WriteString("…")
		} else {
			b.WriteString(d.word(p.kind, found))
		}
		at = to
	}
	return b.String() + s[at:]
}

var (
	dotted = regexp.MustCompile(`\d{1,3}[.-]\d{1,3}[.-]\d{1,3}[.-]\d{1,3}`)
	colons = regexp.MustCompile(`[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f.:]*`)
)

// addresses replaces those that are any.
func (d *redactor) addresses(s string, form *regexp.Regexp) string {
	var b strings.Builder
	at := 0
	for _, m := range form.FindAllStringIndex(s, -1) {
		from, to := bare(s, m[0], m[1])
		found := s[from:to]
		if form == dotted {
			found = plainOctets(strings.ReplaceAll(found, "-", "."))
		}
		a, err := netip.ParseAddr(found)
		apart := (from == 0 || !wordByte(s[from-1])) && (to == len(s) || !wordByte(s[to]))
		if err != nil || form == colons && !apart && scoped(found) {
			continue
		}
		if a = a.Unmap(); a.IsLoopback() || a.IsUnspecified() {
			continue
		}
		b.WriteString(s[at:from])
		b.WriteString(d.word("ip", a.String()))
		at = to
	}
	return b.String() + s[at:]
}

// bare is a match without the punctuation around it.
func bare(s string, from, to int) (int, int) {
	for to > from && s[to-1] == '.' {
		to--
	}
	if strings.HasSuffix(s[from:to], ":") && !strings.HasSuffix(s[from:to], "::") {
		to--
	}
	if from < to && s[from] == ':' && !strings.HasPrefix(s[from:to], "::") {
		from++
	}
	return from, to
}

// scoped reports whether what looks like an address inside a word is rather a name in a program: Db::add.
func scoped(s string) bool {
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	return digits < 3 && strings.Count(s, ":") < 3
}

// plainOctets drops leading zeros, which an address must not have.
func plainOctets(s string) string {
	parts := strings.Split(s, ".")
	for i, p := range parts {
		last := max(len(p)-1, 0)
		parts[i] = strings.TrimLeft(p[:last], "0") + p[last:]
	}
	return strings.Join(parts, ".")
}

// known replaces names of users wherever they stand as words of their own.
func (d *redactor) known(s string) string {
	for _, name := range d.users {
		if len(name) < 3 || !strings.Contains(s, name) {
			continue
		}
		var b strings.Builder
		rest := s
		for {
			i := strings.Index(rest, name)
			if i < 0 {
				break
			}
			end := i + len(name)
			apart := (i == 0 || !wordByte(rest[i-1])) && (end == len(rest) || !wordByte(rest[end]))
			b.WriteString(rest[:i])
			if apart {
				b.WriteString(d.word("user", name))
			} else {
				b.WriteString(name)
			}
			rest = rest[end:]
		}
		s = b.String() + rest
	}
	return s
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
