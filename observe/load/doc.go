// Package load measures a running system: the host itself, and the pages on which nginx, Apache, HAProxy, PHP-FPM and Prometheus tell how
// busy they are. What it measures carries the names of load timelines, so that a live figure and one of an archive are the same thing.
//
// Every source is optional. Found reads in the daemons' own configuration where they listen; nothing is tried that no configuration names,
// for a guess would show up in the very logs that are followed. A source that does not answer in time costs nothing but its figures.
package load
