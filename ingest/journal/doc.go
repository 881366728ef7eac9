// Package journal follows systemd's journal by running journalctl, and goes on where an earlier run came to: each entry is kept once,
// whatever happens to culprit or to journalctl.
//
// Entries go into a source a program. A bookmark (the journal's own cursor, and the positions of all sources there) is kept with
// the rows, never ahead of them. What lies behind it is asked for again, and what of that is kept already is passed over by its position.
package journal
