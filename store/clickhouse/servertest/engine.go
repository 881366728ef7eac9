package servertest

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// sessions is a program that runs statements with a library.
//
//go:embed chdb/sessions.c
var sessions string

// Engine starts a recent ClickHouse as a cluster of one server, which is its only shard: the engine that npm offers as a library, in a process
// of its own, behind a handler that speaks HTTP as ClickHouse does. It runs one statement at a time, does not know statements by
// the names that they are sent with, and asks for no password. The test is skipped where the library or a C compiler is not there.
func Engine(t testing.TB) *Cluster {
	t.Helper()
	return engineCluster(t, "")
}

// ReplicatedEngine is Engine with a coordinator, so that it has replicated tables.
func ReplicatedEngine(t testing.TB) *Cluster {
	t.Helper()
	_ = library(t) // before the coordinator is started
	return engineCluster(t, fmt.Sprintf("<zookeeper><node><host>127.0.0.1</host><port>%d</port></node></zookeeper>", keeper(t)))
}

func engineCluster(t testing.TB, coordinator string) *Cluster {
	t.Helper()
	e := &engine{dir: t.TempDir(), library: library(t)}
	c := &Cluster{t: t, Name: "fleet"}
	// A shard at the engine's own port is the engine itself. It does not listen there.
	config := fmt.Sprintf(`<clickhouse><tcp_port>%[1]d</tcp_port><interserver_http_host>127.0.0.1</interserver_http_host><interserver_http_port>%[2]d</interserver_http_port>
<remote_servers><%[3]s><shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>%[1]d</port></replica></shard></%[3]s></remote_servers>
<macros><shard>1</shard><replica>r1</replica></macros>%[4]s</clickhouse>`, freePorts(t, 1)[0], freePorts(t, 1)[0], c.Name, coordinator)
	if err := errors.Join(os.WriteFile(e.file("config.xml"), []byte(config), 0o600), e.compile()); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(e)
	t.Cleanup(front.Close)
	c.Servers = []*Server{{HTTP: front.Listener.Addr().String(), program: e}}
	c.launch()
	return c
}

// library returns where the engine is. The test is skipped where it is not, or cannot be used.
func library(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("gcc is not installed: .ci/tools installs it")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("there is no place where ClickHouse's library could be: ", err)
	}
	path := filepath.Join(cache, "culprit", "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so")
	if _, err := os.Stat(path); err != nil {
		t.Skip("ClickHouse's library @chdb/lib-linux-x64-gnu is not installed: .ci/tools installs it")
	}
	return path
}

// engine is the library in a process, with what it keeps in a directory.
type engine struct {
	dir, library string

	asking sync.Mutex // held while a statement runs
	mu     sync.Mutex // guards what follows
	run    *running
}

// running is the process.
type running struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func (e *engine) file(name string) string { return filepath.Join(e.dir, name) }

func (e *engine) compile() error {
	if err := os.WriteFile(e.file("sessions.c"), []byte(sessions), 0o600); err != nil {
		return err
	}
	out, err := exec.Command("gcc", "-O1", "-Wall", "-o", e.file("sessions"), e.file("sessions.c"), "-ldl").CombinedOutput()
	if err != nil {
		return fmt.Errorf("compile the program that runs statements: %w\n%s", err, out)
	}
	return nil
}

func (e *engine) start() error {
	out, err := os.OpenFile(e.file("out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close() // the process has its own
	command := exec.Command(e.file("sessions"), e.library, "--path="+e.file("data"), "--config-file="+e.file("config.xml"))
	command.Dir, command.Stderr = e.dir, out
	in, err := command.StdinPipe()
	if err != nil {
		return err
	}
	answers, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.run = &running{command, in, bufio.NewReader(answers)}
	return nil
}

func (e *engine) kill() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.run != nil {
		end(e.run.command)
	}
	e.run = nil
}

func (e *engine) said() string {
	out, _ := os.ReadFile(e.file("out")) // shown if it is there
	return string(out)
}

var errDown = errors.New("the engine is not running")

// ask runs statements that prepare for one, and that one, with what it inserts in a format, "" for none. It returns what the last one
// yields, or that one of them failed and why; err is that the engine has gone.
func (e *engine) ask(prepare []string, statement, format string, body []byte) (answer []byte, failed bool, err error) {
	e.asking.Lock()
	defer e.asking.Unlock()
	e.mu.Lock()
	run := e.run
	e.mu.Unlock()
	if run == nil {
		return nil, false, errDown
	}
	question := binary.NativeEndian.AppendUint32(nil, uint32(len(prepare)+3))
	for _, field := range append(prepare, statement, format, string(body)) {
		question = append(binary.NativeEndian.AppendUint64(question, uint64(len(field))), field...)
	}
	if _, err := run.in.Write(question); err != nil {
		return nil, false, err
	}
	var head [9]byte
	if _, err := io.ReadFull(run.out, head[:]); err != nil {
		return nil, false, err
	}
	var text strings.Builder
	if _, err := io.CopyN(&text, run.out, int64(binary.NativeEndian.Uint64(head[1:]))); err != nil {
		return nil, false, err
	}
	return []byte(text.String()), head[0] != 0, nil
}
