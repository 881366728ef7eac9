package rules

import (
	_ "embed"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
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

// LoadStatuses reads the embedded list.
func LoadStatuses() (*Statuses, error) {
	var s Statuses
	if err := yaml.Unmarshal(statusesYAML, &s); err != nil {
		return nil, fmt.Errorf("read statuses.yaml: %w", err)
	}
	return &s, nil
}

// Status is the entry of a status, nil where it has none.
func (s *Statuses) Status(status int32) *Status {
	i := slices.IndexFunc(s.Statuses, func(e Status) bool { return e.Status == status })
	if i < 0 {
		return nil
	}
	return &s.Statuses[i]
}
