package parser

import (
	"bytes"
	"strings"
)

// gitReflog reads .git/logs/HEAD: old and new object, who, when, and what moved HEAD. What is checked out by a branch's reflog or a
// fetch leaves the files alone, but nobody keeps those beside logs.
//
// Source: git Documentation/technical, refs/files-backend.c.
type gitReflog struct {
	service string
	config  bool // the repository holds configuration
	named   bool
	seen    map[string]bool // objects that HEAD was at
}

// maxSeen bounds the objects that are remembered.
const maxSeen = 4096

func (g *gitReflog) line(t *timelineReader, b []byte) bool {
	old, b, ok := objectName(b)
	if !ok {
		return false
	}
	now, b, ok := objectName(b)
	mail := bytes.IndexByte(b, '<')
	end := bytes.Index(b, []byte("> "))
	if !ok || len(old) != len(now) || mail < 0 || end < mail {
		return false
	}
	who := trimSpace(b[:mail])
	if len(who) == 0 {
		who = b[mail+1 : end]
	}
	stamp, action, _ := bytes.Cut(b[end+2:], []byte("\t"))
	m, zoneText, ok := t.clock.epoch(stamp)
	if !ok || len(zoneText) != 6 || zoneText[0] != ' ' || zoneText[1] != '+' && zoneText[1] != '-' {
		return false
	}
	if !g.named {
		g.service = t.opts.serviceOf("HEAD")
		g.config = isConfigRepository(g.service)
		g.named, g.seen = true, map[string]bool{}
	}
	back := g.seen[string(now)]
	if len(g.seen) < maxSeen {
		g.seen[string(old)] = true
	}
	if string(old) == string(now) {
		return true // a branch was changed, no file
	}
	t.change(m, g.change(string(now), string(who), string(action), back))
	return true
}

func (g *gitReflog) end(*timelineReader) {}

func (g *gitReflog) change(object, who, action string, back bool) Change {
	c := Change{Kind: "deploy", Service: g.service, Version: object[:12], Summary: "git " + action, Actor: who}
	verb, said, _ := strings.Cut(action, ": ")
	if strings.HasPrefix(verb, "commit") {
		c.Summary = said
	}
	if target, ok := strings.CutPrefix(said, "moving from "); ok {
		_, target, _ = strings.Cut(target, " to ")
		if len(target) < 40 && target != "" {
			c.Version = target
		}
	}
	if back {
		c.Summary = joined(c.Summary, "(back to "+object[:12]+")")
	}
	if g.config {
		c.Kind = "config"
		if scope, _, ok := strings.Cut(c.Summary, ": "); ok && isName(scope) && len(scope) < 40 {
			c.Service = scope
		}
	}
	return c
}

// isConfigRepository reports whether a repository's name is that of a host's configuration: etckeeper's /etc, a playbook.
func isConfigRepository(name string) bool {
	switch strings.ToLower(name) {
	case "etc", "config", "configs", "configuration", "conf", "ansible", "puppet", "salt", "chef", "infra", "infrastructure", "playbooks", "terraform", "ops",
		"nginx", "haproxy", "apache2", "httpd":
		return true
	}
	return false
}

// objectName takes the name of an object, in SHA-1 or SHA-256, and the blank behind it off b.
func objectName(b []byte) (name, rest []byte, ok bool) {
	n := bytes.IndexByte(b, ' ')
	if n != 40 && n != 64 {
		return nil, b, false
	}
	for _, c := range b[:n] {
		if c-'0' > 9 && (c < 'a' || c > 'f') {
			return nil, b, false
		}
	}
	return b[:n], b[n+1:], true
}
