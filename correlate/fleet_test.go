package correlate

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bigHeaders answers 502 from one second to another: an application sends headers that the gateway does not take.
func (s *scenario) bigHeaders(from, to float64) func(float64, string) (int, float64) {
	return func(sec float64, _ string) (int, float64) {
		if sec < from || sec >= to {
			return 200, 0.02
		}
		s.nginxError(sec, "upstream sent too big header while reading response header from upstream")
		return 502, 0.01
	}
}

// machines logs the same traffic on several machines; those named fail from one second to another.
func (s *scenario) machines(names []string, failing string, from, to float64) {
	for _, name := range names {
		s.host = name
		reply := well
		if strings.Contains(" "+failing+" ", " "+name+" ") {
			reply = s.bigHeaders(from, to)
		}
		s.traffic(0, 170, 8, reply)
	}
	s.host = ""
}

// deployed notes a deploy with the hosts that it reached.
func (s *scenario) deployed(sec float64, service, version, hosts string) {
	s.line("deploys", `{"time":%q,"kind":"deploy","service":%q,"version":%q,"summary":"%s %s","host":%q}`,
		s.at(sec).Format(time.RFC3339Nano), service, version, service, version, hosts)
}

func TestFleetDose(t *testing.T) {
	f := func(failing string, change func(s *scenario), want string) {
		t.Helper()
		s := newScenario(t)
		s.machines([]string{"web1", "web2", "web3", "web4"}, failing, 100, 140)
		change(s)
		in, h := s.verdict()
		if h.Cause != "header-too-big" {
			t.Errorf("cause %s, want header-too-big", h.Cause)
		}
		var got []string
		for _, c := range in.Changes {
			got = append(got, fmt.Sprintf("%s %s: %s", c.Version, c.Verdict, c.Why))
		}
		if text := strings.Join(got, "\n"); !strings.Contains(text, want) {
			t.Errorf("with %q failing the changes are told as\n%s\nwithout %q", failing, text, want)
		}
	}
	half := func(s *scenario) { s.deployed(98.5, "garden", "v8", "web1,web2") }
	f("web1 web2", half, "v8 blamed: it came 1.5 s before the first sign of trouble and fits the cause; "+
		"of the hosts those fail that got it (web1, web2), and the others do not (web3, web4)")
	f("web1 web2 web3 web4", half, "v8 acquitted: web3, web4 failed as well without it")
	f("web3 web4", half, "v8 acquitted: web1, web2 got it without failing")
	nearer := func(s *scenario) {
		s.deployed(98, "garden", "v8", "web1.garden.test")
		s.deployed(99.5, "orchard", "v3", "web2")
	}
	f("web1", nearer, "v8 blamed")
	f("web1", nearer, "v3 acquitted: web2 got it without failing")
	f("web2", nearer, "v3 blamed")
	nowhere := func(s *scenario) { s.deployed(98.5, "garden", "v8", "") }
	f("web1 web2 web3 web4", nowhere, "v8 blamed: it came 1.5 s before the first sign of trouble and fits the cause")
	elsewhere := func(s *scenario) { s.deployed(98.5, "garden", "v8", "app7") }
	f("web1 web2 web3 web4", elsewhere, "v8 blamed")
}

func TestFleetTellsHosts(t *testing.T) {
	s := newScenario(t)
	s.machines([]string{"east/web1", "east/web2", "west/web3", "west/web4"}, "east/web1 east/web2", 100, 140)
	s.deployed(50, "garden", "v7", "web1 web2 web3 web4")
	s.deployed(98.5, "garden", "v8", "web1 web2")
	in, _ := s.verdict()
	if len(in.Hosts) != 4 {
		t.Fatalf("%d hosts, want 4: %+v", len(in.Hosts), in.Hosts)
	}
	for i, want := range []HostShare{
		{Name: "web1", Zone: "east", State: "affected", Version: "garden v8"}, {Name: "web2", Zone: "east", State: "affected", Version: "garden v8"},
		{Name: "web3", Zone: "west", State: "unaffected", Version: "garden v7"}, {Name: "web4", Zone: "west", State: "unaffected", Version: "garden v7"},
	} {
		h := in.Hosts[i]
		if h.Name != want.Name || h.Zone != want.Zone || h.State != want.State || h.Version != want.Version {
			t.Errorf("host %+v, want %+v", h, want)
		}
		if h.First != nil && h.First.Sub(s.at(100)).Abs() > time.Second {
			t.Errorf("%s: first %v, want %v", h.Name, h.First, s.at(100))
		}
		if (h.Failed > 300) != (want.State == "affected") || (h.First != nil) != (want.State == "affected") {
			t.Errorf("%s: %d of %d failed, first %v", h.Name, h.Failed, h.Total, h.First)
		}
	}
	if !finds(in, "all hosts of east fail") || !finds(in, "at the same time web3") {
		t.Errorf("findings %+v", in.Findings)
	}
	if in.Requests.Total < 1250 || in.Requests.Failed > 700 {
		t.Errorf("%+v: the requests of all hosts are meant", in.Requests)
	}
}

func finds(in Incident, text string) bool {
	for _, f := range in.Findings {
		if strings.Contains(f.Text, text) {
			return true
		}
	}
	return false
}

func TestFleetSharedUpstream(t *testing.T) {
	s := newScenario(t)
	s.machines([]string{"web1", "web2"}, "web1 web2", 100, 140)
	in, _ := s.verdict()
	if !finds(in, "2 hosts fail against the same 10.1.2.3:9100: web1, web2") || !finds(in, "all 2 hosts fail") {
		t.Errorf("findings %+v", in.Findings)
	}
}

// TestFleetOfOne holds that logs of one machine are told of as ever.
func TestFleetOfOne(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 170, 8, s.bigHeaders(100, 140))
	s.deployed(98.5, "garden", "v8", "web1")
	in, h := s.verdict()
	if h.Cause != "header-too-big" || h.Trigger == nil || len(in.Hosts) != 0 || finds(in, "hosts") {
		t.Errorf("%s, trigger %+v, hosts %+v", h.Cause, h.Trigger, in.Hosts)
	}
}
