package accuracy

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
)

// rename replaces what this system calls its own: hosts, services, vhosts, upstreams, servers, addresses, ports, sockets, pools and the
// words of its paths; everywhere alike, so that what belonged together still does.
func rename(m *material) *variation { return m.as(renamed(m.files, m.rng)) }

// renamed returns the files under other names.
func renamed(files []file, rng *rand.Rand) []file {
	n := newNames(files, rng)
	out := each(files, func(f *file, r record) (record, bool) { return n.record(f, r), true })
	for i := range out {
		out[i].path = string(n.text(nil, []byte(out[i].path), false))
	}
	return out
}

// names maps what a system calls its own.
type names struct {
	exact     map[string]string // hosts, domains, sockets and HAProxy's names, as whole tokens
	words     map[string]string // words of services, upstreams and paths
	ports     map[string]string
	pools     map[string]string
	octets    [4][256]byte
	proxies   map[string]bool // HAProxy's names: exact only where HAProxy writes them
	fresh     []string        // words not used yet
	freshPort int
}

func newNames(files []file, rng *rand.Rand) *names {
	n := &names{exact: map[string]string{}, words: map[string]string{}, ports: map[string]string{}, pools: map[string]string{}, proxies: map[string]bool{}}
	found := collect(files)
	n.fresh = slices.DeleteFunc(slices.Clone(vocabulary), func(word string) bool { return found.words[word] })
	rng.Shuffle(len(n.fresh), func(i, j int) { n.fresh[i], n.fresh[j] = n.fresh[j], n.fresh[i] })
	n.freshPort = 10000 + rng.IntN(10000)
	for i := range n.octets {
		for j, o := range rng.Perm(254) {
			n.octets[i][j+1] = byte(o + 1)
		}
		n.octets[i][255] = 255
	}
	for _, word := range found.words.sorted() {
		n.words[word] = n.word()
	}
	for _, host := range found.hosts.sorted() {
		n.exact[host] = n.word() + "-" + string(rune('a'+rng.IntN(26)))
	}
	for _, domain := range found.domains.sorted() {
		n.exact[domain] = n.domain(domain)
	}
	for _, socket := range found.sockets.sorted() {
		n.exact[socket] = n.word() + ".sock"
	}
	for _, port := range found.ports.sorted() {
		n.freshPort += 1 + rng.IntN(7)
		n.ports[port] = number(n.freshPort)
	}
	for _, pool := range found.pools.sorted() {
		n.pools[pool] = n.word()
	}
	for _, proxy := range found.proxies.sorted() {
		n.proxies[proxy] = true
	}
	return n
}

// word takes a fresh word; they are numbered when they run out.
func (n *names) word() string {
	w := n.fresh[0]
	n.fresh = append(n.fresh[1:], w+"x")
	return w
}

// domain renames the words of a domain, and its first label at least.
func (n *names) domain(domain string) string {
	labels := strings.Split(domain, ".")
	for i := range labels {
		labels[i] = string(n.parts(nil, labels[i], func(int) bool { return true }))
	}
	if other := strings.Join(labels, "."); other != domain {
		return other
	}
	labels[0] = n.word()
	return strings.Join(labels, ".")
}

// record renames a record, leaving its times alone.
func (n *names) record(f *file, r record) record {
	out := record{make([]byte, 0, len(r.text)+32), slices.Clone(r.stamps)}
	done := 0
	for i := range out.stamps {
		s := &out.stamps[i]
		out.text = n.segment(out.text, f, r.text[done:s.from])
		done = s.to
		from := len(out.text)
		out.text = append(out.text, r.text[s.from:s.to]...)
		s.from, s.to = from, len(out.text)
	}
	out.text = n.segment(out.text, f, r.text[done:])
	return out
}

func (n *names) segment(dst []byte, f *file, text []byte) []byte {
	if f.kind == haproxy {
		text = n.proxyLine(text)
	}
	for pool, other := range n.pools {
		text = bytes.ReplaceAll(text, []byte("[pool "+pool+"]"), []byte("[pool "+other+"]"))
		if f.kind == changes {
			text = bytes.ReplaceAll(text, []byte("pool "+pool), []byte("pool "+other))
		}
	}
	return n.text(dst, text, f.kind == changes)
}

// text renames token by token. In prose every word counts; elsewhere only words that stand in a path, a name or a value.
func (n *names) text(dst, text []byte, prose bool) []byte {
	for i := 0; i < len(text); {
		if !isNameByte(text[i]) || text[i] == '.' || text[i] == '-' {
			dst = append(dst, text[i])
			i++
			continue
		}
		end := i
		for end < len(text) && isNameByte(text[end]) {
			end++
		}
		for text[end-1] == '.' {
			end--
		}
		dst = n.token(dst, text, i, end, prose)
		i = end
	}
	return dst
}

func isNameByte(c byte) bool { return isWordByte(c) || c == '.' || c == '-' }

func (n *names) token(dst, text []byte, i, end int, prose bool) []byte {
	token := string(text[i:end])
	if other, ok := n.exact[token]; ok {
		return append(dst, other...)
	}
	if isDigit(token[0]) {
		return append(dst, n.number(text, i, token)...)
	}
	if head, rest, ok := strings.Cut(token, "."); ok && n.exact[head] != "" {
		return append(append(append(dst, n.exact[head]...), '.'), rest...)
	}
	return n.parts(dst, token, func(at int) bool {
		return prose || named(text, i+at)
	})
}

// number renames an address, or the port behind one. A quad behind a single slash is a version.
func (n *names) number(text []byte, i int, token string) string {
	if n.ports[token] != "" && portAt(text, i) {
		return n.ports[token]
	}
	o, ok := quad(token)
	version := i > 0 && text[i-1] == '/' && (i < 2 || text[i-2] != '/')
	if !ok || version {
		return token
	}
	return n.address(o)
}

// portAt says that the number at i is a port.
func portAt(text []byte, i int) bool {
	if before := text[:i]; bytes.HasSuffix(before, []byte("DPT=")) || bytes.HasSuffix(before, []byte("SPT=")) || bytes.HasSuffix(before, []byte("localhost:")) {
		return true
	}
	if i < 2 || text[i-1] != ':' {
		return false
	}
	from := i - 1
	for from > 0 && (isDigit(text[from-1]) || text[from-1] == '.') {
		from--
	}
	_, ok := quad(string(text[from : i-1]))
	return ok
}

// parts renames the words of a token where at allows it.
func (n *names) parts(dst []byte, token string, at func(int) bool) []byte {
	for i := 0; i < len(token); {
		if !isLetter(token[i]) {
			dst = append(dst, token[i])
			i++
			continue
		}
		end := i
		for end < len(token) && isLetter(token[end]) {
			end++
		}
		word := token[i:end]
		if other, ok := n.words[word]; ok && at(i) {
			word = other
		}
		dst = append(dst, word...)
		i = end
	}
	return dst
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// named says that the word at i stands in a path, a name or a value, not in a sentence.
func named(text []byte, i int) bool {
	if i > 0 && bytes.IndexByte([]byte(`/.="'-_`), text[i-1]) >= 0 {
		return true
	}
	for i < len(text) && isLetter(text[i]) {
		i++
	}
	return i+1 < len(text) && bytes.IndexByte([]byte(`/.-_`), text[i]) >= 0 && isWordByte(text[i+1])
}
