package change

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"culprit/parser"
)

// Usual are the files that are watched without being asked for: configuration and certificates of the daemons whose logs are read, and
// the links that releases are switched by.
func Usual() []Watched {
	return []Watched{
		{"nginx", []string{"/etc/nginx/nginx.conf", "/etc/nginx/conf.d/*", "/etc/nginx/sites-enabled/*", "/etc/nginx/snippets/*"}},
		{"apache", []string{"/etc/apache2/*.conf", "/etc/apache2/*-enabled/*", "/etc/httpd/conf/*.conf", "/etc/httpd/conf.d/*.conf"}},
		{"haproxy", []string{"/etc/haproxy/*.cfg", "/etc/haproxy/certs/*"}},
		{"php-fpm", []string{"/etc/php/*/fpm/*.conf", "/etc/php/*/fpm/php.ini", "/etc/php/*/fpm/pool.d/*", "/etc/php-fpm.d/*.conf", "/etc/php.ini"}},
		{"mysql", []string{"/etc/mysql/*.cnf", "/etc/mysql/*/*.cnf", "/etc/my.cnf", "/etc/my.cnf.d/*.cnf"}},
		{"system", []string{"/etc/resolv.conf", "/etc/hosts", "/etc/nftables.conf", "/etc/sysctl.conf", "/etc/sysctl.d/*"}},
		{"", []string{"/etc/letsencrypt/live/*/fullchain.pem", "/etc/ssl/private/*.pem", "/srv/*/current", "/var/www/*/current", "/opt/*/current"}},
	}
}

// Watched are files of one service, as patterns; "" leaves the service to their folders' names.
type Watched struct {
	Service  string
	Patterns []string
}

// Bounds of what is watched.
const (
	maxFiles   = 2000
	maxContent = 4 << 20
)

// Files notices what is changed in files and where links lead to. It is used by one goroutine.
type Files struct {
	Watched []Watched
	// Root is put before every pattern; "" for the machine itself.
	Root string

	known  map[string]state
	looked time.Time
}

// state is what a file was like.
type state struct {
	target   string // of a link
	modified time.Time
	size     int64
	sum      [sha256.Size]byte
}

// Look compares the files with what they were at the last call, and returns what has changed since. The first call returns only when
// certificates expire.
func (f *Files) Look(now time.Time) []Dated {
	seen := map[string]state{}
	var all []Dated
	first := f.known == nil
	for _, w := range f.Watched {
		for _, name := range f.matches(w.Patterns, len(seen)) {
			if _, looked := seen[name]; looked {
				continue // another pattern fits, too
			}
			before, was := f.known[name]
			is, err := look(name, before)
			if err != nil {
				if was && !errors.Is(err, fs.ErrNotExist) {
					seen[name] = before // it is there and cannot be read now
				}
				continue
			}
			seen[name] = is
			if was && is.target == before.target && is.sum == before.sum {
				continue
			}
			shown := strings.TrimPrefix(name, f.Root)
			if expires, ok := expiry(name, shown); ok {
				all = append(all, expires...)
			}
			if !first {
				all = append(all, f.changed(w.Service, shown, before, is, was, now))
			}
		}
	}
	for name := range f.known {
		if _, there := seen[name]; !there && len(seen) < maxFiles {
			shown := strings.TrimPrefix(name, f.Root)
			all = append(all, f.dated(shown, now, time.Time{}, parser.Change{Kind: "config", Service: f.serviceOf(name, shown), Summary: shown + " was removed"}))
		}
	}
	f.known, f.looked = seen, now
	return all
}

// matches expands patterns as far as there is room for more than n files.
func (f *Files) matches(patterns []string, n int) (names []string) {
	for _, p := range patterns {
		found, err := filepath.Glob(f.Root + p)
		if err != nil {
			continue
		}
		names = append(names, found...)
	}
	return names[:min(len(names), max(0, maxFiles-n))]
}

// look tells what a file is like now. Content is read only where time or size differ from before.
func look(name string, before state) (is state, err error) {
	info, err := os.Lstat(name)
	if err != nil {
		return is, err
	}
	is.modified = info.ModTime()
	if info.Mode()&fs.ModeSymlink != 0 {
		if is.target, err = os.Readlink(name); err != nil {
			return is, err
		}
		link := is.modified
		if info, err = os.Stat(name); err != nil || info.IsDir() {
			return is, err // a folder is told by the link alone
		}
		if is.target == before.target || info.ModTime().After(link) {
			is.modified = info.ModTime()
		}
	}
	if !info.Mode().IsRegular() {
		return is, fs.ErrInvalid
	}
	is.size = info.Size()
	if before.sum != ([sha256.Size]byte{}) && is.modified.Equal(before.modified) && is.size == before.size && is.target == before.target {
		is.sum = before.sum
		return is, nil
	}
	in, err := os.Open(name)
	if err != nil {
		return is, err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.CopyN(sum, in, maxContent); err != nil && !errors.Is(err, io.EOF) {
		return is, err
	}
	sum.Sum(is.sum[:0])
	return is, nil
}

// changed says what became of a file or a link.
func (f *Files) changed(service, shown string, before, is state, was bool, now time.Time) Dated {
	c := parser.Change{Kind: "config", Service: service, Summary: shown + " was changed"}
	if c.Service == "" {
		c.Service = parser.ServiceOf(shown)
	}
	switch {
	case is.target != "" && is.sum == ([sha256.Size]byte{}):
		c.Kind, c.Version, c.From = "deploy", filepath.Base(is.target), base(before.target)
		c.Summary = shown + " was switched to " + is.target
	case isCertificateName(shown):
		c.Kind = "cert"
	case !was:
		c.Summary = shown + " is new"
	}
	if strings.HasSuffix(shown, "/resolv.conf") || strings.HasSuffix(shown, "/hosts") {
		c.Kind = "dns"
	}
	return f.dated(shown, now, is.modified, c)
}

func (f *Files) serviceOf(name, shown string) string {
	for _, w := range f.Watched {
		for _, p := range w.Patterns {
			if ok, err := filepath.Match(f.Root+p, name); ok && err == nil && w.Service != "" {
				return w.Service
			}
		}
	}
	return parser.ServiceOf(shown)
}

func base(target string) string {
	if target == "" {
		return ""
	}
	return filepath.Base(target)
}

// dated dates a change by the file's own time where that lies between two looks, else somewhere between them: copying keeps old times.
func (f *Files) dated(shown string, now, modified time.Time, c parser.Change) Dated {
	if modified.After(f.looked.Add(-time.Second)) && !modified.After(now) {
		return Dated{modified, c, shown}
	}
	c.Early = now.Sub(f.looked).Microseconds()
	return Dated{now, c, shown}
}

func isCertificateName(name string) bool {
	switch filepath.Ext(name) {
	case ".pem", ".crt", ".cer":
		return true
	}
	return false
}

// expiry tells when the certificates in a file expire. ok is false for a file that holds none.
func expiry(name, shown string) (all []Dated, ok bool) {
	if !isCertificateName(name) {
		return nil, false
	}
	in, err := os.Open(name)
	if err != nil {
		return nil, false
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxContent))
	if err != nil {
		return nil, false
	}
	err = parser.ReadTimeline(parser.Certificate, bytes.NewReader(text), parser.TimelineOptions{Path: shown}, func(rec *parser.Record) error {
		if rec.Change != nil {
			all = append(all, Dated{time.UnixMicro(rec.Time), *rec.Change, shown})
		}
		return nil
	})
	return all, err == nil && len(all) > 0
}
