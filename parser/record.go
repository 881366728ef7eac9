package parser

// Kind says what sort of thing a Record is.
type Kind uint8

const (
	// Blank is a line without content, or one that only ends another record.
	Blank Kind = iota
	// Message is something a program said: an error-log line, a state change, a slow-log block.
	Message
	// Request is one finished request or connection as an access log or HAProxy tells it.
	Request
	// ChangeNote is an entry of a change timeline; Record.Change is set.
	ChangeNote
	// Measurement is an entry of a load timeline; Record.Sample is set.
	Measurement
	// Continuation is a line that belongs to an earlier record which other lines of the same source have cut off from it
	// (the decorated output of a PHP-FPM worker, a trace interleaved by syslog). It counts as parsed and is no event.
	Continuation
	// Unparsed is a line no format accepts. Raw is set, nothing else.
	Unparsed
)

// Unknown marks a number the log did not give. A phase HAProxy prints as -1 (never completed) is NotReached.
const (
	Unknown    = -1
	NotReached = -2
)

// Record is what one log record says.
//
// All byte slices borrow from the buffer given to Scanner.Scan or from the Scanner: they are valid until that buffer is
// reused or Scan is called again, and empty where the log says nothing. Times and durations are in microseconds.
type Record struct {
	Kind     Kind
	Format   Format
	Daemon   Daemon
	Severity Severity

	// Zoned reports whether Time is absolute. Where it is false, Time is the wall clock of the log read as if it were UTC,
	// and the source's offset has still to be found.
	Zoned bool
	// Time is µs since the Unix epoch; 0 means that the record carries no time. For a request it is the moment of completion:
	// formats that stamp the start (Apache, HAProxy) add the duration where they tell it.
	Time int64
	// Resolution is the unit in which the log counts Time, in µs: 1e6 for whole seconds.
	Resolution int64

	// Offset is the position of the record's first byte in its source, Line the number of its first physical line (from 1),
	// Lines how many physical lines it spans.
	Offset int64
	Line   int64
	Lines  int32

	// Raw is the whole record without its final line feed.
	Raw []byte
	// Message is the text that signatures are matched against: what was said, without time, level, process and trailing
	// context. Errno text such as "(111: Connection refused)" and nginx's "while …" stay part of it.
	Message []byte
	// Detail is what follows the first line of a multi-line record, stack frames for example.
	Detail []byte

	// Host and Program come from a syslog or journal envelope; Program also from an application's own logger name.
	Host, Program []byte
	PID, TID      int64
	// Conn is the daemon's own number for the connection (nginx's *5091), 0 where there is none.
	Conn int64
	// Errno is the number of the operating system's error, 0 where there is none; in Apache's log also APR's own numbers, which
	// begin at 20000 (70007 is a timeout).
	Errno int32
	// Code is the daemon's own identifier of the message: AH01114, a MariaDB MY-010000, a ModSecurity rule id.
	Code []byte
	// Module is the daemon's part that spoke: Apache's "proxy_fcgi", a PHP level such as "Fatal error", a part of the
	// kernel or the process its message is about, systemd's unit, cron's user.
	Module []byte
	// Action is nginx's "while …" text without the word while.
	Action []byte

	// Client is an address without port. VHost is what served: nginx's server or host, Apache's virtual host.
	Client, VHost []byte
	// Method, Path (with query) and Protocol of the request in question.
	Method, Path, Protocol []byte
	// Upstream is the address the daemon spoke to, without scheme and path: "10.20.0.21:8080", "unix:/run/php.sock",
	// an upstream block's name. Of a list ("a, b : c") it is the last. UpstreamScheme is fastcgi, http, https, grpc, uwsgi …
	Upstream, UpstreamScheme []byte
	// Pool is PHP-FPM's; Script the file that was executed.
	Pool, Script []byte
	UserAgent    []byte

	// Status is the HTTP status sent to the client, Unknown where none is told; 0 stands for a connection closed without one
	// (HAProxy's -1, nginx's 000).
	Status int32
	// UpstreamStatus is the raw list nginx prints ("502, 502, 200"), "-" left out.
	UpstreamStatus []byte
	// Bytes sent to the client, Unknown where not told.
	Bytes int64
	// Duration is the whole request; Queue, Connect, Header and Response are its phases as far as told:
	// waiting for a server slot, connecting to the upstream, waiting for its response headers (HAProxy Tr, nginx
	// $upstream_header_time less connect is not computed: the value is as printed), and the upstream's whole response.
	// Unknown or NotReached otherwise.
	Duration, Queue, Connect, Header, Response int64

	// Frontend, Backend and Server are HAProxy's names, also of state changes. Server is empty for <NOSRV>.
	Frontend, Backend, Server []byte
	// Termination is HAProxy's termination state, two or four characters.
	Termination []byte
	// Retries counts connection retries; Redispatched says that the server named is not the one that failed.
	Retries      int32
	Redispatched bool
	// QueuedServer and QueuedBackend are queue positions at entry, Active the concurrent connections of the process.
	QueuedServer, QueuedBackend, Active int32

	// Change is set for ChangeNote, Sample for Measurement. Both are owned by the Scanner like the slices above.
	Change *Change
	Sample *Sample

	// plain says that nothing is set beside what plainReset empties.
	plain bool
}

// Change is one entry of a change timeline.
type Change struct {
	// Kind is deploy, config, restart, reload, migration, cron, feature-flag, cert, dns, package or what the source calls it.
	Kind, Service, Version, Summary, Actor string
	// From is the version before, "" where it is not told.
	From string
	// Scope is what the change reached, as far as told.
	Scope Scope
	// Ref is a URL that tells more.
	Ref string
	// Early and Late say how sure the time is, µs: it happened at most Early before it and at most Late behind it. Both are 0 where the
	// source stamps the moment itself.
	Early, Late int64
}

// Scope narrows what a change or a trouble is about; empty parts mean all of them. Host may be several with commas between them.
type Scope struct {
	Host, VHost, Upstream, Path string
}

// Sample is one measurement of a load timeline.
type Sample struct {
	Host string
	// Metric is named as in load.csv: cpu_percent, mem_used_percent, load1, swap_used_percent, disk_used_percent …
	Metric string
	Value  float64
	// Span is the period before its time that the value is the mean of, µs; 0 for a value of one moment.
	Span int64
}

// Reset empties r for the next record. Numbers that may be absent become Unknown.
func (r *Record) Reset() {
	if r.plain {
		r.plainReset()
		return
	}
	*r = Record{} // without numbers, which would make it a copy of a whole record
	r.Status, r.Bytes = Unknown, Unknown
	r.Duration, r.Queue, r.Connect, r.Header, r.Response = Unknown, Unknown, Unknown, Unknown, Unknown
	r.QueuedServer, r.QueuedBackend, r.Active = Unknown, Unknown, Unknown
}

// plainReset is Reset for what a plain line of an access log sets, a quarter of the work.
func (r *Record) plainReset() {
	r.Kind, r.Format, r.Daemon, r.Severity = Blank, NoFormat, NoDaemon, NoSeverity
	r.Zoned, r.Time, r.Resolution = false, 0, 0
	r.Offset, r.Line, r.Lines = 0, 0, 0
	r.Raw, r.Client, r.Method, r.Path, r.Protocol, r.UserAgent = nil, nil, nil, nil, nil, nil
	r.Status, r.Bytes = Unknown, Unknown
	r.plain = false
}
