package rules

import (
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"
)

// listed returns what reads a list that is part of the program, the first time it is asked for. All who ask share it: it is not to be
// changed.
func listed[T any](name string, data []byte) func() (*T, error) {
	return sync.OnceValues(func() (*T, error) {
		var list T
		if err := yaml.Unmarshal(data, &list); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		return &list, nil
	})
}
