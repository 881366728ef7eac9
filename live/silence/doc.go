// Package silence tells when a log that used to be written to no longer is.
//
// What is usual is learned of each log by itself: the longest time that passed between two of its records lately. A log is called silent
// when it has been quiet for many times as long, so that one whose traffic falls away at night, step by step, teaches longer gaps before
// it has to stand by them, and one that only speaks now and then is never expected to. Only time in which somebody listened counts.
package silence
