// Package parser turns the bytes of a log into records.
//
// A Scanner cuts one source into records and recognises each record's format by its content, never by the name of the
// file it came from. A record is one thing somebody logged: a line, or several lines that belong together (a PHP stack
// trace inside nginx's error log, a slow-log block). One format lives in one file; scanner.go decides which of them reads
// a line and envelope.go takes syslog and journal wrappings off first.
//
// Nothing here knows what a message means: that is the work of package rules.
package parser
