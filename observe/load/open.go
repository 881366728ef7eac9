package load

import (
	"fmt"
	"strings"
)

// Open returns the source at a place.
func Open(p Place, hostname string) (Source, error) {
	switch p.Kind {
	case "nginx":
		return &Nginx{URL: p.Address, Hostname: hostname}, nil
	case "apache":
		return &Apache{URL: p.Address, Hostname: hostname}, nil
	case "haproxy":
		return &HAProxy{Address: p.Address, Hostname: hostname}, nil
	case "php-fpm":
		if _, _, _, err := fpmAddress(p.Address); err != nil {
			return nil, err
		}
		return &PHPFPM{Address: p.Address, Hostname: hostname}, nil
	case "prometheus":
		return NewPrometheus(p.Address)
	case "proc":
		return &Host{Hostname: hostname, Proc: orElse(p.Address, "/proc")}, nil
	}
	return nil, fmt.Errorf("nobody knows how to measure %q; nginx, apache, haproxy, php-fpm, prometheus or proc", p.Kind)
}

// ParsePlace reads "KIND=ADDRESS", or "proc" alone.
func ParsePlace(text string) (Place, error) {
	kind, address, ok := strings.Cut(text, "=")
	if !ok && kind != "proc" || ok && address == "" {
		return Place{}, fmt.Errorf("%q names no source of load; nginx=http://127.0.0.1/status for example", text)
	}
	p := Place{kind, address}
	_, err := Open(p, "")
	return p, err
}
