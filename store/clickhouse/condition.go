package clickhouse

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"culprit/store"
)

// numeric are the keys that are numbers in the table and decimal texts in answers.
var numeric = map[store.Key]column{store.ByStatus: colStatus, store.ByErrno: colErrno, store.ByPID: colPID}

// textual are the keys that are texts in the table.
var textual = map[store.Key]column{
	store.ByDaemon: colDaemon, store.ByFormat: colFormat, store.ByHost: colHost, store.ByVHost: colVHost, store.ByUpstream: colUpstream,
	store.ByEndpoint: colEndpoint, store.ByClient: colClient, store.ByAgent: colAgent, store.BySignature: colSignature,
	store.ByTemplate: colTemplate, store.BySeverity: colSeverity, store.ByMethod: colMethod, store.ByTermination: colTermination,
	store.ByBackend: colBackend, store.ByServer: colServer, store.ByPool: colPool, store.ByScript: colScript, store.ByCode: colCode,
	store.ByProgram: colProgram, store.ByUpstreamStatus: colUpstreamStatus,
}

// keysOf are what the rows of a table say themselves. What they do not is said by their source.
var keysOf = map[store.Table][]store.Key{
	store.Requests:  {store.ByVHost, store.ByUpstream, store.ByStatus, store.ByDaemon, store.ByFormat},
	store.Endpoints: {store.ByEndpoint, store.ByStatus},
	store.Clients:   {store.ByClient, store.ByEndpoint, store.ByAgent},
	store.Events: {
		store.ByDaemon, store.ByFormat, store.ByHost, store.ByVHost, store.ByUpstream, store.ByStatus, store.ByEndpoint, store.ByClient, store.ByAgent,
		store.BySignature, store.ByTemplate, store.BySeverity, store.ByMethod, store.ByTermination, store.ByBackend, store.ByServer, store.ByPool,
		store.ByScript, store.ByPID, store.ByCode, store.ByErrno, store.ByKind, store.ByProgram, store.ByUpstreamStatus,
	},
}

// sourceLabel is what a source says of a key.
func sourceLabel(s *store.Source, k store.Key) (text string, ok bool) {
	switch k {
	case store.BySource:
		return decimal(int64(s.ID)), true
	case store.ByDaemon:
		return s.Daemon.String(), true
	case store.ByFormat:
		return s.Format.String(), true
	case store.ByHost:
		return s.Host, true
	}
	return "", false
}

// known are the sources that an answer is about, with their keys in the cluster.
type known struct {
	sources []store.Source
	keys    []uint64
}

// choose writes an expression that has, for each row, the value of its source. Most sources share one value as a rule, of zones above
// all: only those that differ are named.
func (k *known) choose(value func(s *store.Source) string) string {
	values := make([]string, len(k.sources))
	often := map[string]int{}
	for i := range k.sources {
		values[i] = value(&k.sources[i])
		often[values[i]]++
	}
	if len(often) == 0 {
		return value(&store.Source{})
	}
	common := slices.MaxFunc(sorted(often), func(a, b string) int { return cmp.Compare(often[a], often[b]) })
	var from, to []string
	for i, v := range values {
		if v != common {
			from, to = append(from, unsigned(k.keys[i])), append(to, v)
		}
	}
	if len(from) == 0 {
		return common
	}
	return "transform(source, [" + strings.Join(from, ",") + "], [" + strings.Join(to, ",") + "], " + common + ")"
}

func sorted(set map[string]int) []string {
	texts := make([]string, 0, len(set))
	for t := range set {
		texts = append(texts, t)
	}
	slices.Sort(texts)
	return texts
}

// clock is how the times of rows are turned into UTC.
type clock struct {
	shift     string // expression, "" where it is 0 for all
	low, high int64
}

// shiftOf is what is added to times of a source that do, or do not, carry a zone themselves: see store.Source.
func shiftOf(s *store.Source, zoned bool) int64 {
	if zoned && !s.Zoned {
		return 0
	}
	return s.Shift
}

func (k *known) clock() (c clock) {
	for i := range k.sources {
		for _, zoned := range [...]bool{false, true} {
			shift := shiftOf(&k.sources[i], zoned)
			c.low, c.high = min(c.low, shift), max(c.high, shift)
		}
	}
	if c.low == 0 && c.high == 0 {
		return c
	}
	of := func(zoned bool) string {
		return k.choose(func(s *store.Source) string { return number(shiftOf(s, zoned)) })
	}
	c.shift = of(true)
	if without := of(false); without != c.shift {
		c.shift = "if(zoned = 1, " + c.shift + ", " + without + ")"
	}
	return c
}

// shifted writes a column of times, in UTC.
func (c *clock) shifted(column string) string {
	if c.shift == "" {
		return column
	}
	return "(" + column + " + " + c.shift + ")"
}

// between limits a column of times to a span, in UTC: by the key of the table first, as far as that goes.
func (c *clock) between(column string, from, to int64) string {
	from, to = max(from, firstMoment), min(to, lastMoment)
	condition := "at >= " + decimal(from-c.high-slack) + " AND at < " + decimal(to-c.low)
	t := c.shifted(column)
	return condition + " AND " + t + " >= " + decimal(from) + " AND " + t + " < " + decimal(to)
}

// slack is how far behind the start of its slot the time of an event lies at most, µs.
const slack = 1_000_000

// filter writes a condition on a key. It is on the sources where rows do not tell the key.
func (k *known) filter(table store.Table, f *store.Filter) string {
	var list []string
	name := ""
	switch own := slices.Contains(keysOf[table], f.Key); {
	case !own:
		name = "source"
		for i := range k.sources {
			if label, _ := sourceLabel(&k.sources[i], f.Key); slices.Contains(f.Values, label) {
				list = append(list, unsigned(k.keys[i]))
			}
		}
	case f.Key == store.ByKind:
		name = "request"
		for i, kind := range [...]string{"message", "request"} {
			if slices.Contains(f.Values, kind) {
				list = append(list, strconv.Itoa(i))
			}
		}
	case numeric[f.Key] != 0:
		name = numeric[f.Key].String()
		for _, v := range f.Values {
			if n, err := strconv.ParseInt(v, 10, 64); err == nil && decimal(n) == v {
				list = append(list, v)
			}
		}
	default:
		name, list = textual[f.Key].String(), quoted(f.Values)
	}
	return member(name, list, f.Not)
}

// member writes that a column has one of the values, or none of them.
func member(name string, list []string, not bool) string {
	switch {
	case len(list) == 0 && not:
		return "1"
	case len(list) == 0:
		return "0"
	case not:
		return name + " NOT IN (" + strings.Join(list, ",") + ")"
	}
	return name + " IN (" + strings.Join(list, ",") + ")"
}

// label writes what rows are grouped by for a key, and what is shown of a group.
func (k *known) label(table store.Table, key store.Key) (group, show string) {
	if !slices.Contains(keysOf[table], key) {
		group = k.choose(func(s *store.Source) string {
			label, _ := sourceLabel(s, key)
			return quote(label)
		})
		return group, group
	}
	if key == store.ByKind {
		return "request", "if(request = 1, 'request', 'message')"
	}
	if c := numeric[key]; c != 0 {
		return c.String(), "toString(" + c.String() + ")"
	}
	return textual[key].String(), textual[key].String()
}
