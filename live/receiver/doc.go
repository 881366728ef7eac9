// Package receiver knows whom notices can be told to, and in which words each wants them. What comes from logs is made harmless for
// each: it cannot mention people, make links, forge headers or reach a command line.
package receiver
