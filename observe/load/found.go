package load

import (
	"bufio"
	"bytes"
	"io/fs"
	"net"
	"path"
	"slices"
	"strings"
)

// Place is where a daemon tells how busy it is.
type Place struct {
	Kind    string // nginx, apache, haproxy, php-fpm
	Address string
}

// Found reads in the daemons' configuration below root, which stands for "/", where they tell how busy they are. Nothing is asked.
func Found(root fs.FS) []Place {
	var all []Place
	all = append(all, foundPools(root)...)
	all = append(all, foundHAProxy(root)...)
	all = append(all, foundNginx(root)...)
	all = append(all, foundApache(root)...)
	slices.SortFunc(all, func(a, b Place) int { return strings.Compare(a.Kind+a.Address, b.Kind+b.Address) })
	return slices.Compact(all)
}

// Patterns of configuration files, and bounds of what is read of them.
var (
	poolFiles    = []string{"etc/php/*/fpm/pool.d/*.conf", "etc/php-fpm.d/*.conf", "usr/local/etc/php-fpm.d/*.conf"}
	haproxyFiles = []string{"etc/haproxy/*.cfg", "usr/local/etc/haproxy/*.cfg"}
	nginxFiles   = []string{"etc/nginx/nginx.conf", "etc/nginx/conf.d/*", "etc/nginx/sites-enabled/*", "usr/local/etc/nginx/*.conf"}
	apacheFiles  = []string{"etc/apache2/apache2.conf", "etc/apache2/ports.conf", "etc/apache2/mods-enabled/*.conf", "etc/apache2/conf-enabled/*.conf",
		"etc/apache2/sites-enabled/*.conf", "etc/httpd/conf/*.conf", "etc/httpd/conf.d/*.conf"}
)

const (
	maxConfig      = 1 << 20
	maxConfigFiles = 500
)

// configs returns the files of some patterns that can be read.
func configs(root fs.FS, patterns []string) (texts [][]byte) {
	for _, pattern := range patterns {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			continue
		}
		for _, name := range names {
			info, err := fs.Stat(root, name)
			if err != nil || !info.Mode().IsRegular() || info.Size() > maxConfig || len(texts) == maxConfigFiles {
				continue
			}
			if text, err := fs.ReadFile(root, name); err == nil {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// directives yields the words of each line that is no comment.
func directives(text []byte, yield func(words []string)) {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if words := strings.Fields(line); len(words) > 0 && words[0][0] != ';' {
			yield(words)
		}
	}
}

// foundPools finds pools with a pm.status_path.
func foundPools(root fs.FS) (all []Place) {
	for _, text := range configs(root, poolFiles) {
		pool, listen, status := "", "", ""
		finish := func() {
			if listen != "" && status != "" {
				all = append(all, Place{"php-fpm", fcgiAddress(strings.ReplaceAll(listen, "$pool", pool), status)})
			}
			listen, status = "", ""
		}
		directives(text, func(words []string) {
			line := strings.Join(words, " ")
			if strings.HasPrefix(line, "[") {
				finish()
				pool = strings.Trim(line, "[]")
				return
			}
			name, value, _ := strings.Cut(line, "=")
			value = strings.Trim(strings.TrimSpace(value), `"'`)
			switch strings.TrimSpace(name) {
			case "listen":
				listen = value
			case "pm.status_listen":
				listen = value // the pool has a socket of its own for this
			case "pm.status_path":
				status = value
			}
		})
		finish()
	}
	return all
}

// fcgiAddress writes what PHPFPM takes.
func fcgiAddress(listen, status string) string {
	if strings.HasPrefix(listen, "/") {
		return "fcgi:unix:" + listen + "!" + status
	}
	if !strings.Contains(listen, ":") {
		listen = ":" + listen // a port alone
	}
	return "fcgi://" + local(listen) + status
}

// local turns an address that is listened at into one that can be asked from here.
func local(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		host, port = listen, "80"
		if strings.Trim(listen, "0123456789") == "" {
			host, port = "", listen
		}
	}
	switch host {
	case "", "*", "0.0.0.0", "::":
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// foundHAProxy finds the sockets of "stats socket", and pages where there is none.
func foundHAProxy(root fs.FS) (sockets []Place) {
	var pages []Place
	for _, text := range configs(root, haproxyFiles) {
		bind := ""
		directives(text, func(words []string) {
			switch {
			case words[0] == "listen" || words[0] == "frontend" || words[0] == "defaults" || words[0] == "backend" || words[0] == "global":
				bind = ""
			case words[0] == "bind" && len(words) > 1 && bind == "" && !slices.Contains(words, "ssl"):
				bind = words[1]
			case words[0] == "stats" && len(words) > 2 && words[1] == "socket":
				if address := statsSocket(words[2]); address != "" {
					sockets = append(sockets, Place{"haproxy", address})
				}
			case words[0] == "stats" && len(words) > 2 && words[1] == "uri" && bind != "":
				pages = append(pages, Place{"haproxy", "http://" + local(bind) + words[2] + ";csv"})
			}
		})
	}
	if len(sockets) > 0 {
		return sockets
	}
	return pages
}

func statsSocket(at string) string {
	at = strings.TrimPrefix(strings.TrimPrefix(at, "unix@"), "ipv4@")
	switch {
	case strings.HasPrefix(at, "/"):
		return "unix:" + at
	case strings.Contains(at, "@") || !strings.Contains(at, ":"):
		return ""
	}
	return "tcp:" + local(at)
}

// foundApache finds the page of mod_status, at the first port that Apache listens on without TLS.
func foundApache(root fs.FS) []Place {
	port, location, page := "", "", ""
	for _, text := range configs(root, apacheFiles) {
		directives(text, func(words []string) {
			switch name := strings.ToLower(words[0]); {
			case name == "listen" && len(words) > 1 && port == "" && !strings.HasSuffix(words[1], "443"):
				port = words[1]
			case name == "<location" && len(words) > 1:
				location = strings.Trim(words[1], `">`)
			case name == "</location>":
				location = ""
			case name == "sethandler" && len(words) > 1 && strings.Trim(words[1], `"`) == "server-status":
				page = location
			}
		})
	}
	if page == "" || port == "" {
		return nil
	}
	return []Place{{"apache", "http://" + local(port) + path.Clean(page) + "?auto"}}
}
