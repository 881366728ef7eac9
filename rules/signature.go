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
	// Tags are what package correlate asks for: one of the words of rules/README.md.
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

// ID numbers the signatures of one Matcher; None is no match.
type ID int32

// None is the ID of no signature.
const None ID = -1
