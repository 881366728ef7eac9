// Package correlate names the likely root cause of an incident from what a store holds.
//
// It goes from the outside in. Clocks are brought onto one timeline (clock.go), the sources that speak for the user are found
// (edge.go), spans in which users were hurt are cut out of their traffic (window.go), and each span is investigated: what was
// said, who died, what became slower, who came, what changed (finding.go and the files beside it). The findings are weighed for
// every cause of the catalogue (score.go), changes are blamed or acquitted (trigger.go), and all of it becomes a Report.
//
// What a cause predicts is written in the catalogue, not here; DESIGN.md beside this file describes the model and its limits.
package correlate
