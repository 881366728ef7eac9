package serve

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"culprit/correlate"
	"culprit/report"
	"culprit/store"
)

// overview is the first page: what happened, the latest first.
func (s *Server) overview(w http.ResponseWriter, r *http.Request) {
	stored, err := s.opts.Database.Stored(r.Context())
	if err != nil {
		s.opts.Log.Warn("size of the database", "error", err) // the page is of use without it
	}
	t := s.analysis.current()
	s.show(w, r, http.StatusOK, "overview", frame{Title: "Incidents", Here: "/", Follows: newReport}, struct {
		telling
		Incidents []correlate.Incident
		Stored    store.Stored
		Lines     int64
		Logs      int
	}{t, latestFirst(t.Report), stored, lines(t.Report), logs(t.Report)})
}

// latestFirst puts what goes on before what is over.
func latestFirst(r *correlate.Report) []correlate.Incident {
	if r == nil {
		return nil
	}
	sorted := slices.Clone(r.Incidents)
	slices.SortStableFunc(sorted, func(a, b correlate.Incident) int {
		if a.Ongoing != b.Ongoing {
			if a.Ongoing {
				return -1
			}
			return 1
		}
		return b.Start.Compare(a.Start)
	})
	return sorted
}

func lines(r *correlate.Report) (n int64) {
	if r != nil {
		for i := range r.Inputs {
			n += r.Inputs[i].Lines
		}
	}
	return n
}

func logs(r *correlate.Report) int {
	if r == nil {
		return 0
	}
	return len(r.Inputs)
}

// incident shows the report of one.
func (s *Server) incident(w http.ResponseWriter, r *http.Request) {
	t, place, ok := s.analysis.find(r.PathValue("id"))
	if !ok {
		s.noIncident(w, r, t)
		return
	}
	in := &t.Report.Incidents[place]
	var article bytes.Buffer
	if err := report.HTMLIncident(&article, t.Report, place, s.opts.Zone); err != nil {
		s.opts.Log.Error("write an incident", "error", err)
		s.fail(w, r, http.StatusInternalServerError, "The report could not be written.", "")
		return
	}
	s.show(w, r, http.StatusOK, "incident", frame{Title: in.Hypotheses[0].Title, Here: "/", Follows: newReport}, struct {
		ID      string
		Ongoing bool
		Article template.HTML
	}{in.ID, in.Ongoing, template.HTML(article.String())}) //nolint:gosec // written by the report's own templates, which escape
}

func (s *Server) noIncident(w http.ResponseWriter, r *http.Request, t telling) {
	if t.Report == nil {
		s.show(w, r, http.StatusOK, "waiting", frame{Title: "Looking through the logs", Here: "/", Follows: newReport}, nil)
		return
	}
	s.fail(w, r, http.StatusNotFound, "There is no incident of this id.", "It may have become another one when more was read: the list of incidents has all.")
}

// download answers with one incident as a file of its own: report.html, report.md, report.json or report.txt; with share=1, redacted.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	t, place, ok := s.analysis.find(r.PathValue("id"))
	if !ok {
		s.noIncident(w, r, t)
		return
	}
	one := *t.Report
	one.Incidents = one.Incidents[place : place+1]
	told, share := &one, r.FormValue("share") != ""
	if share {
		told = report.Redact(told)
	}
	var b bytes.Buffer
	var err error
	kind := "text/plain; charset=utf-8"
	switch name := r.PathValue("file"); name {
	case "report.html":
		kind, err = "text/html; charset=utf-8", report.HTML(&b, told, report.HTMLOptions{Zone: s.opts.Zone, Shared: share})
	case "report.md":
		err = report.Markdown(&b, told)
	case "report.json":
		kind, err = "application/json", report.JSON(&b, told)
	case "report.txt":
		err = report.Text(&b, told, report.TextOptions{Details: true, Zone: s.opts.Zone})
	default:
		s.missing(w, r)
		return
	}
	if err != nil {
		s.opts.Log.Error("write a report", "error", err)
		s.fail(w, r, http.StatusInternalServerError, "The report could not be written.", "")
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="incident-`+strings.Map(inName, r.PathValue("id"))+"-"+r.PathValue("file")+`"`)
	_, _ = w.Write(b.Bytes()) // a browser that went away is no problem of ours
}

// inName keeps what an id has.
func inName(c rune) rune {
	if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
		return c
	}
	return -1
}
