// Package servertest starts ClickHouse servers for tests: on loopback, with what they keep in a directory of the test.
package servertest

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Cluster is a number of servers, each a shard, or each a replica of the one shard.
type Cluster struct {
	t       testing.TB
	Servers []*Server
	// Name is that of the cluster in the servers' configuration.
	Name string
}

// Server is one server.
type Server struct {
	HTTP    string // host:port
	dir     string
	ports   [3]int
	command *exec.Cmd
}

// startup is how long a server may take to answer.
const startup = 30 * time.Second

// Shards starts a cluster of so many shards, of one server each. The test is skipped where there is no ClickHouse.
func Shards(t testing.TB, n int) *Cluster {
	t.Helper()
	return start(t, n, false, 0)
}

// Replicas starts a cluster of one shard that so many servers have copies of, and a coordinator for them.
func Replicas(t testing.TB, n int) *Cluster {
	t.Helper()
	if _, err := exec.LookPath("clickhouse-server"); err != nil {
		t.Skip("clickhouse-server is not installed (Debian: apt-get install clickhouse-server)")
	}
	return start(t, n, true, keeper(t))
}

func start(t testing.TB, n int, replicated bool, keeper int) *Cluster {
	t.Helper()
	if _, err := exec.LookPath("clickhouse-server"); err != nil {
		t.Skip("clickhouse-server is not installed (Debian: apt-get install clickhouse-server)")
	}
	c := &Cluster{t: t, Name: "fleet"}
	ports := freePorts(t, 3*n)
	for i := range n {
		s := &Server{dir: t.TempDir(), ports: [3]int(ports[3*i:])}
		s.HTTP = fmt.Sprintf("127.0.0.1:%d", s.ports[0])
		c.Servers = append(c.Servers, s)
	}
	for i, s := range c.Servers {
		c.configure(i, s, replicated, keeper)
		c.Start(i)
	}
	t.Cleanup(func() {
		for i := range c.Servers {
			c.Kill(i)
		}
	})
	for i := range c.Servers {
		c.Wait(i)
	}
	return c
}

// URL names a database on the servers from the first on.
func (c *Cluster) URL(database string, first int) string {
	var hosts []string
	for i := range c.Servers {
		hosts = append(hosts, c.Servers[(first+i)%len(c.Servers)].HTTP)
	}
	return "clickhouse://" + strings.Join(hosts, ",") + "/" + database
}

// Start starts a server, or starts it again.
func (c *Cluster) Start(i int) {
	s := c.Servers[i]
	s.command = exec.Command("clickhouse-server", "--config-file="+filepath.Join(s.dir, "config.xml"))
	s.command.Dir = s.dir
	out, err := os.OpenFile(filepath.Join(s.dir, "out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer out.Close()
	s.command.Stdout, s.command.Stderr = out, out
	if err := s.command.Start(); err != nil {
		c.t.Fatal(err)
	}
}

// Kill ends a server at once.
func (c *Cluster) Kill(i int) {
	if s := c.Servers[i]; s.command != nil {
		_ = s.command.Process.Kill() // it may have ended
		_ = s.command.Wait()
		s.command = nil
	}
}

// Wait returns when a server answers.
func (c *Cluster) Wait(i int) {
	c.t.Helper()
	s := c.Servers[i]
	for until := time.Now().Add(startup); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get("http://" + s.HTTP + "/ping")
		if err != nil {
			continue
		}
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "err.log")) // shown if it is there
	out, _ := os.ReadFile(filepath.Join(s.dir, "out"))
	c.t.Fatalf("a server of ClickHouse did not come up:\n%.2000s\n%.2000s", out, log)
}

func (c *Cluster) configure(i int, s *Server, replicated bool, keeper int) {
	c.t.Helper()
	var shards strings.Builder
	for j, other := range c.Servers {
		replica := fmt.Sprintf("<replica><host>127.0.0.1</host><port>%d</port></replica>", other.ports[1])
		switch {
		case !replicated:
			fmt.Fprintf(&shards, "<shard><internal_replication>true</internal_replication>%s</shard>", replica)
		case j == 0:
			fmt.Fprintf(&shards, "<shard><internal_replication>true</internal_replication>%s", replica)
		default:
			shards.WriteString(replica)
		}
	}
	macro, coordinator := fmt.Sprint(i+1), ""
	if replicated {
		shards.WriteString("</shard>")
		macro, coordinator = "1", fmt.Sprintf("<zookeeper><node><host>127.0.0.1</host><port>%d</port></node><session_timeout_ms>4000</session_timeout_ms></zookeeper>", keeper)
	}
	config := fmt.Sprintf(`<yandex>
<logger><level>warning</level><log>%[1]s/server.log</log><errorlog>%[1]s/err.log</errorlog></logger>
<http_port>%[2]d</http_port><tcp_port>%[3]d</tcp_port><interserver_http_port>%[4]d</interserver_http_port>
<interserver_http_host>127.0.0.1</interserver_http_host><listen_host>127.0.0.1</listen_host>
<mark_cache_size>268435456</mark_cache_size><path>%[1]s/data/</path><tmp_path>%[1]s/tmp/</tmp_path>
<user_files_path>%[1]s/files/</user_files_path><format_schema_path>%[1]s/schemas/</format_schema_path>
<users_config>%[1]s/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<remote_servers><%[5]s>%[6]s</%[5]s></remote_servers><macros><shard>%[7]s</shard><replica>r%[8]d</replica></macros>%[9]s
</yandex>`, s.dir, s.ports[0], s.ports[1], s.ports[2], c.Name, shards.String(), macro, i+1, coordinator)
	users := `<yandex><profiles><default><max_memory_usage>4000000000</max_memory_usage></default></profiles>
<users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default>
<guarded><password>open, sesame</password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></guarded></users>
<quotas><default></default></quotas></yandex>`
	for name, content := range map[string]string{"config.xml": config, "users.xml": users} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
}

// freePorts returns ports that nobody listens on.
func freePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // all at once, so that none is given twice
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}
