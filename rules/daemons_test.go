package rules

import "testing"

func TestDaemonNames(t *testing.T) {
	d, err := LoadDaemons()
	if err != nil {
		t.Fatal(err)
	}
	f := func(daemon, units, journal, processes string) {
		t.Helper()
		n := d.Names(daemon)
		if got := n.UnitWords(); got != units {
			t.Errorf("units of %q: %q, want %q", daemon, got, units)
		}
		if got := n.JournalWords(); got != journal {
			t.Errorf("journal of %q: %q, want %q", daemon, got, journal)
		}
		if n.Processes != processes {
			t.Errorf("processes of %q: %q, want %q", daemon, n.Processes, processes)
		}
	}
	f("php-fpm", "'php*fpm*'", "-u 'php*fpm*'", "php-fpm")
	f("apache", "'apache2*' 'httpd*'", "-u 'apache2*' -u 'httpd*'", "apache2|httpd")
	f("nginx", "nginx", "-u nginx", "nginx")
	f("shop", "shop", "-u shop", "shop")
}
