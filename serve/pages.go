package serve

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"culprit/report"
)

//go:embed page/*
var files embed.FS

// pages are the templates and the files that go with them.
type pages struct {
	byName  map[string]*template.Template
	assets  map[string][]byte // by name
	print   string            // of all assets: a new culprit has new addresses for them
	version string
}

// frame is what stands around a page.
type frame struct {
	Title string
	Here  string // the path of the page's section, "/events"
	Bare  bool   // without navigation
	// Follows names the news upon which the page is loaded anew; "" for none.
	Follows string
}

// shown is what the layout gets.
type shown struct {
	frame
	Version, Print string
	Login          bool // there is a session to end
	Data           any
}

func newPages(version string) (*pages, error) {
	p := &pages{byName: map[string]*template.Template{}, assets: map[string][]byte{}, version: version}
	style, err := report.StyleSheet()
	if err != nil {
		return nil, err
	}
	script, err := report.Script()
	if err != nil {
		return nil, err
	}
	for name, shared := range map[string]string{"serve.css": style, "serve.js": script} {
		own, err := files.ReadFile("page/" + name)
		if err != nil {
			return nil, err
		}
		p.assets[name] = append([]byte(shared), own...)
	}
	sum := sha256.Sum256(append(p.assets["serve.css"], p.assets["serve.js"]...))
	p.print = hex.EncodeToString(sum[:6])
	for _, name := range []string{"login", "overview", "incident", "waiting", "events", "console", "catalogue", "rule", "state", "problem"} {
		t, err := template.New("layout.tmpl").Funcs(phrases).ParseFS(files, "page/layout.tmpl", "page/"+name+".tmpl")
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		p.byName[name] = t
	}
	return p, nil
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, name string, f frame, data any) {
	var b bytes.Buffer
	err := s.pages.byName[name].Execute(&b, shown{frame: f, Version: s.opts.Version, Print: s.pages.print, Login: !s.sessions.open && !f.Bare, Data: data})
	if err != nil {
		s.opts.Log.Error("write a page", "page", name, "error", err)
		http.Error(w, "The page could not be written.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(report.Visible(b.Bytes())) // a browser that went away is no problem of ours
	}
}

// fail shows what went wrong, and what to do about it.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, what, hint string) {
	s.show(w, r, status, "problem", frame{Title: http.StatusText(status)}, struct{ What, Hint string }{what, hint})
}

func (s *Server) missing(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, http.StatusNotFound, "There is no such page.", "")
}

// asset answers with a style or a script. Their addresses change with them.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	text, ok := s.pages.assets[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := "text/css; charset=utf-8"
	if strings.HasSuffix(name, ".js") {
		kind = "text/javascript; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(text) // a browser that went away is no problem of ours
}
