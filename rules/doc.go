// Package rules holds what culprit knows: signatures, which say what a message means, and causes, which say what each root
// cause predicts. Both are YAML, embedded in the binary and extendable from a directory; see rules/README.md for the language.
//
// Signatures are matched in one pass: the rarest four bytes of each stand in one table a daemon, by which the message part of a record is
// searched; only those whose literal was found are looked at further, so their number costs next to nothing.
package rules
