package correlate

import (
	"strings"
	"testing"

	"culprit/parser"
	"culprit/store"
)

func TestNameHosts(t *testing.T) {
	f := func(want string, paths ...string) {
		t.Helper()
		var sources []*source
		for _, path := range paths {
			s := &source{Source: store.Source{Path: path}, requests: 1, daemon: parser.Nginx}
			switch {
			case strings.Contains(path, "apache"):
				s.daemon = parser.Apache
			case strings.Contains(path, "error"):
				s.requests = 0
			case strings.Contains(path, "syslog"):
				s.requests, s.Host = 0, "web9.dc1.example"
			}
			sources = append(sources, s)
		}
		nameHosts(sources)
		var got []string
		for _, s := range sources {
			got = append(got, strings.Trim(s.zone+"/"+s.host, "/"))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%v lie on %q, want %q", paths, text, want)
		}
	}
	f("web1 web2 web1", "logs/web1/nginx/access.log", "logs/web2/nginx/access.log", "logs/web1/nginx/error.log")
	f("web1 web2", "web1/access.log", "web2/access.log.1.gz")
	f("web1 web2", "web1.tar.gz!var/log/nginx/access.log", "web2.tar.gz!var/log/nginx/access.log")
	f("east/web1 east/web2 west/web3", "east/web1/access.log", "east/web2/access.log", "west/web3/access.log")
	f("web1 web1 web2 web2", "web1/shop/access.log", "web1/blog/access.log", "web2/shop/access.log", "web2/blog/access.log") // sites of two hosts
	f(" ", "logs/nginx/access.log", "logs/apache2/access.log")                                                               // two daemons of one host
	f(" ", "logs/nginx/access.log", "logs/nginx/api.log")
	f(" ", "a/one.log", "b/two.log") // nothing says that these are the same
	f("dc1.example/web9.dc1.example", "var/syslog")
}

func TestPathsOfSeveralHosts(t *testing.T) {
	var sources []*source
	for _, host := range []string{"web1", "web2", "web2", ""} {
		sources = append(sources, &source{Source: store.Source{Path: "/var/log/nginx/access.log", Host: host}, requests: 1, daemon: parser.Nginx})
	}
	sources = append(sources, &source{Source: store.Source{Path: "/var/log/syslog", Host: "web1"}})
	nameHosts(sources)
	for i, want := range []string{"web1:/var/log/nginx/access.log", "web2:/var/log/nginx/access.log", "web2:/var/log/nginx/access.log", "/var/log/nginx/access.log", "/var/log/syslog"} {
		if got := sources[i].Path; got != want {
			t.Errorf("source %d is told as %s, want %s", i, got, want)
		}
	}
}
