// Package servertest starts ClickHouse servers for tests: on loopback, with what they keep in a directory of the test.
package servertest

import (
	"net/http"
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
	HTTPS   string // likewise, "" where it does not speak that
	program program
}

// program is what a server runs.
type program interface {
	start() error
	// kill ends it at once, if it has not ended.
	kill()
	// said is what it has printed.
	said() string
}

// startup is how long a server may take to answer.
const startup = time.Minute

// launch starts the servers, which end with the test.
func (c *Cluster) launch() {
	c.t.Helper()
	c.t.Cleanup(func() {
		for i := range c.Servers {
			c.Kill(i)
		}
	})
	for i := range c.Servers {
		c.Start(i)
	}
	for i := range c.Servers {
		c.Wait(i)
	}
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
	c.t.Helper()
	if err := c.Servers[i].program.start(); err != nil {
		c.t.Fatal(err)
	}
}

// Kill ends a server at once.
func (c *Cluster) Kill(i int) { c.Servers[i].program.kill() }

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
	c.t.Fatalf("a server of ClickHouse did not come up:\n%.4000s", s.program.said())
}
