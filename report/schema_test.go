package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"culprit/correlate"
)

// published compiles the schema as it is, or closed: so that a field it does not describe is an error.
func published(t *testing.T, closed bool) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("schema/report.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if closed {
		shut(doc)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// shut forbids in every object of a schema what it does not name.
func shut(node any) {
	switch node := node.(type) {
	case map[string]any:
		if _, ok := node["properties"].(map[string]any); ok {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			shut(child)
		}
	case []any:
		for _, child := range node {
			shut(child)
		}
	}
}

func encoded(t *testing.T, r *correlate.Report) any {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestReportsFollowTheSchema(t *testing.T) {
	open, closed := published(t, false), published(t, true)
	f := func(name string, r *correlate.Report) {
		t.Helper()
		// Lists that nothing was put into are written as [], as the engine makes them.
		doc := encoded(t, r)
		for _, schema := range []*jsonschema.Schema{open, closed} {
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	f("sample", whole(sample()))
	f("doubtful", whole(doubt(sample())))
	f("several", whole(several()))
	f("healthy", healthy())
	f("empty", &correlate.Report{Schema: correlate.Schema, Verdict: "no-incident", Inputs: []correlate.Input{}, Incidents: []correlate.Incident{}})
}

func TestRecordedReportsFollowTheSchema(t *testing.T) {
	paths, err := filepath.Glob("../fixtures/golden/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden reports: %v", err)
	}
	schema := published(t, true)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// whole fills the lists that the engine never leaves nil.
func whole(r *correlate.Report) *correlate.Report {
	for i := range r.Incidents {
		for j := range r.Incidents[i].Hypotheses {
			h := &r.Incidents[i].Hypotheses[j]
			h.EvidenceFor, h.EvidenceAgainst = append([]correlate.EvidenceItem{}, h.EvidenceFor...), append([]correlate.EvidenceItem{}, h.EvidenceAgainst...)
			h.Missing, h.Verify = append([]string{}, h.Missing...), append([]string{}, h.Verify...)
			h.Checks, h.Fixes = append([]correlate.Check{}, h.Checks...), append([]correlate.Fix{}, h.Fixes...)
		}
	}
	return r
}

func TestSchemaRefuses(t *testing.T) {
	schema := published(t, false)
	f := func(name string, spoil func(map[string]any)) {
		t.Helper()
		text, err := json.Marshal(encoded(t, whole(sample())))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		spoil(doc.(map[string]any))
		if schema.Validate(doc) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	incident := func(doc map[string]any) map[string]any { return doc["incidents"].([]any)[0].(map[string]any) }
	f("another schema", func(doc map[string]any) { doc["schema"] = "culprit/report/v2" })
	f("no verdict", func(doc map[string]any) { delete(doc, "verdict") })
	f("local time", func(doc map[string]any) { incident(doc)["start"] = "2026-03-08T06:13:02+01:00" })
	f("no hypothesis", func(doc map[string]any) { incident(doc)["hypotheses"] = []any{} })
	f("negative count", func(doc map[string]any) { incident(doc)["requests"].(map[string]any)["failed"] = -1 })
}
