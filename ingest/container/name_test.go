package container

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	dir := t.TempDir()
	id := strings.Repeat("0123456789abcdef", 4)
	docker := func(name, settings string) string {
		path := filepath.Join(dir, name, id)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if settings != "" {
			if err := os.WriteFile(filepath.Join(path, "config.v2.json"), []byte(settings), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return filepath.Join(path, id+"-json.log")
	}
	f := func(path, program, host string) {
		t.Helper()
		if got := Of(path); got != (Origin{program, host}) {
			t.Errorf("%s: %+v, want %s on %s", path, got, program, host)
		}
	}
	f(docker("a", `{"Name":"/shop-web-1","Config":{"Labels":{"com.docker.compose.service":"web"}}}`), "web", "")
	f(docker("b", `{"Name":"/shop-web-1","Config":{}}`), "shop-web-1", "")
	f(docker("b", `{"Name":"/shop-web-1","Config":{}}`)+".1", "shop-web-1", "")
	f(docker("c", ""), id[:12], "")
	f(docker("d", "no JSON"), id[:12], "")
	uid := "5f0e4a0c-7d5c-4d5b-9a5e-0123456789ab"
	f("/var/log/pods/prod_shop-7d9c_"+uid+"/nginx/0.log", "nginx", "shop-7d9c")
	f("/var/log/pods/prod_shop-7d9c_"+uid+"/nginx/0.log.20261121-061300.gz", "nginx", "shop-7d9c")
	f("collected/pods/prod_shop-7d9c_"+uid+"/nginx/1.log", "nginx", "shop-7d9c")
	f("/var/log/containers/shop-7d9c_prod_nginx-"+id+".log", "nginx", "shop-7d9c")
	f("/var/log/nginx/access.log", "", "")
	f("/var/log/containers/other.log", "", "")
	f("/var/log/a_b_c/nginx/0.log", "", "")
	f("x-json.log", "", "")
	f("", "", "")
}

// A Docker log that cannot be read is told by its id all the same.
func TestSettingsThatMayNotBeRead(t *testing.T) {
	id := strings.Repeat("ab", 32)
	dir := filepath.Join(t.TempDir(), id)
	if err := errors.Join(os.Mkdir(dir, 0o755), os.Mkdir(filepath.Join(dir, "config.v2.json"), 0o755)); err != nil {
		t.Fatal(err)
	}
	if got := Of(filepath.Join(dir, id+"-json.log")); got.Program != id[:12] {
		t.Errorf("%+v", got)
	}
}
