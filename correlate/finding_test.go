package correlate

import (
	"slices"
	"testing"
)

func TestCondition(t *testing.T) {
	f := func(want, got string, holds bool) {
		t.Helper()
		if condition(want).holds(got) != holds {
			t.Errorf("condition %q on %q is %v, want %v", want, got, !holds, holds)
		}
	}
	f("deploy", "deploy", true)
	f("deploy|config", "config", true)
	f("deploy|config", "cron", false)
	f("!deploy|config", "cron", true)
	f("!deploy|config", "config", false)
	f("php*", "php-fpm", true)
	f("*fpm", "php-fpm", true)
	f("*p-f*", "php-fpm", true)
	f("php*", "hphp", false)
	f(">=5", "5", true)
	f(">5", "5", false)
	f("<5.5", "5.25", true)
	f("<5", "many", false)
}

func TestSaturate(t *testing.T) {
	f := func(x, want float64) {
		t.Helper()
		if got := saturate(x, 1, 3); got != want {
			t.Errorf("saturate(%v, 1, 3) = %v, want %v", x, got, want)
		}
	}
	f(0, 0)
	f(1, 0)
	f(2, 0.5)
	f(3, 1)
	f(9, 1)
}

func TestDensestDuration(t *testing.T) {
	f := func(durations []int64, at int64, count int) {
		t.Helper()
		got := densestDuration(slices.Clone(durations))
		if got.at != at || got.count != count {
			t.Errorf("densestDuration(%v) = %d × %d, want %d × %d", durations, got.at, got.count, at, count)
		}
	}
	f([]int64{30_000_000, 30_010_000, 30_001_000, 12, 4_000_000}, 30_001_000, 3)
	f([]int64{1_000_000, 2_000_000, 4_000_000}, 1_000_000, 1)
}

func TestTellingWords(t *testing.T) {
	f := func(name string, want ...string) {
		t.Helper()
		if got := tellingWords(name); !slices.Equal(got, want) {
			t.Errorf("tellingWords(%q) = %q, want %q", name, got, want)
		}
	}
	f("orders-api", "orders")
	f("www.shop.example.com", "shop")
	f("/var/www/campus/index.php", "campus")
	f("v2.14.0")
}

func TestHostOfURL(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := hostOfURL(text); got != want {
			t.Errorf("hostOfURL(%q) = %q, want %q", text, got, want)
		}
	}
	f(`upstream call failed: Post "http://pay.example.com:8080/score": context canceled`, "pay.example.com")
	f("cURL error 28: see https://curl.test", "curl.test")
	f("no address here", "")
	f("://", "")
}
