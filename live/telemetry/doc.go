// Package telemetry says how tail does: to Prometheus, to whoever asks whether it is healthy, and, as a Snapshot, to the view.
package telemetry
