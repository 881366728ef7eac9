package change

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"culprit/parser"
)

// entry is a change as culprit's own clients post it.
type entry struct {
	Time     string `json:"time"`
	Kind     string `json:"kind"`
	Service  string `json:"service"`
	Version  string `json:"version"`
	From     string `json:"from"`
	Summary  string `json:"summary"`
	Actor    string `json:"actor"`
	Host     string `json:"host"`
	VHost    string `json:"vhost"`
	Upstream string `json:"upstream"`
	Path     string `json:"path"`
	URL      string `json:"url"`
}

// event is what forges post, as far as it is used.
type event struct {
	// GitHub.
	Action     string `json:"action"`
	Deployment *struct {
		SHA         string    `json:"sha"`
		Ref         string    `json:"ref"`
		Environment string    `json:"environment"`
		Description string    `json:"description"`
		CreatedAt   time.Time `json:"created_at"`
	} `json:"deployment"`
	DeploymentStatus *struct {
		State     string    `json:"state"`
		CreatedAt time.Time `json:"created_at"`
		TargetURL string    `json:"target_url"`
	} `json:"deployment_status"`
	Release *struct {
		TagName     string    `json:"tag_name"`
		Name        string    `json:"name"`
		PublishedAt time.Time `json:"published_at"`
		URL         string    `json:"html_url"`
	} `json:"release"`
	Sender struct {
		Login string `json:"login"`
	} `json:"sender"`
	Repository struct {
		Name string `json:"name"`
		URL  string `json:"html_url"`
	} `json:"repository"`
	// GitLab.
	Status        string `json:"status"`
	StatusChanged string `json:"status_changed_at"`
	Environment   string `json:"environment"`
	ShortSHA      string `json:"short_sha"`
	DeployableURL string `json:"deployable_url"`
	Title         string `json:"commit_title"`
	UserName      string `json:"user_username"`
	User          struct {
		Username string `json:"username"`
	} `json:"user"`
	Project struct {
		Name string `json:"name"`
		URL  string `json:"web_url"`
	} `json:"project"`
	Tag        string `json:"tag"`
	Name       string `json:"name"`
	URL        string `json:"url"`
	ReleasedAt string `json:"released_at"`
}

var errNoChange = errors.New(`a change is an object with "summary" and, if you like, time (RFC 3339), kind, service, version, from, actor, host, vhost, upstream, path, url; or an array of these`)

// posted reads what was posted at a moment: changes, none for an event that is no change. A push alone is none: it changes what lies in a
// repository, not what runs.
func posted(header http.Header, body []byte, now time.Time) ([]Dated, error) {
	github, gitlab := header.Get("X-Github-Event"), header.Get("X-Gitlab-Event")
	if github == "" && gitlab == "" {
		return own(body, now)
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, errors.New("the event is no JSON that can be read")
	}
	d, ok := Dated{}, false
	if github != "" {
		d, ok = e.github(github, now)
		d.Source = orElse(e.Repository.URL, "GitHub")
	} else {
		d, ok = e.gitlab(gitlab, now)
		d.Source = orElse(e.Project.URL, "GitLab")
	}
	if !ok {
		return nil, nil
	}
	return []Dated{trimmed(d)}, nil
}

// maxOwn bounds an array of changes, in bytes.
const maxOwn = 256 << 10

func own(body []byte, now time.Time) ([]Dated, error) {
	var list []entry
	if body = bytes.TrimSpace(body); len(body) > 0 && body[0] == '{' {
		list = make([]entry, 1)
		if err := json.Unmarshal(body, &list[0]); err != nil {
			return nil, errNoChange
		}
	} else if len(body) > maxOwn {
		return nil, errNoChange // decoded, empty objects take a hundred times their room
	} else if err := json.Unmarshal(body, &list); err != nil || len(list) > 100 {
		return nil, errNoChange
	}
	var changes []Dated
	for _, e := range list {
		at := now
		if e.Time != "" {
			var err error
			if at, err = time.Parse(time.RFC3339Nano, e.Time); err != nil {
				return nil, errors.New("time is written as 2026-11-21T06:13:00Z")
			}
		}
		if at.After(now.Add(24 * time.Hour)) {
			return nil, errors.New("the time lies more than a day ahead")
		}
		if e.Summary == "" && e.Version == "" {
			return nil, errNoChange
		}
		kind, _ := parser.ChangeKind(orElse(e.Kind, "deploy"))
		changes = append(changes, trimmed(Dated{At: at, Source: "POST /v1/changes", Change: parser.Change{Kind: kind, Service: e.Service, Version: e.Version, From: e.From, Summary: e.Summary,
			Actor: e.Actor, Ref: e.URL, Scope: parser.Scope{Host: e.Host, VHost: e.VHost, Upstream: e.Upstream, Path: e.Path}}}))
	}
	return changes, nil
}

// slowest is how long before a webhook arrives what it tells of may have happened, where it carries no time.
const slowest = 30 * time.Second

// github reads an event of GitHub. A deployment counts when its work begins and when it is done; the two become one in a verdict.
func (e *event) github(name string, now time.Time) (d Dated, ok bool) {
	d.Service, d.Actor, d.Kind, d.At = e.Repository.Name, e.Sender.Login, "deploy", now
	switch {
	case name == "deployment" && e.Deployment != nil:
		d.At, d.Late = e.Deployment.CreatedAt, (5 * time.Minute).Microseconds()
		d.Version, d.Ref = e.Deployment.SHA, e.Repository.URL+"/deployments"
		d.Summary = orElse(e.Deployment.Description, strings.TrimSpace("deployment of "+e.Deployment.Ref+" to "+e.Deployment.Environment))
	case name == "deployment_status" && e.Deployment != nil && e.DeploymentStatus != nil && e.DeploymentStatus.State == "success":
		d.At, d.Version, d.Ref = e.DeploymentStatus.CreatedAt, e.Deployment.SHA, e.DeploymentStatus.TargetURL
		d.Summary = "deployed " + e.Deployment.Ref + " to " + e.Deployment.Environment
	case name == "release" && e.Release != nil && e.Action == "published":
		d.At, d.Version, d.Ref, d.Summary = e.Release.PublishedAt, e.Release.TagName, e.Release.URL, "release "+orElse(e.Release.Name, e.Release.TagName)
	default:
		return d, false
	}
	return d, !d.At.IsZero()
}

// gitlab reads an event of GitLab.
func (e *event) gitlab(name string, now time.Time) (d Dated, ok bool) {
	d.Service, d.Actor, d.Kind, d.At = e.Project.Name, orElse(e.User.Username, e.UserName), "deploy", now
	switch {
	case name == "Deployment Hook" && (e.Status == "running" || e.Status == "success"):
		d.Version, d.Ref, d.Summary = e.ShortSHA, e.DeployableURL, "deployment to "+e.Environment+": "+e.Title
		d.Early = slowest.Microseconds()
		if at, known := gitlabTime(e.StatusChanged); known {
			d.At, d.Early = at, 0
		}
	case name == "Release Hook" && e.Action == "create":
		d.Version, d.Ref, d.Summary, d.Early = e.Tag, e.URL, "release "+orElse(e.Name, e.Tag), slowest.Microseconds()
		if at, known := gitlabTime(e.ReleasedAt); known {
			d.At, d.Early = at, 0
		}
	default:
		return d, false
	}
	return d, true
}

func gitlabTime(text string) (at time.Time, ok bool) {
	for _, layout := range [...]string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return at, false
}

// trimmed bounds the texts.
func trimmed(d Dated) Dated {
	for _, t := range []*string{&d.Kind, &d.Service, &d.Version, &d.From, &d.Actor, &d.Scope.Host, &d.Scope.VHost, &d.Scope.Upstream, &d.Scope.Path, &d.Source} {
		*t = cut(*t, 100)
	}
	d.Summary, d.Ref = cut(d.Summary, 500), cut(d.Ref, 500)
	return d
}

func cut(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "?") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
