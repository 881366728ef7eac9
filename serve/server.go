package serve

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"culprit/correlate"
	"culprit/rules"
)

// Options are what a Server works with.
type Options struct {
	Database Database // the caller closes it, after the last request
	Console  Console
	Rules    *rules.Catalogue
	// Analysis are options of correlation; Live and, once all was looked at, Since are set by the server.
	Analysis correlate.Options
	Zone     *time.Location // shown beside UTC; nil: that of the logs
	// Token must be shown by whoever asks; "" asks for none.
	Token string
	// Names are those under which the server may be asked for, beside localhost and addresses in digits.
	Names   []string
	Version string // of culprit
	Now     func() time.Time
	Log     *slog.Logger
}

// Server answers requests about one database.
type Server struct {
	opts     Options
	pages    *pages
	sessions *sessions
	analysis *analysis
	crowd    *crowd
	asking   chan struct{} // holds as many as statements of the console may run at a time
}

// statementsAtOnce bounds what the console can load the machine with.
const statementsAtOnce = 2

// New makes a Server. It answers at once; what Watch has to find out comes later.
func New(o Options) (*Server, error) {
	pages, err := newPages(o.Version)
	if err != nil {
		return nil, err
	}
	sessions, err := newSessions(o.Token, o.Now)
	if err != nil {
		return nil, err
	}
	return &Server{
		opts: o, pages: pages, sessions: sessions, crowd: newCrowd(), asking: make(chan struct{}, statementsAtOnce),
		analysis: &analysis{database: o.Database, rules: o.Rules, opts: o.Analysis, now: o.Now, renamed: map[string]string{}},
	}, nil
}

// Handler answers everything. Whatever is behind guard needs the token, where there is one.
func (s *Server) Handler() http.Handler {
	open, inside := http.NewServeMux(), http.NewServeMux()
	open.HandleFunc("GET /assets/{name}", s.asset)
	open.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }) // browsers ask for one
	open.HandleFunc("GET /login", s.askToken)
	open.HandleFunc("POST /login", s.login)
	open.HandleFunc("POST /logout", s.logout)
	open.Handle("/", s.guard(inside))
	inside.HandleFunc("GET /{$}", s.overview)
	inside.HandleFunc("GET /incidents/{id}", s.incident)
	inside.HandleFunc("GET /incidents/{id}/{file}", s.download)
	inside.HandleFunc("GET /events", s.events)
	inside.HandleFunc("GET /sql", s.console)
	inside.HandleFunc("GET /rules", s.catalogue)
	inside.HandleFunc("GET /rules/{id}", s.rule)
	inside.HandleFunc("GET /state", s.state)
	inside.HandleFunc("GET /news", s.news)
	inside.HandleFunc("/", s.missing)
	return s.armed(open)
}

// Watch looks at the database at once and at every tick, and tells browsers what is new. It returns when ctx is done.
func (s *Server) Watch(ctx context.Context, ticks <-chan time.Time) {
	failing := false
	for {
		news, err := s.analysis.round(ctx)
		if err != nil && ctx.Err() == nil && !failing { // the pages go on telling
			s.opts.Log.Error("look at the database", "error", err)
		}
		failing = err != nil
		s.crowd.tell(news)
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}
