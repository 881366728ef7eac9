// Package report writes a correlate.Report for people and programs. It decides nothing: what is said, and in which order, comes
// from the report. Whatever was taken from a log is made harmless before it is written.
package report
