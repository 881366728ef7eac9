package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"culprit/correlate"
)

func TestHosts(t *testing.T) {
	f := func(want string, hosted ...correlate.HostShare) {
		t.Helper()
		if got := strings.ReplaceAll(hosts(&correlate.Incident{Hosts: hosted}), glue, " "); got != want {
			t.Errorf("%+v is told as %q, want %q", hosted, got, want)
		}
	}
	bad := func(name string) correlate.HostShare {
		return correlate.HostShare{Name: name, State: affected, Failed: 40, Total: 50}
	}
	good := func(name string) correlate.HostShare {
		return correlate.HostShare{Name: name, State: unaffected, Total: 50}
	}
	f("")
	f("", good("web1"))
	f("web1 (80 % of its requests) fails; web2 does not", bad("web1"), good("web2"))
	f("web1 (80 % of its requests), web2 (80 % of its requests) fail; web3, web4 do not", bad("web1"), bad("web2"), good("web3"), good("web4"))
	f("web1 (80 % of its requests) fails", bad("web1"), correlate.HostShare{Name: "web2", State: "unclear"})
	f("a (80 % of its requests) fails; b, c, d, e and 1 more do not", bad("a"), good("b"), good("c"), good("d"), good("e"), good("f"))
}

// TestHostileHosts holds that a host's name, which logs tell, steers no terminal and no page, and that a fleet fills no screen.
func TestHostileHosts(t *testing.T) {
	r := sample()
	for i := range 5000 {
		r.Incidents[0].Hosts = append(r.Incidents[0].Hosts, correlate.HostShare{Name: fmt.Sprintf("\x1b[31m<script>%d|", i), State: affected, Failed: 1, Total: 2})
	}
	var text, page, mark bytes.Buffer
	if err := Text(&text, r, TextOptions{Details: true}); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, r, HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&mark, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String()+mark.String(), "\x1b") || strings.Contains(page.String(), "<script>1") || strings.Contains(mark.String(), "<script>") {
		t.Error("a host's name is written as it stands")
	}
	if n := strings.Count(text.String(), "\n"); n > 1500 {
		t.Errorf("%d lines", n)
	}
}

func TestHostsFitTheSchema(t *testing.T) {
	r := whole(sample())
	first := r.Incidents[0].Start
	r.Incidents[0].Hosts = []correlate.HostShare{
		{Name: "web1", Zone: "east", State: affected, Failed: 40, Total: 50, First: &first, Version: "shop v2", Skew: -90}, {Name: "web2", State: "unclear"},
	}
	text, err := json.Marshal(encoded(t, r))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := published(t, true).Validate(doc); err != nil {
		t.Error(err)
	}
}
