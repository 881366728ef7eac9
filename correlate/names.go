package correlate

import (
	"slices"
	"strings"
	"unicode"

	"culprit/parser"
)

// names are the words by which the parts of an incident are known: what the texts of causes are filled with, and what ties the
// service of a change to them.
type names struct {
	gateway, backend, database, third string
	upstream, endpoint, limit, status string
	pool, vhost, clients, metric      string
	words                             map[string]bool
}

// involves reports whether a service name shares a telling word with the parts of the incident.
func (n *names) involves(service string) bool {
	return slices.ContainsFunc(tellingWords(service), func(w string) bool { return n.words[w] })
}

// tellingWords are the parts of a name that may identify it: three letters or more, and no word that every site uses.
func tellingWords(name string) []string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(words, func(w string) bool {
		return len(w) < 3 || slices.Contains([]string{"www", "com", "org", "net", "example", "var", "php", "html", "the", "api", "app", "service", "srv", "usr", "home", "opt", "run", "sock", "http", "https", "internal", "local", "includes", "admin", "index"}, w)
	})
}

// readNames gathers the names from what failed and from what was said about it.
func (q *inquiry) readNames() {
	n := &q.names
	n.words = map[string]bool{}
	upstreams, pools, vhosts := map[string]int64{}, map[string]int64{}, map[string]int64{}
	gateways := map[string]int64{}
	fastcgi := false
	for _, s := range q.signals {
		if s.signature == nil || !s.signature.Gateway || !s.lifted() {
			continue
		}
		if isGateway(s.daemon) {
			gateways[s.daemon.String()] += s.within
			for u, c := range s.upstreams {
				upstreams[u] += c
			}
		}
	}
	for i := range q.failures {
		f := &q.failures[i]
		count(upstreams, f.Upstream)
		count(vhosts, f.VHost)
		count(pools, f.Pool)
		n.learn(f.VHost, f.Backend, f.Upstream, f.Script, firstSegment(f.Path))
	}
	for _, s := range q.samples {
		fastcgi = fastcgi || s.UpstreamScheme == "fastcgi"
		count(pools, s.Pool)
		count(vhosts, s.VHost)
		n.learn(s.VHost, s.Backend, s.Script, s.Program)
	}
	n.gateway = heaviest(gateways)
	if n.gateway == "" || n.gateway == "web" {
		n.gateway = q.edgeDaemon()
	}
	n.upstream, n.pool, n.vhost = strings.TrimSuffix(heaviest(upstreams), "/<NOSRV>"), heaviest(pools), heaviest(vhosts)
	n.backend = q.backendName(fastcgi)
	n.database, n.third = "the database", q.externalHost()
	if q.hasDaemon(parser.MySQL) {
		n.database = "mysql"
	}
	n.status = heaviest(q.byStatus)
	if f := q.findings.best("durations/cluster", nil); f != nil {
		n.limit = f.Attrs["seconds"] + " s"
	}
	if e := q.worstEndpoint(); e != nil {
		n.endpoint = e.endpoint
	}
}

func count(m map[string]int64, key string) {
	if key != "" {
		m[key]++
	}
}

func (n *names) learn(texts ...string) {
	for _, t := range texts {
		for _, w := range tellingWords(t) {
			n.words[w] = true
		}
	}
}

func firstSegment(path string) string {
	seg, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	seg, _, _ = strings.Cut(seg, "?")
	return seg
}

func (q *inquiry) edgeDaemon() string {
	for _, s := range q.present {
		if s.edge && s.daemon != parser.AnyWeb {
			return s.daemon.String()
		}
	}
	for _, s := range q.present {
		if isGateway(s.daemon) {
			return s.daemon.String()
		}
	}
	return "gateway"
}

func (q *inquiry) hasDaemon(d parser.Daemon) bool {
	return slices.ContainsFunc(q.present, func(s *source) bool { return s.daemon == d })
}

// backendName says what stands behind the gateway.
func (q *inquiry) backendName(fastcgi bool) string {
	php := q.hasDaemon(parser.PHPFPM) || fastcgi
	switch {
	case php && (fastcgi || !q.hasDaemon(parser.App)):
		return "php-fpm"
	case q.names.upstream != "":
		return q.names.upstream
	case php:
		return "php-fpm"
	}
	return "the application"
}

// externalHost is the host that the application's complaints about a call to elsewhere name most, "an external service" if none does.
func (q *inquiry) externalHost() string {
	hosts := map[string]int64{}
	for i := range q.samples {
		s := &q.samples[i]
		sig := q.rules.Signature(s.Signature)
		if sig == nil || !hasAny(sig.Tags, []string{"third-party", "slow-http"}) {
			continue
		}
		for _, text := range []string{s.Message, s.Detail} {
			count(hosts, hostOfURL(text))
		}
	}
	return orElse(heaviest(hosts), "an external service")
}

// hostOfURL is the host of the first URL in a text, "" if there is none.
func hostOfURL(text string) string {
	_, rest, found := strings.Cut(text, "://")
	if !found {
		return ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-' })
	if end >= 0 {
		rest = rest[:end]
	}
	return rest
}

func (q *inquiry) worstEndpoint() *endpointStats {
	var worst *endpointStats
	for _, name := range sortedKeys(q.edgeEndpoints) {
		if s := q.edgeEndpoints[name]; s.inside.failed > 0 && (worst == nil || s.inside.failed > worst.inside.failed) {
			worst = s
		}
	}
	return worst
}

// told is the status as sentences say it; where logs of errors alone are read, none is known.
func (n *names) told() string {
	if n.status == "" || n.status == "0" {
		return "errors"
	}
	return n.status
}
