package rules

import (
	"testing"

	"culprit/parser"
)

func TestCondition(t *testing.T) {
	var rec parser.Record
	rec.Reset()
	rec.Severity, rec.Errno, rec.Status, rec.Format, rec.Redispatched = parser.Error, 111, 503, parser.NginxError, true
	rec.Duration, rec.Connect, rec.Header = 1_500_900, parser.NotReached, 0
	rec.Message = []byte("connect() failed (111: Connection refused)")
	rec.Module, rec.Path, rec.Detail = []byte("proxy_fcgi"), []byte("/a?b"), []byte("#1 query()\n#2 main()")
	f := func(name, value string, want bool) {
		t.Helper()
		c, err := compileCondition(name, value)
		if err != nil {
			t.Error(err)
			return
		}
		if got := c.holds(&rec); got != want {
			t.Errorf("%s: %q is %v, want %v", name, value, got, want)
		}
	}
	f("severity", "error", true)
	f("severity", ">=warn", true)
	f("severity", ">error", false)
	f("severity", "crit|error", true)
	f("severity", "!crit|alert", true)
	f("severity", "!crit|error", false)
	f("severity", "", false)
	f("errno", "111", true)
	f("errno", "!0", true)
	f("errno", "110|113", false)
	f("status", ">=500", true)
	f("status", "<500", false)
	f("status", "none", false)
	f("duration_ms", "1500", true)
	f("duration_ms", ">1500", false)
	f("duration_ms", "<=1500", true)
	f("connect_ms", "none", true)
	f("connect_ms", "<10", false)
	f("connect_ms", "!none", false)
	f("queue_ms", "none", true)
	f("header_ms", "0", true)
	f("retries", "0", true)
	f("module", "proxy_fcgi", true)
	f("module", "proxy", false)
	f("module", "proxy*", true)
	f("module", "*fcgi", true)
	f("module", "*y_f*", true)
	f("module", "*", true)
	f("module", "", false)
	f("module", "ssl|proxy_*", true)
	f("module", "!proxy_*", false)
	f("server", "", true)
	f("server", "!", false)
	f("path", "/a*", true)
	f("detail", "*query()*|*exec()*", true)
	f("detail", "*mysql*", false)
	f("message", "*refused*", true)
	f("message", "*timed out*", false)
	f("format", "nginx-error|php-fpm", true)
	f("format", "php-fpm", false)
	f("redispatched", "true", true)
	f("redispatched", "false", false)
	for _, name := range fieldNames() {
		if _, err := compileCondition(name, ""); err != nil && name != "format" && name != "kind" && name != "redispatched" &&
			!fieldsByName[name].numeric() {
			t.Errorf("%s: %v", name, err)
		}
	}
}
