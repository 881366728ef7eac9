package correlate

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"culprit/parser"
	"culprit/store"
)

// Bounds of the pictures beside the timeline. Each has a value a bucket of it.
const (
	drawnSignatures = 5
	drawnGauges     = 8
	drawnHops       = 8
	drawnHosts      = 10
)

// otherSignatures is the name under which the rest is drawn.
const otherSignatures = "other"

// draw adds to an incident what is drawn beside its timeline, and who was hurt. It decides nothing.
func (q *inquiry) draw(ctx context.Context, incident *Incident) error {
	if len(incident.Timeline) == 0 {
		return nil
	}
	c := &canvas{inquiry: q, width: int64(incident.BucketSeconds), from: incident.Timeline[0].Time.Unix(), count: len(incident.Timeline)}
	var err error
	if incident.Latency, err = c.latency(ctx); err != nil {
		return err
	}
	if err := c.listen(ctx); err != nil {
		return err
	}
	incident.Signatures = c.signatures()
	if incident.Load, err = c.load(ctx); err != nil {
		return err
	}
	if incident.Hops, err = c.hops(ctx); err != nil {
		return err
	}
	if incident.VHosts, err = c.hosts(ctx); err != nil {
		return err
	}
	incident.Clients, err = c.clients(ctx)
	return err
}

// canvas is the time axis of the pictures.
type canvas struct {
	*inquiry
	from, width int64 // seconds
	count       int   // of buckets
	said        []said
}

// said is what one source said under one signature and severity, if that is worth being drawn.
type said struct {
	source, signature string
	counts            []int64
}

// bucket returns the place of a time in µs, -1 where it lies beyond the canvas.
func (c *canvas) bucket(micros int64) int {
	i := (micros/second - c.from) / c.width
	if micros/second < c.from || i >= int64(c.count) {
		return -1
	}
	return int(i)
}

// over is a query for the time of the canvas, by second.
func (c *canvas) over(table store.Table, keys ...store.Key) store.Query {
	from, to := span{c.from, c.from + c.width*int64(c.count)}.micros()
	return store.Query{Table: table, From: from, To: to, Bucket: second, Keys: keys}
}

// latency draws how long what users saw took.
func (c *canvas) latency(ctx context.Context) (*LatencySeries, error) {
	if len(c.traffic.edge) == 0 {
		return nil, nil
	}
	q := c.over(store.Requests)
	q.Where, q.Durations = c.traffic.where(), true
	histograms := make([]store.Histogram, c.count)
	var all int64
	err := c.store.Series(ctx, q, func(p store.Point) error {
		if i := c.bucket(p.Bucket); i >= 0 && p.Durations != nil {
			histograms[i].Add(p.Durations)
			all += p.Durations.Count()
		}
		return nil
	})
	if err != nil || all == 0 {
		return nil, err
	}
	l := &LatencySeries{Counts: make([]int64, c.count), P50: make([]float64, c.count), P90: make([]float64, c.count), P99: make([]float64, c.count)}
	for i := range histograms {
		h := &histograms[i]
		if l.Counts[i] = h.Count(); l.Counts[i] > 0 {
			l.P50[i], l.P90[i], l.P99[i] = millis(h.Quantile(0.5)), millis(h.Quantile(0.9)), millis(h.Quantile(0.99))
		}
	}
	return l, nil
}

func millis(micros int64) float64 { return float64(micros/100) / 10 }

// listen counts the messages that can explain failures, or are errors.
func (c *canvas) listen(ctx context.Context) error {
	q := c.over(store.Events, store.BySource, store.BySignature, store.BySeverity)
	q.Where = []store.Filter{{Key: store.ByKind, Values: []string{"message"}}}
	places := map[[3]string][]int64{}
	return c.store.Series(ctx, q, func(p store.Point) error {
		i, key := c.bucket(p.Bucket), [3]string(p.Keys)
		if i < 0 {
			return nil
		}
		counts, met := places[key]
		if !met && c.telling(p.Keys[1], p.Keys[2]) {
			counts = make([]int64, c.count)
			c.said = append(c.said, said{p.Keys[0], p.Keys[1], counts})
		}
		places[key] = counts
		if counts != nil {
			counts[i] += p.Count
		}
		return nil
	})
}

// signatures draws what was said by what it means.
func (c *canvas) signatures() []SignatureSeries {
	counts := map[string][]int64{}
	for _, s := range c.said {
		for i, n := range s.counts {
			add(counts, s.signature, c.count, i, n)
		}
	}
	ids := sortedKeys(counts)
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(sum(counts[b]), sum(counts[a])) })
	var drawn []SignatureSeries
	for n, id := range ids {
		if n < drawnSignatures {
			drawn = append(drawn, SignatureSeries{ID: id, Title: c.titleOf(id), Counts: counts[id]})
			continue
		}
		if n == drawnSignatures {
			drawn = append(drawn, SignatureSeries{ID: otherSignatures, Title: "all others", Counts: make([]int64, c.count)})
		}
		for i, k := range counts[id] {
			drawn[drawnSignatures].Counts[i] += k
		}
	}
	return drawn
}

// telling reports whether a message is worth being drawn.
func (c *canvas) telling(id, severity string) bool {
	if s := c.rules.Signature(id); s != nil {
		return s.Gateway
	}
	return parser.SeverityNamed(severity) >= parser.Error
}

func (c *canvas) titleOf(id string) string {
	if s := c.rules.Signature(id); s != nil {
		return s.Title
	}
	return "errors that no signature knows"
}

// load draws the measurements, those of machines in trouble first.
func (c *canvas) load(ctx context.Context) ([]LoadSeries, error) {
	from, to := span{c.from, c.from + c.width*int64(c.count)}.micros()
	samples, err := c.store.Samples(ctx, from, to)
	if err != nil {
		return nil, err
	}
	type key struct{ host, metric string }
	sums, counts := map[key][]float64{}, map[key][]int{}
	for _, s := range samples {
		i, k := c.bucket(s.Time), key{s.Host, s.Metric}
		if i < 0 {
			continue
		}
		if sums[k] == nil {
			sums[k], counts[k] = make([]float64, c.count), make([]int, c.count)
		}
		sums[k][i] += s.Value
		counts[k][i]++
	}
	var drawn []LoadSeries
	for k, values := range sums {
		series := LoadSeries{Host: k.host, Metric: k.metric, Values: make([]*float64, c.count)}
		for i, n := range counts[k] {
			if n > 0 {
				mean := float64(int64(values[i]/float64(n)*100+0.5)) / 100
				series.Values[i] = &mean
			}
		}
		drawn = append(drawn, series)
	}
	slices.SortFunc(drawn, func(a, b LoadSeries) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), strings.Compare(a.Metric, b.Metric), strings.Compare(a.Host, b.Host))
	})
	return drawn[:min(len(drawn), drawnGauges)], nil
}

// rank orders measurements: shares of what there is tell most, then what changed.
func rank(s LoadSeries) float64 {
	low, high := 0.0, 0.0
	for i, v := range s.Values {
		if v != nil {
			if low == 0 && high == 0 || i == 0 {
				low, high = *v, *v
			}
			low, high = min(low, *v), max(high, *v)
		}
	}
	if strings.HasSuffix(s.Metric, "_percent") {
		return 1000 + high + (high - low)
	}
	return (high - low) / max(high, 1)
}

// hops draws each daemon's part: its requests, those that failed, and its errors.
func (c *canvas) hops(ctx context.Context) ([]HopSeries, error) {
	hops := map[parser.Daemon]*HopSeries{}
	of := func(key string) *HopSeries {
		s := c.byKey[key]
		if s == nil || s.daemon == parser.Timeline {
			return nil
		}
		h := hops[s.daemon]
		if h == nil {
			h = &HopSeries{Daemon: s.daemon.String(), Requests: make([]int64, c.count), Failed: make([]int64, c.count), Errors: make([]int64, c.count)}
			hops[s.daemon] = h
		}
		return h
	}
	err := c.store.Series(ctx, c.over(store.Requests, store.BySource, store.ByStatus), func(p store.Point) error {
		i, h := c.bucket(p.Bucket), of(p.Keys[0])
		if i < 0 || h == nil {
			return nil
		}
		h.Requests[i] += p.Count
		if class := statusClass(p.Keys[1]); class == serverErrors || class != "" && c.hurtBy(class) {
			h.Failed[i] += p.Count
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, said := range c.said {
		if h := of(said.source); h != nil {
			for i, n := range said.counts {
				h.Errors[i] += n
			}
		}
	}
	daemons := make([]parser.Daemon, 0, len(hops))
	for d := range hops {
		daemons = append(daemons, d)
	}
	slices.SortFunc(daemons, func(a, b parser.Daemon) int { return cmp.Or(cmp.Compare(layer(b), layer(a)), cmp.Compare(a, b)) })
	var drawn []HopSeries
	for _, d := range daemons[:min(len(daemons), drawnHops)] {
		drawn = append(drawn, *hops[d])
	}
	return drawn, nil
}

// hosts counts the damage by virtual host.
func (c *canvas) hosts(ctx context.Context) ([]Share, error) {
	if len(c.traffic.edge) == 0 {
		return nil, nil
	}
	from, to := c.outage.span.micros()
	shares := map[string]*Share{}
	err := c.store.Series(ctx, store.Query{Table: store.Requests, From: from, To: to, Where: c.traffic.where(), Keys: []store.Key{store.ByVHost, store.ByStatus}},
		func(p store.Point) error {
			name := p.Keys[0]
			if name == "" {
				return nil
			}
			if shares[name] == nil {
				shares[name] = &Share{Name: name}
			}
			shares[name].Total += p.Count
			if class := statusClass(p.Keys[1]); class == serverErrors || class != "" && c.hurtBy(class) {
				shares[name].Failed += p.Count
			}
			return nil
		})
	var hurt []Share
	for _, name := range sortedKeys(shares) {
		if shares[name].Failed > 0 {
			hurt = append(hurt, *shares[name])
		}
	}
	slices.SortStableFunc(hurt, func(a, b Share) int { return cmp.Compare(b.Failed, a.Failed) })
	return hurt[:min(len(hurt), drawnHosts)], err
}

// clients counts who was hurt. The failures are a sample where there were very many, and so may be the clients; then both are bounds
// from below.
func (c *canvas) clients(ctx context.Context) (*ClientShare, error) {
	if len(c.traffic.edge) == 0 || len(c.failures) == 0 {
		return nil, nil
	}
	hurt := map[string]bool{}
	for i := range c.failures {
		if client := c.failures[i].Client; client != "" {
			hurt[client] = true
		}
	}
	from, to := c.outage.span.micros()
	share := &ClientShare{Hurt: int64(len(hurt)), AtLeast: len(c.failures) >= failureSample}
	err := c.store.Series(ctx, store.Query{Table: store.Clients, From: from, To: to, Where: c.traffic.where(), Keys: []store.Key{store.ByClient}}, func(p store.Point) error {
		if p.Keys[0] == store.Other {
			share.AtLeast = true
			return nil
		}
		if p.Keys[0] != "" {
			hurt[p.Keys[0]] = hurt[p.Keys[0]] // known, hurt or not
		}
		return nil
	})
	share.Seen = int64(len(hurt))
	if share.Hurt == 0 {
		return nil, err
	}
	return share, err
}

func add(counts map[string][]int64, key string, size, i int, n int64) {
	if counts[key] == nil {
		counts[key] = make([]int64, size)
	}
	counts[key][i] += n
}

func sum(counts []int64) (n int64) {
	for _, k := range counts {
		n += k
	}
	return n
}
