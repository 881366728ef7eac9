// Package ingest brings bytes in: from files, globs, directories, archives and standard input. It drives the parser and the
// signature matcher over them and hands what they made to a Sink, together with how far it got.
package ingest
