package accuracy

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// reword describes the changes in other words of the same kind, with other versions and by other people. The services stay, and what
// goes back to before still says so in one of the usual ways.
func reword(m *material) *variation {
	w := &rewording{material: m, bump: 1 + m.rng.IntN(6), versions: map[string]string{}, actors: map[string]string{}}
	some := false
	files := each(m.files, func(f *file, r record) (record, bool) {
		if f.kind != changes || !r.timed() {
			return r, true
		}
		some = true
		return w.change(r), true
	})
	if !some {
		return nil
	}
	return m.as(each(files, func(f *file, r record) (record, bool) {
		if f.kind == application {
			return w.version(r), true
		}
		return r, true
	}))
}

type rewording struct {
	*material
	bump             int
	versions, actors map[string]string
}

// change rewrites a line of a list of changes.
func (w *rewording) change(r record) record {
	var c map[string]any
	if err := json.Unmarshal(r.text, &c); err != nil {
		return r
	}
	text := func(key string) string { s, _ := c[key].(string); return s }
	version := w.other(text("version"))
	c["summary"] = w.summary(text("kind"), text("service"), version, back.MatchString(text("summary")))
	c["version"] = version
	c["actor"] = w.actor(text("actor"))
	line, err := json.Marshal(c)
	if err != nil {
		return r
	}
	out := record{append(line, '\n'), findStamps(line)}
	if len(out.stamps) == 0 {
		return r
	}
	return out
}

// back tells a change that undoes another.
var back = regexp.MustCompile(`(?i)\b(revert|roll(ed|ing)?[ -]?back|restor|undo|undid|previous|pin )`)

var firstNumber = regexp.MustCompile(`\d+`)

// other is a version as far from the others as before: all first numbers grow alike.
func (w *rewording) other(version string) string {
	at := firstNumber.FindStringIndex(version)
	if at == nil {
		return version
	}
	n, err := strconv.Atoi(version[at[0]:at[1]])
	if err != nil {
		return version
	}
	w.versions[version] = version[:at[0]] + strconv.Itoa(n+w.bump) + version[at[1]:]
	return w.versions[version]
}

// version renames a version that an application says it runs.
func (w *rewording) version(r record) record {
	for old, other := range w.versions {
		for _, mark := range []string{"version=%\n", "version=% ", `"version":"%"`} {
			was := []byte(strings.Replace(mark, "%", old, 1))
			if bytes.Contains(r.text, was) {
				now := []byte(strings.Replace(mark, "%", other, 1))
				return record{bytes.Replace(r.text, was, now, 1), r.stamps}
			}
		}
	}
	return r
}

// wordings are ways to describe a change of a kind; % is its service, # its version.
var wordings = map[string][]string{
	"deploy":       {"ship #", "% #: accessibility fixes", "release # of %", "% #: updated translations", "new build: libraries refreshed", "#: small fixes", "% #: sort order of lists"},
	"config":       {"%: settings from the capacity review", "apply change request 4711", "%: tidy up after the audit", "%: follow the reference template", "merge branch tuning", "%: values of the new baseline"},
	"restart":      {"restart for library updates", "restart requested by the on-call", "restart of % after patching"},
	"cron":         {"weekly-digest started", "catalogue dump started", "batch job started (data exchange)"},
	"cert":         {"key pair rotated", "new chain installed", "certificate material refreshed"},
	"feature-flag": {"flag quick_view: 5 to 30 percent", "experiment B widened", "toggle new_list for beta users"},
	"migration":    {"schema change applied", "new index on a lookup table", "column widened"},
	"dns":          {"record moved", "zone file updated"},
}

var returns = []string{"revert #", "roll back to #", "restore previous state of %", "undo the last change", "rolled back", "revert"}

var people = []string{"argo", "jenkins", "olga", "pavel", "puppet", "release-bot", "s.ito", "nightshift", "spinnaker", "hannah"}

func (w *rewording) summary(kind, service, version string, back bool) string {
	ways := wordings[kind]
	if back {
		ways = returns
	}
	if len(ways) == 0 {
		ways = wordings["config"]
	}
	s := ways[w.rng.IntN(len(ways))]
	return strings.TrimSpace(strings.NewReplacer("%", service, "#", version).Replace(s))
}

// actor gives everybody one other name.
func (w *rewording) actor(name string) string {
	if w.actors[name] == "" {
		w.actors[name] = people[w.rng.IntN(len(people))]
	}
	return w.actors[name]
}
