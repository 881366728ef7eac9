package report

import (
	"time"

	"culprit/correlate"
)

func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339, "2026-03-08T"+clock+"Z")
	if err != nil {
		panic(err)
	}
	return t
}

func pointer(t time.Time) *time.Time { return &t }

// sample is a report with everything in it.
func sample() *correlate.Report {
	return &correlate.Report{
		Schema: correlate.Schema, Verdict: "incident",
		Inputs: []correlate.Input{
			{Path: "edge/access.log", Daemon: "nginx", Format: "nginx-access", Timezone: "+01:00", TimezoneFrom: "log", Lines: 120400, Parsed: 120400,
				First: pointer(at("05:00:00")), Last: pointer(at("07:00:00"))},
			{Path: "edge/error.log", Daemon: "nginx", Format: "nginx-error", Timezone: "+01:00", TimezoneFrom: "inferred", Lines: 812, Parsed: 810, Unparsed: 2,
				UnparsedSample: []string{"17: ?? what is this"}, First: pointer(at("06:12:40")), Last: pointer(at("06:14:31"))},
			{Path: "app/slow.log.gz", Daemon: "php-fpm", Format: "php-fpm-slow", Timezone: "+01:00", TimezoneFrom: "inferred", Lines: 90, Parsed: 9,
				First: pointer(at("06:13:01")), Last: pointer(at("06:14:31")), Problem: "truncated gzip stream"},
		},
		Incidents: []correlate.Incident{sampleIncident()},
		Notes: []string{"edge/error.log names no zone; it was read as +01:00, which fits the logs that do",
			"the clock of app/slow.log.gz is off by 4 s against the gateway's log; corrected"},
		LeftAside: &correlate.LeftAside{Count: 3, Files: []correlate.SkippedFile{{Path: "nginx.conf", Why: "configuration, left aside"},
			{Path: "db.cnf", Why: "configuration, left aside"}, {Path: "notes.json", Why: "JSON document, not a log"}}},
	}
}

func sampleIncident() correlate.Incident {
	in := correlate.Incident{
		ID: "0badc0ffee", Start: at("06:13:02"), End: pointer(at("06:15:07")),
		Requests: correlate.Requests{Total: 2211, Failed: 731, ByStatus: map[string]int64{"504": 700, "502": 20, "0": 11}},
		Hop:      "php-fpm → mariadb", Component: "mariadb",
		Hypotheses: []correlate.Hypothesis{slowDatabase(), {Cause: "slow-application", Title: "The application is slow", Confidence: 0.12,
			Chain: []string{"slow-application", "504"}, EvidenceFor: []correlate.EvidenceItem{{Kind: "traffic", Text: "answers took 40 times as long", Weight: 0.4}}},
			{Cause: "unknown", Title: "The cause is not in these logs", Confidence: 0.05, Chain: []string{"unknown", "504"}}},
		Changes: []correlate.ChangeVerdict{
			{Time: at("06:12:01"), Kind: "deploy", Service: "shop", Summary: "v2.14: new banner", Source: "deploys.jsonl:1", Verdict: "acquitted",
				Why: "about 400 requests on the affected paths went well in the 61 s between it and the first sign"},
			{Time: at("06:12:58"), Kind: "migration", Service: "shop-db", Summary: "shop-db: add an index to orders", Source: "deploys.jsonl:2", Verdict: "blamed",
				Why: "it came 4 s before the first sign of trouble and fits the cause"}},
		Endpoints:     []correlate.Share{{Name: "/checkout", Failed: 600, Total: 601}, {Name: "/", Failed: 131, Total: 1610}},
		VHosts:        []correlate.Share{{Name: "shop.example", Failed: 731, Total: 2211}},
		Findings:      []correlate.EvidenceItem{{Kind: "traffic", Text: "answers took 40 times as long", Weight: 0.4}},
		BucketSeconds: 5,
	}
	for i := range 30 {
		p := correlate.TimelinePoint{Time: at("06:12:30").Add(time.Duration(5*i) * time.Second), Total: int64(60 + i%7)}
		if i > 6 && i < 26 {
			p.Failed, p.ByStatus = int64(2*i), map[string]int64{"504": int64(2 * i)}
		}
		in.Timeline = append(in.Timeline, p)
	}
	samplePictures(&in)
	return in
}

// samplePictures adds what is drawn beside the timeline.
func samplePictures(in *correlate.Incident) {
	in.Clients = &correlate.ClientShare{Hurt: 312, Seen: 655}
	refused := correlate.SignatureSeries{ID: "nginx-timeout", Title: "The upstream took the request and did not answer in time"}
	others := correlate.SignatureSeries{ID: "other", Title: "all others"}
	cpu := correlate.LoadSeries{Host: "db1", Metric: "cpu_percent"}
	load := correlate.LoadSeries{Host: "db1", Metric: "load1"}
	edge, database := correlate.HopSeries{Daemon: "nginx"}, correlate.HopSeries{Daemon: "mysql"}
	latency := &correlate.LatencySeries{}
	in.Latency = latency
	for i, p := range in.Timeline {
		slow := 1.0
		if p.Failed > 0 {
			slow = 40
		}
		n := p.Total
		if i == 3 {
			n, slow = 0, 0
		}
		latency.Counts, latency.P50 = append(latency.Counts, n), append(latency.P50, 21*slow)
		latency.P90, latency.P99 = append(latency.P90, 80*slow), append(latency.P99, 250*slow)
		refused.Counts, others.Counts = append(refused.Counts, p.Failed), append(others.Counts, int64(i%3))
		if i%2 == 0 {
			used, average := 30+float64(i), 1.5+slow/10
			cpu.Values, load.Values = append(cpu.Values, &used), append(load.Values, &average)
		} else {
			cpu.Values, load.Values = append(cpu.Values, nil), append(load.Values, nil)
		}
		edge.Requests, edge.Failed, edge.Errors = append(edge.Requests, p.Total), append(edge.Failed, p.Failed), append(edge.Errors, p.Failed)
		database.Requests, database.Failed, database.Errors = append(database.Requests, 0), append(database.Failed, 0), append(database.Errors, int64(i/10))
	}
	in.Signatures = []correlate.SignatureSeries{refused, others}
	in.Load = []correlate.LoadSeries{cpu, load}
	in.Hops = []correlate.HopSeries{edge, database}
}

func slowDatabase() correlate.Hypothesis {
	return correlate.Hypothesis{
		Cause: "slow-database", Title: "The database is slow or locked", Confidence: 0.83, Owner: "database",
		Summary: "The database stalled from 06:13:02 on: requests waited for their queries until nginx gave up with 504.",
		Trigger: &correlate.TriggerRef{Kind: "migration", Time: at("06:12:58"), Summary: "shop-db: add an index to orders", Source: "deploys.jsonl:2"},
		Chain:   []string{"slow-database", "worker-pool-exhausted", "504"},
		EvidenceFor: []correlate.EvidenceItem{
			{Kind: "trace", Text: "A slow PHP request was waiting for its database (php-fpm)", Count: 42, First: pointer(at("06:13:05")), Last: pointer(at("06:14:31")),
				Source: "app/slow.log.gz:17", Excerpt: "query() fetch_all()", Weight: 2.1, Around: []correlate.NearLine{
					{Line: 9, Time: at("06:13:04"), Text: "script_filename = /srv/shop/index.php"}, {Line: 17, Time: at("06:13:05"), Text: "query() fetch_all()"}}},
			{Kind: "trace", Text: "It is the same statement each time (php-fpm)", Count: 42, Source: "app/slow.log.gz:17", Weight: 1.9},
			{Kind: "change", Text: "migration shop-db: add an index to orders came 4 s before the first sign", Count: 1, Source: "deploys.jsonl:2", Weight: 1.2},
			{Kind: "log", Text: "The upstream took the request and did not answer in time (nginx)", Count: 1519, First: pointer(at("06:13:02")),
				Last: pointer(at("06:15:07")), Source: "edge/error.log:3", Weight: 1.1,
				Excerpt: "upstream timed out (110: Connection timed out) while reading response header from upstream, 注文ページ"},
			{Kind: "absence", Text: "no stop, start or crash of the backend is logged around the incident", Weight: 0.4}},
		EvidenceAgainst: []correlate.EvidenceItem{{Kind: "load", Text: "the CPU was at 61 % (before: 30 %)", Source: "load.csv:9", Weight: -0.3}},
		Missing:         []string{"the database's slow log"},
		Checks: []correlate.Check{{Command: "mysql -e 'show full processlist; show engine innodb status\\G'", Expect: "sessions waiting for a lock, and who holds it"},
			{Command: "uptime", Expect: "no load"}},
		Fixes: []correlate.Fix{{Text: "Find the session that holds the lock, and kill it", Command: "mysql -e 'kill ID'", Difficulty: "easy"},
			{Text: "Add the missing index", Difficulty: "medium"}},
		Prevent: []string{"Keep the slow log on"}, Verify: []string{"no waiting sessions"},
	}
}

// doubt makes the leading hypothesis of a report uncertain.
func doubt(r *correlate.Report) *correlate.Report {
	in := &r.Incidents[0]
	in.Hypotheses[0].Confidence, in.Hypotheses[1].Confidence, in.Hypotheses[2].Confidence = 0.41, 0.22, 0.3
	in.Hypotheses[0].Trigger = nil
	in.Hypotheses[1], in.Hypotheses[2] = in.Hypotheses[2], in.Hypotheses[1]
	return r
}

// ignorance puts the unknown cause first.
func ignorance(r *correlate.Report) *correlate.Report {
	in := doubt(r).Incidents[0].Hypotheses
	in[0].Confidence, in[1].Confidence = 0.3, 0.41
	in[0], in[1] = in[1], in[0]
	in[0].Summary = "731 requests failed from 06:13:02 on, but nothing in these logs says why."
	in[0].Missing = []string{"the database's error log and slow log", "the kernel's and systemd's log (journalctl -k, dmesg)"}
	return r
}

// healthy is a report without an incident.
func healthy() *correlate.Report {
	r := sample()
	r.Verdict, r.Incidents = "no-incident", []correlate.Incident{}
	return r
}

// several is a report with three incidents, one of them going on.
func several() *correlate.Report {
	r := sample()
	late := ignorance(sample()).Incidents[0]
	late.Start, late.End, late.Ongoing = at("06:58:00"), nil, true
	r.Incidents = append(r.Incidents, doubt(sample()).Incidents[0], late)
	return r
}
