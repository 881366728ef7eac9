package rules

import (
	"slices"
	"strings"
)

// A Catalogue is a complete set of rules. It is not changed after loading and may be shared.
type Catalogue struct {
	// Signatures and Causes are sorted by id, each id once.
	Signatures []Signature
	Causes     []Cause
}

// Signature returns the signature with the given id, nil if there is none.
func (c *Catalogue) Signature(id string) *Signature {
	i, ok := slices.BinarySearchFunc(c.Signatures, id, func(s Signature, id string) int { return strings.Compare(s.ID, id) })
	if !ok {
		return nil
	}
	return &c.Signatures[i]
}

// Cause returns the cause with the given id, nil if there is none.
func (c *Catalogue) Cause(id string) *Cause {
	i, ok := slices.BinarySearchFunc(c.Causes, id, func(s Cause, id string) int { return strings.Compare(s.ID, id) })
	if !ok {
		return nil
	}
	return &c.Causes[i]
}

// Tagged returns the ids of the signatures that carry tag, sorted.
func (c *Catalogue) Tagged(tag string) []string {
	var ids []string
	for i := range c.Signatures {
		if slices.Contains(c.Signatures[i].Tags, tag) {
			ids = append(ids, c.Signatures[i].ID)
		}
	}
	return ids
}
