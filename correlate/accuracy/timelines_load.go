package accuracy

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// sarText is what sar prints, a file a host, in UTC.
func sarText(t *timelines) []file {
	var files []file
	for _, host := range t.hosts() {
		rows := t.of(host)
		var b strings.Builder
		day := rows[0].at.UTC()
		fmt.Fprintf(&b, "Linux 6.1.0-18-amd64 (%s) \t%s \t_x86_64_\t(2 CPU)\n", host, day.Format("01/02/06"))
		table := func(metric, head string, row func(v float64) string) {
			if _, there := rows[0].values[metric]; !there {
				return
			}
			fmt.Fprintf(&b, "\n%s %s\n", day.Format("15:04:05"), head)
			for _, m := range rows {
				if v, there := m.values[metric]; there {
					fmt.Fprintf(&b, "%s %s\n", m.at.UTC().Format("15:04:05"), row(v))
				}
			}
		}
		table("cpu_percent", "       CPU     %user     %nice   %system   %iowait    %steal     %idle", func(v float64) string {
			return fmt.Sprintf("all %.2f 0.00 0.00 0.00 0.00 %.2f", v, 100-v)
		})
		table("mem_used_percent", "kbmemfree kbavail kbmemused %memused kbbuffers kbcached kbcommit %commit kbactive kbinact kbdirty", func(v float64) string {
			return fmt.Sprintf("%[1]d %[1]d %d %.2f 0 0 0 0.00 0 0 0", int((100-v)*1e5), int(v*1e5), v)
		})
		table("swap_used_percent", "kbswpfree kbswpused  %swpused  kbswpcad   %swpcad", func(v float64) string { return fmt.Sprintf("0 0 %.2f 0 0.00", v) })
		table("load1", "runq-sz  plist-sz   ldavg-1   ldavg-5  ldavg-15   blocked", func(v float64) string { return fmt.Sprintf("0 0 %.2f 0.00 0.00 0", v) })
		table("disk_used_percent", "MBfsfree  MBfsused   %fsused  %ufsused     Ifree     Iused    %Iused FILESYSTEM", func(v float64) string {
			return fmt.Sprintf("0 0 %.2f 0.00 0 0 0.00 /dev/vda1", v)
		})
		files = append(files, t.made("sar-"+host+".txt", b.String(), samples))
	}
	return files
}

// vmstatAndPrometheus is the CPU as vmstat -t prints it, where there is one host, and the rest as Prometheus answers.
func vmstatAndPrometheus(t *timelines) []file {
	hosts := t.hosts()
	if len(hosts) != 1 {
		return []file{wideTable(t)}
	}
	rows := t.of(hosts[0])
	var b strings.Builder
	b.WriteString("procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----\n" +
		" r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC\n")
	fmt.Fprintf(&b, " 1  0 0 1 1 1 0 0 0 0 0 0 0 0 100 0 0 %s\n", rows[0].at.UTC().Add(-time.Second).Format("2006-01-02 15:04:05")) // since the start of the host
	for _, m := range rows {
		cpu := int(math.Round(m.values["cpu_percent"]))
		fmt.Fprintf(&b, " 1  0 0 1 1 1 0 0 0 0 0 0 %d 0 %d 0 0 %s\n", cpu, 100-cpu, m.at.UTC().Format("2006-01-02 15:04:05"))
	}
	var series []map[string]any
	add := func(name, metric string, value func(v float64) float64, labels ...string) {
		about := map[string]string{"__name__": name, "instance": hosts[0] + ":9100", "job": "node"}
		for i := 0; i < len(labels); i += 2 {
			about[labels[i]] = labels[i+1]
		}
		var values [][2]any
		for _, m := range rows {
			if v, there := m.values[metric]; there {
				values = append(values, [2]any{float64(m.at.UnixMilli()) / 1000, strconv.FormatFloat(value(v), 'f', -1, 64)})
			}
		}
		if len(values) > 0 {
			series = append(series, map[string]any{"metric": about, "values": values})
		}
	}
	whole, free, same := func(float64) float64 { return 1e9 }, func(v float64) float64 { return 1e7 * (100 - v) }, func(v float64) float64 { return v }
	add("node_load1", "load1", same)
	add("node_memory_MemTotal_bytes", "mem_used_percent", whole)
	add("node_memory_MemAvailable_bytes", "mem_used_percent", free)
	add("node_memory_SwapTotal_bytes", "swap_used_percent", whole)
	add("node_memory_SwapFree_bytes", "swap_used_percent", free)
	add("node_filesystem_size_bytes", "disk_used_percent", whole, "mountpoint", "/", "fstype", "ext4")
	add("node_filesystem_avail_bytes", "disk_used_percent", free, "mountpoint", "/", "fstype", "ext4")
	prometheus := document(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": series}})
	return []file{t.made("vmstat.txt", b.String(), samples), t.made("prometheus.json", prometheus, samples)}
}

// columns are how a spreadsheet may call what is measured, and what of it is shown: fractions where they are called so.
var columns = []struct {
	metric, head string
	scale        float64
}{
	{"cpu_percent", "CPU utilisation", 0.01}, {"mem_used_percent", "Memory used %", 1}, {"swap_used_percent", "Swap used %", 1},
	{"load1", "Load average (1 min)", 1}, {"disk_used_percent", "Disk usage %", 1},
}

// wideTable is a column a metric, under names that people give them.
func wideTable(t *timelines) file {
	if len(t.load) == 0 {
		return t.made("export.csv", "", samples)
	}
	var b strings.Builder
	b.WriteString("Timestamp (UTC),Server")
	for _, c := range columns {
		b.WriteString("," + c.head)
	}
	for _, m := range t.load {
		b.WriteString("\n" + m.at.UTC().Format("2006-01-02 15:04:05") + "," + m.host)
		for _, c := range columns {
			b.WriteByte(',')
			if v, there := m.values[c.metric]; there {
				b.WriteString(strconv.FormatFloat(v*c.scale, 'f', 4, 64))
			}
		}
	}
	return t.made("export.csv", b.String()+"\n", samples)
}
