// Package store keeps what was read and answers aggregates about it: counts and duration histograms by time bucket and keys,
// top groups, and bounded samples. It never hands out rows by the million. SQLite is the engine; Memory gives the same
// answers for runs that keep nothing.
//
// An Appender takes the records of a source. Its rollup counts traffic into cells, one for each slot of time and class of request;
// fateOf says which records are stored as events beside. What was gathered goes on as a harvest: into columns of Memory, or to the
// writer of SQLite, which commits it together with the position it was read up to. A Query is answered by a folding, which adds cells
// up by bucket and keys; an engine only tells where the cells lie.
package store

import "culprit/parser"

// Source is one place records come from: a file, a member of an archive, a syslog peer.
type Source struct {
	ID int32
	// Path is as the user would name it: relative to what was given on the command line, members as "logs.tar.gz!nginx/error.log".
	Path                    string
	Daemon                  parser.Daemon
	Format                  parser.Format // of most of its records
	Host                    string        // from envelopes, else of the agent that sent it to a cluster, else ""
	Lines, Parsed, Unparsed int64
	Bytes                   int64
	// First and Last are the times of its earliest and latest record, µs, before Shift.
	First, Last int64
	// Zoned says that all its times were absolute. Where not, they are wall clock and Shift turns them into UTC.
	Zoned bool
	// Resolution of its time stamps, µs.
	Resolution int64
	// Shift is added to the times of the source to get UTC, µs: the zone's offset (negated) plus any correction for a clock
	// that is off. Where only some records of a source carry a zone (Zoned is false), it moves the others alone. Queries apply
	// it: callers never see unshifted times.
	Shift int64
	// Zone names what Shift came from: "Europe/Madrid", "+01:00", "UTC"; ZoneFrom is "log", "inferred", "flag" or "local".
	Zone, ZoneFrom string
	// UnparsedSample holds a few of the lines no format accepted, with their line numbers.
	UnparsedSample []UnparsedLine
	// Problem says why reading ended early ("truncated gzip stream"), "" if it did not.
	Problem string
}

// UnparsedLine is a line nobody understood.
type UnparsedLine struct {
	Line int64
	Text string
}

// Event is one stored record: every message of a log that signatures or severity make interesting, every failed or odd
// request, every slow-log block. Upstream is "backend/server" where a record names these and no address.
type Event struct {
	Source                                           int32
	Time                                             int64 // µs UTC; in Append unshifted, in answers shifted
	Line                                             int64
	Offset                                           int64
	Request                                          bool // an access-log record rather than a message
	Daemon                                           parser.Daemon
	Format                                           parser.Format
	Severity                                         parser.Severity
	Signature                                        string // id, "" where none matched
	Template                                         string // of a message no signature knows: its text with the variable parts masked
	Message                                          string // at most MaxMessage bytes
	Detail                                           string // at most MaxDetail bytes
	Code                                             string
	Host, Program                                    string
	PID, Conn                                        int64
	Errno                                            int32
	Client, VHost, Method, Path, Endpoint, UserAgent string
	Upstream, UpstreamScheme, UpstreamStatus         string
	Pool, Script                                     string
	Frontend, Backend, Server, Termination           string
	Status                                           int32 // parser.Unknown where not told
	Bytes                                            int64
	// Durations in µs, parser.Unknown or parser.NotReached where there is none.
	Duration, Queue, Connect, Header, Response int64
	Retries                                    int32
	Redispatched                               bool
	QueuedServer, QueuedBackend, Active        int32
}

// Limits of stored texts, in bytes.
const (
	MaxMessage = 2048
	MaxDetail  = 4096
)

// Change is a dated entry of the change timeline.
type Change struct {
	Source int32
	Line   int64
	Time   int64 // µs UTC
	parser.Change
	// Signature is the id of the signature that found it in a daemon's own log, "" for an entry of a timeline file.
	Signature string
}

// Sample is a dated measurement.
type Sample struct {
	Source int32
	Line   int64
	Time   int64 // µs UTC
	parser.Sample
}

// Table says what a Query counts.
type Table uint8

const (
	// Requests counts finished requests from the roll-ups, healthy ones included, at one-second resolution.
	// Keys: vhost, upstream, status, and those of the source: source, daemon, format, host.
	Requests Table = iota
	// Endpoints counts the same requests by endpoint, at EndpointBucket resolution. Beyond the busiest endpoints of a bucket
	// the rest are counted as Other. Keys: endpoint, status, and those of the source.
	Endpoints
	// Clients counts requests by client address at EndpointBucket resolution, the heaviest of each bucket exactly enough, the rest
	// as Other, by agent. Keys: client, endpoint (the client's most requested one in the bucket), agent, and those of the source.
	// There are no durations.
	Clients
	// Events counts events at one-second resolution: the stored ones, and messages of no consequence (see kept), which are only
	// counted. Keys: all; those counted only have no method, endpoint, script, client, agent and PID. Counting by these is slower.
	Events
	numTables
)

// Other stands for what a bounded dictionary had no room for.
const Other = "other"

// EndpointBucket is the resolution of Endpoints and Clients, µs.
const EndpointBucket = 10_000_000

// Key is a dimension to group or filter by.
type Key uint8

// The dimensions.
const (
	BySource Key = iota // Source.ID in decimal
	ByDaemon
	ByFormat
	ByHost
	ByVHost
	ByUpstream
	ByStatus // decimal
	ByEndpoint
	ByClient
	ByAgent
	BySignature
	ByTemplate
	BySeverity
	ByMethod
	ByTermination
	ByBackend
	ByServer
	ByPool
	ByScript
	ByPID
	ByCode
	ByErrno
	ByKind    // "request" or "message"
	ByProgram // of the envelope or logger
	ByUpstreamStatus
	numKeys
)

// Filter keeps rows whose key has one of the values; with Not, those that have none of them.
type Filter struct {
	Key    Key
	Values []string
	Not    bool
}

// Query is the closed form in which everything is asked.
type Query struct {
	Table    Table
	From, To int64 // µs UTC, To exclusive; both 0: everything. But for Sample, they widen to whole cells of the table.
	// Bucket is the width of a time bucket in µs, a multiple of the table's resolution; 0 makes one bucket of all.
	// Buckets are aligned to the epoch.
	Bucket int64
	Keys   []Key
	Where  []Filter
	// Durations asks for the histograms of the durations; without it, none are added up.
	Durations bool
	// Limit bounds Top (0: no limit) and Sample (0: DefaultSample). Top ignores Bucket; Sample ignores Table, Bucket and Keys.
	Limit int
}

// DefaultSample is how many events Sample returns where no limit is asked for.
const DefaultSample = 100

// Point is one group of an answer. Series yields points by bucket, then keys; Top by falling count, then keys.
type Point struct {
	Bucket int64    // start of the bucket, µs UTC
	Keys   []string // in the order of Query.Keys; all points of a group share them: not to be changed
	// Count is how many completed in the bucket, Arrived how many began in it (Requests only; Count elsewhere).
	Count, Arrived int64
	Bytes          int64
	First, Last    int64      // µs UTC, of Events; elsewhere the start of the first and the last cell counted
	Durations      *Histogram // owned by the caller; nil where Query.Durations does not ask for it
}
