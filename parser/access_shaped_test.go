package parser

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// served is a request as a log_format of nginx would see it; the values are by variable.
type served map[string]string

// servedSample makes n requests: static ones, proxied ones, retried ones, one that nginx gave up on and one aborted.
func servedSample(n int) []served {
	agents := []string{"Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "curl/8.5.0", "-", `Mozilla/5.0 (compatible; a "bot")`}
	var all []served
	for i := range n {
		at := time.Date(2026, 11, 21, 6, 13, i/3, (i%3)*250e6, time.FixedZone("", 3600))
		whole, connect := 0.012+float64(i%7)*0.013, float64(i%3)/1000
		v := served{
			"remote_addr": fmt.Sprintf("203.0.113.%d", 1+i%200), "remote_user": "-", "host": "shop.example.com", "server_name": "shop",
			"time_local": at.Format("02/Jan/2006:15:04:05 -0700"), "time_iso8601": at.Format(time.RFC3339),
			"msec": fmt.Sprintf("%.3f", float64(at.UnixMilli())/1000), "request_method": "GET", "server_protocol": "HTTP/1.1",
			"request_uri": fmt.Sprintf("/p/%d?q=a=b,c", i), "status": "200", "body_bytes_sent": fmt.Sprint(757 + 11*i), "http_referer": "-",
			"http_user_agent": agents[i%4], "http_x_forwarded_for": "-", "request_length": fmt.Sprint(310 + i%40), "connection": fmt.Sprint(100 + i), "pid": "812",
			"remote_port": fmt.Sprint(40000 + 17*i%9000), "server_addr": "10.0.0.2", "server_port": "443",
			"request_time": fmt.Sprintf("%.3f", whole), "upstream_response_time": fmt.Sprintf("%.3f", whole-0.001), "upstream_header_time": fmt.Sprintf("%.3f", whole-0.004),
			"upstream_connect_time": fmt.Sprintf("%.3f", connect), "upstream_addr": fmt.Sprintf("10.0.0.%d:8080", 5+i%2), "upstream_status": "200",
			"upstream_cache_status": "MISS", "request_id": fmt.Sprintf("%032x", 7919*i), "scheme": "https", "pipe": ".", "gzip_ratio": "2.35", "request_completion": "OK",
		}
		switch {
		case i%11 == 4: // a static file
			for _, name := range []string{"upstream_response_time", "upstream_header_time", "upstream_connect_time", "upstream_addr", "upstream_status", "upstream_cache_status"} {
				v[name] = "-"
			}
			v["request_time"] = "0.000"
		case i%13 == 6: // tried on two servers
			v["status"], v["upstream_status"] = "504", "504, 504"
			v["upstream_addr"], v["upstream_response_time"] = "10.0.0.5:8080, 10.0.0.6:8080", "5.001, 5.002"
			v["upstream_header_time"], v["upstream_connect_time"], v["request_time"] = "-, -", "0.001, 0.000", "10.003"
		case i%17 == 9:
			v["status"], v["upstream_status"], v["upstream_header_time"], v["upstream_response_time"] = "499", "-", "-", "3.000"
			v["request_time"], v["body_bytes_sent"] = "3.000", "0"
		}
		v["request"] = v["request_method"] + " " + v["request_uri"] + " " + v["server_protocol"]
		v["body"] = v["body_bytes_sent"]
		all = append(all, v)
	}
	return all
}

// render fills a log_format.
func (v served) render(format string) string {
	return expandVariables(format, func(name string) string { return v[name] })
}

func expandVariables(format string, value func(string) string) string {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '$' {
			out.WriteByte(format[i])
			continue
		}
		j := i + 1
		for j < len(format) && (isWordByte(format[j])) {
			j++
		}
		out.WriteString(value(format[i+1 : j]))
		i = j - 1
	}
	return out.String()
}

// variables returns whether a log_format has a variable.
func variables(format string) func(name string) bool {
	names := map[string]bool{}
	expandVariables(format, func(name string) string { names[name] = true; return "" })
	return func(name string) bool { return names[name] }
}

// expected says which fields a line of the format tells.
func (v served) expected(format string) string {
	var out []string
	has := variables(format)
	seconds := func(name string) string {
		parts := strings.Split(v[name], ", ")
		last := parts[len(parts)-1]
		if last == "-" {
			return map[bool]string{true: "not reached", false: "unknown"}[v["upstream_addr"] != "-" && (has("upstream_addr") || has("upstream_status") && v["upstream_status"] != "-")]
		}
		d, _ := time.ParseDuration(last + "s")
		return d.String()
	}
	if has("host") {
		out = append(out, "vhost="+v["host"])
	}
	if has("remote_addr") {
		out = append(out, "client="+v["remote_addr"])
	}
	if has("request") || has("request_method") {
		out = append(out, v["request_method"])
	}
	out = append(out, v["request_uri"], v["status"])
	if has("body_bytes_sent") {
		out = append(out, "bytes="+v["body_bytes_sent"])
	}
	for _, name := range []string{"request_time", "upstream_connect_time", "upstream_header_time", "upstream_response_time"} {
		if has(name) {
			out = append(out, name+"="+seconds(name))
		}
	}
	if has("upstream_addr") && v["upstream_addr"] != "-" {
		parts := strings.Split(v["upstream_addr"], ", ")
		out = append(out, fmt.Sprintf("upstream=%s retries=%d", parts[len(parts)-1], len(parts)-1))
	}
	if has("upstream_status") && v["upstream_status"] != "-" {
		out = append(out, "upstream_status="+v["upstream_status"])
	}
	return strings.Join(out, " ")
}

// shapedAs says what was read, in the words of expected.
func shapedAs(r *Record, format string) string {
	var out []string
	has := variables(format)
	if len(r.VHost) > 0 {
		out = append(out, "vhost="+string(r.VHost))
	}
	if len(r.Client) > 0 {
		out = append(out, "client="+string(r.Client))
	}
	if len(r.Method) > 0 {
		out = append(out, string(r.Method))
	}
	out = append(out, string(r.Path), fmt.Sprint(r.Status))
	if r.Bytes != Unknown {
		out = append(out, fmt.Sprintf("bytes=%d", r.Bytes))
	}
	for _, p := range []struct {
		name  string
		value int64
	}{{"request_time", r.Duration}, {"upstream_connect_time", r.Connect}, {"upstream_header_time", r.Header}, {"upstream_response_time", r.Response}} {
		switch {
		case p.value >= 0:
			out = append(out, fmt.Sprintf("%s=%v", p.name, time.Duration(p.value)*time.Microsecond))
		case p.value == NotReached:
			out = append(out, p.name+"=not reached")
		case has(p.name):
			out = append(out, p.name+"=unknown")
		}
	}
	if len(r.Upstream) > 0 {
		out = append(out, fmt.Sprintf("upstream=%s retries=%d", r.Upstream, r.Retries))
	}
	if len(r.UpstreamStatus) > 0 {
		out = append(out, "upstream_status="+string(r.UpstreamStatus))
	}
	return strings.Join(out, " ")
}

var customFormats = []string{
	`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"`,
	`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_response_time $pipe`,
	`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" "$request_time" "$upstream_response_time" "$upstream_addr" "$upstream_status"`,
	`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time uct="$upstream_connect_time" uht="$upstream_header_time" urt="$upstream_response_time" us="$upstream_status" ua="$upstream_addr"`,
	`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time uct=$upstream_connect_time uht=$upstream_header_time urt=$upstream_response_time cs=$upstream_cache_status`,
	`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent $request_time $upstream_response_time $upstream_status $upstream_addr`,
	`$remote_addr - $remote_user [$time_local] "$host" "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_addr $upstream_connect_time $upstream_header_time $upstream_response_time $upstream_status`,
	`$host $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_response_time`,
	`[$time_local] $remote_addr "$request" $status $body_bytes_sent $request_time $upstream_response_time`,
	`[$time_iso8601] $status $request_method $host $request_uri $remote_addr $request_time $upstream_response_time $upstream_addr`,
	`$time_iso8601 $remote_addr $request_method $request_uri $status $body_bytes_sent $request_time`,
	`$msec $request_time $upstream_response_time $status $remote_addr $request_method $host "$request_uri" "$http_user_agent" $upstream_addr`,
	`$msec|$remote_addr|$host|$request|$status|$body_bytes_sent|$request_time|$upstream_addr|$upstream_status|$upstream_response_time|$http_user_agent`,
	`$time_iso8601 | $remote_addr | $request_method $request_uri $server_protocol | $status | $request_time | $upstream_response_time | $upstream_addr`,
	`$remote_addr;$time_local;$request_method;$request_uri;$status;$body_bytes_sent;$request_time;$upstream_response_time`,
	"time:$time_iso8601\thost:$remote_addr\tvhost:$host\treq:$request\tstatus:$status\tsize:$body_bytes_sent\tua:$http_user_agent\treqtime:$request_time\tapptime:$upstream_response_time\tupstream:$upstream_addr",
	"$time_local\t$remote_addr\t$host\t$request_method\t$request_uri\t$status\t$body_bytes_sent\t$request_time\t$upstream_response_time\t$http_user_agent",
	`time=$time_iso8601 client=$remote_addr method=$request_method uri="$request_uri" status=$status bytes=$body_bytes_sent request_time=$request_time upstream=$upstream_addr upstream_status=$upstream_status upstream_time=$upstream_response_time`,
	`ts=$msec vhost=$host ip=$remote_addr verb=$request_method path=$request_uri code=$status sent=$body_bytes_sent duration=$request_time backend="$upstream_addr" backend_connect=$upstream_connect_time backend_time=$upstream_response_time`,
	`[$time_local] [$remote_addr] [$host] [$request] [$status] [$request_time] [$upstream_addr] [$upstream_response_time]`,
	`$remote_addr [$time_local] $host "$request" $status $body_bytes_sent up_addr=$upstream_addr up_status=$upstream_status up_time=$upstream_response_time total=$request_time id=$request_id`,
	`$remote_addr - [$time_local] "$request" $status $body_bytes_sent conn=$connection up=[$upstream_addr] ust=[$upstream_status] urt=[$upstream_response_time] rt=[$request_time]`,
	`$remote_addr, $time_iso8601, "$request", $status, $body_bytes_sent, $request_time`,
	`"$remote_addr" "$time_iso8601" "$request" "$status" "$body_bytes_sent" "$request_time" "$upstream_addr"`,
	`$remote_addr $time_iso8601 $status $request_time $upstream_addr $upstream_status $upstream_response_time "$request" "$http_user_agent"`,
	`client: $remote_addr time: $time_iso8601 request: "$request" status: $status request_time: $request_time upstream: $upstream_addr upstream_response_time: $upstream_response_time`,
	`$remote_addr - - [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" - $request_length $request_time [$upstream_cache_status] [$upstream_addr] $upstream_response_time $upstream_status $request_id`,
	`$time_iso8601 $remote_addr:$remote_port "$request" $status $body_bytes_sent $upstream_addr $request_time`,
	`$remote_addr $server_addr:$server_port [$time_local] "$request" $status $body_bytes_sent $request_time $upstream_addr`,
	`$request_time $upstream_connect_time $upstream_header_time $upstream_response_time $remote_addr [$time_local] "$request" $status $body_bytes_sent`,
}

func TestAccessShaped(t *testing.T) {
	sample := servedSample(100)
	for _, format := range customFormats {
		var text strings.Builder
		for _, v := range sample {
			text.WriteString(v.render(format) + "\n")
		}
		recs := scanText(text.String())
		if len(recs) != len(sample) {
			t.Errorf("%s\n%d records of %d lines", format, len(recs), len(sample))
			continue
		}
		for i, v := range sample {
			r := &recs[i]
			if r.Format != AccessShaped && r.Format != AccessCombined || r.Kind != Request {
				t.Errorf("%s\n%s\nread as %v", format, r.Raw, r.Format)
				break
			}
			if proxied := variables(format)("upstream_addr"); proxied && r.Daemon != Nginx {
				t.Errorf("%s\n%s\nis of %v", format, r.Raw, r.Daemon)
				break
			}
			want, got := v.expected(format), shapedAs(r, format)
			at := time.Date(2026, 11, 21, 5, 13, i/3, 0, time.UTC).UnixMicro()
			if got != want || r.Time/1e6 != at/1e6 || !r.Zoned {
				t.Errorf("%s\n%s\n got %s at %d\nwant %s at %d", format, r.Raw, got, r.Time, want, at)
				break
			}
		}
	}
}

// One line alone must do where no more is known.
func TestAccessShapedAlone(t *testing.T) {
	v := servedSample(2)[1]
	for _, format := range customFormats {
		r := oneRecord(t, v.render(format))
		if r.Kind != Request || string(r.Path) != v["request_uri"] || r.Status != 200 || string(r.Client) != v["remote_addr"] {
			t.Errorf("%s\n%s\nread as %s", format, r.Raw, told(r))
		}
	}
}

// Lines that arrive one by one teach as much as lines read together.
func TestAccessShapedFollowed(t *testing.T) {
	const format = `$time_iso8601 $remote_addr $request_method $request_uri $status $body_bytes_sent $request_time $upstream_connect_time $upstream_response_time $upstream_addr`
	s := NewScanner(Options{})
	recs := make([]Record, 4)
	var last string
	for i, v := range servedSample(100) {
		line := []byte(v.render(format) + "\n")
		if n, used := s.Scan(line, false, recs); n != 1 || used != len(line) || recs[0].Format != AccessShaped {
			t.Fatalf("line %d: %d records, %d bytes, %s", i, n, used, told(recs[0]))
		}
		if last = shapedAs(&recs[0], format); i > 20 && last != v.expected(format) {
			t.Fatalf("%s\n got %s\nwant %s", line, last, v.expected(format))
		}
	}
}

func TestNotAccessShaped(t *testing.T) {
	f := func(in string) {
		t.Helper()
		for _, r := range scanText(in) {
			if r.Format == AccessShaped || r.Format == AccessCombined {
				t.Errorf("%q was taken for an access log's: %s", in, told(r))
			}
		}
	}
	f("")
	f("GET / HTTP/1.1")
	f(`2026-11-21 06:13:00 INFO 203.0.113.9 GET /orders/7 200 13ms`)
	f(`2026-11-21T06:13:00Z level=info msg="request done" method=GET path=/orders/7 status=200 duration=13ms remote=10.0.0.5:4431`)
	f(`[21/Nov/2026:06:13:00 +0100] GET /orders/7 from 203.0.113.9 took long`)
	f(`INFO:     10.20.0.10:54321 - "GET /orders/7 HTTP/1.1" 200 OK`)
	f(`2026/11/21 06:13:00 [error] 12#12: *7 open() "/a" failed (2: No such file or directory), client: 203.0.113.9, server: a, request: "GET /a HTTP/1.1", host: "a"`)
	f(`Nov 21 06:13:00 lb haproxy[12]: 203.0.113.9:40000 [21/Nov/2026:06:13:00.123] fe be/srv 0/0/1/12/13 200 500 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`)
}

func TestAccessShapedAllocs(t *testing.T) {
	for _, format := range []string{customFormats[3], customFormats[12]} {
		var text strings.Builder
		for _, v := range servedSample(200) {
			text.WriteString(v.render(format) + "\n")
		}
		if n := allocsPerScan(text.String()); n != 0 {
			t.Errorf("%s: %v allocations", format, n)
		}
	}
}

func FuzzAccessShaped(f *testing.F) {
	for _, format := range customFormats {
		var text strings.Builder
		for _, v := range servedSample(5) {
			text.WriteString(v.render(format) + "\n")
		}
		f.Add([]byte(text.String()))
	}
	f.Fuzz(fuzzLearning)
}

func BenchmarkAccessShaped(b *testing.B) {
	for name, format := range map[string]string{"behind": customFormats[3], "bars": customFormats[12], "blanks": customFormats[10], "named": customFormats[17]} {
		b.Run(name, func(b *testing.B) {
			var text strings.Builder
			for _, v := range servedSample(500) {
				text.WriteString(v.render(format) + "\n")
			}
			want := AccessShaped
			if name == "behind" {
				want = AccessCombined
			}
			benchScan(b, text.String(), want)
		})
	}
}

// Formats are learnt inside of envelopes too, a line at a time.
func TestAccessShapedWrapped(t *testing.T) {
	for _, format := range []string{customFormats[3], customFormats[10], customFormats[12], customFormats[17]} {
		var text strings.Builder
		sample := servedSample(60)
		for _, v := range sample {
			text.WriteString("Nov 21 06:13:40 web1 nginx: " + v.render(format) + "\n")
		}
		for i, r := range scanText(text.String()) {
			if want, got := sample[i].expected(format), shapedAs(&r, format); i > 8 && got != want || r.Daemon != Nginx || string(r.Host) != "web1" {
				t.Errorf("%s\n%s\n got %s of %v\nwant %s", format, r.Raw, got, r.Daemon, want)
				break
			}
		}
	}
}
