package rules

import (
	_ "embed"
	"slices"
)

//go:embed statuses.yaml
var statusesYAML []byte

// Statuses says what the statuses of requests mean by themselves, as statuses.yaml lists them.
type Statuses struct {
	Statuses []Status `yaml:"statuses"`
}

// Status is what one HTTP status means.
type Status struct {
	Status int32  `yaml:"status"`
	Title  string `yaml:"title"`
	// Gateway says that it tells of a gateway's failure to get an answer.
	Gateway bool `yaml:"gateway"`
	// Causes are the ids of causes that it points at, the likeliest first.
	Causes []string `yaml:"causes"`
	// Look says where it is written which of them it was.
	Look string `yaml:"look"`
}

var loadStatuses = listed[Statuses]("statuses.yaml", statusesYAML)

// LoadStatuses reads the embedded list, once; it is shared.
func LoadStatuses() (*Statuses, error) { return loadStatuses() }

// Status is the entry of a status, nil where it has none.
func (s *Statuses) Status(status int32) *Status {
	i := slices.IndexFunc(s.Statuses, func(e Status) bool { return e.Status == status })
	if i < 0 {
		return nil
	}
	return &s.Statuses[i]
}
