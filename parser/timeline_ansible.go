package parser

import (
	"bytes"
	"strings"
)

// ansibleLog reads what Ansible writes to its log_path: "2026-11-21 06:13:00,123 p=812 u=alice n=ansible | TASK [nginx : …] ***". Each task
// that changed something is a change, dated by its beginning: what it did, it did between its head and its "changed:".
//
// Source: ansible lib/ansible/utils/display.py, plugins/callback/default.py.
type ansibleLog struct {
	play, task string
	at         moment // of the task's head
	begun      int64  // its line
	told       bool   // the task's change was given out
	any        bool   // a line of the format was read
}

// longTask is beyond which a task's end dates it better than its beginning, µs: it waited for something.
const longTask = 60 * second

func (g *ansibleLog) line(t *timelineReader, b []byte) bool {
	m, rest, ok := t.clock.iso(b)
	if !ok || !bytes.HasPrefix(rest, []byte(" p=")) || m.resolution != 1000 {
		return g.any // the inside of a result, or of a difference
	}
	head, said, ok := strings.Cut(string(rest), "| ")
	_, actor, named := strings.Cut(head, " u=")
	if !ok || !named {
		return false
	}
	actor, _, _ = strings.Cut(actor, " ")
	g.any = true
	switch {
	case strings.HasPrefix(said, "PLAY ["):
		g.play, g.task = bracketed(said), ""
	case strings.HasPrefix(said, "TASK ["), strings.HasPrefix(said, "RUNNING HANDLER ["):
		g.task, g.at, g.begun, g.told = bracketed(said), m, t.number, false
	case strings.HasPrefix(said, "PLAY RECAP"):
		g.task = ""
	case strings.HasPrefix(said, "changed: [") && g.task != "" && !g.told:
		g.told = true
		if m.micros-g.at.micros > longTask {
			g.at = m
		}
		t.begun = g.begun
		c := g.change(actor)
		c.Late = m.micros - g.at.micros
		t.change(g.at, c)
		t.begun = 0
	}
	return true
}

func (g *ansibleLog) end(*timelineReader) {}

func (g *ansibleLog) change(actor string) Change {
	role, task, ok := strings.Cut(g.task, " : ")
	if !ok {
		role, task = g.play, g.task
	}
	return Change{Kind: ansibleKind(task), Service: role, Summary: "ansible: " + task, Actor: actor}
}

// ansibleKinds are words in the names of tasks, and the kind of change they tell. The first that occurs decides.
var ansibleKinds = [...]struct{ word, kind string }{
	{"restart", "restart"}, {"reload", "reload"}, {"migrat", "migration"}, {"certificate", "cert"}, {"cert ", "cert"}, {"cron", "cron"},
	{"feature flag", "feature-flag"}, {"deploy", "deploy"}, {"release", "deploy"}, {"check out", "deploy"}, {"checkout", "deploy"}, {"symlink", "deploy"},
	{"upgrade", "package"}, {"install", "package"}, {"package", "package"}, {"dns record", "dns"},
}

func ansibleKind(task string) string {
	task = strings.ToLower(task) + " "
	for _, k := range ansibleKinds {
		if strings.Contains(task, k.word) {
			return k.kind
		}
	}
	return "config"
}

// bracketed returns what stands between the first bracket and the last.
func bracketed(s string) string {
	from, to := strings.IndexByte(s, '['), strings.LastIndexByte(s, ']')
	if from < 0 || to < from {
		return ""
	}
	return s[from+1 : to]
}

// helmHistory reads the table of "helm history": REVISION, UPDATED, STATUS, CHART, APP VERSION, DESCRIPTION.
//
// Source: helm pkg/cmd/history.go.
type helmHistory struct {
	columns map[string]int // where they begin
	order   []int
}

func (g *helmHistory) line(t *timelineReader, b []byte) bool {
	text := string(b)
	if strings.HasPrefix(text, "REVISION") && strings.Contains(text, "UPDATED") && strings.Contains(text, "CHART") {
		g.head(text)
		return true
	}
	if g.columns == nil || text == "" || text[0]-'0' > 9 {
		return false
	}
	m, rest, ok := t.clock.ctime([]byte(g.cell(text, "UPDATED")))
	if !ok || !isBlank(rest) {
		return false
	}
	chart, version := cutPackageVersion(g.cell(text, "CHART"))
	t.change(m, helmChange(chart, version, g.cell(text, "REVISION"), g.cell(text, "DESCRIPTION")))
	return true
}

func (g *helmHistory) end(*timelineReader) {}

func (g *helmHistory) head(text string) {
	g.columns, g.order = map[string]int{}, nil
	for _, name := range [...]string{"REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"} {
		if i := strings.Index(text, name); i >= 0 {
			g.columns[name] = i
			g.order = append(g.order, i)
		}
	}
}

// cell returns what stands under a head.
func (g *helmHistory) cell(text, name string) string {
	from, ok := g.columns[name]
	if !ok || from >= len(text) {
		return ""
	}
	to := len(text)
	for _, o := range g.order {
		if o > from && o < to {
			to = o
		}
	}
	return strings.TrimSpace(text[from:to])
}

func helmChange(chart, version, revision, description string) Change {
	return Change{Kind: "deploy", Service: chart, Version: version, Summary: joined("helm revision "+revision+":", description)}
}
