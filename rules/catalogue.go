package rules

import (
	"slices"
	"sort"
)

// A Catalogue is a complete set of rules. It is not changed after loading and may be shared.
type Catalogue struct {
	// Signatures and Causes are sorted by id, each id once.
	Signatures []Signature
	Causes     []Cause
}

// Signature returns the signature with the given id, nil if there is none.
func (c *Catalogue) Signature(id string) *Signature {
	i := sort.Search(len(c.Signatures), func(i int) bool { return c.Signatures[i].ID >= id })
	if i == len(c.Signatures) || c.Signatures[i].ID != id {
		return nil
	}
	return &c.Signatures[i]
}

// Cause returns the cause with the given id, nil if there is none.
func (c *Catalogue) Cause(id string) *Cause {
	i := sort.Search(len(c.Causes), func(i int) bool { return c.Causes[i].ID >= id })
	if i == len(c.Causes) || c.Causes[i].ID != id {
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
