package parser

import (
	"bytes"
	"strings"
)

// dpkgLog reads dpkg.log. The steps of one package become one change, at the time of the first; a package that is only configured
// anew is a change of its own.
//
// Source: dpkg(1), dpkg src/main/unpack.c, lib/dpkg/log.c.
type dpkgLog struct {
	begun map[string]int64 // when the latest step of a package was, µs
}

func (g *dpkgLog) line(t *timelineReader, b []byte) bool {
	m, rest, ok := t.clock.iso(b)
	if !ok || b[10] != ' ' || m.zoned || m.resolution != second || len(rest) == 0 || rest[0] != ' ' {
		return false
	}
	words := strings.Fields(string(rest))
	if len(words) < 3 || len(words) > 6 {
		return false
	}
	switch words[0] {
	case "startup":
		return len(words) == 3
	case "status":
		return len(words) == 4
	case "trigproc", "conffile", "triggers-pending":
		return true
	case "install", "upgrade", "remove", "purge", "configure":
	default:
		return false
	}
	if len(words) != 4 || !isPackage(words[1]) {
		return false
	}
	g.step(t, m, words[0], words[1], words[2], words[3])
	return true
}

func (g *dpkgLog) end(*timelineReader) {}

func (g *dpkgLog) step(t *timelineReader, m moment, what, name, old, now string) {
	if g.begun == nil {
		g.begun = map[string]int64{}
	}
	before, known := g.begun[name]
	if known || len(g.begun) < 1<<16 {
		g.begun[name] = m.micros
	}
	if known && m.micros-before < oneTransaction {
		return
	}
	if what == "configure" {
		// A log that was rotated in the middle: the first steps are not here.
		now = old
	}
	t.change(m, packageChange(what, name, old, now, ""))
}

// oneTransaction is how far apart two steps of a package in the same transaction can be, µs.
const oneTransaction = 30 * 60 * second

// unpacked is how long after a package's first line what it brings may have begun to run, µs.
const unpacked = 60 * second

// packageChange is one package of a transaction. Versions are "" or "<none>" where there is none.
func packageChange(what, name, old, now, actor string) Change {
	name, _, _ = strings.Cut(name, ":")
	if old == "<none>" {
		old = ""
	}
	if now == "<none>" {
		now = ""
	}
	c := Change{Kind: "package", Service: name, Version: now, From: old, Actor: actor, Summary: what + " " + name, Late: unpacked}
	switch {
	case old != "" && now != "" && old != now:
		c.Summary += " " + old + " to " + now
	case now != "":
		c.Summary += " " + now
	case old != "":
		c.Summary += " " + old
	}
	return c
}

// isPackage reports whether s is the name of a package, with its architecture perhaps.
func isPackage(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isWordByte(c) && c != '.' && c != '-' && c != '+' && c != ':' && c != '@' {
			return false
		}
	}
	return s != "" && len(s) < 200
}

// aptHistory reads the blocks of apt's history.log: Start-Date, Commandline, Requested-By, Install, Upgrade, Remove …, End-Date.
// Each package is a change.
//
// Source: apt apt-pkg/deb/dpkgpm.cc.
type aptHistory struct {
	at      moment
	open    bool
	actor   string
	command string
}

// aptMost bounds the packages of one block that are told one by one.
const aptMost = 100

func (g *aptHistory) line(t *timelineReader, b []byte) bool {
	name, value, ok := bytes.Cut(b, []byte(": "))
	if !ok {
		return false
	}
	value = trimSpace(value)
	what := string(name)
	switch what {
	case "Start-Date":
		g.at, g.open = aptTime(t, value)
		g.actor, g.command = "", ""
		return g.open
	case "End-Date":
		_, ok := aptTime(t, value)
		g.open = false
		return ok
	}
	if !g.open {
		return false
	}
	switch what {
	case "Commandline":
		g.command = string(value)
	case "Requested-By":
		g.actor, _, _ = strings.Cut(string(value), " (")
	case "Comment", "Error", "Disappeared":
	case "Install", "Upgrade", "Downgrade", "Reinstall", "Remove", "Purge":
		return g.packages(t, strings.ToLower(what), string(value))
	default:
		return false
	}
	return true
}

func (g *aptHistory) end(*timelineReader) {}

// packages reads "nginx:amd64 (1.22.1-9, 1.22.1-9+deb12u1), libfoo:amd64 (1.0, automatic)".
func (g *aptHistory) packages(t *timelineReader, what, list string) bool {
	n := 0
	for ; list != "" && n < aptMost; n++ {
		name, rest, ok := strings.Cut(list, " (")
		versions, after, closed := strings.Cut(rest, ")")
		if !ok || !closed || !isPackage(name) {
			return n > 0
		}
		list = strings.TrimPrefix(after, ", ")
		old, now, two := strings.Cut(strings.TrimSuffix(versions, ", automatic"), ", ")
		if !two {
			old, now = "", old
			if what == "remove" || what == "purge" {
				old, now = now, ""
			}
		}
		t.change(g.at, packageChange(what, name, old, now, g.actor))
	}
	return n > 0
}

// aptTime reads "2026-11-21  06:13:00", with two blanks.
func aptTime(t *timelineReader, b []byte) (m moment, ok bool) {
	if len(b) != 20 || b[10] != ' ' || b[11] != ' ' {
		return m, false
	}
	m, rest, ok := t.clock.iso([]byte(string(b[:11]) + string(b[12:])))
	return m, ok && len(rest) == 0
}

// packageLog reads dnf.rpm.log ("2026-11-21T06:13:00+0000 SUBDEBUG Upgraded: nginx-1:1.20.1-14.el9.x86_64"), yum.log ("Nov 21 06:13:00
// Updated: 1:nginx-1.20.1-9.el7.x86_64"), zypper's history ("2026-11-21 06:13:00|install|nginx|1.25|x86_64|…") and pacman.log
// ("[2026-11-21T06:13:00+0000] [ALPM] upgraded nginx (1.24.0-1 -> 1.26.0-1)").
type packageLog struct{}

func (g *packageLog) end(*timelineReader) {}

func (g *packageLog) line(t *timelineReader, b []byte) bool {
	if len(b) < 20 {
		return false
	}
	switch {
	case b[0] == '#':
		return bytes.HasPrefix(b, []byte("# 20")) // a script's output in zypper's history
	case b[0] == '[':
		return g.pacman(t, b)
	case b[4] == '-':
		m, rest, ok := t.clock.iso(b)
		if !ok {
			return false
		}
		if len(rest) > 0 && rest[0] == '|' && !m.zoned {
			return g.zypper(t, m, string(rest[1:]))
		}
		return m.zoned && b[10] == 'T' && g.dnf(t, m, string(rest))
	}
	m, rest, ok := t.clock.bsd(b)
	return ok && len(rest) > 1 && rest[0] == ' ' && g.rpm(t, m, string(rest[1:]))
}

// dnf reads a line of dnf.rpm.log behind its time.
func (g *packageLog) dnf(t *timelineReader, m moment, rest string) bool {
	words := strings.Fields(rest)
	if len(words) < 2 {
		return false
	}
	switch words[0] {
	case "INFO", "DEBUG", "DDEBUG", "WARNING", "ERROR", "CRITICAL":
		return strings.HasPrefix(rest, " INFO --- logging initialized") || words[0] != "INFO"
	case "SUBDEBUG":
	default:
		return false
	}
	if len(words) != 3 {
		return true
	}
	g.rpm(t, m, words[1]+" "+words[2])
	return true
}

// rpm reads "Upgraded: nginx-1:1.20.1-14.el9.x86_64".
func (g *packageLog) rpm(t *timelineReader, m moment, rest string) bool {
	what, name, ok := strings.Cut(rest, ": ")
	if !ok || !isPackage(name) {
		return false
	}
	switch what {
	case "Installed", "Updated", "Upgrade", "Erased", "Erase", "Removed", "Downgrade", "Reinstall":
	case "Upgraded", "Downgraded", "Reinstalled", "Cleanup", "Obsoleted", "Obsoleting":
		return true // dnf calls the package so that had to go
	default:
		return false
	}
	name, version := cutPackageVersion(name)
	t.change(m, packageChange(strings.ToLower(what), name, "", version, ""))
	return true
}

// cutPackageVersion parts "nginx-1:1.20.1-14.el9.x86_64" and "1:nginx-1.20.1-9.el7.x86_64" into the name and the version.
func cutPackageVersion(s string) (name, version string) {
	if epoch, rest, ok := strings.Cut(s, ":"); ok && len(epoch) < 3 {
		s = rest
	}
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '-' && s[i+1]-'0' <= 9 {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func (g *packageLog) zypper(t *timelineReader, m moment, rest string) bool {
	fields := strings.Split(rest, "|")
	switch what := strings.TrimSpace(fields[0]); what {
	case "install", "remove":
		if len(fields) < 4 || !isPackage(fields[1]) {
			return false
		}
		c := packageChange(what, fields[1], "", fields[2], "")
		if len(fields) > 4 {
			c.Actor = fields[4]
		}
		t.change(m, c)
		return true
	case "command", "radd", "rremove", "patch", "ralias", "rurl":
		return true
	}
	return false
}

func (g *packageLog) pacman(t *timelineReader, b []byte) bool {
	stamp, rest, ok := strings.Cut(string(b[1:]), "] [")
	m, after, dated := t.clock.iso([]byte(stamp))
	if !ok || !dated || len(after) > 0 {
		return false
	}
	part, said, ok := strings.Cut(rest, "] ")
	if !ok || part != "ALPM" {
		return ok && (part == "PACMAN" || part == "ALPM-SCRIPTLET")
	}
	words := strings.Fields(strings.NewReplacer("(", "", ")", "").Replace(said))
	switch {
	case len(words) == 5 && words[3] == "->":
		t.change(m, packageChange(words[0], words[1], words[2], words[4], ""))
	case len(words) == 3 && (words[0] == "installed" || words[0] == "removed" || words[0] == "reinstalled"):
		t.change(m, packageChange(words[0], words[1], "", words[2], ""))
	}
	return true
}
