package accuracy

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Truth is what really happened in a recorded incident, as its truth.json says.
type Truth struct {
	ID         string   `json:"id"`
	Cause      string   `json:"cause"`
	AlsoAccept []string `json:"also_accept"`
	Trigger    struct {
		Kind string     `json:"kind"`
		Time *time.Time `json:"time"`
	} `json:"trigger"`
	// TriggerOpen says that the logs do not tell whether a change was to blame: the trigger is not scored.
	TriggerOpen bool `json:"trigger_open"`
	Window      struct {
		Start *time.Time `json:"start"`
		End   *time.Time `json:"end"`
	} `json:"window"`
	// Timezone is the host's, for logs that name none.
	Timezone string `json:"timezone"`
	// FaultInjected is when the fault began; nil for healthy recordings.
	FaultInjected *time.Time `json:"fault_injected"`
	// Traffic is what was sent to the system.
	Traffic struct {
		Start   *time.Time `json:"start"`
		Seconds int        `json:"seconds"`
	} `json:"traffic"`
	// Symptoms counts the failed requests by status; "0" is for those that got no answer.
	Symptoms map[string]int `json:"symptom_statuses"`
	// untold says that the files that tell the trigger are missing: to name none is right.
	untold bool
	// Dir is where the incident lies.
	Dir string `json:"-"`
}

// Healthy says that nothing was wrong.
func (t *Truth) Healthy() bool { return t.Cause == "none" }

func (t *Truth) accepts(cause string) bool {
	return cause == t.Cause || slices.Contains(t.AlsoAccept, cause)
}

// Load finds every folder below root that holds a truth.json, in the order of their ids.
func Load(root string) ([]Truth, error) {
	var truths []Truth
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "truth.json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var t Truth
		if err := json.Unmarshal(data, &t); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		t.Dir = filepath.Dir(path)
		truths = append(truths, t)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the truth of incidents: %w", err)
	}
	slices.SortFunc(truths, func(a, b Truth) int { return strings.Compare(a.ID, b.ID) })
	return truths, nil
}

// failed says whether a status is one of those users suffered from. Who got no answer leaves a 499 with nginx, -1 with HAProxy.
func (t *Truth) failed(status int) bool {
	if status == 499 || status == -1 {
		status = 0
	}
	return t.Symptoms[strconv.Itoa(status)] > 0
}
