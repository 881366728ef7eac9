package correlate

import (
	"strings"
	"testing"
	"text/template"

	"culprit/rules"
)

func TestAddresses(t *testing.T) {
	f := func(upstream, address, host, socket, listener string) {
		t.Helper()
		facts := map[string]string{}
		addresses(facts, upstream)
		for name, want := range map[string]string{"Address": address, "Host": host, "Socket": socket, "Listener": listener} {
			if facts[name] != want {
				t.Errorf("%s of %q: %q, want %q", name, upstream, facts[name], want)
			}
		}
	}
	f("10.0.0.5:8080", "10.0.0.5:8080", "10.0.0.5", "", ":8080 ")
	f("[2001:db8::5]:8080", "[2001:db8::5]:8080", "2001:db8::5", "", ":8080 ")
	f("app.internal:9000", "app.internal:9000", "app.internal", "", ":9000 ")
	f("10.0.0.5", "", "10.0.0.5", "", "")
	f("unix:/run/app.sock", "", "", "/run/app.sock", "/run/app.sock")
	f("/run/app.sock", "", "", "/run/app.sock", "/run/app.sock")
	f("web/web1", "", "", "", "") // HAProxy's backend and server
	f("orders", "", "", "", "")   // the name of a group
	f("", "", "", "", "")
	f("$(reboot):80", "", "", "", "")
	f("unix:/run/a;reboot", "", "", "", "")
	f("10.0.0.5:80`x`", "", "", "", "")
}

func TestUnitOf(t *testing.T) {
	f := func(backend, want string) {
		t.Helper()
		if got := unitOf(backend); got != want {
			t.Errorf("unitOf(%q) = %q, want %q", backend, got, want)
		}
	}
	f("php-fpm", "php-fpm")
	f("10.0.0.5:8080", "UNIT")
	f("web/web1", "UNIT")
	f("the application", "UNIT")
	f("a;reboot", "UNIT")
}

// TestCatalogueTexts fills every text of the catalogue, with an upstream of which nothing but a name is known.
func TestCatalogueTexts(t *testing.T) {
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	daemons, err := rules.LoadDaemons()
	if err != nil {
		t.Fatal(err)
	}
	q := &inquiry{engine: &engine{rules: catalogue, daemons: daemons}}
	q.names.gateway, q.names.backend, q.names.upstream = "haproxy", "web/web1", "web/web1"
	facts := q.facts()
	f := func(id, text string) {
		t.Helper()
		tmpl, err := template.New("").Option("missingkey=error").Parse(text)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		if err := tmpl.Execute(&strings.Builder{}, facts); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, c := range catalogue.Causes {
		for _, text := range append(append([]string{c.Summary, c.Hop, c.Component}, c.Prevent...), c.Verify...) {
			f(c.ID, text)
		}
		for _, m := range c.Missing {
			f(c.ID, m.Text)
		}
		for _, fix := range c.Fixes {
			f(c.ID, fix.Text)
			f(c.ID, fix.Command)
		}
		for _, k := range c.Checks {
			f(c.ID, k.Command)
			f(c.ID, k.Expect)
			if command := fill(k.Command, facts); strings.Contains(command, "web1") {
				t.Errorf("%s: a name where an address is needed: %s", c.ID, command)
			}
		}
	}
}
