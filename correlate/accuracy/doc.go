// Package accuracy scores verdicts against incidents whose truth is known: how often the first cause and one of the first three is
// right, triggers, onset, false alarms, and whether confidence means frequency.
//
// A recorded incident is a folder with logs, timelines and a truth.json. Besides the recordings as they are, a Suite tells each of them
// differently (variant.go lists how): with other times, zones, names, files or neighbours, with less traffic, with a longer or shorter
// past. The verdict must not change. A variant rewrites the text of the logs, never what some parser made of it: recording.go cuts files
// into records, stamp.go finds the times in them, and each variant has a file of its own. What a variant does to the truth (times that
// move, a window that shrinks with what is left) it says itself, and where it makes no sense for a recording it is left out.
//
// The abstention suite takes away the files without which nobody could tell (abstain.go): there the verdict must become unknown, or
// less sure. Everything is repeatable: the same seed makes the same variants.
package accuracy
