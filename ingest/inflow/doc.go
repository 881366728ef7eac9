// Package inflow takes lines that arrive from elsewhere than a file: from syslog senders, the journal, a pipe. It keeps them in a bounded
// Queue until they can be stored, sorts them into sources by who wrote them, and hands them on as records, with how far each source
// has come, just as a followed file would be.
package inflow
