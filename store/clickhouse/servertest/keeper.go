package servertest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// keeper starts a ZooKeeper and returns its port.
func keeper(t testing.TB) int {
	t.Helper()
	java, err := exec.LookPath("java")
	jars := zookeeperJars()
	if err != nil || jars == "" {
		t.Skip("zookeeper is not installed (Debian: apt-get install zookeeper)")
	}
	dir := t.TempDir()
	port := freePorts(t, 1)[0]
	config := fmt.Sprintf("tickTime=1000\ndataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n", dir, port)
	path := filepath.Join(dir, "zoo.cfg")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(java, "-Xmx256m", "-cp", jars, "org.apache.zookeeper.server.quorum.QuorumPeerMain", path)
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	command.Stdout, command.Stderr = out, out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // it may have ended
		_ = command.Wait()
	})
	for until := time.Now().Add(startup); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if serves(port) {
			return port
		}
	}
	log, _ := os.ReadFile(filepath.Join(dir, "out"))
	t.Fatalf("ZooKeeper did not come up:\n%.2000s", log)
	return 0
}

// reply is how long a ZooKeeper that is starting may take to say how it does: it may never answer a connection that came too early.
const reply = 2 * time.Second

// serves reports whether a ZooKeeper takes sessions: it listens a while before it does.
func serves(port int) bool {
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(reply)); err != nil {
		return false
	}
	if _, err := io.WriteString(c, "srvr"); err != nil {
		return false
	}
	state, err := io.ReadAll(c)
	return err == nil && bytes.Contains(state, []byte("Mode:"))
}

// zookeeperJars returns the class path of Debian's package, "" where it is not there.
func zookeeperJars() string {
	const dir = "/usr/share/java/"
	if _, err := os.Stat(dir + "zookeeper.jar"); err != nil {
		return ""
	}
	return "/etc/zookeeper/conf:" + dir + "*"
}
