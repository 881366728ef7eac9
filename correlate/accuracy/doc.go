// Package accuracy scores verdicts against incidents whose truth is known: how often the first cause and one of the first three is
// right, triggers, onset, false alarms, and whether confidence means frequency.
package accuracy
