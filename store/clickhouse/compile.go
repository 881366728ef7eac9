package clickhouse

import (
	"fmt"
	"slices"
	"strings"

	"culprit/store"
)

// question is a Query on its way to SQL.
type question struct {
	store.Query
	known   *known
	clock   clock
	details bool // Events by keys that only stored ones have
}

// Beyond these times there is nothing, µs.
const (
	firstMoment = -1 << 60
	lastMoment  = 1 << 60
)

// detailKeys are those that are known only of events that are stored.
var detailKeys = []store.Key{store.ByMethod, store.ByEndpoint, store.ByScript, store.ByClient, store.ByAgent, store.ByPID}

// ask checks a query as all engines do.
func ask(q store.Query, k *known) (*question, error) {
	if _, ok := keysOf[q.Table]; !ok {
		return nil, fmt.Errorf("query: no table %d", q.Table)
	}
	a := &question{Query: q, known: k, clock: k.clock()}
	keys := slices.Clone(q.Keys)
	for i := range q.Where {
		keys = append(keys, q.Where[i].Key)
	}
	for _, key := range keys {
		if _, ok := sourceLabel(&store.Source{}, key); !ok && !slices.Contains(keysOf[q.Table], key) {
			return nil, fmt.Errorf("query: table %d does not keep key %d", q.Table, key)
		}
		a.details = a.details || q.Table == store.Events && slices.Contains(detailKeys, key)
	}
	if q.Bucket < 0 || q.Bucket%a.width() != 0 {
		return nil, fmt.Errorf("query: a bucket of %d µs is no multiple of %d", q.Bucket, a.width())
	}
	return a, nil
}

// width is that of the cells of the table, µs.
func (a *question) width() int64 {
	if a.Table == store.Endpoints || a.Table == store.Clients {
		return store.EndpointBucket
	}
	return 1_000_000
}

// rows writes which rows of the table are counted.
func (a *question) rows() string {
	conditions := []string{map[store.Table]string{
		store.Requests: "kind = 1", store.Endpoints: "kind = 2", store.Clients: "kind = 3", store.Events: "kind = 4",
	}[a.Table]}
	if a.details {
		conditions = []string{"kind IN (4,5)", "(kind = 5 OR kept = 0)"}
	}
	if a.From != 0 || a.To != 0 {
		// A cell counts if any part of it lies in the span asked for.
		conditions = append(conditions, a.clock.between("at", max(a.From-a.width()+1, firstMoment), min(a.To, lastMoment)))
	}
	return strings.Join(append(conditions, a.filters()...), " AND ")
}

func (a *question) filters() (conditions []string) {
	for i := range a.Where {
		conditions = append(conditions, a.known.filter(a.Table, &a.Where[i]))
	}
	return conditions
}

// measures are what a point tells beside its bucket and keys.
func (a *question) measures() []string {
	first, last := a.clock.shifted("at"), a.clock.shifted("at")
	arrived := "sum(arrived)"
	if a.Table == store.Events {
		first, last = a.clock.shifted("first"), a.clock.shifted("last")
	}
	if a.Table != store.Requests {
		arrived = "sum(arrived) + sum(count)"
	}
	counted := []string{"sum(count)", arrived, "sum(bytes)", "min(" + first + ")", "max(" + last + ")"}
	if !a.Durations {
		return counted
	}
	return append(counted, "tupleElement(sumMap(buckets, counts) AS durations, 1)", "CAST(tupleElement(durations, 2), 'Array(UInt32)')")
}

// bucket writes the start of the bucket of a row.
func (a *question) bucket() string {
	if a.Bucket == 0 {
		return number(a.From)
	}
	t := a.clock.shifted("at")
	return fmt.Sprintf("%s - modulo(modulo(%s, %d) + %d, %d)", t, t, a.Bucket, a.Bucket, a.Bucket)
}

// sql writes the statement that yields the points in their order. limit is 0 for all.
func (a *question) sql(byCount bool, limit int) string {
	show, group, order := []string{a.bucket() + " AS b"}, []string{"b"}, []string{"b"}
	if byCount {
		order = []string{"sum(count) DESC"}
	}
	for i, key := range a.Keys {
		g, s := a.known.label(a.Table, key)
		name := fmt.Sprint("k", i)
		if g == s {
			g = name
		}
		show, group, order = append(show, s+" AS "+name), append(group, g), append(order, name)
	}
	// Without rows there is no group: one of constants alone would be told nevertheless.
	sql := fmt.Sprintf("SELECT %s FROM record WHERE %s GROUP BY %s HAVING count() > 0 ORDER BY %s",
		strings.Join(append(show, a.measures()...), ", "), a.rows(), strings.Join(group, ", "), strings.Join(order, ", "))
	if limit > 0 {
		sql += fmt.Sprint(" LIMIT ", limit)
	}
	return sql
}

// point reads one row of an answer.
func (a *question) point(r *rowReader) store.Point {
	p := store.Point{Bucket: r.int64(), Keys: make([]string, len(a.Keys))}
	for i := range p.Keys {
		p.Keys[i] = r.text()
	}
	p.Count, p.Arrived, p.Bytes, p.First, p.Last = r.int64(), r.int64(), r.int64(), r.int64(), r.int64()
	if !a.Durations {
		return p
	}
	p.Durations = new(store.Histogram)
	buckets := make([]uint8, r.array())
	for i := range buckets {
		buckets[i] = r.uint8()
	}
	for i := range r.array() {
		n := uint32(r.int32())
		if i < len(buckets) && int(buckets[i]) < store.HistogramBuckets {
			p.Durations[buckets[i]] += n
		}
	}
	return p
}
