package store

import (
	"bytes"
	"hash/maphash"

	"culprit/parser"
)

// rollup counts the requests of one source into a harvest: by second, route and status; by slot, endpoint and status; and the
// heaviest clients of each slot. Its dictionaries are bounded: what finds no room is counted as Other. Counting allocates
// nothing once the dictionaries know the texts.
type rollup struct {
	routes     []route
	routeIndex map[uint64]int32
	coarse     map[route]int32 // routes without virtual host or upstream, for want of room
	routeCache [routeEntries]cached
	nearRoutes [nearRoutes]int32 // by a glance at their texts: the last one
	scratch    []byte

	endpoints     []string
	endpointKeys  []uint64 // their hashes
	endpointIndex map[string]int32
	pathCache     []cached

	rows     []requestRow    // to be counted
	lastRow  [lastRows]int32 // by route: its last row, or one of another
	asked    []askedRow      // to be counted
	slot     int64           // of the clients that were counted last
	width    int64           // likewise
	sketches [2]clientSketch
	texts    sketchTexts

	spokesmen spokesmen
	trim      trimmer
}

// cached remembers the number of what has a hash. Hashes are seeded: that two texts of one log share one by chance is as likely as
// a broken disk.
type cached struct {
	hash   uint64
	number int32
}

const (
	maxRoutes    = 2048
	maxEndpoints = 4096
	pathEntries  = 8192
	routeEntries = 512
	nearRoutes   = 64
	// longestRequest is the longest duration that is believed when the beginning of a request is told from its end, µs.
	longestRequest = 24 * 3600 * second
)

// Numbers of Other in the two dictionaries.
const otherNumber = 0

func newRollup() *rollup {
	r := &rollup{pathCache: make([]cached, pathEntries), texts: newSketchTexts()}
	r.restart()
	return r
}

// restart forgets all routes and endpoints: their numbers begin anew.
func (r *rollup) restart() {
	r.routes = []route{{vhost: Other, upstream: Other}}
	r.routeIndex = make(map[uint64]int32)
	r.coarse = nil
	clear(r.nearRoutes[:])
	r.spokesmen = spokesmen{}
	r.endpoints, r.endpointKeys = []string{Other}, []uint64{1}
	r.endpointIndex = make(map[string]int32)
	clear(r.pathCache)
	clear(r.routeCache[:])
}

// crowded reports that a dictionary is about to run out of room.
func (r *rollup) crowded() bool {
	return len(r.routes) > maxRoutes*3/4 || len(r.endpoints) > maxEndpoints*3/4
}

// add takes one request that ended at time. It is counted by the next settle. quiet says that its minute seems to be, failed that it is
// one of those that speak for themselves.
func (r *rollup) add(h *harvest, rec *parser.Record, time int64, quiet, failed bool) {
	if len(r.rows) >= maxWaiting || len(r.asked) >= maxWaiting {
		r.settle(h, false)
	}
	row := requestRow{
		time: time, began: time, bytes: max(rec.Bytes, 0), count: 1, bucket: -1,
		route: trafficClass(r.route(rec), rec.Status, rec.Zoned),
	}
	if rec.Duration >= 0 {
		row.bucket = int16(HistogramBucket(rec.Duration))
		if rec.Duration < longestRequest {
			row.began -= rec.Duration
		}
	}
	r.wait(row)
	heard := int32(1)
	if !failed {
		heard = r.spokesmen.hear(&row, quiet)
	}
	if heard > 0 {
		r.hear(h, rec, &row, quiet, heard)
	}
}

// hear counts what was asked for, and by whom.
func (r *rollup) hear(h *harvest, rec *parser.Record, row *requestRow, quiet bool, times int32) {
	endpoint := r.endpoint(rec.Path)
	r.asked = append(r.asked, askedRow{row.time, row.bytes, trafficClass(endpoint, rec.Status, rec.Zoned), times, row.bucket})
	r.clients(h, row.time, rec.Zoned, quiet).add(&r.texts, rec.Client, rec.UserAgent, endpoint, row.bytes, uint32(times))
}

// clients returns the sketch of the clients of a time: that of its slot or, where it may prove quiet, of its minute.
func (r *rollup) clients(h *harvest, time int64, zoned, quiet bool) *clientSketch {
	width := int64(EndpointBucket)
	if quiet {
		width = minute
	}
	if time < r.slot || time >= r.slot+width || width != r.width {
		r.slot, r.width = slotOf(time, width), width
	}
	s := &r.sketches[r.slot/width&1]
	if !s.used || s.slot != r.slot || s.width != width || s.zoned != zoned {
		r.drainClients(h, s)
		s.used, s.slot, s.width, s.zoned = true, r.slot, width, zoned
		s.first, s.last = time, time
	}
	s.first, s.last = min(s.first, time), max(s.last, time)
	return s
}

// route returns the number of the route of a request.
func (r *rollup) route(rec *parser.Record) int32 {
	upstream := r.upstream(rec)
	vhost := rec.VHost[:min(len(rec.VHost), textLimit)]
	near := &r.nearRoutes[(glance(vhost)<<2^glance(upstream))%nearRoutes]
	if l := &r.routes[*near]; l.daemon == rec.Daemon && l.format == rec.Format && l.vhost == string(vhost) && l.upstream == string(upstream) {
		return *near
	}
	key := maphash.Bytes(seed, vhost)*31 + maphash.Bytes(seed, upstream)
	key = key*31 + (uint64(rec.Daemon)<<8+uint64(rec.Format))*0x9E3779B97F4A7C15 | 1 // 0 is an empty entry
	entry := &r.routeCache[key>>32%routeEntries]
	if entry.hash != key {
		n, known := r.routeIndex[key]
		if !known {
			n = r.newRoute(key, route{rec.Daemon, rec.Format, string(vhost), string(upstream)})
		}
		*entry = cached{key, n}
	}
	*near = entry.number
	return entry.number
}

// glance tells most texts from others that lie beside them, without reading them.
func glance(text []byte) uint {
	n := uint(len(text))
	if n == 0 {
		return 0
	}
	return n + uint(text[n-1]) + uint(text[n/2])<<1
}

// newRoute adds a route. When there is no room, it is counted without its virtual host, then without its upstream.
func (r *rollup) newRoute(key uint64, to route) int32 {
	n := int32(len(r.routes))
	if n < maxRoutes {
		r.routes = append(r.routes, to)
		r.routeIndex[key] = n
		return n
	}
	to.vhost = Other
	if n < maxRoutes*3/2 {
		return r.coarseRoute(to)
	}
	if n, known := r.coarse[to]; known {
		return n
	}
	to.upstream = Other
	return r.coarseRoute(to)
}

func (r *rollup) coarseRoute(to route) int32 {
	if n, known := r.coarse[to]; known {
		return n
	}
	if r.coarse == nil {
		r.coarse = make(map[route]int32)
	}
	n := int32(len(r.routes))
	r.routes = append(r.routes, to)
	r.coarse[to] = n
	return n
}

// upstream names what a request was passed to: the address, or HAProxy's backend and server. The text is borrowed until the next
// call.
func (r *rollup) upstream(rec *parser.Record) []byte {
	if len(rec.Upstream) > 0 || len(rec.Backend) == 0 {
		return rec.Upstream[:min(len(rec.Upstream), textLimit)]
	}
	r.scratch = append(r.scratch[:0], rec.Backend[:min(len(rec.Backend), textLimit/2)]...)
	r.scratch = append(r.scratch, '/')
	r.scratch = append(r.scratch, rec.Server[:min(len(rec.Server), textLimit/2-1)]...)
	return r.scratch
}

// endpoint returns the number of the endpoint of a path.
func (r *rollup) endpoint(path []byte) int32 {
	if i := bytes.IndexByte(path, '?'); i >= 0 {
		path = path[:i]
	}
	hash := maphash.Bytes(seed, path) | 1 // 0 is an empty entry
	i := hash >> 32 % pathEntries
	entry, older := &r.pathCache[i], &r.pathCache[i^1]
	if entry.hash != hash {
		if older.hash == hash {
			return older.number
		}
		*older = *entry
		*entry = cached{hash, r.endpointOf(path)}
	}
	return entry.number
}

func (r *rollup) endpointOf(path []byte) int32 {
	var room [2 * endpointLimit]byte
	text := appendEndpoint(room[:0], path)
	if n, ok := r.endpointIndex[string(text)]; ok {
		return n
	}
	if len(r.endpoints) >= maxEndpoints {
		return otherNumber
	}
	n := int32(len(r.endpoints))
	r.endpoints, r.endpointKeys = append(r.endpoints, string(text)), append(r.endpointKeys, maphash.Bytes(seed, text)|1)
	r.endpointIndex[r.endpoints[n]] = n
	return n
}

// close finishes a harvest: what waits is counted, clients are added, and endpoints beyond the busiest of each slot become Other.
func (r *rollup) close(h *harvest) {
	r.settle(h, false)
	for i := range r.sketches {
		r.drainClients(h, &r.sketches[i])
	}
	r.trim.slots(&h.slots, r.endpoints)
	r.trim.slots(&h.calm.endpoints, r.endpoints)
	h.routes, h.endpoints = r.routes[:len(r.routes):len(r.routes)], r.endpoints[:len(r.endpoints):len(r.endpoints)]
}

func (r *rollup) drainClients(h *harvest, s *clientSketch) {
	s.drain(&r.texts, func(row clientRow) {
		cell := clientCell{at: row.at, last: row.last, class: clientClass{client: row.client, agent: row.agent, zoned: row.zoned}, who: row.who, key: row.key, count: row.count, bytes: row.bytes}
		if row.endpoint >= 0 {
			cell.class.endpoint, cell.key = r.endpoints[row.endpoint], mixed(row.key, r.endpointKeys[row.endpoint])
		}
		h.clients = append(h.clients, cell)
	})
}
