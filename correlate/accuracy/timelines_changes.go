package accuracy

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"time"
)

// deployTools tells deploys by Capistrano, jobs by cron, and what else is changed by Ansible or an annotation.
func deployTools(t *timelines) []file {
	texts, order := map[string]string{}, []string{}
	add := func(name, text string) {
		if _, there := texts[name]; !there {
			order = append(order, name)
		}
		texts[name] += text
	}
	for _, c := range t.changes {
		at, who := c.Time.UTC(), cmp.Or(c.Actor, "ci")
		ansible := fmt.Sprintf("%s,%03d p=812 u=%s n=ansible | ", at.Format("2006-01-02 15:04:05"), at.Nanosecond()/1e6, who)
		switch c.Kind {
		case "deploy":
			add(path.Join(c.Service, "revisions.log"), fmt.Sprintf("Branch main (at %s) deployed as release %s by %s\n", cmp.Or(c.Version, "main"), at.Format("20060102150405"), who))
		case "config", "restart":
			task := c.Summary
			if c.Kind == "restart" {
				task = "restart: " + task
			}
			add("ansible.log", fmt.Sprintf("%[1]sPLAY [%[2]s] ****\n%[1]sTASK [%[2]s : %[3]s] ****\n%[1]schanged: [web1]\n", ansible, c.Service, task))
		case "cron":
			add("cron.log", fmt.Sprintf("%s web1 CRON[4412]: (root) CMD (/usr/local/bin/%s)\n", at.Format(time.Stamp), c.Service))
		}
	}
	files := []file{t.annotations("migration", "feature-flag", "cert", "dns", "reload", "package")}
	for _, name := range order {
		files = append(files, t.made(name, texts[name], changes))
	}
	return append(files, sarText(t)...)
}

// repositories tells what is checked out by reflogs, the rest by annotations.
func repositories(t *timelines) []file {
	texts, order, at := map[string]string{}, []string{}, map[string]string{}
	for i, c := range t.changes {
		folder, summary := c.Service, cmp.Or(c.Summary, c.Version)
		switch c.Kind {
		case "config":
			folder, summary = "etc", c.Service+": "+summary
		case "deploy":
		default:
			continue
		}
		name, who := path.Join(folder, ".git/logs/HEAD"), cmp.Or(c.Actor, "ci")
		if _, there := texts[name]; !there {
			order = append(order, name)
		}
		sum := sha1.Sum(fmt.Append(nil, c.Service, i))
		object := hex.EncodeToString(sum[:])
		texts[name] += fmt.Sprintf("%s %s %s <%s@example.com> %d +0000\tcommit: %s\n", cmp.Or(at[name], strings.Repeat("0", 40)), object, who, who, c.Time.Unix(), summary)
		at[name] = object
	}
	files := []file{t.annotations("migration", "feature-flag", "cert", "dns", "reload", "package", "cron", "restart")}
	for _, name := range order {
		files = append(files, t.made(name, texts[name], changes))
	}
	return append(files, vmstatAndPrometheus(t)...)
}

// exports tells deploys by what GitHub exports, the rest by annotations.
func exports(t *timelines) []file {
	type deployment struct {
		SHA         string            `json:"sha"`
		Ref         string            `json:"ref"`
		Environment string            `json:"environment"`
		Description string            `json:"description"`
		CreatedAt   time.Time         `json:"created_at"`
		Creator     map[string]string `json:"creator"`
		Repository  string            `json:"repository_url"`
	}
	var all []deployment
	for _, c := range t.changes {
		if c.Kind == "deploy" {
			all = append(all, deployment{cmp.Or(c.Version, "main"), "main", "production", c.Summary, c.Time.UTC(), map[string]string{"login": cmp.Or(c.Actor, "ci")},
				"https://api.github.com/repos/acme/" + c.Service})
		}
	}
	files := []file{t.annotations("migration", "feature-flag", "cert", "dns", "reload", "package", "cron", "restart", "config")}
	if len(all) > 0 {
		files = append(files, t.made("deployments.json", document(all), changes))
	}
	return append(files, wideTable(t))
}

// annotations are what Grafana exports of changes of some kinds.
func (t *timelines) annotations(kinds ...string) file {
	type annotation struct {
		ID   int      `json:"id"`
		Time int64    `json:"time"`
		Tags []string `json:"tags"`
		Text string   `json:"text"`
	}
	var all []annotation
	for i, c := range t.changes {
		for _, k := range kinds {
			if c.Kind == k {
				all = append(all, annotation{i + 1, c.Time.UnixMilli(), []string{"kind:" + c.Kind, "service:" + c.Service}, c.Summary})
			}
		}
	}
	if len(all) == 0 {
		return t.made("annotations.json", "", changes)
	}
	return t.made("annotations.json", document(all), changes)
}

// document writes a value of our own as JSON.
func document(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "" // numbers and texts only
	}
	return string(text) + "\n"
}
