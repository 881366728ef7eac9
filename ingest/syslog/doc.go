// Package syslog listens for syslog messages: over UDP, TCP and unix sockets, as RFC 3164 or RFC 5424, one a datagram, or on a stream with
// line ends or counted octets between them. It does not read what they say: package parser knows the envelopes.
//
// What comes waits in a bounded queue. A sender on a stream is made to wait while it is full; datagrams are dropped and counted, both
// here and, on Linux, those the kernel had no room for. Syslog has no way to ask for what was sent before: what comes while nobody
// listens is lost, and a restart resumes nothing.
package syslog
