package accuracy

import (
	"bytes"
	"hash/fnv"
	"slices"
	"time"
)

// thinned keeps one request in n, with all that any log says of it. The load of the machines stays.
func thinned(n uint64) func(m *material) *variation {
	return func(m *material) *variation {
		t := newThinner(m, n)
		files := each(m.files, func(f *file, r record) (record, bool) { return r, t.keeps(f, &r) })
		truth, ok := m.rewindow(files)
		if !ok {
			return nil
		}
		return &variation{files, []Truth{truth}}
	}
}

// thinner decides which records go. A request's fate hangs on its client and path, so that all logs that name both agree; those that
// name less are paired with the edge's log by path and time.
type thinner struct {
	*material
	one    uint64 // of how many requests
	seed   uint64
	served map[string][]*served // the edge's requests by path, in order of time
	failed []*served            // those that failed
	coins  uint64
}

// served is a request in the edge's log.
type served struct {
	request
	kept bool
	used map[*file]bool // whether a record of another file was paired with it
}

func newThinner(m *material, one uint64) *thinner {
	t := &thinner{material: m, one: one, seed: m.rng.Uint64(), served: map[string][]*served{}}
	for i := range m.files {
		f := &m.files[i]
		if !m.isEdge(f) {
			continue
		}
		for j := range f.records {
			q, ok := requestOf(&f.records[j])
			if !ok {
				continue
			}
			s := &served{request: q, kept: t.fate(q.client, q.path), used: map[*file]bool{}}
			t.served[q.bare()] = append(t.served[q.bare()], s)
			if q.status >= 500 || q.status < 0 || q.status == 499 {
				t.failed = append(t.failed, s)
			}
		}
	}
	for _, list := range t.served {
		slices.SortStableFunc(list, byTime)
	}
	slices.SortStableFunc(t.failed, byTime)
	return t
}

func byTime(a, b *served) int { return a.at.Compare(b.at) }

// fate is the same for the same names.
func (t *thinner) fate(names ...string) bool {
	h := fnv.New64a()
	var seed [8]byte
	for i := range seed {
		seed[i] = byte(t.seed >> (8 * i))
	}
	h.Write(seed[:])
	for _, name := range names {
		h.Write([]byte(name))
		h.Write([]byte{0})
	}
	sum := h.Sum64()
	return (sum^sum>>29)%t.one == 0
}

// coin is the fate of what cannot be paired with a request.
func (t *thinner) coin() bool {
	t.coins++
	return t.fate(number(int(t.coins)))
}

func (t *thinner) keeps(f *file, r *record) bool {
	switch f.kind {
	case access, application, haproxy:
		q, ok := requestOf(r)
		switch {
		case !ok:
			return true // a start, a server's state
		case t.isEdge(f) || q.client != "" && t.knows(&q):
			return t.fate(q.client, q.path)
		}
		return t.paired(f, &q)
	case nginxError:
		return t.nginx(r)
	case apacheError:
		return t.apache(r)
	case fpm, fpmSlow:
		return t.worker(r)
	case phpErrors:
		return t.coin()
	}
	return true
}

// knows says that the edge saw the same client ask for the same path.
func (t *thinner) knows(q *request) bool {
	return slices.ContainsFunc(t.served[q.bare()], func(s *served) bool { return s.client == q.client && s.path == q.path })
}

// near is how far the times of one request in two logs may lie apart: clocks of whole seconds, and one log at its start and one at its end.
const near = 2500 * time.Millisecond

// paired gives a request that does not name its client the fate of the nearest one of the edge for the same path.
func (t *thinner) paired(f *file, q *request) bool {
	list := t.served[q.bare()]
	i, _ := slices.BinarySearchFunc(list, q.at.Add(-near), func(s *served, at time.Time) int { return s.at.Compare(at) })
	var best *served
	for ; i < len(list) && !list[i].at.After(q.at.Add(near)); i++ {
		if s := list[i]; !s.used[f] && (best == nil || s.at.Sub(q.at).Abs() < best.at.Sub(q.at).Abs()) {
			best = s
		}
	}
	if best == nil {
		return t.coin()
	}
	best.used[f] = true
	return best.kept
}

// nginx keeps what is said about a kept request and about the server itself. An error that names no client met someone all the same.
func (t *thinner) nginx(r *record) bool {
	client, path := between(r.text, ", client: ", ","), ""
	if i, ok := requestLine(r.text); ok {
		path = between(r.text[i-1:], " ", " ")
	}
	switch {
	case client != "":
		return t.fate(client, path)
	case bytes.Contains(r.text, []byte("[notice]")) || bytes.Contains(r.text, []byte("[info]")):
		return true
	}
	return t.coin()
}

// apache gives a line the fate of the nearest failed request, of the same client where it is named.
func (t *thinner) apache(r *record) bool {
	if bytes.Contains(r.text, []byte("notice] ")) || bytes.Contains(r.text, []byte("warn] ")) {
		return true
	}
	return t.nearest(address([]byte(between(r.text, "[client ", "]"))), r.at())
}

// nearest is the fate of the failed request nearest to a moment.
func (t *thinner) nearest(client string, at time.Time) bool {
	i, _ := slices.BinarySearchFunc(t.failed, at, func(s *served, at time.Time) int { return s.at.Compare(at) })
	var best *served
	for j := max(0, i-50); j < min(len(t.failed), i+50); j++ {
		if s := t.failed[j]; (client == "" || s.client == client) && (best == nil || s.at.Sub(at).Abs() < best.at.Sub(at).Abs()) {
			best = s
		}
	}
	switch {
	case best != nil:
		return best.kept
	case client != "":
		return t.nearest("", at)
	}
	return t.coin()
}

// worker keeps or drops together what PHP-FPM says of one request: the worker and the few seconds tell which.
func (t *thinner) worker(r *record) bool {
	if !r.timed() {
		return true
	}
	for _, mark := range []string{"child ", "about to trace ", "finished trace of ", "] pid "} {
		pid := leadingDigits(between(r.text, mark, ""))
		if pid != "" && !bytes.Contains(r.text, []byte(" exited ")) && !bytes.Contains(r.text, []byte(" started")) {
			return t.fate(pid, number(int(r.at().Unix()/4)))
		}
	}
	return true
}

// between is the text behind a mark, up to the next end or the line's.
func between(text []byte, mark, end string) string {
	i := bytes.Index(text, []byte(mark))
	if i < 0 {
		return ""
	}
	text = text[i+len(mark):]
	stop := bytes.IndexByte(text, '\n')
	if end != "" {
		stop = bytes.Index(text, []byte(end))
	}
	if stop < 0 {
		stop = len(text)
	}
	return string(text[:stop])
}

func leadingDigits(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n]
}
