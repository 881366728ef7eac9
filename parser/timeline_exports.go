package parser

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// exported is one entry of what deploy tools export, as far as culprit uses it. Members of all tools stand side by side; which tool it
// is shows by those that are there.
//
// Sources: REST APIs of GitHub (deployments, releases, workflow runs), GitLab (deployments, releases) and Grafana (annotations); Argo CD
// Application status; Kubernetes Event and ReplicaSet; helm history -o json.
type exported struct {
	// GitHub and GitLab.
	SHA         string          `json:"sha"`
	Ref         string          `json:"ref"`
	Task        string          `json:"task"`
	Environment json.RawMessage `json:"environment"`
	CreatedAt   string          `json:"created_at"`
	UpdatedAt   string          `json:"updated_at"`
	Description string          `json:"description"`
	Creator     exportedPerson  `json:"creator"`
	User        exportedPerson  `json:"user"`
	Author      exportedPerson  `json:"author"`
	Actor       exportedPerson  `json:"actor"`
	Deployable  *struct {
		StartedAt  string         `json:"started_at"`
		FinishedAt string         `json:"finished_at"`
		User       exportedPerson `json:"user"`
	} `json:"deployable"`
	RepositoryURL string `json:"repository_url"`
	URL           string `json:"url"`
	TagName       string `json:"tag_name"`
	Name          string `json:"name"`
	PublishedAt   string `json:"published_at"`
	ReleasedAt    string `json:"released_at"`
	Draft         bool   `json:"draft"`
	HeadSHA       string `json:"head_sha"`
	HeadBranch    string `json:"head_branch"`
	DisplayTitle  string `json:"display_title"`
	RunStartedAt  string `json:"run_started_at"`
	Repository    *struct {
		Name string `json:"name"`
	} `json:"repository"`
	// Helm.
	Updated    string `json:"updated"`
	Chart      string `json:"chart"`
	AppVersion string `json:"app_version"`
	Revision   int64  `json:"revision"`
	// Grafana.
	Time json.Number `json:"time"`
	Text string      `json:"text"`
	Tags []string    `json:"tags"`
	// Kubernetes and Argo CD.
	Kind           string             `json:"kind"`
	Metadata       exportedMeta       `json:"metadata"`
	Spec           exportedSpec       `json:"spec"`
	Status         exportedStatus     `json:"status"`
	Reason         string             `json:"reason"`
	Message        string             `json:"message"`
	Involved       exportedMeta       `json:"involvedObject"`
	LastTimestamp  string             `json:"lastTimestamp"`
	FirstTimestamp string             `json:"firstTimestamp"`
	EventTime      string             `json:"eventTime"`
	Source         exportedComponents `json:"source"`
}

type exportedComponents struct {
	Component string `json:"component"`
}

type exportedPerson struct {
	Login    string `json:"login"`
	Username string `json:"username"`
}

func (p exportedPerson) name() string { return p.Login + p.Username }

type exportedMeta struct {
	Name        string            `json:"name"`
	Kind        string            `json:"kind"`
	Created     string            `json:"creationTimestamp"`
	Annotations map[string]string `json:"annotations"`
	Owners      []struct {
		Name string `json:"name"`
	} `json:"ownerReferences"`
}

type exportedSpec struct {
	Template struct {
		Spec struct {
			Containers []struct {
				Image string `json:"image"`
			} `json:"containers"`
		} `json:"spec"`
	} `json:"template"`
}

type exportedStatus struct {
	History []struct {
		Revision    string `json:"revision"`
		DeployedAt  string `json:"deployedAt"`
		StartedAt   string `json:"deployStartedAt"`
		InitiatedBy struct {
			Username string `json:"username"`
		} `json:"initiatedBy"`
	} `json:"history"`
}

// UnmarshalJSON takes the status of an Application; elsewhere "status" is a text.
func (s *exportedStatus) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '{' {
		return nil
	}
	type plain exportedStatus
	return decodeLoosely(b, (*plain)(s))
}

// deployed dates and describes an entry. ok is false if it is of none of the tools.
func (e *exported) deployed() (at string, c Change, ok bool) {
	c.Kind = "deploy"
	switch {
	case e.Kind == "Event" && e.Reason != "":
		return e.event()
	case e.Kind == "ReplicaSet" && e.Metadata.Created != "":
		return e.replicaSet()
	case e.Chart != "" && e.Updated != "":
		chart, version := cutPackageVersion(e.Chart)
		return e.Updated, helmChange(chart, version, strconv.FormatInt(e.Revision, 10), e.Description), true
	case e.Time != "" && (e.Text != "" || len(e.Tags) > 0):
		c.Kind, c.Service = annotated(e.Tags)
		c.Summary = withoutMarkup(e.Text)
		return e.Time.String(), c, true
	case e.TagName != "" && (e.PublishedAt != "" || e.ReleasedAt != "" || e.CreatedAt != ""):
		c.Version, c.Actor, c.Service = e.TagName, e.Author.name(), repositoryOf(e.URL)
		c.Summary = joined("release", orText(e.Name, e.TagName))
		return orText(e.PublishedAt, orText(e.ReleasedAt, e.CreatedAt)), c, true
	case e.HeadSHA != "" && (e.RunStartedAt != "" || e.CreatedAt != ""):
		c.Version, c.Actor, c.Summary = short(e.HeadSHA), e.Actor.name(), joined("workflow "+e.Name+":", e.DisplayTitle)
		if e.Repository != nil {
			c.Service = e.Repository.Name
		}
		return orText(e.RunStartedAt, e.CreatedAt), c, true
	case e.SHA != "" && e.CreatedAt != "" && e.Environment != nil:
		return e.deployment()
	}
	return "", c, false
}

// deployment is one of GitHub or GitLab.
func (e *exported) deployment() (at string, c Change, ok bool) {
	environment := struct {
		Name string `json:"name"`
	}{}
	if decodeLoosely(e.Environment, &environment.Name) != nil || environment.Name == "" {
		_ = decodeLoosely(e.Environment, &environment)
	}
	c = Change{Kind: "deploy", Version: short(e.SHA), Actor: e.Creator.name() + e.User.name(), Service: repositoryOf(orText(e.RepositoryURL, e.URL))}
	c.Summary = orText(e.Description, joined("deployment of", e.Ref, "to", environment.Name))
	at = e.CreatedAt
	if e.Deployable != nil && e.Deployable.StartedAt != "" {
		at = e.Deployable.StartedAt
	}
	return at, c, true
}

// event is one of Kubernetes. Those that tell of a symptom are none of a change timeline; they come without a date.
func (e *exported) event() (at string, c Change, ok bool) {
	kinds := map[string]string{"ScalingReplicaSet": "deploy", "SuccessfulRescale": "scale", "Killing": "stop", "Rebooted": "restart",
		"SuccessfulUpdate": "config", "Sync": "config", "SuccessfulCreate": "start", "SuccessfulDelete": "stop"}
	kind, known := kinds[e.Reason]
	if !known {
		return "", c, true
	}
	c = Change{Kind: kind, Service: e.Involved.Name, Summary: e.Message, Actor: e.Source.Component}
	if e.Involved.Kind == "Pod" || e.Involved.Kind == "ReplicaSet" {
		c.Service = withoutHashes(e.Involved.Name)
	}
	return orText(e.EventTime, orText(e.FirstTimestamp, orText(e.LastTimestamp, e.Metadata.Created))), c, true
}

func (e *exported) replicaSet() (at string, c Change, ok bool) {
	c = Change{Kind: "deploy", Service: withoutHashes(e.Metadata.Name)}
	if len(e.Metadata.Owners) > 0 {
		c.Service = e.Metadata.Owners[0].Name
	}
	if in := e.Spec.Template.Spec.Containers; len(in) > 0 {
		c.Version = in[0].Image[strings.LastIndexByte(in[0].Image, '/')+1:]
	}
	revision := e.Metadata.Annotations["deployment.kubernetes.io/revision"]
	c.Summary = joined("rollout of revision "+revision, e.Metadata.Annotations["kubernetes.io/change-cause"])
	return e.Metadata.Created, c, true
}

// known reports whether the entry is of one of the tools.
func (e *exported) known() bool {
	if e.Kind == "Application" {
		return e.Metadata.Name != ""
	}
	at, _, ok := e.deployed()
	if ok && at != "" {
		var clock clockCache
		_, ok = exportedTime(&clock, at)
	}
	return ok
}

// tell gives out what the entry says.
func (e *exported) tell(t *timelineReader) {
	for _, h := range e.Status.History {
		if m, ok := exportedTime(&t.clock, orText(h.StartedAt, h.DeployedAt)); ok && e.Kind == "Application" {
			t.change(m, Change{Kind: "deploy", Service: e.Metadata.Name, Version: short(h.Revision), Summary: "synced by Argo CD to " + short(h.Revision),
				Actor: h.InitiatedBy.Username})
		}
	}
	at, c, _ := e.deployed()
	if m, ok := exportedTime(&t.clock, at); ok && !e.Draft && !slices.Contains(e.Tags, ownTag) {
		t.change(m, c)
	}
}

// exportedTime reads RFC 3339 or milliseconds since the epoch.
func exportedTime(clock *clockCache, at string) (m moment, ok bool) {
	m, rest, ok := clock.iso([]byte(at))
	if !ok {
		m, rest, ok = clock.epoch([]byte(at))
	}
	return m, ok && len(rest) == 0
}

// ownTag marks the annotations that culprit wrote of incidents: they are no changes.
const ownTag = "culprit"

// annotated finds the kind of change and the service among the tags of an annotation; without a kind it is a deploy.
func annotated(tags []string) (kind, service string) {
	kind = "deploy"
	for _, tag := range tags {
		if name, value, ok := strings.Cut(tag, ":"); ok {
			switch strings.TrimSpace(name) {
			case "service", "app", "application", "component":
				service = strings.TrimSpace(value)
			case "kind", "type":
				kind, _ = ChangeKind(strings.TrimSpace(value))
			}
			continue
		}
		if k, known := ChangeKind(tag); known {
			kind = k
		} else if service == "" {
			service = tag
		}
	}
	return kind, service
}

// withoutMarkup leaves the tags of HTML out, which annotations may carry.
func withoutMarkup(s string) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		end := strings.IndexByte(s[max(open, 0):], '>')
		if open < 0 || end < 0 {
			out.WriteString(s)
			return strings.TrimSpace(out.String())
		}
		out.WriteString(s[:open])
		s = s[open+end+1:]
	}
}

// repositoryOf names the repository in an address of an API: "https://api.github.com/repos/acme/shop/deployments/1".
func repositoryOf(url string) string {
	_, rest, ok := strings.Cut(url, "/repos/")
	parts := strings.Split(rest, "/")
	if !ok || len(parts) < 2 {
		return ""
	}
	return parts[1]
}

// withoutHashes takes off what Kubernetes appends to a Deployment's name for its ReplicaSets and Pods.
func withoutHashes(name string) string {
	for range 2 {
		i := strings.LastIndexByte(name, '-')
		if i < 0 || len(name)-i-1 < 5 || len(name)-i-1 > 10 || !strings.ContainsAny(name[i:], "0123456789") && len(name)-i-1 != 5 {
			return name
		}
		name = name[:i]
	}
	return name
}

func short(revision string) string { return revision[:min(len(revision), 12)] }

func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
