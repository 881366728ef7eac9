package parser

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestCSV reads load tables under the names, units and forms of time that people and tools give them.
func TestCSV(t *testing.T) {
	f := func(table string, want ...string) {
		t.Helper()
		reference := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixMicro()
		var got []string
		for _, r := range scanAll(NewScanner(Options{Reference: reference}), []byte(table)) {
			layout := "2006-01-02T15:04:05.999"
			if r.Zoned {
				layout += "Z"
			}
			if r.Sample == nil {
				got = append(got, "?")
				continue
			}
			got = append(got, fmt.Sprintf("%s %s %s=%.6g", time.UnixMicro(r.Time).UTC().Format(layout), r.Sample.Host, r.Sample.Metric, r.Sample.Value))
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\n got %s\nwant %s", table, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
	// Long tables.
	f("time,host,metric,value\n2026-11-21T06:13:00Z,web1,cpu_percent,42\n", "2026-11-21T06:13:00Z web1 cpu_percent=42")
	f("value;name;server;ts\n42,5;Processor Time (%);web1;2026-11-21 06:13:00\n", "2026-11-21T06:13:00 web1 cpu_percent=42.5")
	f("value;name;server;ts\n42,5;CPU Usage [%];web1;2026-11-21 06:13:00\n", "2026-11-21T06:13:00 web1 cpu_percent=42.5")
	f("timestamp,instance,metric,unit,value\n1795241580,web1,cpu,ratio,0.25\n1795241580,web1,memory,percent,61\n",
		"2026-11-21T06:13:00Z web1 cpu_percent=25", "2026-11-21T06:13:00Z web1 mem_used_percent=61")
	// Wide tables.
	f("Time (UTC)\tHost\tCPU Idle %\tMem Free (%)\tload avg 1m\n2026-11-21 06:13\tweb1\t30\t20\t4.5\n",
		"2026-11-21T06:13:00Z web1 cpu_percent=70", "2026-11-21T06:13:00Z web1 mem_used_percent=80", "2026-11-21T06:13:00Z web1 load1=4.5")
	f("datetime,mem_used_mb,mem_total_mb,swap_free_mb,swap_total_mb\n2026-11-21T06:13:00+01:00,3000,4000,500,1000\n",
		"2026-11-21T05:13:00Z  mem_used_percent=75", "2026-11-21T05:13:00Z  mem_total_mb=4000", "2026-11-21T05:13:00Z  swap_used_percent=50", "2026-11-21T05:13:00Z  swap_total_mb=1000")
	f(`"Time","node_load1{instance=""web1:9100"",job=""node""}","CPU steal"`+"\n"+`"2026-11-21 06:13:00","1,204.5","3.5%"`+"\n",
		"2026-11-21T06:13:00 web1 load1=1204.5", "2026-11-21T06:13:00  cpu_steal_percent=3.5")
	f("when|cpuUtilization|diskUsedPercent|haproxy_queue|php-fpm listen queue\n1795241580123|81.5|40|3|7\n", "2026-11-21T06:13:00.123Z  cpu_percent=81.5",
		"2026-11-21T06:13:00.123Z  disk_used_percent=40", "2026-11-21T06:13:00.123Z  haproxy_queue=3", "2026-11-21T06:13:00.123Z  fpm_listen_queue=7")
	f("Date,Time,cpu\n11/21/2026,06:13:05,5\n", "2026-11-21T06:13:05  cpu_percent=5")
	f("Zeitpunkt;CPU-Auslastung;Hauptspeicher\n21.11.2026 06:13:05;12,5;40\n", "?", "2026-11-21T06:13:05  cpu_percent=12.5", "2026-11-21T06:13:05  hauptspeicher=40")
	// Fractions that say nothing of a unit.
	f("time,cpu\n2026-11-21T06:13:00Z,0.42\n2026-11-21T06:13:10Z,1\n", "2026-11-21T06:13:00Z  cpu_percent=42", "2026-11-21T06:13:10Z  cpu_percent=100")
	f("time,CPU utilisation,Memory used %\n2026-11-21T06:13:00Z,0.25,61\n2026-11-21T06:13:10Z,0.5,62\n", "2026-11-21T06:13:00Z  cpu_percent=25",
		"2026-11-21T06:13:00Z  mem_used_percent=61", "2026-11-21T06:13:10Z  cpu_percent=50", "2026-11-21T06:13:10Z  mem_used_percent=62")
	f("time,cpu_percent,mem_percent\n2026-11-21T06:13:00Z,0.25,0.61\n2026-11-21T06:13:10Z,0.5,0.62\n", "2026-11-21T06:13:00Z  cpu_percent=25",
		"2026-11-21T06:13:00Z  mem_used_percent=61", "2026-11-21T06:13:10Z  cpu_percent=50", "2026-11-21T06:13:10Z  mem_used_percent=62")
	f("time;name;value\n2026-11-21T06:13:00Z;cpu idle;0,75\n2026-11-21T06:13:10Z;cpu idle;0,5\n2026-11-21T06:13:10Z;load1;0,5\n",
		"2026-11-21T06:13:00Z  cpu_percent=25", "2026-11-21T06:13:10Z  cpu_percent=50", "2026-11-21T06:13:10Z  load1=0.5")
	// Percentages of a host that does nothing, or one value alone.
	f("time,cpu_percent\n2026-11-21T06:13:00Z,0.42\n2026-11-21T06:13:10Z,0.5\n", "2026-11-21T06:13:00Z  cpu_percent=0.42", "2026-11-21T06:13:10Z  cpu_percent=0.5")
	f("time,cpu,mem\n2026-11-21T06:13:00Z,0.42,61\n2026-11-21T06:13:10Z,0.5,61\n", "2026-11-21T06:13:00Z  cpu_percent=0.42", "2026-11-21T06:13:00Z  mem_used_percent=61",
		"2026-11-21T06:13:10Z  cpu_percent=0.5", "2026-11-21T06:13:10Z  mem_used_percent=61")
	f("time,cpu\n2026-11-21T06:13:00Z,0.42%\n2026-11-21T06:13:10Z,0.5%\n", "2026-11-21T06:13:00Z  cpu_percent=0.42", "2026-11-21T06:13:10Z  cpu_percent=0.5")
	f("time,cpu\n2026-11-21T06:13:00Z,0.42\n", "2026-11-21T06:13:00Z  cpu_percent=0.42")
	// Times.
	for _, text := range []string{"11/21/2026 6:13 AM", "21/11/2026 06:13", "21-11-2026, 06:13", "20261121061300", "20261121T061300", "21.11.26 06:13"} {
		f("time,cpu\n\""+text+"\",5\n", "2026-11-21T06:13:00  cpu_percent=5")
	}
	for _, text := range []string{"Sat, 21 Nov 2026 06:13:00 GMT", "20261121T061300Z", "1795241580.000", "2026-11-21 07:13:00 Europe/Berlin", "11/21/2026 07:13 +01:00"} {
		f("time,cpu\n\""+text+"\",5\n", "2026-11-21T06:13:00Z  cpu_percent=5")
	}
	// The day tells the order of the next one; where nothing does, the date that is not yet to come.
	f("time,cpu\n13/11/2026 06:13,5\n05/10/2026 06:13,5\n", "2026-11-13T06:13:00  cpu_percent=5", "2026-10-05T06:13:00  cpu_percent=5")
	f("time,cpu\n12/11/2026 06:13,5\n", "2026-11-12T06:13:00  cpu_percent=5")
	// What is none.
	f("time,cpu\n2026-11-21 06:13:00,n/a\n2026-13-41 06:13:00,5\n", "?")
	f("time is money, honey\nsecond line, third\n", "?", "?")
	// What no number of JSON can hold is left out.
	f("time,host,metric,value\n2026-11-21T06:13:00Z,web1,net_rx,1e308TB\n2026-11-21T06:13:10Z,web1,net_rx,5\n", "2026-11-21T06:13:10Z web1 net_rx_bytes=5")
	f("time,load1,runq\n2026-11-21T06:13:00Z,1e308T,5\n", "?", "2026-11-21T06:13:00Z  runq=5")
	f("datetime,mem_used_mb,mem_total_mb\n2026-11-21T06:13:00Z,1e308T,1e308T\n2026-11-21T06:13:10Z,3000,4000\n", "?", "2026-11-21T06:13:10Z  mem_used_percent=75", "2026-11-21T06:13:10Z  mem_total_mb=4000")
}

// TestMetricColumn names what is measured.
func TestMetricColumn(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		c := metricColumn([]byte(name))
		got := c.metric
		if c.rest {
			got = "100-" + got
		}
		if c.scale != 1 {
			got = fmt.Sprintf("%v*%s", c.scale, got)
		}
		if got != want {
			t.Errorf("%q is %s, want %s", name, got, want)
		}
	}
	f("cpu_percent", "cpu_percent")
	f("cpu_usage_percent", "cpu_percent")
	f("cpu.usage.ratio", "100*cpu_percent")
	f("CPU Load (%)", "cpu_percent")
	f("system.cpu.iowait", "cpu_iowait_percent")
	f("cpu_cores", "cpu_cores")
	f("ldavg-1", "load1")
	f("load5", "load5")
	f("load_15m", "load_15m")
	f("MemAvailable %", "100-mem_used_percent")
	f("mem_total_bytes", "mem_total_bytes")
	f("swap_in", "swap_in")
	f("disk read bytes", "disk_read_bytes")
	f("disk await (s)", "1000*disk_await_ms")
	f("Filesystem used %", "disk_used_percent")
	f("TcpExtListenOverflows", "tcp_listen_overflows")
	f("listen_overflows", "tcp_listen_overflows")
	f("qcur", "haproxy_queue")
	f("Threads_connected", "mysql_threads_connected")
	f("max_connections", "max_connections")
	f("wait_time", "wait_time")
}

func TestCSVAllocations(t *testing.T) {
	s := NewScanner(Options{})
	recs := make([]Record, 8)
	s.Scan([]byte("time,host,metric,value\n2026-11-21T06:13:00Z,web1,cpu_percent,42\n"), true, recs)
	// A sample of its own is what a line costs.
	line := []byte("2026-11-21T06:13:01Z,web1,cpu_percent,42\n")
	if n := testing.AllocsPerRun(100, func() { s.Scan(line, true, recs) }); n > 1 {
		t.Errorf("%v allocations a line, want 1", n)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Date,Time,cpu\n11/21/2026,06:13:05,5\n"))
	f.Add([]byte("\"Time\",\"node_load1{instance=\"\"web1:9100\"\"}\"\n\"2026-11-21 06:13:00\",\"1,204.5\"\n"))
	f.Add([]byte("Zeit;CPU\n21.11.2026 06:13:05;12,5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, r := range scanAll(NewScanner(Options{Reference: 1}), text) {
			if r.Sample != nil && (r.Sample.Value != r.Sample.Value || r.Time == 0) {
				t.Errorf("%q: %+v at %d", text, *r.Sample, r.Time)
			}
		}
	})
}
