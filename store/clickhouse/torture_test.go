package clickhouse_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// CULPRIT_TORTURE="events kills" makes the test below as long as one likes: "2000000 50".
const torture = "CULPRIT_TORTURE"

// TestKilledCountsOnce kills agents and shards while logs are read, and counts every line afterwards.
func TestKilledCountsOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills servers")
	}
	events, kills := 40_000, 4
	if text := os.Getenv(torture); text != "" {
		if _, err := fmt.Sscan(text, &events, &kills); err != nil {
			t.Fatalf("%s: %v", torture, err)
		}
	}
	for _, spooled := range []bool{false, true} {
		t.Run(fmt.Sprint("spool ", spooled), func(t *testing.T) { tortured(t, servertest.Shards(t, 2), events/2, kills/2, spooled) })
	}
	t.Run("recent", func(t *testing.T) { tortured(t, servertest.Engine(t), events/2, kills/2, false) })
}

func tortured(t *testing.T, c *servertest.Cluster, events, kills int, spooled bool) {
	t.Helper()
	address := initialized(t, c, "torture", clickhouse.Layout{Cluster: c.Name})
	spool := ""
	if spooled {
		spool = t.TempDir()
	}
	rng := rand.New(rand.NewPCG(uint64(events), uint64(kills)))
	killed, rounds, round := 0, 2*kills, 1
	for until := time.Now().Add(waitFor + time.Duration(kills)*10*time.Second); ; {
		if time.Now().After(until) {
			t.Fatalf("the agents did not get ready, %d kills", killed)
		}
		// Each agent reads a little further, so that there is something to be killed at.
		quota := events / agentSources * round / rounds
		command := exec.Command(os.Args[0], "-test.run=^$")
		command.Env = append(os.Environ(), agentURL+"="+c.URL("torture", rng.IntN(len(c.Servers)))+"?compress=off&timeout=10s", agentSpool+"="+spool,
			agentEvents+"="+fmt.Sprint(quota))
		var complaint bytes.Buffer
		command.Stderr = &complaint
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }()
		var err error
		select {
		case err = <-ended:
		case <-time.After(time.Duration(30+rng.IntN(220)) * time.Millisecond):
			if killed < kills {
				killed++
				kill(c, command, rng)
			}
			err = <-ended
		}
		switch {
		case err != nil:
			if complaint.Len() > 0 {
				t.Logf("an agent gave up: %.300s", complaint.String())
			}
			round = min(round+rng.IntN(2), rounds)
		case round < rounds:
			round++
		case left(spool) == 0:
			t.Logf("%d kills", killed)
			countLines(t, address, events)
			return
		}
	}
}

// kill kills the agent, or a shard, which is started again.
func kill(c *servertest.Cluster, agent *exec.Cmd, rng *rand.Rand) {
	if rng.IntN(2) == 0 {
		_ = agent.Process.Kill() // it may have ended
		return
	}
	shard := rng.IntN(len(c.Servers))
	c.Kill(shard)
	c.Start(shard)
	c.Wait(shard)
}

// left is how many blocks wait in a spool.
func left(spool string) (n int) {
	if spool == "" {
		return 0
	}
	entries, _ := os.ReadDir(spool) // empty where it is not there
	for _, e := range entries {
		if bytes.HasSuffix([]byte(e.Name()), []byte(".block")) {
			n++
		}
	}
	return n
}

// countLines checks that every line was counted, and stored, once.
func countLines(t *testing.T, address *clickhouse.Address, events int) {
	t.Helper()
	ctx := context.Background()
	st, err := clickhouse.Open(ctx, address, clickhouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	points, err := st.Top(ctx, store.Query{Table: store.Requests})
	if err != nil || len(points) != 1 || points[0].Count != int64(events) {
		t.Errorf("counted %+v (%v), want %d", points, err, events)
	}
	rows, err := clickhouse.Select(ctx, address, "SELECT count() AS n, uniqExact(source, line) AS u, max(line) AS m FROM record WHERE kind = 5", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	row, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprint([]any{events, events, events / agentSources}); fmt.Sprint(row) != want {
		t.Errorf("stored events, different ones, last line: %v, want %s", row, want)
	}
}

// initialized prepares a store on a cluster.
func initialized(t testing.TB, c *servertest.Cluster, database string, l clickhouse.Layout) *clickhouse.Address {
	t.Helper()
	address, err := clickhouse.ParseAddress(c.URL(database, 0))
	if err != nil {
		t.Fatal(err)
	}
	if err := clickhouse.Init(context.Background(), address, l); err != nil {
		t.Fatal(err)
	}
	return address
}
