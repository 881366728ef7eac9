package parser

import (
	"bytes"
	"time"
)

// capistranoLog reads the revisions.log of Capistrano: "Branch main (at abc1234) deployed as release 20261121061300 by alice" and
// "alice rolled back to release 20261121061300". A deploy is dated by its release, which is named after the moment it began, in UTC.
// A rollback carries no time; the one that ends the file is as old as the file.
//
// Source: Capistrano lib/capistrano/i18n.rb, lib/capistrano/tasks/deploy.rake.
type capistranoLog struct {
	back    Change // the rollback read last
	backed  int64  // its line, 0 for none
	service string
}

func (g *capistranoLog) line(t *timelineReader, b []byte) bool {
	if g.service == "" {
		g.service = t.opts.serviceOf("revisions.log")
	}
	text := string(trimSpace(b))
	if branch, rest, ok := cutBetween(text, "Branch ", " (at "); ok {
		revision, rest, ok := cutBetween(rest, "", ") deployed as release ")
		release, actor, by := cutBetween(rest, "", " by ")
		m, dated := releaseTime(release)
		if !ok || !by || !dated || actor == "" {
			return false
		}
		g.backed = 0
		t.change(m, Change{Kind: "deploy", Service: g.service, Version: revision, Actor: actor, Late: released,
			Summary: joined("release "+release, "of "+branch)})
		return true
	}
	actor, release, ok := cutBetween(text, "", " rolled back to release ")
	if _, dated := releaseTime(release); !ok || !dated || actor == "" {
		return false
	}
	g.back, g.backed = Change{Kind: "deploy", Service: g.service, Version: release, Summary: "rolled back to release " + release,
		Actor: actor, Early: 2 * second}, t.number
	return true
}

func (g *capistranoLog) end(t *timelineReader) {
	if g.backed == 0 || t.opts.Reference == 0 {
		return
	}
	t.begun = g.backed
	t.change(moment{t.opts.Reference, second, true}, g.back)
}

// released is how long after a release was begun it may have been switched to, µs.
const released = 120 * second

// releaseTime reads the name of a release, "20261121061300".
func releaseTime(name string) (m moment, ok bool) {
	if len(name) != 14 {
		return m, false
	}
	at, err := time.Parse("20060102150405", name)
	if err != nil || at.Year() < 2000 {
		return m, false
	}
	return moment{at.UnixMicro(), second, true}, true
}

// ReleaseTime dates a release by its name, "20261121061300", which tools take from the clock in UTC.
func ReleaseTime(name string) (at time.Time, ok bool) {
	m, ok := releaseTime(name)
	return time.UnixMicro(m.micros).UTC(), ok
}

// cutBetween takes prefix off s and cuts the rest at the first sep.
func cutBetween(s, prefix, sep string) (before, after string, ok bool) {
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", "", false
	}
	b, a, ok := bytes.Cut([]byte(s[len(prefix):]), []byte(sep))
	return string(b), string(a), ok
}

// joined puts the texts that say something behind one another.
func joined(texts ...string) string {
	out := ""
	for _, s := range texts {
		switch {
		case s == "":
		case out == "":
			out = s
		default:
			out += " " + s
		}
	}
	return out
}

// deployerLog reads .dep/releases_log of Deployer, JSON lines with created_at, release_name, user and target, and its forerunner
// .dep/releases, "20261121061300,12" in the host's zone. An entry is written when a release is begun.
//
// Source: Deployer recipe/deploy/release.php.
type deployerLog struct{}

func (g *deployerLog) line(t *timelineReader, b []byte) bool {
	b = trimSpace(b)
	if len(b) > 16 && b[14] == ',' && len(b) < 40 {
		m, ok := releaseTime(string(b[:14]))
		m.zoned = false
		release := string(b[15:])
		if !ok || !isName(release) {
			return false
		}
		t.change(m, Change{Kind: "deploy", Service: t.opts.serviceOf("releases"), Version: release, Summary: "release " + release, Late: released})
		return true
	}
	object, ok := openObject(b)
	if !ok {
		return false
	}
	var created, release, user, target []byte
	for {
		key, value, more := object.next()
		if !more {
			break
		}
		switch string(key) {
		case "created_at":
			created = unquoted(value)
		case "release_name":
			release = unquoted(value)
		case "user":
			user = unquoted(value)
		case "target":
			target = unquoted(value)
		default:
			return false
		}
	}
	m, rest, dated := t.clock.iso(created)
	if !object.closed || !isBlank(object.rest) || !dated || len(rest) > 0 || len(release) == 0 {
		return false
	}
	summary := joined("release "+string(release), "of "+string(target))
	if len(target) == 0 {
		summary = "release " + string(release)
	}
	t.change(m, Change{Kind: "deploy", Service: t.opts.serviceOf("releases_log"), Version: string(release), Summary: summary, Actor: string(user), Late: released})
	return true
}

func (g *deployerLog) end(*timelineReader) {}

// isName reports whether s is a word that could name a release or a version.
func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isWordByte(c) && c != '.' && c != '-' && c != '+' && c != '/' {
			return false
		}
	}
	return s != ""
}
