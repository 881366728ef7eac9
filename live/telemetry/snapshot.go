package telemetry

import (
	"time"

	"culprit/live"
	"culprit/live/delivery"
)

// Snapshot is how tail does at a moment. It is not changed once it is made.
type Snapshot struct {
	Time, Started time.Time
	Version       string
	Ready         bool // what was there before the start has been read
	// Sources are the logs that are read, by path.
	Sources []Source
	// Waiting are logs that are not there yet; Refused names what may not be read, and why.
	Waiting []string
	Refused []Refused
	// LagBytes are written and not yet read. The others count since the start.
	LagBytes, ReadBytes, LostBytes, Truncations int64
	Rounds, StoreFailures                       int64
	LastRound                                   time.Duration // how long it took
	Notices                                     map[live.Event]int64
	// Open are the last notices of the incidents that are open.
	Open []*live.Notice
	// Recent are the last notices, the latest last.
	Recent []*live.Notice
	// Remarks are the last things that were said beside them, the latest last.
	Remarks   []string
	Host      string
	Receivers []Receiver
	// Traffic is that of the last minutes, without gaps; TrafficOf is the daemon that logged it, "" where none did.
	Traffic   []Traffic
	TrafficOf string
	// Others are numbers of parts that know them best.
	Others []Metric
}

// Source is a log, whatever files it was rotated into.
type Source struct {
	Path, Daemon    string
	Lines, Unparsed int64     // of those that are kept
	Last            time.Time // of its latest record; zero: none
	Silent          bool      // it used to be written to, and is no longer
}

// Refused is something that is not read.
type Refused struct{ Path, Why string }

// Receiver is a receiver by the name that its numbers go under.
type Receiver struct {
	Label string
	delivery.State
}

// Traffic counts the requests of a span of TrafficStep.
type Traffic struct{ Requests, Failed int64 }

// TrafficStep is how long the spans of traffic are; TrafficSteps is how many of them are kept.
const (
	TrafficStep  = 10 * time.Second
	TrafficSteps = 60
)

// Metric is one number.
type Metric struct {
	Name, Help string
	Counter    bool
	Value      float64
}

// Lag is how long ago the latest record of a log was written, 0 if there is none.
func (s *Source) Lag(now time.Time) time.Duration {
	if s.Last.IsZero() {
		return 0
	}
	return max(now.Sub(s.Last), 0)
}
