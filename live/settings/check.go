package settings

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// name is what a receiver may be called: it is a label of metrics and a directory.
var name = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// events are those a receiver may be told of alone.
var events = []string{"opened", "changed", "ended"}

func (f *File) check() error {
	var problems []error
	if f.Serve != "" && !absolute(f.Serve) {
		problems = append(problems, fmt.Errorf("serve: %q is no address such as http://127.0.0.1:7890", f.Serve))
	}
	taken := map[string]bool{}
	for i := range f.Receivers {
		r := &f.Receivers[i]
		of := fmt.Sprintf("receiver %d", i+1)
		if r.Name != "" {
			of = fmt.Sprintf("receiver %q", r.Name)
		}
		if taken[r.Name] {
			problems = append(problems, fmt.Errorf("%s: there are two of this name", of))
		}
		taken[r.Name] = true
		if err := r.check(); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", of, err))
		}
	}
	return errors.Join(problems...)
}

func (r *Receiver) check() error {
	kinds := 0
	for _, there := range []bool{r.Webhook != nil, r.Slack != nil, r.Alertmanager != nil, r.Grafana != nil, r.Mail != nil, r.Exec != nil} {
		if there {
			kinds++
		}
	}
	switch {
	case !name.MatchString(r.Name):
		return errors.New("name: it needs one, of small letters, digits, - and _")
	case kinds != 1:
		return errors.New("it wants one of webhook, slack, alertmanager, grafana, mail and exec")
	case r.Pace < 0 || r.Burst < 0:
		return errors.New("pace and burst are not negative")
	case r.Exec != nil && r.Exec.Command == "":
		return errors.New("exec: command is missing")
	case r.Mail != nil && (r.Mail.Server == "" || r.Mail.From == "" || len(r.Mail.To) == 0):
		return errors.New("mail: server, from and to are needed")
	case r.Mail != nil && (r.Mail.User == "") != (r.Mail.PasswordFile == ""):
		return errors.New("mail: user and password_file go together")
	}
	for _, e := range r.Only {
		if !slices.Contains(events, e) {
			return fmt.Errorf("only: %q is none of %s", e, strings.Join(events, ", "))
		}
	}
	for _, w := range []*Web{r.Webhook, r.Slack, r.Alertmanager, r.Grafana} {
		if w == nil {
			continue
		}
		if err := w.check(); err != nil {
			return err
		}
	}
	if s := r.Slack; s != nil && (s.TokenFile != "" || len(s.Labels) > 0) {
		return errors.New("slack: it takes neither token_file nor labels")
	}
	if g := r.Grafana; g != nil && len(g.Labels) > 0 {
		return errors.New("grafana: it takes no labels")
	}
	return nil
}

func (w *Web) check() error {
	switch {
	case (w.URL == "") == (w.URLFile == ""):
		return errors.New("one of url and url_file is needed")
	case w.URL != "" && !absolute(w.URL):
		return errors.New("url: it begins with http:// or https:// and a host")
	}
	return nil
}

func absolute(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// keys are all that may stand in a file.
var keys = []string{"paths", "options", "serve", "receivers", "name", "webhook", "slack", "alertmanager", "grafana", "mail", "exec", "only", "share", "pace", "burst",
	"url", "url_file", "token_file", "labels", "server", "tls", "ca_file", "user", "password_file", "from", "to", "attach", "command"}

var unknownKey = regexp.MustCompile(`^(line \d+): field (\S+) not found in type \S+$`)

// explain says what the decoder found in the words of the file.
func explain(err error) error {
	var wrong *yaml.TypeError
	if !errors.As(err, &wrong) {
		return err
	}
	var problems []error
	for _, text := range wrong.Errors {
		m := unknownKey.FindStringSubmatch(text)
		if m == nil {
			problems = append(problems, errors.New(text))
			continue
		}
		hint := ""
		if near := Nearest(m[2], keys); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		problems = append(problems, fmt.Errorf("%s: there is no key %q here%s", m[1], m[2], hint))
	}
	return errors.Join(problems...)
}

// Nearest is the word that s was most likely meant to be, "" if none is near.
func Nearest(s string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if d := distance(s, w); d < least && d > 0 && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// distance is how many letters have to be put in, taken out or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
