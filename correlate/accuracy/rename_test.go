package accuracy

import (
	"strings"
	"testing"
)

func TestRenameLeavesNoNameAndNoKindBehind(t *testing.T) {
	rec, v := vary(t, "rename")
	for i := range rec.files {
		before, after := parse(t, &rec.files[i]), parse(t, &v.files[i])
		if len(before) != len(after) {
			t.Errorf("%s: %d records became %d", rec.files[i].path, len(before), len(after))
			continue
		}
		for j := range before {
			kind := func(p parsed) string { return strings.Join(strings.Fields(p.what)[:2], " ") }
			if kind(before[j]) != kind(after[j]) || before[j].when != after[j].when {
				t.Errorf("%s, record %d:\n was %v\n now %v", rec.files[i].path, j, before[j], after[j])
			}
		}
		text := v.files[i].path + v.files[i].text()
		for _, old := range []string{"shop", "orders", "tariffs", "lb-40", "web-12", "10.20.0.21", "203.0.113.", ":8080", ":9001", "DPT=8080", "8.2-fpm.sock", "pool www", "search", "checkout", "storefront.log"} {
			if strings.Contains(text, old) && !strings.Contains(text, "use `shop`") {
				t.Errorf("%s still says %s", v.files[i].path, old)
			}
		}
	}
}

func TestRenameKeepsWhatBelongsTogether(t *testing.T) {
	rec, v := vary(t, "rename")
	word := func(path, mark, end string) string {
		t.Helper()
		for i := range rec.files {
			if rec.files[i].path != path {
				continue
			}
			got := between([]byte(v.files[i].text()), mark, end)
			if got == "" {
				t.Errorf("%s: nothing behind %q in %s", path, mark, v.files[i].text())
			}
			return got
		}
		t.Fatalf("no file %s", path)
		return ""
	}
	f := func(a, b string) {
		t.Helper()
		if a != b {
			t.Errorf("%q and %q were one", a, b)
		}
	}
	if client := word("logs/nginx/error.log", "client: ", ","); !strings.Contains(find(t, v.files, "logs/nginx/access.log").text(), "\n"+client+" - - ") {
		t.Errorf("client %s is not in the access log", client)
	}
	site := strings.TrimSuffix(word("logs/nginx/error.log", "server: ", ","), ".example.com")
	f(site, word("timeline/deploys.jsonl", `"service": "`, `"`))
	f(site, word("logs/php/php_errors.log", "/var/www/", "/"))
	f(word("logs/haproxy/haproxy.log", "Server ", "/"), strings.TrimSuffix(word("logs/app/orders-api.log", "service=", " "), "-api"))
	f(word("logs/app/orders-api.log", "addr=", " "), word("logs/nginx/json.log", `"upstream_addr":"`, `"`))
	f(word("logs/kern.log", "DST=", " "), strings.Split(word("logs/app/orders-api.log", "addr=", " "), ":")[0])
	f(word("logs/kern.log", "DPT=", " "), strings.Split(word("logs/app/orders-api.log", "addr=", " "), ":")[1])
	f(word("timeline/load.csv", "Z,", ","), word("timeline/sar.json", `"nodename": "`, `"`))
	f(word("logs/php-fpm/www-slow.log", "[pool ", "]"), word("logs/php-fpm/php8.2-fpm.log", "[pool ", "]"))
	f(word("timeline/deploys.jsonl", "pool ", ":"), word("logs/php-fpm/php8.2-fpm.log", "[pool ", "]"))
	f(word("logs/nginx/plain.log", "unix:", "\n"), word("logs/nginx/error.log", "fastcgi://unix:", `:"`))
}

func TestRenameLeavesWhatIsNobodysOwn(t *testing.T) {
	_, v := vary(t, "rename")
	for path, wanted := range map[string][]string{
		"logs/nginx/error.log": {"connect() failed (111: Connection refused) while connecting to upstream", "16 worker_connections are not enough", `Class "TaxCalculator" not found`, "no live upstreams", "fastcgi://127.0.0.1:"},
		"logs/kern.log":        {"kernel: oom-kill:constraint=CONSTRAINT_MEMCG", "php8.2-fpm.service", "task=php-fpm8.2", "[UFW BLOCK] IN=lo"},
		"logs/mysql/error.log": {"Starting MariaDB 10.11.19-MariaDB-0+deb12u1-log source revision"},
	} {
		if m := missing(find(t, v.files, path).text(), wanted...); len(m) > 0 {
			t.Errorf("%s lost %q", path, m)
		}
	}
}

func TestRewordKeepsTimeKindAndService(t *testing.T) {
	rec, v := vary(t, "reword")
	was, now := find(t, rec.files, "timeline/deploys.jsonl"), find(t, v.files, "timeline/deploys.jsonl")
	same(t, was, now, unmoved)
	for i := range was.records {
		before, after := string(was.records[i].text), string(now.records[i].text)
		compact := strings.ReplaceAll(before, `": "`, `":"`)
		for _, key := range []string{"kind", "service", "time"} {
			mark := `"` + key + `":"`
			if got, want := between([]byte(after), mark, `"`), between([]byte(compact), mark, `"`); got != want || got == "" {
				t.Errorf("%s became %q in %s", key, got, after)
			}
		}
		summary := between([]byte(after), `"summary":"`, `"`)
		if strings.Contains(before, summary) || back.MatchString(summary) != (i == 2) {
			t.Errorf("%s\nbecame %s", before, after)
		}
	}
	version := between([]byte(now.records[3].text), `"version":"`, `"`)
	if app := find(t, v.files, "logs/app/orders-api.log").text(); !strings.Contains(app, "version="+version+" ") {
		t.Errorf("the application does not run %s:\n%s", version, app)
	}
}
