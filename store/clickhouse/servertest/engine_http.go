package servertest

import (
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// notSettings are the parameters of ClickHouse's HTTP that are no settings of a statement.
var notSettings = map[string]bool{
	"query": true, "query_id": true, "database": true, "wait_end_of_query": true, "user": true, "password": true, "buffer_size": true,
}

// inserted finds the format in a statement whose rows come separately.
var inserted = regexp.MustCompile(`(?is)^(\s*INSERT\s.*)\sFORMAT\s+(\w+)\s*$`)

// ServeHTTP runs a statement. While the engine is down connections end without an answer, as those of a server that was killed do.
func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/ping" {
		if _, _, err := e.ask(nil, "SELECT 1", "", nil); err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "Ok.\n") // whoever asks may have gone
		return
	}
	body, err := readBody(r)
	if err != nil {
		http.Error(w, "Code: 23. DB::Exception: Cannot read the request: "+err.Error(), http.StatusBadRequest)
		return
	}
	params := r.URL.Query()
	statement, format := params.Get("query"), ""
	if statement == "" {
		statement, body = string(body), nil
	} else if m := inserted.FindStringSubmatch(statement); m != nil {
		statement, format = m[1], m[2]
	}
	answer, failed, err := e.ask(prepared(params), statement, format, body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if failed {
		w.WriteHeader(http.StatusInternalServerError)
	}
	send(w, answer, !failed && params.Get("enable_http_compression") == "1" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"))
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(r.Body)
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

// prepared are the statements that make a session of the parameters.
func prepared(params url.Values) (statements []string) {
	if database := params.Get("database"); database != "" {
		statements = append(statements, "USE `"+strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(database)+"`")
	}
	var settings []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !notSettings[name] {
			settings = append(settings, name+" = '"+strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(params.Get(name))+"'")
		}
	}
	if len(settings) > 0 {
		statements = append(statements, "SET "+strings.Join(settings, ", "))
	}
	return statements
}

func send(w http.ResponseWriter, answer []byte, pack bool) {
	if !pack {
		_, _ = w.Write(answer) // whoever asks may have gone
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	packed := gzip.NewWriter(w)
	_, _ = packed.Write(answer) // likewise
	_ = packed.Close()
}
