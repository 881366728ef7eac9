package rules

import "testing"

func TestClassOf(t *testing.T) {
	s, err := LoadServices()
	if err != nil {
		t.Fatal(err)
	}
	f := func(service, want string) {
		t.Helper()
		if got := s.ClassOf(service); got != want {
			t.Errorf("ClassOf(%q) = %q, want %q", service, got, want)
		}
	}
	f("nginx", "gateway")
	f("apache2", "gateway")
	f("php8.2-fpm", "runtime")
	f("catalog-db", "database")
	f("security-group", "network")
	f("prod security-group web", "network")
	f("ufw", "network")
	f("modsecurity", "waf")
	f("letsencrypt", "certificate")
	f("orders-api", "app")
	f("shop", "app")
	f("", "")
}

func TestReverses(t *testing.T) {
	s, err := LoadServices()
	if err != nil {
		t.Fatal(err)
	}
	f := func(text string, want bool) {
		t.Helper()
		if got := s.Reverses(text); got != want {
			t.Errorf("Reverses(%q) = %v, want %v", text, got, want)
		}
	}
	f("Revert r412", true)
	f("roll back to 1.8.2", true)
	f("release 2.0", false)
}
