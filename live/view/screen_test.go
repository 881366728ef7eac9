package view

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"culprit/correlate"
	"culprit/live"
	"culprit/live/delivery"
	"culprit/live/telemetry"
)

var update = flag.Bool("update", false, "write the screens anew")

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func quiet() *telemetry.Snapshot {
	s := &telemetry.Snapshot{Time: noon, Started: noon.Add(-26 * time.Hour), Host: "web1", Ready: true, TrafficOf: "nginx",
		Sources: []telemetry.Source{
			{Path: "/var/log/nginx/access.log", Daemon: "nginx", Lines: 123456, Last: noon.Add(-time.Second)},
			{Path: "/var/log/nginx/error.log", Daemon: "nginx", Lines: 70, Unparsed: 2, Last: noon.Add(-3 * time.Minute)},
			{Path: "/srv/a/very/long/way/to/the/logs/of/some/application/php8.2-fpm.log", Daemon: "php-fpm", Lines: 12, Last: noon.Add(-3 * time.Hour), Silent: true},
			{Path: "/var/log/mysql/error.log", Daemon: "mysql"}},
		Waiting: []string{"/var/log/haproxy.log"}, Refused: []telemetry.Refused{{Path: "/var/log/php8.2-fpm.log", Why: "permission denied"}},
		Remarks: []string{"following /var/log/nginx/access.log"}}
	for i := range telemetry.TrafficSteps {
		s.Traffic = append(s.Traffic, telemetry.Traffic{Requests: int64(200 + 10*(i%7))})
	}
	return s
}

func notice(e live.Event, title string) *live.Notice {
	in := correlate.Incident{Start: noon.Add(-time.Minute), Ongoing: true, Hop: "nginx → php-fpm", Requests: correlate.Requests{Total: 2211, Failed: 731},
		Hypotheses: []correlate.Hypothesis{{Cause: "slow-database", Title: title, Confidence: 0.93,
			Summary:     "The database stalled from 11:59:00 on: requests waited for their queries until nginx gave up with 504, and then the pool was full.",
			EvidenceFor: []correlate.EvidenceItem{{Text: "A slow PHP request was waiting for its database", Count: 42}, {Text: "answers got slower before they failed"}},
			Checks:      []correlate.Check{{Command: `mysql -e 'show full processlist; show engine innodb status\G'`}}}}}
	return &live.Notice{Event: e, Time: noon.Add(-30 * time.Second), ID: "a", Incident: in}
}

func burning(title string) *telemetry.Snapshot {
	s := quiet()
	n := notice(live.Opened, title)
	s.Open, s.Recent = []*live.Notice{n, notice(live.Opened, title)}, []*live.Notice{n}
	for i := 54; i < telemetry.TrafficSteps; i++ {
		s.Traffic[i].Failed = int64(10 * (i - 53))
	}
	s.Receivers = []telemetry.Receiver{{Label: "mail", State: delivery.State{Problem: errors.New("connection refused").Error(), Waiting: 1, WaitingSince: noon.Add(-30 * time.Second)}}}
	return s
}

const hostile = "x\x1b[2J\x1b]0;t\x07\r\n\u202e\xff\u200b漢字漢字"

func TestScreens(t *testing.T) {
	f := func(name string, s *telemetry.Snapshot, width, height int, color bool) {
		t.Helper()
		got := Screen(s, width, height, color)
		lines := strings.Split(got, "\n")
		if len(lines) > height {
			t.Errorf("%s: %d lines", name, len(lines))
		}
		for _, l := range lines {
			if ansi.StringWidth(l) > width {
				t.Errorf("%s: too wide: %q", name, l)
			}
		}
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	starting := &telemetry.Snapshot{Time: noon, Started: noon}
	f("starting", starting, 80, 24, false)
	f("quiet", quiet(), 80, 24, false)
	f("incident", burning("The database is slow or locked"), 80, 24, false)
	f("incident-color", burning("The database is slow or locked"), 80, 24, true)
	f("incident-wide", burning("The database is slow or locked"), 200, 50, false)
	f("incident-small", burning("The database is slow or locked"), 40, 12, false)
	f("tiny", burning("The database is slow or locked"), 10, 3, false)
	f("hostile", burning(hostile), 80, 24, false)
}

func FuzzScreen(f *testing.F) {
	f.Add(hostile, 80, 24)
	f.Add("", 1, 1)
	f.Fuzz(func(t *testing.T, text string, width, height int) {
		width, height = width&0xff, height&0x7f
		s := burning(text)
		s.Host, s.Remarks, s.Waiting = text, []string{text}, []string{text}
		s.Sources[0].Path, s.Refused[0].Why, s.Receivers[0].Problem = text, text, text
		lead := s.Open[0].Lead()
		lead.Summary, lead.EvidenceFor[0].Text, lead.Checks[0].Command = text, text, text
		got := Screen(s, width, height, false)
		lines := strings.Split(got, "\n")
		if len(lines) > max(height, 1) {
			t.Errorf("%d lines of %d", len(lines), height)
		}
		for _, l := range lines {
			if ansi.StringWidth(l) > width {
				t.Errorf("%d columns of %d: %q", ansi.StringWidth(l), width, l)
			}
			for _, r := range l {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
					t.Errorf("%q in %q", r, l)
				}
			}
		}
	})
}

func TestModel(t *testing.T) {
	asked := 0
	m := tea.Model(New(func() *telemetry.Snapshot { asked++; return quiet() }, false))
	f := func(message tea.Msg, wantQuit bool) {
		t.Helper()
		var command tea.Cmd
		m, command = m.Update(message)
		quits := false
		if _, isTick := message.(tick); command != nil && !isTick {
			_, quits = command().(tea.QuitMsg)
		}
		if quits != wantQuit {
			t.Errorf("%v: quits %v", message, quits)
		}
	}
	f(tea.WindowSizeMsg{Width: 100, Height: 30}, false)
	if got := strings.Count(m.View().Content, "\n") + 1; got != 30 {
		t.Errorf("%d lines after the window has 30", got)
	}
	f(tick{}, false)
	if asked != 2 {
		t.Errorf("looked %d times", asked)
	}
	f(tea.KeyPressMsg{Code: 'x', Text: "x"}, false)
	f(tea.KeyPressMsg{Code: 'q', Text: "q"}, true)
	f(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}, true)
	if !m.View().AltScreen {
		t.Error("the view writes over what was on the terminal")
	}
}
