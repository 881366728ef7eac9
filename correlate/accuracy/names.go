package accuracy

import (
	"bytes"
	"maps"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

type set map[string]bool

func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }

// found is what a recording calls its own.
type found struct {
	words, hosts, domains, sockets, ports, pools, proxies set
}

var (
	// Domains are taken for the system's own when they are reserved for examples or private use.
	ownDomain   = regexp.MustCompile(`\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|test|invalid|example(?:-[a-z]+)?(?:\.[a-z]+)?)\b`)
	ownSocket   = regexp.MustCompile(`/([\w.-]+\.sock)\b`)
	ownPort     = regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+:(\d+)\b`)
	ownPool     = regexp.MustCompile(`\[pool ([\w.-]+)\]`)
	ownService  = regexp.MustCompile(`(?:"service": ?"|\bservice=)([\w.-]+)`)
	ownUpstream = regexp.MustCompile(`upstream: "\w+://([a-z][\w.-]*)[/:"]`)
	ownHost     = regexp.MustCompile(`^ ([\w.-]+) \w[\w./-]*(?:\[\d+\])?: `)
	ownNode     = regexp.MustCompile(`"nodename": ?"([\w.-]+)"|Z,([\w.-]+),`)
	ownProxy    = regexp.MustCompile(`^\] ([\w.-]+)~? ([\w.-]+)/([\w.-]+|<NOSRV>) `)
)

// collect finds the names in the files.
func collect(files []file) *found {
	n := &found{set{}, set{}, set{}, set{}, set{}, set{}, set{}}
	for i := range files {
		if files[i].kind == application {
			n.wordsOf(path.Base(files[i].path))
		}
		for j := range files[i].records {
			n.collect(&files[i], &files[i].records[j])
		}
	}
	return n
}

func (n *found) collect(f *file, r *record) {
	n.requests(r)
	if f.kind == haproxy || f.kind == kernel || f.kind == resolver {
		if m := ownHost.FindSubmatch(r.behind(0)); m != nil {
			n.hosts[string(m[1])] = true
		}
	}
	if f.kind == haproxy && len(r.stamps) > 1 {
		if m := ownProxy.FindSubmatch(r.behind(1)); m != nil {
			for _, name := range m[1:] {
				n.proxies[string(name)] = true
			}
		}
	}
	if f.kind == samples {
		for _, m := range ownNode.FindAllSubmatch(r.text, -1) {
			n.hosts[string(m[1])+string(m[2])] = true
		}
		return
	}
	for domain := range matches(ownDomain, r.text, ".") {
		n.domains[domain] = true
		n.wordsOf(domain)
	}
	for service := range matches(ownService, r.text, "service") {
		n.wordsOf(service)
	}
	for upstream := range matches(ownUpstream, r.text, "upstream: ") {
		n.wordsOf(upstream)
	}
	for socket := range matches(ownSocket, r.text, ".sock") {
		n.sockets[socket] = true
	}
	for pool := range matches(ownPool, r.text, "[pool ") {
		n.pools[pool] = true
	}
	for port := range matches(ownPort, r.text, ".") {
		if p, err := strconv.Atoi(port); err == nil && p < 32768 && !slices.Contains(knownPorts, p) {
			n.ports[port] = true
		}
	}
}

// behind is the text behind the record's i-th time.
func (r *record) behind(i int) []byte {
	if i >= len(r.stamps) {
		return nil
	}
	return r.text[r.stamps[i].to:]
}

// requests collects the words of the paths of requests.
func (n *found) requests(r *record) {
	q, ok := requestOf(r)
	if !ok {
		return
	}
	for segment := range strings.SplitSeq(q.bare(), "/") {
		if !strings.HasPrefix(segment, "wp-") && !strings.HasPrefix(segment, ".") {
			n.wordsOf(segment)
		}
	}
}

// wordsOf collects the words of a name that are not everybody's.
func (n *found) wordsOf(name string) {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r > 'z' || !isLetter(byte(r)) }) {
		if len(word) > 1 && !slices.Contains(common, word) {
			n.words[word] = true
		}
	}
}

// matches yields what a pattern matches, or its group; only texts that hold the mark are searched.
func matches(pattern *regexp.Regexp, text []byte, mark string) set {
	if !bytes.Contains(text, []byte(mark)) {
		return nil
	}
	out := set{}
	for _, m := range pattern.FindAllSubmatch(text, -1) {
		out[string(m[len(m)-1])] = true
	}
	return out
}

// proxyLine renames frontends, backends and servers where HAProxy names them.
func (n *names) proxyLine(text []byte) []byte {
	words := bytes.SplitAfter(text, []byte(" "))
	for i, word := range words {
		w := strings.TrimSpace(string(word))
		before := ""
		if i > 0 {
			before = strings.TrimSpace(string(words[i-1]))
		}
		backend, server, ok := strings.Cut(strings.TrimSuffix(w, ","), "/")
		switch {
		case ok && n.proxies[backend] && n.proxies[server]:
			w = strings.Replace(w, backend+"/"+server, n.proxy(backend)+"/"+n.proxy(server), 1)
		case n.proxies[strings.TrimSuffix(w, "~")] && (before == "]" || before == "backend" || before == "Proxy"):
			w = strings.Replace(w, strings.TrimSuffix(w, "~"), n.proxy(strings.TrimSuffix(w, "~")), 1)
		default:
			continue
		}
		words[i] = append([]byte(w), word[len(bytes.TrimRight(word, " \n")):]...)
	}
	return bytes.Join(words, nil)
}

// proxy is the new name of a frontend, a backend or a server; what stands in angle brackets is HAProxy's own.
func (n *names) proxy(name string) string {
	if name[0] == '<' {
		return name
	}
	letters := strings.TrimRight(name, "0123456789")
	word, ok := n.words[letters]
	if !ok {
		word = n.proxyWord(letters)
	}
	return word + name[len(letters):]
}

// proxyWord keeps a new word for the letters of one of HAProxy's names; other texts may use them in another sense.
func (n *names) proxyWord(letters string) string {
	key := "haproxy " + letters
	if n.exact[key] == "" {
		n.exact[key] = n.word()
	}
	return n.exact[key]
}

// address maps an address octet by octet, so that networks stay networks: private ones private, loopback itself.
func (n *names) address(o [4]byte) string {
	switch {
	case o[0] == 127 || o[0] == 0:
	case o[0] == 10:
		o[1], o[2], o[3] = n.octets[1][o[1]], n.octets[2][o[2]], n.octets[3][o[3]]
	case netip.AddrFrom4(o).IsPrivate():
		o[3] = n.octets[3][o[3]]
	default:
		o[1], o[2], o[3] = n.octets[1][o[1]], n.octets[2][o[2]], n.octets[3][o[3]]
		o[0] = 11 + o[0]%100
	}
	return netip.AddrFrom4(o).String()
}

func quad(token string) (o [4]byte, ok bool) {
	if strings.Count(token, ".") != 3 {
		return o, false
	}
	a, err := netip.ParseAddr(token)
	if err != nil {
		return o, false
	}
	return a.As4(), true
}

func number(n int) string { return strconv.Itoa(n) }

// knownPorts mean something by themselves.
var knownPorts = []int{25, 53, 80, 443, 1433, 3306, 5432, 6379, 9200, 11211, 27017}
