package correlate

import (
	"testing"

	"culprit/parser"
	"culprit/store"
)

func TestWithoutDuplicates(t *testing.T) {
	entry := func(source int32, at int64, kind, service, version, summary string) store.Change {
		return store.Change{Source: source, Time: at * second, Change: parser.Change{Kind: kind, Service: service, Version: version, Summary: summary}}
	}
	const fault = 1050
	f := func(a, b store.Change, want int, at int64) {
		t.Helper()
		got := (&engine{}).withoutDuplicates([]store.Change{a, b}, fault*second)
		if len(got) != want || got[0].Time != at*second {
			t.Errorf("%v and %v: got %v, want %d, the first at %d", a, b, got, want, at)
		}
	}
	deploy := entry(1, 1000, "deploy", "shop", "abc1234", "release 20261121061300 of main")
	f(deploy, entry(2, 1040, "deploy", "shop", "v2.14.0", "release v2.14.0"), 1, 1040)
	f(deploy, entry(2, 1055, "deploy", "shop", "v2.14.0", ""), 1, 1000)      // noted behind the first sign
	f(deploy, entry(2, 1040, "deploy", "", "abc1234def56", ""), 1, 1040)     // the same commit
	f(deploy, entry(2, 1040, "deploy", "shop", "fed4321def56", ""), 2, 1000) // another one
	f(deploy, entry(2, 1061, "deploy", "shop", "abc1234", ""), 2, 1000)      // too late
	f(deploy, entry(2, 1040, "deploy", "orders", "abc1234", ""), 2, 1000)    // another service
	f(deploy, entry(2, 1040, "config", "shop", "abc1234", ""), 2, 1000)      // another sort
	f(deploy, entry(1, 1040, "deploy", "shop", "abc1234", ""), 2, 1000)      // of the same file
	f(deploy, entry(2, 1040, "deploy", "", "", ""), 2, 1000)                 // nothing ties them
	f(entry(1, 1000, "package", "nginx", "1.2", ""), entry(2, 1001, "package", "nginx", "1.2", ""), 1, 1001)
	f(entry(1, 1000, "package", "php8.2-fpm", "1.2", ""), entry(2, 1001, "package", "php8.2-cli", "1.2", ""), 2, 1000)
	f(entry(1, 1000, "restart", "orders-api", "", ""), entry(2, 1001, "restart", "billing-api", "", ""), 2, 1000)

	full := (&engine{}).withoutDuplicates([]store.Change{entry(1, 1000, "deploy", "shop", "abc1234", ""), entry(2, 1010, "deploy", "shop", "", "new checkout")}, fault*second)
	if len(full) != 1 || full[0].Version != "abc1234" || full[0].Summary != "new checkout" {
		t.Errorf("got %v", full)
	}
	own := entry(3, 1000, "deploy", "shop", "", "")
	own.Signature = "x"
	f(own, deploy, 2, 1000)
}
