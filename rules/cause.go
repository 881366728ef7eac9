package rules

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
	// Hop and Component say where it broke and what, templates like Summary.
	Hop       string `yaml:"hop"`
	Component string `yaml:"component"`
	// For and Against are the findings that speak for and against it.
	For     []Evidence `yaml:"for"`
	Against []Evidence `yaml:"against,omitempty"`
	// Requires: without at least one of these findings the cause is not considered.
	Requires []string `yaml:"requires,omitempty"`
	// Explains are causes that are mechanisms of this one: where both fit, this one is the root.
	Explains []string `yaml:"explains,omitempty"`
	// Triggers are what can set it off: change kinds with the services or words that fit.
	Triggers []Trigger `yaml:"triggers,omitempty"`
	// Missing names what would settle it, as far as it is not known yet.
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
	// Service are the classes (services.yaml) the change must be about; empty: any.
	Service []string `yaml:"service,omitempty"`
	// Words in the change's text that make it fit.
	Words  []string `yaml:"words,omitempty"`
	Weight float64  `yaml:"weight"`
	// Delayed says that the harm may take a while to show: healthy requests after the change do not acquit it.
	Delayed bool `yaml:"delayed,omitempty"`
}

// Missing is a source of knowledge that was not there.
type Missing struct {
	// Unless is the finding, or alternatives joined by "|", that makes it needless; Where are conditions on it as in Evidence.
	Unless string            `yaml:"unless"`
	Where  map[string]string `yaml:"where,omitempty"`
	// Unread is the layer (gateway, backend, database, system) whose own log is asked for: where one was read, it is not missing.
	Unread string `yaml:"unread,omitempty"`
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
