package store

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// TestSketchDoesNotDependOnChance counts more clients than there are counters, under two seeds.
func TestSketchDoesNotDependOnChance(t *testing.T) {
	defer func(before maphash.Seed) { seed = before }(seed)
	f := func(with maphash.Seed) []string {
		seed = with
		var s clientSketch
		s.used = true
		texts, rng := newSketchTexts(), rand.New(rand.NewPCG(3, 4))
		for range 30_000 {
			client := fmt.Appendf(nil, "198.51.%d.%d", rng.IntN(20), rng.IntN(250))
			s.add(&texts, client, fmt.Appendf(nil, "agent %d", rng.IntN(2000)), int32(rng.IntN(9)), 10, 1)
		}
		var rows []string
		s.drain(&texts, func(r clientRow) {
			rows = append(rows, fmt.Sprintf("%s %s %d %d %d", r.client, r.agent, r.endpoint, r.count, r.bytes))
		})
		slices.Sort(rows)
		return rows
	}
	if one, other := f(maphash.MakeSeed()), f(maphash.MakeSeed()); !slices.Equal(one, other) {
		t.Errorf("two seeds give\n%s\nand\n%s", one, other)
	}
}

// TestSketchUnderAttack sends requests from addresses that all belong to the set of one heavy client. It stays, all are counted, and
// nothing grows.
func TestSketchUnderAttack(t *testing.T) {
	var s clientSketch
	s.used = true
	texts := newSketchTexts()
	set := xxhash.Sum64String("victim") % sketchSets
	var sent uint32
	add := func(client string) {
		s.add(&texts, []byte(client), nil, 0, 0, 1)
		sent++
	}
	for range 5000 {
		add("victim")
	}
	for n := 0; sent < 9000; n++ {
		if client := fmt.Sprint("attacker ", n); xxhash.Sum64String(client)%sketchSets == set {
			add(client)
		}
	}
	var victim, counted uint32
	rows := 0
	s.drain(&texts, func(r clientRow) {
		rows++
		counted += r.count
		if r.client == "victim" {
			victim = r.count
		}
	})
	if victim != 5000 || counted != sent || rows > heaviest+sketchAgents+1 {
		t.Errorf("the heavy client has %d of 5000 requests, %d of %d were counted, in %d rows", victim, counted, sent, rows)
	}
}
