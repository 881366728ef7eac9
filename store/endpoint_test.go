package store

import (
	"strings"
	"testing"
)

func TestEndpoint(t *testing.T) {
	f := func(path, want string) {
		t.Helper()
		if got := string(appendEndpoint(nil, []byte(path))); got != want {
			t.Errorf("endpoint of %q = %q, want %q", path, got, want)
		}
	}
	f("", "")
	f("/", "/")
	f("//", "/")
	f("*", "*")
	f("/index.php", "/index.php")
	f("/index.php?a=1", "/index.php")
	f("/a/b#frag", "/a/b")
	f("/a;jsessionid=12345/b", "/a")
	f("/users/42", "/users/:id")
	f("/users/42/", "/users/:id")
	f("/users/42/orders", "/users/:id/orders")
	f("/2026/11/21/post", "/:id/post")
	f("/api/v2/users", "/api/v2/users")
	f("/api//users", "/api/users")
	f("/o/3fa85f64-5717-4562-b3fc-2c963f66afa6", "/o/:id")
	f("/blob/deadbeef01", "/blob/:id")
	f("/deadbeef", "/deadbeef")
	f("/img/123456.jpg", "/img/:id.jpg")
	f("/img/a/99.jpg/1.png", "/img/a/:id.jpg/:id.png")
	f("/order-12345", "/:id")
	f("https://shop.example/cart/7?x", "/cart/:id")
	f("http://shop.example", "")
	f("/t/aZ81kd0Qmxp29sLw7t", "/t/:id")
	f("/a\x00b\x1b[31m", "/a?b?[31m")
	f("/"+strings.Repeat("x", 200), "/…")
}

func TestTemplate(t *testing.T) {
	f := func(message, want string) {
		t.Helper()
		if got := string(appendTemplate(nil, []byte(message))); got != want {
			t.Errorf("template of %q = %q, want %q", message, got, want)
		}
	}
	f("", "")
	f("worker stopped", "worker stopped")
	f("worker 42 stopped after 1.5s", "worker # stopped after #s")
	f("can't open 'a b' for \"x\\\"y\"", "can't open '*' for \"*\"")
	f("unbalanced \"quote", "unbalanced \"quote")
	f("peer 10.0.0.1:8080 gone", "peer # gone")
	f("at 2026-11-21 06:12:01", "at # #")
	f("id 3fa85f6457174562 at 0x7ffe", "id # at #")
	f("first line\nsecond 1", "first line")
	f("tab\there  ", "tab here")
	f(strings.Repeat("é", 300), strings.Repeat("é", 100))
}

func FuzzTexts(f *testing.F) {
	f.Add([]byte("/a/1.jpg/2.jpg/é/%00?x"))
	f.Add([]byte("a 'b \"c 0x1 1.2.3.4:5"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got := appendEndpoint(nil, text); len(got) > endpointLimit+64 {
			t.Errorf("endpoint of %d bytes", len(got))
		}
		got := appendTemplate(nil, text)
		if len(got) > templateLimit {
			t.Errorf("template of %d bytes", len(got))
		}
		if strings.ContainsAny(string(got), "\n\x00\x1b") {
			t.Errorf("template %q holds control characters", got)
		}
	})
}
