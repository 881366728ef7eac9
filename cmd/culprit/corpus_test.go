package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// corpus is a log made up with what it holds, to count against. It spans a day; for ten minutes at noon the backend is down.
type corpus struct {
	path     string
	out      *bufio.Writer
	lines    int64
	requests map[string]int64 // by status
	events   map[string]int64 // by message
}

// corpusKind is how the lines of one kind of log are made, and how many there are to each record of an error log.
type corpusKind struct {
	name  string
	share float64
	line  func(c *corpus, rng *rand.Rand, at time.Time)
}

var corpusKinds = []corpusKind{
	{"nginx-error", 1, errorLine}, {"nginx-access", 5, accessLine}, {"haproxy", 3, haproxyLine}, {"apache-error", 1, apacheLine}, {"php-fpm", 2.5, fpmLine},
}

// makeCorpus writes a log of n records to a directory. The same kind and number always make the same log.
func makeCorpus(t *testing.T, dir string, kind corpusKind, n int) *corpus {
	t.Helper()
	c := &corpus{path: filepath.Join(dir, kind.name+"-"+strconv.Itoa(n)+".log"), requests: map[string]int64{}, events: map[string]int64{}}
	f, err := os.Create(c.path)
	if err != nil {
		t.Fatal(err)
	}
	c.out = bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	for i := range n {
		kind.line(c, rng, time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC).Add(time.Duration(float64(i)/float64(n)*float64(24*time.Hour))))
		c.lines++
	}
	if err := c.out.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

// down reports whether the backend is.
func down(at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	return minute >= 715 && minute < 725
}

func errorLine(c *corpus, rng *rand.Rand, at time.Time) {
	kinds := []string{
		"connect() failed (111: Connection refused) while connecting to upstream",
		"upstream timed out (110: Connection timed out) while reading response header from upstream",
		"recv() failed (104: Connection reset by peer) while reading response header from upstream",
		"upstream prematurely closed connection while reading response header from upstream",
		"access forbidden by rule",
		"directory index of \"/srv/www/shop/\" is forbidden",
		"client intended to send too large body: 10485761 bytes",
	}
	text := kinds[0]
	if !down(at) {
		text = kinds[min(rng.IntN(12), len(kinds)-1)]
	}
	fmt.Fprintf(c.out, "%s [error] 12%02d#0: *%d %s, client: 198.51.%d.%d, server: shop.example, request: \"GET /item/%d HTTP/1.1\", upstream: \"http://10.0.0.%d:9000/\", host: \"shop.example\"\n",
		at.Format("2006/01/02 15:04:05"), rng.IntN(8), 1000+c.lines, text, rng.IntN(80), rng.IntN(250), rng.IntN(4000), rng.IntN(4)+1)
	c.events[text]++
}

func apacheLine(c *corpus, rng *rand.Rand, at time.Time) {
	text := "(70007)The timeout specified has expired: [client 198.51.%d.%d:50112] AH01075: Error dispatching request to : (polling)"
	if down(at) || rng.IntN(2) == 0 {
		text = "(111)Connection refused: [client 198.51.%d.%d:50112] AH00957: http: attempt to connect to 10.0.0.1:8080 (backend.example) failed"
	}
	fmt.Fprintf(c.out, "[%s] [proxy:error] [pid %d:tid 139872340563712] "+text+"\n", at.Format("Mon Jan 02 15:04:05.000000 2006"), 300+rng.IntN(9), rng.IntN(80), rng.IntN(250))
}

func fpmLine(c *corpus, rng *rand.Rand, at time.Time) {
	text := "NOTICE: [pool www] child %d started"
	if down(at) || rng.IntN(3) == 0 {
		text = "WARNING: [pool www] child %d said into stderr: \"NOTICE: PHP message: PHP Warning:  fopen(): failed in /srv/app/index.php on line 7\""
	}
	fmt.Fprintf(c.out, "[%s] "+text+"\n", at.Format("02-Jan-2006 15:04:05"), 1000+rng.IntN(9000))
}

// status is mostly 200.
func (c *corpus) status(rng *rand.Rand, at time.Time) int {
	status := []int{200, 200, 200, 200, 200, 200, 200, 200, 304, 404}[rng.IntN(10)]
	if down(at) && rng.IntN(3) > 0 || rng.IntN(2000) == 0 {
		status = 502 + 2*rng.IntN(2)
	}
	c.requests[strconv.Itoa(status)]++
	return status
}

func accessLine(c *corpus, rng *rand.Rand, at time.Time) {
	fmt.Fprintf(c.out, "198.51.%d.%d - - [%s] \"GET /item/%d?q=%d HTTP/1.1\" %d %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0\"\n",
		rng.IntN(80), rng.IntN(250), at.Format("02/Jan/2006:15:04:05 -0700"), rng.IntN(4000), rng.IntN(1e6), c.status(rng, at), rng.IntN(90000), 90+rng.IntN(40), 90+rng.IntN(40))
}

func haproxyLine(c *corpus, rng *rand.Rand, at time.Time) {
	fmt.Fprintf(c.out, "%s lb1 haproxy[2201]: 198.51.%d.%d:4%04d [%s] fe_https~ be_app/web%d 0/0/%d/%d/%d %d %d - - ---- 40/38/5/2/0 0/0 \"GET /item/%d HTTP/1.1\"\n",
		at.Format("Jan _2 15:04:05"), rng.IntN(80), rng.IntN(250), rng.IntN(9999), at.Format("02/Jan/2006:15:04:05.000"), 1+rng.IntN(5),
		rng.IntN(4), rng.IntN(200), 210, c.status(rng, at), rng.IntN(90000), rng.IntN(4000))
}
