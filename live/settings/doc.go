// Package settings reads the file that says who is told of incidents, and with which options tail runs. Keys it does not know are
// errors, with their line and what may have been meant.
package settings
