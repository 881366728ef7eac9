package correlate

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"culprit/parser"
	"culprit/store"
)

// source is a store.Source with its part in the system.
type source struct {
	store.Source
	key      string // its id as a query key
	daemon   parser.Daemon
	requests int64   // finished requests it tells of: all, or as many as are worth counting
	clients  float64 // effective number of them
	// endpoints counts its requests by endpoint.
	endpoints map[string]int64
	edge      bool // its requests are what users saw
	// host is the machine it comes from, and zone where that stands; "" where nothing tells (fleet_hosts.go).
	host, zone string
	skew       int64 // µs by which its clock was corrected
}

// layer says how far a daemon stands from the user: the greater, the nearer.
func layer(d parser.Daemon) int {
	switch d {
	case parser.HAProxy:
		return 3
	case parser.Nginx, parser.Apache, parser.AnyWeb:
		return 2
	case parser.PHPFPM, parser.App, parser.PHP:
		return 1
	}
	return 0
}

func isGateway(d parser.Daemon) bool { return layer(d) >= 2 }

// loadSources lists the sources with how many requests each tells of, and marks those that speak for the user: the outermost
// layer that logs requests, without the servers behind another of the same layer.
func loadSources(ctx context.Context, st Store) ([]*source, error) {
	listed, err := st.Sources(ctx)
	if err != nil {
		return nil, err
	}
	sources := make([]*source, len(listed))
	byKey := map[string]*source{}
	for i, s := range listed {
		sources[i] = &source{Source: s, key: strconv.Itoa(int(s.ID)), daemon: s.Daemon}
		byKey[sources[i].key] = sources[i]
		sources[i].skew = skewOf(sources[i])
	}
	if err := countRequests(ctx, st, byKey); err != nil {
		return nil, err
	}
	nameWebServers(sources)
	nameHosts(sources)
	return sources, markEdge(ctx, st, sources)
}

// someRequests is how many tell that a log is one of requests.
const someRequests = 50

// countRequests tells every source how many requests it has. Where there is one source only, its first minutes may say enough.
func countRequests(ctx context.Context, st Store, byKey map[string]*source) error {
	q := store.Query{Table: store.Requests, Keys: []store.Key{store.BySource}}
	count := func(p store.Point) error {
		if s := byKey[p.Keys[0]]; s != nil {
			s.requests = p.Count
		}
		return nil
	}
	if len(byKey) == 1 {
		for _, s := range byKey {
			q.From = s.First + s.Shift
			q.To = q.From + 600*second
			if err := st.Series(ctx, q, count); err != nil || s.requests >= someRequests {
				return err
			}
			s.requests = 0
		}
	}
	q.From, q.To = 0, 0
	return st.Series(ctx, q, count)
}

// nameWebServers settles which server wrote an access log that both could have written, by the company it is in.
func nameWebServers(sources []*source) {
	has := map[parser.Daemon]bool{}
	for _, s := range sources {
		if s.Format != parser.AccessCombined && s.Format != parser.AccessShaped {
			has[s.daemon] = true
		}
	}
	for _, s := range sources {
		if s.daemon != parser.AnyWeb {
			continue
		}
		switch {
		case has[parser.Nginx] && !has[parser.Apache]:
			s.daemon = parser.Nginx
		case has[parser.Apache] && !has[parser.Nginx]:
			s.daemon = parser.Apache
		}
	}
}

func markEdge(ctx context.Context, st Store, sources []*source) error {
	byKey := map[string]*source{}
	for _, s := range sources {
		s.endpoints = map[string]int64{}
		byKey[s.key] = s
	}
	if several(sources) {
		if err := readCrowds(ctx, st, byKey); err != nil {
			return err
		}
		if err := readEndpoints(ctx, st, byKey); err != nil {
			return err
		}
	}
	for _, s := range sources {
		s.edge = s.requests > 0 && layer(s.daemon) > 0 && !slices.ContainsFunc(sources, func(o *source) bool { return o.standsBefore(s) })
	}
	return nil
}

// several reports whether more than one source logs requests, so that one may stand before another.
func several(sources []*source) bool {
	n := 0
	for _, s := range sources {
		if s.requests > 0 {
			n++
		}
	}
	return n > 1
}

// standsBefore reports whether o, at the same time, logs the requests of a layer nearer to the user than s, or those of many more
// clients in the same layer. Logs of another day, or of another system, do not count.
func (o *source) standsBefore(s *source) bool {
	if o == s || o.requests == 0 || o.covers(s) < 0.5 {
		return false
	}
	if layer(o.daemon) == layer(s.daemon) {
		return s.clients < o.clients/8
	}
	return layer(o.daemon) > layer(s.daemon) && (s.clients < fewClients || o.serves(s) >= 0.3)
}

// fewClients is how many a server sees that only proxies, or nobody who is named, talk to.
const fewClients = 8

// serves is the part of s's requests that went to endpoints which o was asked for, too.
func (o *source) serves(s *source) float64 {
	var all, known int64
	for name, n := range s.endpoints {
		all += n
		if o.endpoints[name] > 0 {
			known += n
		}
	}
	if all == 0 {
		return 1
	}
	return float64(known) / float64(all)
}

// covers is the part of s's time that o was logging too.
func (o *source) covers(s *source) float64 {
	own := s.lasts()
	if own.empty() {
		return 0
	}
	// Clocks may be off, and are set right only once it is known who stands where.
	return float64(own.clip(o.lasts().widen(maxSkew, maxSkew)).seconds()) / float64(own.seconds())
}

// lasts is the time from a source's first record to its last.
func (s *source) lasts() span {
	if s.First == 0 {
		return span{}
	}
	return span{(s.First + s.Shift) / second, (s.Last+s.Shift)/second + 1}
}

// narrow are logs in which a daemon says nothing of its own life.
var narrow = []parser.Format{parser.PHPFPMSlow, parser.PHPError, parser.MySQLSlow}

// ownLog reports whether a daemon would tell here that it stops or crashes: not in a log of requests or of slow ones.
func (s *source) ownLog() bool {
	return s.First != 0 && s.requests == 0 && s.daemon != parser.Timeline && !slices.Contains(narrow, s.Format)
}

// crowd are the clients of one source.
type crowd struct {
	total, squares float64
	public         bool // some are not of a private network, or not told one by one
}

func (c *crowd) add(client string, n float64) {
	switch client {
	case "":
		return
	case "other":
		c.public = true
		return
	}
	c.total += n
	c.squares += n * n
	if a, err := netip.ParseAddr(client); err != nil || !(a.IsPrivate() || a.IsLoopback()) {
		c.public = true
	}
}

// spread is the effective number of clients: the inverse of the chance that two requests are of one client. A server behind a proxy
// sees few, all private.
func (c *crowd) spread() float64 {
	if c.squares == 0 {
		return 0
	}
	n := c.total * c.total / c.squares
	if c.public {
		return max(50, n)
	}
	return n
}

// readCrowds tells every source how many clients it has.
func readCrowds(ctx context.Context, st Store, byKey map[string]*source) error {
	crowds := map[string]*crowd{}
	err := st.Series(ctx, store.Query{Table: store.Clients, Keys: []store.Key{store.BySource, store.ByClient}}, func(p store.Point) error {
		c := crowds[p.Keys[0]]
		if c == nil {
			c = &crowd{}
			crowds[p.Keys[0]] = c
		}
		c.add(p.Keys[1], float64(p.Count))
		return nil
	})
	for key, c := range crowds {
		if s := byKey[key]; s != nil {
			s.clients = c.spread()
		}
	}
	return err
}

// readEndpoints counts what every source was asked for.
func readEndpoints(ctx context.Context, st Store, byKey map[string]*source) error {
	return st.Series(ctx, store.Query{Table: store.Endpoints, Keys: []store.Key{store.BySource, store.ByEndpoint}}, func(p store.Point) error {
		s, name := byKey[p.Keys[0]], p.Keys[1]
		// Every site has a front page, and gets asked for these.
		if s == nil || name == "other" || name == "/" || name == "/favicon.ico" || name == "/robots.txt" || strings.HasPrefix(name, "/wp-login") {
			return nil
		}
		s.endpoints[name] += p.Count
		return nil
	})
}
