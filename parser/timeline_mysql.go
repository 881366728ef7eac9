package parser

import (
	"strconv"
	"strings"
)

// mysqlStatus reads what SHOW GLOBAL STATUS and mysqladmin extended-status print, as a table or parted by tabs. There is no time in it:
// a line "TS 1795241580.0 2026-11-21 06:13:00" before a dump, as pt-stalk writes, dates it, else the file does.
type mysqlStatus struct {
	at      moment
	started bool
}

// mysqlGauges are the variables that tell of load.
var mysqlGauges = map[string]string{
	"Threads_running": "mysql_threads_running", "Threads_connected": "mysql_threads_connected", "Max_used_connections": "mysql_max_used_connections",
	"Innodb_row_lock_current_waits": "mysql_row_lock_waits", "Innodb_buffer_pool_wait_free": "mysql_buffer_pool_wait_free",
}

func (g *mysqlStatus) line(t *timelineReader, b []byte) bool {
	text := strings.TrimSpace(string(b))
	switch {
	case text == "":
		return true
	case strings.HasPrefix(text, "TS "):
		m, rest, ok := t.clock.epoch([]byte(text[3:]))
		g.at = m
		return ok && (len(rest) == 0 || rest[0] == ' ')
	case strings.HasPrefix(text, "+--") && strings.Trim(text, "+-") == "":
		return true
	}
	cells := strings.Split(strings.Trim(text, "| "), "|")
	if text[0] != '|' {
		cells = strings.Split(text, "\t")
	}
	if len(cells) != 2 {
		return false
	}
	name, value := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1])
	if name == "Variable_name" && value == "Value" {
		g.started = true
		return true
	}
	if name == "Aborted_clients" {
		g.started = true // the first of all variables, where heads are left out
	}
	if !g.started || !isName(name) || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	metric := mysqlGauges[name]
	v, err := strconv.ParseFloat(value, 64)
	if metric == "" || err != nil {
		return true
	}
	at := g.at
	if at.resolution == 0 {
		at = moment{t.opts.Reference, second, true}
	}
	if at.micros > 0 {
		t.sample(at, "", metric, v)
	}
	return true
}

func (g *mysqlStatus) end(*timelineReader) {}
