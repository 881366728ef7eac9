package serve

import (
	"net/http"
	"strings"

	"culprit/rules"

	"go.yaml.in/yaml/v3"
)

// catalogue lists what culprit knows: causes by group, and the signatures that hold a word.
func (s *Server) catalogue(w http.ResponseWriter, r *http.Request) {
	words := strings.ToLower(strings.TrimSpace(r.FormValue("words")))
	var groups []causeGroup
	for i := range s.opts.Rules.Causes {
		c := &s.opts.Rules.Causes[i]
		if !holds(words, c.ID, c.Title, c.Group, c.Summary) {
			continue
		}
		groups = grouping(groups, c)
	}
	var signatures []*rules.Signature
	for i := range s.opts.Rules.Signatures {
		g := &s.opts.Rules.Signatures[i]
		if holds(words, g.ID, g.Title, strings.Join(g.Daemons, " "), strings.Join(g.Causes, " "), strings.Join(g.Examples, " ")) {
			signatures = append(signatures, g)
		}
	}
	s.show(w, r, http.StatusOK, "catalogue", frame{Title: "Rules", Here: "/rules"}, struct {
		Words      string
		Groups     []causeGroup
		Signatures []*rules.Signature
	}{r.FormValue("words"), groups, signatures})
}

// causeGroup are the causes of one kind.
type causeGroup struct {
	Name   string
	Causes []*rules.Cause
}

func grouping(groups []causeGroup, c *rules.Cause) []causeGroup {
	for i := range groups {
		if groups[i].Name == c.Group {
			groups[i].Causes = append(groups[i].Causes, c)
			return groups
		}
	}
	return append(groups, causeGroup{c.Group, []*rules.Cause{c}})
}

// holds reports whether every word is in one of the texts.
func holds(words string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(words) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// rule shows one cause or signature.
func (s *Server) rule(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	page := struct {
		Signature *rules.Signature
		Cause     *rules.Cause
		Known     []string // signatures that can mean the cause
		YAML      string
	}{Signature: s.opts.Rules.Signature(id), Cause: s.opts.Rules.Cause(id)}
	var of any = page.Signature
	title := ""
	switch {
	case page.Signature != nil:
		title = page.Signature.Title
	case page.Cause != nil:
		of, title = page.Cause, page.Cause.Title
	default:
		s.fail(w, r, http.StatusNotFound, "No rule has this id.", "The list of rules has all.")
		return
	}
	text, err := yaml.Marshal(of)
	if err != nil {
		s.opts.Log.Error("write a rule", "rule", id, "error", err)
		s.fail(w, r, http.StatusInternalServerError, "The rule could not be written.", "")
		return
	}
	page.YAML = string(text)
	if page.Cause != nil {
		page.Known = meaning(s.opts.Rules, id)
	}
	s.show(w, r, http.StatusOK, "rule", frame{Title: title, Here: "/rules"}, page)
}

// meaning are the signatures that can mean a cause.
func meaning(c *rules.Catalogue, cause string) (ids []string) {
	for i := range c.Signatures {
		for _, id := range c.Signatures[i].Causes {
			if id == cause {
				ids = append(ids, c.Signatures[i].ID)
			}
		}
	}
	return ids
}
