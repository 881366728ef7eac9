package parser

import "strings"

// deploysJSONL reads an entry of a change timeline: one JSON object with a time and what was changed. Its members are
// "time", "kind", "service", "version", "from", "summary", "actor", "host", "vhost", "upstream", "path" and "url"; the names that deploy
// tools use instead are understood too. An object that speaks of levels, requests or processes is a log line, not a change; one with a
// path or a URL is a change if it names its kind.
func (s *Scanner) deploysJSONL(line []byte, rec *Record) bool {
	if len(line) < 16 || line[0] != '{' {
		return false
	}
	var e deployEntry
	object, _ := openObject(line)
	for {
		name, value, ok := object.next()
		if !ok {
			break
		}
		if value[0] == '{' || value[0] == '[' {
			continue
		}
		if !e.take(s, appKey{}.with(name), value) {
			return false
		}
	}
	if !object.closed || !isBlank(object.rest) || e.time.resolution == 0 {
		return false
	}
	change := e.change()
	if change == nil {
		return false
	}
	rec.Kind, rec.Daemon, rec.Change = ChangeNote, Timeline, change
	rec.Message = e.summary
	e.time.stamp(rec)
	return true
}

// deployEntry is what the members of an entry say.
type deployEntry struct {
	time                                          moment
	kind, event, service, version, summary, actor []byte
	// said is a summary under a name that loggers use for every message.
	said []byte
	// from, what the change reached, and where it is told of.
	from, host, vhost, upstream, path, url []byte
}

// take notes one member. It returns false if the member shows that the object is no change.
func (e *deployEntry) take(s *Scanner, key appKey, value []byte) bool {
	into := (*[]byte)(nil)
	switch string(key.text[:key.size]) {
	case "time", "timestamp", "at", "date", "ts", "datetime", "when", "@timestamp", "deployedat", "createdat", "startedat", "finishedat", "completedat":
		if e.time.resolution == 0 {
			e.time, _, _ = s.appTime(s.jsonText(value))
		}
	case "kind", "changetype", "changekind", "change":
		into = &e.kind
	case "type", "event", "eventtype", "category", "action":
		into = &e.event
	case "service", "app", "application", "component", "project", "system", "target", "repo", "repository", "unit":
		into = &e.service
	case "version", "tag", "revision", "sha", "commit", "release", "ref", "image", "build":
		into = &e.version
	case "summary", "title", "description", "note", "comment", "subject", "details", "reason":
		into = &e.summary
	case "message", "msg", "text":
		into = &e.said
	case "actor", "user", "author", "by", "who", "owner", "deployer", "committer", "username", "triggeredby":
		into = &e.actor
	case "from", "previous", "previousversion", "oldversion", "fromversion", "versionfrom":
		into = &e.from
	case "host", "hostname", "node", "machine":
		into = &e.host
	case "vhost", "virtualhost", "domain", "site":
		into = &e.vhost
	case "upstream":
		into = &e.upstream
	case "path":
		into = &e.path
	case "url", "link":
		into = &e.url
	case "level", "lvl", "severity", "loglevel", "levelname", "logger", "pid", "thread", "status", "statuscode", "method", "uri",
		"remoteaddr", "request", "caller", "stack", "err":
		return false
	}
	if into != nil {
		first(into, s.jsonText(value))
	}
	return true
}

// change builds the entry, nil if it says too little. A kind under a general name such as "type" counts only if it is one
// of a change.
func (e *deployEntry) change() *Change {
	kind, known := ChangeKind(string(e.kind))
	if len(e.kind) == 0 {
		if kind, known = ChangeKind(string(e.event)); !known {
			kind = ""
		}
	}
	if kind == "" {
		if len(e.said) > 0 || len(e.version) == 0 || len(e.service) == 0 && len(e.summary) == 0 {
			return nil
		}
		kind = "deploy"
	}
	if len(e.path)+len(e.url) > 0 && (len(e.kind) == 0 || !known) {
		return nil
	}
	first(&e.summary, e.said)
	if len(e.service)+len(e.summary)+len(e.version) == 0 {
		return nil
	}
	return &Change{Kind: kind, Service: string(e.service), Version: string(e.version), Summary: string(e.summary),
		Actor: string(e.actor), From: string(e.from), Ref: string(e.url),
		Scope: Scope{Host: string(e.host), VHost: string(e.vhost), Upstream: string(e.upstream), Path: string(e.path)}}
}

// ChangeKind returns the name culprit uses for a kind of change, and whether it is one it knows. Others keep theirs, in
// small letters.
func ChangeKind(name string) (kind string, known bool) {
	name = strings.ToLower(strings.NewReplacer("_", "-", " ", "-").Replace(name))
	switch name {
	case "deploy", "config", "restart", "reload", "migration", "cron", "feature-flag", "cert", "dns", "package", "start", "stop", "scale":
		return name, true
	case "deployment", "release", "rollout", "rollback", "deployed", "deploys", "ship", "publish", "revert":
		return "deploy", true
	case "configuration", "config-change", "settings", "configmap", "conf":
		return "config", true
	case "migrate", "schema", "db-migration", "schema-change", "database-migration":
		return "migration", true
	case "cronjob", "job", "scheduled", "scheduled-job", "batch", "backup":
		return "cron", true
	case "flag", "feature", "toggle", "featureflag", "feature-toggle":
		return "feature-flag", true
	case "certificate", "tls", "cert-renewal", "ssl", "certificate-renewal":
		return "cert", true
	case "upgrade", "packages", "apt", "yum", "dnf", "package-upgrade", "os-update", "patch":
		return "package", true
	case "restarted", "reboot":
		return "restart", true
	case "scaling", "autoscale", "scale-up", "scale-down":
		return "scale", true
	}
	return name, false
}
