// Package view shows on a terminal how tail does: what happens now, the incident that is open, how the reading goes, and what was told. It
// decides nothing and reads nothing; each screen is drawn from a snapshot alone.
package view
