// Package delivery brings notices to receivers that may be slow, refuse or be away: in their order, again and again, at a bounded pace,
// and across restarts. What waits is kept on disk, within bounds, and what a later notice has made old is left out.
package delivery
