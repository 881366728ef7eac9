package rules

// Stage is where on a request's way through a gateway something went wrong.
type Stage string

// A Signature says what a message means.
type Signature struct {
	// ID is "daemon-what-happened", unique in the catalogue.
	ID string `yaml:"id"`
	// Daemons whose records it may match; the name "any" stands for all.
	Daemons []string `yaml:"daemons"`
	Match   Match    `yaml:"match"`
	// Stage: config, listen, accept, client, request, route, resolve, connect, tls, send, read-header, read-body, queue, pool, limit, process, check, lifecycle, script,
	// database, kernel, storage, filter.
	Stage Stage `yaml:"stage"`
	// Title is one line a tired person understands.
	Title string `yaml:"title"`
	// Gateway says that the message can explain a failure at the gateway (502, 503, 504 and kin). Messages that are harmless or
	// unrelated are worth knowing too: they keep noise out of the evidence.
	Gateway bool `yaml:"gateway"`
	// Causes are ids of what it can mean, likeliest first. Empty: says nothing of a cause.
	Causes []string `yaml:"causes,omitempty"`
	// Tags are what package correlate asks for: see rules/README.md for their list (refused, reset, timeout, echo, start, stop, crash, pool-full …).
	Tags []string `yaml:"tags,omitempty"`
	// Change is set where the message itself is a change on the timeline: restart, reload, start, stop, cron, deploy, package.
	Change string `yaml:"change,omitempty"`
	// Versions of the daemon that print it, in words.
	Versions string `yaml:"versions,omitempty"`
	// Examples are whole lines (or records) it must match, NearMisses lines it must not.
	Examples   []string `yaml:"examples"`
	NearMisses []string `yaml:"near_misses,omitempty"`
	// File and LineNo say where it was defined.
	File   string `yaml:"-"`
	LineNo int    `yaml:"-"`
}

// Match says which records a signature is about. Literals are looked for in the record's Message, byte for byte.
// Every set field must hold. Of several signatures that match, the most specific wins: the highest Priority, then the most literal
// bytes required, then the most conditions, then the order of ids.
type Match struct {
	// All must occur, in any order. At least one literal of All or Any is required, except where Fields alone decide (HAProxy's
	// termination states).
	All []string `yaml:"all,omitempty"`
	// Any: at least one must occur.
	Any []string `yaml:"any,omitempty"`
	// None must not occur.
	None []string `yaml:"none,omitempty"`
	// Regexp is tried on Message after the literals were found.
	Regexp string `yaml:"regexp,omitempty"`
	// Fields are conditions on other parts of the record, by name; see rules/README.md. A value is compared whole; "a|b" lists
	// alternatives, "!x" negates, "*" stands for any text at either end, ">=500" compares numbers.
	Fields   map[string]string `yaml:"fields,omitempty"`
	Priority int               `yaml:"priority,omitempty"`
}

// A Cause is one possible root cause.
type Cause struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	Group string `yaml:"group"`
	// Owner is who fixes it.
	Owner string `yaml:"owner"`
	// Prior is the log-odds of the cause before any evidence, against "unknown" at 0.
	Prior float64 `yaml:"prior"`
	// Summary is the sentence of the verdict, a text/template over the facts of the incident.
	Summary string `yaml:"summary"`
	// For and Against are the findings that speak for and against it.
	For     []Evidence `yaml:"for"`
	Against []Evidence `yaml:"against,omitempty"`
	// Requires: without at least one of these findings the cause is not considered.
	Requires []string `yaml:"requires,omitempty"`
	// Explains are causes that are mechanisms of this one: where both fit, this one is the root.
	Explains []string `yaml:"explains,omitempty"`
	// Triggers are what can set it off: change kinds with the services or words that fit.
	Triggers []Trigger `yaml:"triggers,omitempty"`
	// Missing names what would settle it, each with the finding whose absence makes it worth asking for.
	Missing []Missing `yaml:"missing,omitempty"`
	Checks  []Check   `yaml:"checks,omitempty"`
	Fixes   []Fix     `yaml:"fixes,omitempty"`
	Prevent []string  `yaml:"prevent,omitempty"`
	Verify  []string  `yaml:"verify,omitempty"`

	File   string `yaml:"-"`
	LineNo int    `yaml:"-"`
}

// Evidence weighs one kind of finding.
type Evidence struct {
	// Finding is the kind, with its variant after a slash: "signature/refused", "durations/cluster".
	Finding string `yaml:"finding"`
	// Where are conditions on the finding's attributes, written as in Match.Fields.
	Where map[string]string `yaml:"where,omitempty"`
	// Weight in log-odds for a finding of full strength.
	Weight float64 `yaml:"weight"`
	// Absent turns the condition round: the weight counts if no such finding exists.
	Absent bool `yaml:"absent,omitempty"`
	// Text says it to the reader, a text/template over the finding; empty: the finding's own text.
	Text string `yaml:"text,omitempty"`
}

// Trigger says which changes may set a cause off.
type Trigger struct {
	Kinds []string `yaml:"kinds"`
	// Service is what the change must be about, relative to the incident: component, hop, upstream, gateway, any …
	Service []string `yaml:"service,omitempty"`
	// Words in the change's text that make it fit.
	Words  []string `yaml:"words,omitempty"`
	Weight float64  `yaml:"weight"`
}

// Missing is a source of knowledge that was not there.
type Missing struct {
	Unless string `yaml:"unless"`
	Text   string `yaml:"text"`
}

// Check is a command that separates this cause from its rivals.
type Check struct {
	Command string `yaml:"command"`
	Expect  string `yaml:"expect"`
	// Against names the rival causes it separates from; empty: any.
	Against []string `yaml:"against,omitempty"`
}

// Fix is something to do about it.
type Fix struct {
	Text       string `yaml:"text"`
	Command    string `yaml:"command,omitempty"`
	Difficulty string `yaml:"difficulty"`
}

// ID numbers the signatures of one Matcher; None is no match.
type ID int32

// None is the ID of no signature.
const None ID = -1
