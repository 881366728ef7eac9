package servertest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// daemon is Debian's clickhouse-server, with what it keeps in a directory.
type daemon struct {
	dir     string
	ports   [3]int // of HTTP, of its own protocol, and between servers
	secure  int    // port of HTTPS; 0: none
	command *exec.Cmd
}

// Shards starts a cluster of so many shards, of one server each. The test is skipped where there is no ClickHouse.
func Shards(t testing.TB, n int) *Cluster {
	t.Helper()
	return start(t, n, false, 0, nil)
}

// Encrypted starts a cluster of one server that speaks HTTPS, too, with a certificate for 127.0.0.1 that an authority has signed, and knows
// a user guarded with the password "open, sesame".
func Encrypted(t testing.TB, a *Authority) *Cluster {
	t.Helper()
	return start(t, 1, false, 0, a)
}

// Replicas starts a cluster of one shard that so many servers have copies of, and a coordinator for them.
func Replicas(t testing.TB, n int) *Cluster {
	t.Helper()
	if _, err := exec.LookPath("clickhouse-server"); err != nil {
		t.Skip("clickhouse-server is not installed (Debian: apt-get install clickhouse-server)")
	}
	return start(t, n, true, keeper(t), nil)
}

func start(t testing.TB, n int, replicated bool, keeper int, a *Authority) *Cluster {
	t.Helper()
	if _, err := exec.LookPath("clickhouse-server"); err != nil {
		t.Skip("clickhouse-server is not installed (Debian: apt-get install clickhouse-server)")
	}
	c := &Cluster{t: t, Name: "fleet"}
	ports := freePorts(t, 4*n)
	var all []*daemon
	for i := range n {
		d := &daemon{dir: t.TempDir(), ports: [3]int(ports[4*i:])}
		s := &Server{HTTP: fmt.Sprintf("127.0.0.1:%d", d.ports[0]), program: d}
		if a != nil {
			d.secure = ports[4*i+3]
			s.HTTPS = fmt.Sprintf("127.0.0.1:%d", d.secure)
			if err := a.issue(d.dir); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, d)
		c.Servers = append(c.Servers, s)
	}
	for i := range all {
		if err := configure(all, i, c.Name, replicated, keeper); err != nil {
			t.Fatal(err)
		}
	}
	c.launch()
	return c
}

func (d *daemon) start() (err error) {
	d.command, err = run(d.dir, "clickhouse-server", "--config-file="+filepath.Join(d.dir, "config.xml"))
	return err
}

func (d *daemon) kill() {
	end(d.command)
	d.command = nil
}

func (d *daemon) said() string {
	out, _ := os.ReadFile(filepath.Join(d.dir, "out"))     // shown if it is there
	log, _ := os.ReadFile(filepath.Join(d.dir, "err.log")) // likewise
	return string(out) + "\n" + string(log)
}

// run starts a program that writes to the file out of a directory.
func run(dir, name string, args ...string) (*exec.Cmd, error) {
	out, err := os.OpenFile(filepath.Join(dir, "out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close() // the program has its own
	command := exec.Command(name, args...)
	command.Dir, command.Stdout, command.Stderr = dir, out, out
	if err := command.Start(); err != nil {
		return nil, err
	}
	return command, nil
}

// end ends a program at once; nil is none.
func end(command *exec.Cmd) {
	if command == nil {
		return
	}
	_ = command.Process.Kill() // it may have ended
	_ = command.Wait()
}

// configure writes the configuration of the i-th server of a cluster.
func configure(all []*daemon, i int, cluster string, replicated bool, keeper int) error {
	d := all[i]
	var shards strings.Builder
	for j, other := range all {
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
<remote_servers><%[5]s>%[6]s</%[5]s></remote_servers><macros><shard>%[7]s</shard><replica>r%[8]d</replica></macros>%[9]s%[10]s
</yandex>`, d.dir, d.ports[0], d.ports[1], d.ports[2], cluster, shards.String(), macro, i+1, coordinator, d.encryption())
	users := `<yandex><profiles><default><max_memory_usage>4000000000</max_memory_usage></default><reading><readonly>2</readonly></reading></profiles>
<users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default>
<guarded><password>open, sesame</password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></guarded>
<reader><password></password><networks><ip>::/0</ip></networks><profile>reading</profile><quota>default</quota></reader></users>
<quotas><default></default></quotas></yandex>`
	for name, content := range map[string]string{"config.xml": config, "users.xml": users} {
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// encryption is the part of the configuration that is about HTTPS, "" without.
func (d *daemon) encryption() string {
	if d.secure == 0 {
		return ""
	}
	return fmt.Sprintf(`<https_port>%[1]d</https_port><openSSL><server><certificateFile>%[2]s/server.crt</certificateFile><privateKeyFile>%[2]s/server.key</privateKeyFile>
<verificationMode>none</verificationMode><loadDefaultCAFile>false</loadDefaultCAFile><disableProtocols>sslv2,sslv3</disableProtocols></server></openSSL>`, d.secure, d.dir)
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
