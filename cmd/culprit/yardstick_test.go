package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"culprit/store/rowfeed"
)

// Yardsticks: what the machine allows where nothing but one part of the work is done.

// splitter takes a combined access log apart by hand and counts it by second and status; it returns the CPU that took.
func (s *speeds) splitter(path string) time.Duration {
	s.Helper()
	f, err := os.Open(path)
	if err != nil {
		s.Fatal(err)
	}
	defer f.Close()
	begun := s.ownCPU()
	counts := map[[2]string]*int64{}
	buf, kept := make([]byte, 1<<20), 0
	for {
		n, err := f.Read(buf[kept:])
		if err != nil && err != io.EOF {
			s.Fatal(err)
		}
		rest := buf[:kept+n]
		for {
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				break
			}
			splitLine(rest[:end], counts)
			rest = rest[end+1:]
		}
		kept = copy(buf, rest)
		if err == io.EOF {
			return s.ownCPU() - begun
		}
	}
}

// splitLine finds the fields of one line: client, time, request, status, size, referrer and agent.
func splitLine(line []byte, counts map[[2]string]*int64) {
	open := bytes.IndexByte(line, '[')
	if open < 0 || len(line) < open+22 {
		return
	}
	second := line[open+1 : open+21]
	var fields [7][]byte
	for i, rest := 0, line[open+22:]; i < len(fields) && len(rest) > 0; i++ {
		mark := bytes.IndexByte(rest, '"')
		if mark < 0 {
			break
		}
		fields[i], rest = rest[:mark], rest[mark+1:]
	}
	if len(fields[2]) < 4 {
		return
	}
	status := fields[2][1:4]
	if n := counts[[2]string{string(second), string(status)}]; n != nil {
		*n++
		return
	}
	n := int64(1)
	counts[[2]string{string(second), string(status)}] = &n
}

// insertC measures the C program of testdata/yardstick; 0 where it cannot be built.
func (s *speeds) insertC(rows, indexes int) time.Duration {
	s.Helper()
	program := filepath.Join(s.dir, "insert")
	if _, err := os.Stat(program); err != nil {
		if out, err := exec.Command("gcc", "-O2", "-o", program, filepath.Join("testdata", "yardstick", "insert.c"), "-lsqlite3").CombinedOutput(); err != nil {
			s.missing = append(s.missing, fmt.Sprintf("gcc with libsqlite3 (%.80s)", out))
			return 0
		}
	}
	path := filepath.Join(s.dir, fmt.Sprintf("c-%d.db", indexes))
	defer os.Remove(path)
	return s.measureOnce(program, strconv.Itoa(rows), strconv.Itoa(indexes), path).cpu
}

// storage measures the way of rows into SQLite, with the table and the settings of the C program.
func (s *speeds) storage() {
	s.Helper()
	inC := s.insertC(s.n, 0)
	if err := rowfeed.Register(); err != nil {
		s.Fatal(err)
	}
	db, err := sql.Open("sqlite3", filepath.Join(s.dir, "storage.db"))
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	execute := func(sql string, args ...any) {
		if _, err := db.Exec(sql, args...); err != nil {
			s.Fatal(err)
		}
	}
	begun := s.ownCPU()
	execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536")
	execute("CREATE TABLE event (id INTEGER PRIMARY KEY, time INTEGER, source INTEGER, signature INTEGER, severity INTEGER, position INTEGER, client TEXT, upstream TEXT, message TEXT)")
	rows, message := rowfeed.NewRows(8), strings.Repeat("m", 140)
	draw := uint32(12345)
	execute("BEGIN")
	for i := range s.n {
		draw = draw*1664525 + 1013904223
		client := strconv.AppendUint(append(strconv.AppendUint([]byte("198.51."), uint64(draw>>16&255), 10), '.'), uint64(draw>>24), 10)
		rows.Begin()
		rows.Int(1773446400000000 + int64(i)*86400)
		rows.Int(1)
		rows.Int(int64(draw>>8) % 80)
		rows.Int(int64(draw >> 20 & 7))
		rows.Int(int64(i) * 335)
		rows.Text(string(client))
		rows.Text("10.0.2.11:8080")
		rows.Text(message)
		if i%1000 == 999 || i == s.n-1 {
			err := rows.Chunks(func(chunk []byte) error {
				_, err := db.Exec("INSERT OR FAIL INTO event (time, source, signature, severity, position, client, upstream, message) SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM rowfeed(?)", chunk)
				return err
			})
			if err != nil {
				s.Fatal(err)
			}
			rows.Reset()
		}
		if i%50000 == 49999 {
			execute("COMMIT")
			execute("BEGIN")
		}
	}
	execute("COMMIT")
	s.ratio(" 5 storage alone: rows per CPU-second / C with libsqlite3", "≥ 0.80", inC, s.ownCPU()-begun)
}

// padding makes a directory of n signatures that match nothing.
func (s *speeds) padding(n int) string {
	s.Helper()
	dir := filepath.Join(s.dir, "padding")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		s.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("kind: signatures\nsignatures:\n")
	for i := range n {
		message := fmt.Sprintf("padding module %04d gave up on shard %d", i, i*7919%1000)
		fmt.Fprintf(&text, "  - id: nginx-padding-%04d\n    daemons: [nginx]\n    match: {any: [%q]}\n    stage: connect\n    title: Padding\n    examples:\n"+
			"      - '2026/03/14 00:00:00 [error] 12#0: *1 %s'\n", i, message, message)
	}
	if err := os.WriteFile(filepath.Join(dir, "padding.yaml"), []byte(text.String()), 0o600); err != nil {
		s.Fatal(err)
	}
	return dir
}
