package parser

import (
	"bytes"
	"slices"
	"strings"
)

// csvColumn is what the numbers of one column, or of one named series, measure.
type csvColumn struct {
	metric string // as culprit writes it, "" for what is no measurement
	host   string // that the header tells, as in `cpu{instance="web1:9100"}`
	// scale brings a value to the unit of the metric; rest says that it is what is left of 100.
	scale float64
	rest  bool
	// whole is the number of the column with the total that this is a part of, -1 for none.
	whole int
	// percent says that the name itself tells the unit.
	percent bool
}

// value is a number of the column as culprit counts it.
func (c *csvColumn) value(v float64) float64 {
	v *= c.scale
	if c.rest {
		v = 100 - v
	}
	return v
}

// metricRule tells a metric by the words of its name.
type metricRule struct {
	// all are words of which one each must be there, alternatives parted by bars; none are words that must not be.
	all    []string
	none   string
	metric string
	// rest says that the metric is what is left of 100, share that it is a percentage.
	rest, share bool
	// size says that where the unit is bytes, the value is a part of the column whose name has the same first word and "total" or "size".
	size bool
}

const (
	cpuWords    = "cpu|cpus|processor"
	memoryWords = "mem|memory|ram"
	diskWords   = "disk|fs|filesystem|storage|volume|rootfs"
	freeWords   = "free|available|avail|idle"
	totalWords  = "total|size|capacity"
)

// metricRules are tried in their order.
var metricRules = []metricRule{
	{all: []string{"iowait|waio"}, metric: "cpu_iowait_percent", share: true},
	{all: []string{cpuWords, "wait|wa|io"}, metric: "cpu_iowait_percent", share: true},
	{all: []string{"steal|stolen"}, metric: "cpu_steal_percent", share: true},
	{all: []string{cpuWords, "st"}, metric: "cpu_steal_percent", share: true},
	{all: []string{cpuWords, freeWords}, metric: "cpu_percent", rest: true, share: true},
	{all: []string{cpuWords, "user|usr|us"}, metric: "cpu_user_percent", share: true},
	{all: []string{cpuWords, "system|sys|sy|kernel|privileged"}, metric: "cpu_system_percent", share: true},
	{all: []string{cpuWords, "load|time", "percent"}, metric: "cpu_percent", share: true},
	{all: []string{cpuWords, "pressure|psi"}, metric: "psi_cpu_percent", share: true},
	{all: []string{"io|disk", "pressure|psi"}, metric: "psi_io_percent", share: true},
	{all: []string{memoryWords, "pressure|psi"}, metric: "psi_memory_percent", share: true},
	{all: []string{cpuWords}, none: "count|cores|num|number|temp|temperature|freq|mhz|ghz|throttled|limit|requests|load|seconds|time|nice|irq|softirq|guest", metric: "cpu_percent", share: true},
	{all: []string{"swap", freeWords}, metric: "swap_used_percent", rest: true, share: true, size: true},
	{all: []string{"swap"}, none: "in|out|si|so|total|size|cached|io", metric: "swap_used_percent", share: true, size: true},
	{all: []string{memoryWords, freeWords}, metric: "mem_used_percent", rest: true, share: true, size: true},
	{all: []string{memoryWords}, none: "total|size|cached|buffers|buffer|cache|commit|active|inactive|slab|dirty|limit|requests", metric: "mem_used_percent", share: true, size: true},
	{all: []string{"disk", "util|busy|utilization|utilisation"}, metric: "disk_util_percent", share: true},
	{all: []string{"disk|io", "latency|await"}, metric: "disk_await_ms"},
	{all: []string{diskWords, freeWords}, none: "inode|inodes", metric: "disk_used_percent", rest: true, share: true, size: true},
	{all: []string{diskWords}, none: "read|reads|write|writes|written|iops|io|queue|total|size|capacity|inode|inodes|time|tps|ops", metric: "disk_used_percent", share: true, size: true},
	{all: []string{"load|loadavg|ldavg"}, none: "5|15|5m|15m|5min|15min|page|balancer|percent", metric: "load1"},
	{all: []string{"load1|load1m|loadavg1|ldavg1"}, metric: "load1"},
	{all: []string{"listenoverflows"}, metric: "tcp_listen_overflows"},
	{all: []string{"listen|accept|backlog", "overflow|overflows"}, metric: "tcp_listen_overflows"},
	{all: []string{"listendrops"}, metric: "tcp_listen_drops"},
	{all: []string{"listen|accept|backlog", "drop|drops|dropped"}, metric: "tcp_listen_drops"},
	{all: []string{"retrans|retranssegs|retransmits|retransmissions|retransmit|retransmitted"}, metric: "tcp_retrans"},
	{all: []string{"fpm|phpfpm|php", "queue"}, none: "max|len|length", metric: "fpm_listen_queue"},
	{all: []string{"fpm|phpfpm|php", "active|busy"}, none: "max", metric: "fpm_active_processes"},
	{all: []string{"fpm|phpfpm|php", "idle"}, none: "max", metric: "fpm_idle_processes"},
	{all: []string{"qcur"}, metric: "haproxy_queue"},
	{all: []string{"haproxy", "queue|queued"}, none: "max|limit", metric: "haproxy_queue"},
	{all: []string{"haproxy", "sessions|scur"}, none: "max|limit|total|rate", metric: "haproxy_sessions"},
	{all: []string{"mysql|mariadb|threads", "running"}, metric: "mysql_threads_running"},
	{all: []string{"mysql|mariadb|threads", "connected|connections"}, none: "max|aborted", metric: "mysql_threads_connected"},
	{all: []string{"nginx", "active"}, metric: "nginx_active"},
	{all: []string{"nginx", "waiting"}, metric: "nginx_waiting"},
	{all: []string{"apache|httpd", "busy"}, metric: "apache_busy_workers"},
	{all: []string{"apache|httpd", "idle"}, metric: "apache_idle_workers"},
}

// sizeWords are units of amounts, which are no percentages.
const sizeWords = "bytes|byte|b|kb|mb|gb|tb|kib|mib|gib|tib|k|m|g|kbytes|mbytes|gbytes|megabytes|gigabytes"

// column says what a header or the name of a series measures. Names that no rule knows are kept, in small letters with underscores.
func metricColumn(b []byte) csvColumn {
	c := csvColumn{scale: 1, whole: -1}
	if open := bytes.IndexByte(b, '{'); open > 0 {
		c.host = labelledHost(string(b[open:]))
		b = b[:open]
	}
	words := metricWords(b)
	c.percent = hasWord(words, "percent|pct|perc|percentage")
	if name, known := plainMetrics[strings.Join(words, "_")]; known {
		c.metric = name
		return c
	}
	for i := range metricRules {
		r := &metricRules[i]
		if !r.fits(words) {
			continue
		}
		if hasWord(words, sizeWords) && r.share {
			break // an amount; of what, the header may tell by a total
		}
		c.metric, c.rest = r.metric, r.rest
		switch {
		case r.share && hasWord(words, "ratio|fraction"):
			c.scale = 100
		case r.metric == "disk_await_ms" && hasWord(words, "s|sec|secs|second|seconds"):
			c.scale = 1000
		}
		return c
	}
	c.metric = spelled(b)
	return c
}

// fits reports whether a name of these words is the metric's.
func (r *metricRule) fits(words []string) bool {
	for _, one := range r.all {
		if !hasWord(words, one) {
			return false
		}
	}
	return r.none == "" || !hasWord(words, r.none)
}

// hasWord reports whether one of the alternatives, parted by bars, is among words.
func hasWord(words []string, alternatives string) bool {
	for one := range strings.SplitSeq(alternatives, "|") {
		if slices.Contains(words, one) {
			return true
		}
	}
	return false
}

// metricWords cuts a name into its words, in small letters: at signs, and where a small letter is followed by a capital. A percent sign
// is the word "percent".
func metricWords(b []byte) []string {
	var spaced strings.Builder
	for i, c := range b {
		switch {
		case c == '%':
			spaced.WriteString(" percent ")
		case c >= 'A' && c <= 'Z':
			if i > 0 && b[i-1] >= 'a' && b[i-1] <= 'z' {
				spaced.WriteByte(' ')
			}
			spaced.WriteByte(c | 0x20)
		case c >= 'a' && c <= 'z', c-'0' <= 9:
			spaced.WriteByte(c)
		default:
			spaced.WriteByte(' ')
		}
	}
	return strings.Fields(spaced.String())
}

// plainMetrics are names that say what they measure only to those who know the tool.
var plainMetrics = map[string]string{
	"wa": "cpu_iowait_percent", "percent_wa": "cpu_iowait_percent", "percent_st": "cpu_steal_percent", "percentcpu": "cpu_percent", "cpupercent": "cpu_percent",
	"percentmem": "mem_used_percent", "percentiowait": "cpu_iowait_percent", "percentsteal": "cpu_steal_percent", "percent_user": "cpu_user_percent",
	"user_percent": "cpu_user_percent", "percentuser": "cpu_user_percent", "percentsystem": "cpu_system_percent", "percent_system": "cpu_system_percent",
	"system_percent": "cpu_system_percent", "rx_bytes": "net_rx_bytes", "net_rx": "net_rx_bytes", "bytes_in": "net_rx_bytes", "network_in": "net_rx_bytes",
	"tx_bytes": "net_tx_bytes", "net_tx": "net_tx_bytes", "bytes_out": "net_tx_bytes", "network_out": "net_tx_bytes",
}

var metricSpelling = strings.NewReplacer(" ", "_", "-", "_", ".", "_", "%", "percent", "(", "", ")", "", "[", "", "]", "", "/", "_")

// spelled is a name as culprit writes it.
func spelled(b []byte) string { return metricSpelling.Replace(strings.ToLower(string(b))) }

// metricNamed returns a metric's name as culprit writes it: other names of the same thing are replaced, the rest become small letters
// with underscores.
func metricNamed(b []byte) string {
	if c := metricColumn(b); c.scale == 1 && !c.rest {
		return c.metric
	}
	return spelled(b)
}

// labelledHost finds the host among labels such as `{instance="web1:9100",job="node"}`.
func labelledHost(labels string) string {
	parsed, _, ok := exporterLabels("series" + labels)
	if !ok {
		return ""
	}
	return hostOf(parsed)
}

// partOf makes shares of the columns that count bytes where another column tells the total: "mem_used_mb" beside "mem_total_mb".
func partOf(names [][]byte, columns []csvColumn) {
	for i := range columns {
		words := metricWords(names[i])
		for j := range metricRules {
			r := &metricRules[j]
			if columns[i].metric == "" || !r.size || !r.fits(words) || !hasWord(words, sizeWords) {
				continue
			}
			whole := slices.IndexFunc(names, func(name []byte) bool {
				other := metricWords(name)
				return hasWord(other, r.all[0]) && hasWord(other, totalWords) && sameUnit(words, other)
			})
			if whole >= 0 && whole != i {
				columns[i] = csvColumn{metric: r.metric, host: columns[i].host, scale: 1, rest: r.rest, whole: whole}
			}
			break
		}
	}
}

// sameUnit reports whether two names count in the same unit.
func sameUnit(a, b []string) bool {
	return slices.ContainsFunc(a, func(w string) bool { return hasWord([]string{w}, sizeWords) && slices.Contains(b, w) })
}
