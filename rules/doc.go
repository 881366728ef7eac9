// Package rules holds what culprit knows: signatures, which say what a message means, and causes, which say what each root
// cause predicts. Both are YAML, embedded in the binary and extendable from a directory; see rules/README.md for the language.
//
// Signatures are matched in one pass: the required literals of all of them stand in one automaton over the message part of
// a record, and only those whose literals all occurred are looked at further. Their number costs nothing.
package rules
