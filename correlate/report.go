package correlate

import "time"

// Schema is the version of the JSON that a Report marshals to. Changes to it only add.
const Schema = "culprit/report/v1"

// Report is everything culprit has to say about a set of logs. Package report renders it and decides nothing.
type Report struct {
	Schema    string     `json:"schema"`
	Verdict   string     `json:"verdict"` // "incident" or "no-incident"
	Inputs    []Input    `json:"inputs"`
	Incidents []Incident `json:"incidents"`
	// Notes are remarks on the reading as a whole, in sentences: inferred zones, unparsed lines, missing sources.
	Notes []string `json:"notes,omitempty"`
	// LeftAside tells of the files that hold no log; nil where there were none.
	LeftAside *LeftAside `json:"left_aside,omitempty"`
}

// LeftAside counts files that were not read, and names them up to a bound.
type LeftAside struct {
	Count int64         `json:"count"`
	Files []SkippedFile `json:"files"`
}

// SkippedFile is one of them.
type SkippedFile struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// Input is one source as it was read.
type Input struct {
	Path           string     `json:"path"`
	Daemon         string     `json:"daemon"`
	Format         string     `json:"format"`
	Timezone       string     `json:"timezone,omitempty"`
	TimezoneFrom   string     `json:"timezone_from,omitempty"` // "log", "inferred", "flag", "local"
	SkewSeconds    float64    `json:"skew_seconds,omitempty"`  // correction of a clock that was off
	Lines          int64      `json:"lines"`
	Parsed         int64      `json:"parsed"`
	Unparsed       int64      `json:"unparsed"`
	UnparsedSample []string   `json:"unparsed_sample,omitempty"`
	First          *time.Time `json:"first"`
	Last           *time.Time `json:"last"`
	Problem        string     `json:"problem,omitempty"`
}

// Incident is a span of time in which users were hurt.
type Incident struct {
	ID       string     `json:"id"`
	Start    time.Time  `json:"start"` // first user-visible failure
	End      *time.Time `json:"end"`   // last one; null while ongoing
	Ongoing  bool       `json:"ongoing"`
	Requests Requests   `json:"requests"`
	// Hop is where it broke, "nginx → php-fpm"; Component what broke.
	Hop        string          `json:"hop"`
	Component  string          `json:"component"`
	Hypotheses []Hypothesis    `json:"hypotheses"` // by confidence, never empty: the last resort is "unknown"
	Changes    []ChangeVerdict `json:"changes"`
	// Endpoints and VHosts hurt most.
	Endpoints []Share `json:"endpoints,omitempty"`
	VHosts    []Share `json:"vhosts,omitempty"`
	// Findings are all facts the engine computed, also those that no hypothesis used.
	Findings []EvidenceItem `json:"findings,omitempty"`
	// Timeline is the picture: one point a bucket.
	Timeline      []TimelinePoint `json:"timeline,omitempty"`
	BucketSeconds int             `json:"bucket_seconds,omitempty"`
	// Latency, Signatures, Load and Hops are drawn beside the timeline: a value each of its buckets. Nothing where no log tells.
	Latency    *LatencySeries    `json:"latency,omitempty"`
	Signatures []SignatureSeries `json:"signatures,omitempty"`
	Load       []LoadSeries      `json:"load,omitempty"`
	Hops       []HopSeries       `json:"hops,omitempty"`
	// Clients counts who was hurt; nil where no log names clients.
	Clients *ClientShare `json:"clients,omitempty"`
	// Hosts are the machines that do the same work, affected or not; nothing where the logs are of one.
	Hosts []HostShare `json:"hosts,omitempty"`
}

// HostShare says how one machine of several fared.
type HostShare struct {
	Name string `json:"name"`
	// Zone is where it stands: its domain, or the folder around those of several hosts.
	Zone   string `json:"zone,omitempty"`
	State  string `json:"state"` // affected, unaffected, or unclear: too few requests to tell, or it does something else
	Failed int64  `json:"failed"`
	Total  int64  `json:"total"`
	// First is when a request failed there first, of affected ones.
	First *time.Time `json:"first,omitempty"`
	// Version is what it ran, as far as a change tells that reached it.
	Version string `json:"version,omitempty"`
	// Skew is by how many seconds its clock was corrected.
	Skew float64 `json:"skew_seconds,omitempty"`
}

// LatencySeries says how long requests took that ended in a bucket, ms: half of them no longer than P50, nine in ten than P90, all but one
// in a hundred than P99. Where Counts is 0, nothing is known, and they are 0.
type LatencySeries struct {
	Counts []int64   `json:"counts"`
	P50    []float64 `json:"p50_ms"`
	P90    []float64 `json:"p90_ms"`
	P99    []float64 `json:"p99_ms"`
}

// SignatureSeries counts the messages of one signature; the id "other" stands for all that are not listed, "" for errors that no
// signature knows.
type SignatureSeries struct {
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Counts []int64 `json:"counts"`
}

// LoadSeries is a measurement of a machine: the mean of each bucket, null where there is none.
type LoadSeries struct {
	Host   string     `json:"host"`
	Metric string     `json:"metric"`
	Values []*float64 `json:"values"`
}

// HopSeries is what the logs of one daemon tell: requests it answered, those that failed, and messages of failures.
type HopSeries struct {
	Daemon   string  `json:"daemon"`
	Requests []int64 `json:"requests"`
	Failed   []int64 `json:"failed"`
	Errors   []int64 `json:"errors"`
}

// ClientShare counts clients by address: those of which a request failed, and all that asked during the incident.
type ClientShare struct {
	Hurt    int64 `json:"hurt"`
	Seen    int64 `json:"seen"`
	AtLeast bool  `json:"at_least,omitempty"` // there were more than could be told apart
}

// Requests counts the traffic of the window.
type Requests struct {
	Total    int64            `json:"total"`
	Failed   int64            `json:"failed"`
	ByStatus map[string]int64 `json:"by_status"` // of the failed; "0" stands for connections closed without an answer
	// Unlogged says that no log of requests was read: Failed counts the failures that error logs tell, with statuses unknown,
	// and Total is 0, for it is not known.
	Unlogged bool `json:"unlogged,omitempty"`
}

// Share is a part of the damage.
type Share struct {
	Name   string `json:"name"`
	Failed int64  `json:"failed"`
	Total  int64  `json:"total"`
}

// TimelinePoint is one bucket of the picture.
type TimelinePoint struct {
	Time   time.Time `json:"time"`
	Total  int64     `json:"total"`
	Failed int64     `json:"failed"`
	// ByStatus counts the failed that were answered or cut off; "0" as in Requests. Statuses that did not occur are left out.
	ByStatus map[string]int64 `json:"by_status,omitempty"`
}

// Hypothesis is one possible cause with what speaks for and against it.
type Hypothesis struct {
	Cause           string         `json:"cause"`
	Title           string         `json:"title"`
	Confidence      float64        `json:"confidence"`
	Summary         string         `json:"summary"`
	Owner           string         `json:"owner,omitempty"`
	Trigger         *TriggerRef    `json:"trigger"`
	Chain           []string       `json:"chain"`
	EvidenceFor     []EvidenceItem `json:"evidence_for"`
	EvidenceAgainst []EvidenceItem `json:"evidence_against"`
	Missing         []string       `json:"missing"`
	Checks          []Check        `json:"checks"`
	Fixes           []Fix          `json:"fixes"`
	Prevent         []string       `json:"prevent,omitempty"`
	Verify          []string       `json:"verify"`
}

// TriggerRef is the change, or the surge of traffic, that set a cause off.
type TriggerRef struct {
	Kind    string    `json:"kind"`
	Time    time.Time `json:"time"`
	Summary string    `json:"summary"`
	Source  string    `json:"source"` // file:line, "" for traffic
}

// EvidenceItem is one fact with where it can be seen.
type EvidenceItem struct {
	Kind    string     `json:"kind"` // log, traffic, duration, change, load, trace, absence
	Text    string     `json:"text"`
	Count   int64      `json:"count,omitempty"`
	First   *time.Time `json:"first,omitempty"`
	Last    *time.Time `json:"last,omitempty"`
	Source  string     `json:"source,omitempty"`  // file:line
	Excerpt string     `json:"excerpt,omitempty"` // the line itself
	Weight  float64    `json:"weight"`
	// Around are the records next to that of Source, itself among them, as far as they are kept. Of the leading hypothesis only.
	Around []NearLine `json:"around,omitempty"`
}

// NearLine is a record next to one that is evidence.
type NearLine struct {
	Line int64     `json:"line"`
	Time time.Time `json:"time"`
	Text string    `json:"text"`
}

// Check is a command with what to expect from it.
type Check struct {
	Command string `json:"command"`
	Expect  string `json:"expect"`
}

// Fix is something to do.
type Fix struct {
	Text       string `json:"text"`
	Command    string `json:"command,omitempty"`
	Difficulty string `json:"difficulty"`
}

// ChangeVerdict says of a change whether it is to blame.
type ChangeVerdict struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`
	Service string    `json:"service,omitempty"`
	Summary string    `json:"summary"`
	Source  string    `json:"source"`
	// Version and From are what there was after it and before; Earliest and Latest bound when it happened, where Time is not sure.
	Version  string     `json:"version,omitempty"`
	From     string     `json:"from,omitempty"`
	Actor    string     `json:"actor,omitempty"`
	URL      string     `json:"url,omitempty"`
	Host     string     `json:"host,omitempty"`
	VHost    string     `json:"vhost,omitempty"`
	Upstream string     `json:"upstream,omitempty"`
	Path     string     `json:"path,omitempty"`
	Earliest *time.Time `json:"earliest,omitempty"`
	Latest   *time.Time `json:"latest,omitempty"`
	Verdict  string     `json:"verdict"` // "blamed", "acquitted", "consequence" (a part of the incident, or a reaction to it)
	Why      string     `json:"why"`
}
