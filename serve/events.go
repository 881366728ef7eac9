package serve

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"culprit/parser"
	"culprit/store"
)

const (
	eventsPerPage = 100
	// searchTime is how long the first page of a search may take: what it has by then is shown, with a way to go on, which may take
	// longer.
	searchTime  = 600 * time.Millisecond
	goingOnTime = 5 * time.Second
	// longestQuery bounds a text that is searched for, in bytes.
	longestQuery = 500
)

// search is what somebody filled in.
type search struct {
	Text, Since, Until, Source, Severity, Signature, Status, Upstream string
	Before                                                            string
}

func readSearch(q url.Values) search {
	get := func(name string) string { return q.Get(name)[:min(len(q.Get(name)), longestQuery)] }
	return search{get("text"), get("since"), get("until"), get("source"), get("severity"), get("signature"), get("status"), get("upstream"), get("before")}
}

// next is the address of the page behind a cursor.
func (f search) next(c store.Cursor) string {
	q := url.Values{}
	for name, value := range map[string]string{"text": f.Text, "since": f.Since, "until": f.Until, "source": f.Source, "severity": f.Severity,
		"signature": f.Signature, "status": f.Status, "upstream": f.Upstream, "before": fmt.Sprintf("%d.%d", c.Time, c.ID)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/events?" + q.Encode()
}

// question turns what was filled in into one for the database.
func (f search) question() (q store.Search, err error) {
	q = store.Search{Text: strings.TrimSpace(f.Text), Limit: eventsPerPage}
	if q.From, err = moment(f.Since); err != nil {
		return q, err
	}
	if q.To, err = moment(f.Until); err != nil {
		return q, err
	}
	if f.Before != "" {
		if n, err := fmt.Sscanf(f.Before, "%d.%d", &q.Before.Time, &q.Before.ID); n != 2 || err != nil {
			return q, fmt.Errorf("this address of a page is damaged; search anew")
		}
	}
	for key, value := range map[store.Key]string{store.BySource: f.Source, store.BySignature: f.Signature, store.ByUpstream: f.Upstream} {
		if value = strings.TrimSpace(value); value != "" {
			q.Where = append(q.Where, store.Filter{Key: key, Values: []string{value}})
		}
	}
	if status := statuses(f.Status); status != nil {
		q.Where = append(q.Where, store.Filter{Key: store.ByStatus, Values: status})
	}
	if f.Severity != "" {
		q.Where = append(q.Where, store.Filter{Key: store.BySeverity, Values: atLeast(f.Severity)})
	}
	return q, nil
}

// statuses reads "502", "502 504" or "5xx"; nil for "".
func statuses(text string) (values []string) {
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' }) {
		if class, ok := strings.CutSuffix(strings.ToLower(word), "xx"); ok && len(class) == 1 {
			for n := range 100 {
				values = append(values, fmt.Sprintf("%s%02d", class, n))
			}
			continue
		}
		values = append(values, word)
	}
	return values
}

// severities are those that can be asked for.
var severities = []parser.Severity{parser.Debug, parser.Info, parser.Notice, parser.Warning, parser.Error, parser.Critical, parser.Alert, parser.Emergency}

// atLeast are the severities from one on.
func atLeast(name string) []string {
	values := []string{}
	from := parser.SeverityNamed(name)
	for _, s := range severities {
		if s >= from && from != parser.NoSeverity {
			values = append(values, s.String())
		}
	}
	return values
}

// eventRow is an event as the page shows it.
type eventRow struct {
	store.FoundEvent
	Path, Text string
	HasStatus  bool
}

// events shows a page of a search.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	f := readSearch(r.URL.Query())
	page := struct {
		search
		Severities []parser.Severity
		Sources    []store.Source
		Facets     store.Facets
		Rows       []eventRow
		Next       string
		Reached    int64
		Problem    string
		Took       time.Duration
	}{search: f, Severities: severities}
	follows := ""
	if f.Before == "" && f.Until == "" {
		follows = newEvents
	}
	around := frame{Title: "Events", Here: "/events", Follows: follows}
	sources, err := s.opts.Database.Sources(r.Context())
	if page.Sources = sources[:min(len(sources), mostLogs)]; err == nil {
		page.Facets, err = s.opts.Database.Facets(r.Context())
	}
	if err != nil {
		s.opts.Log.Error("read the database", "error", err)
		s.fail(w, r, http.StatusInternalServerError, "The database could not be read.", "culprit's own log says why.")
		return
	}
	q, err := f.question()
	if err != nil {
		page.Problem = err.Error()
		s.show(w, r, http.StatusBadRequest, "events", around, page)
		return
	}
	begun, most := time.Now(), searchTime
	if f.Before != "" {
		most = goingOnTime
	}
	ctx, cancel := context.WithTimeout(r.Context(), most)
	defer cancel()
	found, err := s.opts.Database.Search(ctx, q)
	page.Took = time.Since(begun)
	if err != nil {
		s.opts.Log.Error("search", "error", err)
		page.Problem = "The search failed: " + err.Error()
		s.show(w, r, http.StatusInternalServerError, "events", around, page)
		return
	}
	for _, e := range found.Events {
		page.Rows = append(page.Rows, newEventRow(e, sources))
	}
	if found.More {
		page.Next, page.Reached = f.next(found.Next), found.Reached
	}
	s.show(w, r, http.StatusOK, "events", around, page)
}

func newEventRow(e store.FoundEvent, sources []store.Source) eventRow {
	row := eventRow{FoundEvent: e, Text: e.Message, HasStatus: e.Status >= 0}
	if i := slices.IndexFunc(sources, func(s store.Source) bool { return s.ID == e.Source }); i >= 0 {
		row.Path = sources[i].Path + ":" + strconv.FormatInt(e.Line, 10)
	}
	if e.Request {
		row.Text = strings.TrimSpace(e.Method + " " + e.Event.Path)
	}
	return row
}
