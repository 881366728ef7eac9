package parser

import "time"

// sadfMoment is the part of one element of sadf's statistics that culprit uses.
//
// Source: sysstat json_stats.c; names of other versions stand beside the current ones.
type sadfMoment struct {
	Timestamp sadfTimestamp `json:"timestamp"`
	CPU       []sadfCPU     `json:"cpu-load"`
	CPUAll    []sadfCPU     `json:"cpu-load-all"`
	Memory    *sadfMemory   `json:"memory"`
	Queue     *sadfQueue    `json:"queue"`
	Disks     []sadfDisk    `json:"disk"`
	Files     []sadfFiles   `json:"filesystems"`
	Network   struct {
		Devices []sadfDevice `json:"net-dev"`
		Sockets *sadfSockets `json:"net-sock"`
	} `json:"network"`
}

type sadfTimestamp struct {
	Date     string `json:"date"`
	Time     string `json:"time"`
	UTC      int    `json:"utc"`
	Zone     string `json:"tz"`
	Interval int    `json:"interval"` // seconds
}

type sadfCPU struct {
	CPU    string  `json:"cpu"`
	User   float64 `json:"user"`
	Usr    float64 `json:"usr"`
	System float64 `json:"system"`
	Sys    float64 `json:"sys"`
	IOWait float64 `json:"iowait"`
	Steal  float64 `json:"steal"`
	Idle   float64 `json:"idle"`
}

type sadfMemory struct {
	Free        float64  `json:"memfree"`
	Available   float64  `json:"avail"`
	Used        float64  `json:"memused"`
	UsedPercent *float64 `json:"memused-percent"`
	Buffers     float64  `json:"buffers"`
	Cached      float64  `json:"cached"`
	SwapPercent *float64 `json:"swpused-percent"`
}

type sadfQueue struct {
	Running float64  `json:"runq-sz"`
	Load1   *float64 `json:"ldavg-1"`
	Blocked float64  `json:"blocked"`
}

type sadfDisk struct {
	Util    float64 `json:"util"`
	UtilOld float64 `json:"util-percent"`
}

type sadfFiles struct {
	Used    float64 `json:"%fsused"`
	UsedNew float64 `json:"fsused-percent"`
}

type sadfDevice struct {
	Name string  `json:"iface"`
	RxKB float64 `json:"rxkB"`
	TxKB float64 `json:"txkB"`
}

type sadfSockets struct {
	TCP  float64 `json:"tcpsck"`
	Wait float64 `json:"tcp-tw"`
}

// moment reads the time stamp. Without "utc" it is the wall clock of the host's zone, where that is known.
func (t *sadfTimestamp) moment(zone *time.Location) (m moment, ok bool) {
	wall, err := time.Parse("2006-01-02 15:04:05", t.Date+" "+t.Time)
	if err != nil {
		return m, false
	}
	if t.UTC != 0 {
		return moment{wall.UnixMicro(), second, true}, true
	}
	if named := zoneNamed(t.Zone); named != nil {
		zone = named
	}
	if zone == nil {
		return moment{wall.UnixMicro(), second, false}, true
	}
	y, mon, d := wall.Date()
	h, min, sec := wall.Clock()
	return moment{time.Date(y, mon, d, h, min, sec, 0, zone).UnixMicro(), second, true}, true
}

// each gives every metric of the moment to yield and ends at its first error.
func (m *sadfMoment) each(yield func(metric string, value float64) error) (err error) {
	add := func(metric string, value float64) {
		if err == nil {
			err = yield(metric, value)
		}
	}
	for _, c := range append(m.CPU, m.CPUAll...) {
		if c.CPU == "all" || c.CPU == "-1" {
			add("cpu_percent", max(0, 100-c.Idle))
			add("cpu_user_percent", c.User+c.Usr)
			add("cpu_system_percent", c.System+c.Sys)
			add("cpu_iowait_percent", c.IOWait)
			add("cpu_steal_percent", c.Steal)
			break
		}
	}
	if m.Memory != nil {
		m.Memory.each(add)
	}
	if m.Queue != nil {
		if m.Queue.Load1 != nil {
			add("load1", *m.Queue.Load1)
		}
		add("runq", m.Queue.Running)
		add("blocked", m.Queue.Blocked)
	}
	m.storage(add)
	m.traffic(add)
	if s := m.Network.Sockets; s != nil {
		add("tcp_inuse", s.TCP)
		add("tcp_tw", s.Wait)
	}
	return err
}

// each adds the memory in use without caches. Older versions count caches as used; they are told by their percentage, which is
// then that of used to used and free together.
func (m *sadfMemory) each(add func(metric string, value float64)) {
	if m.UsedPercent != nil {
		percent := *m.UsedPercent
		total := m.Used + m.Free
		if plain := 100 * m.Used / total; total > 0 && plain-percent < 0.02 && percent-plain < 0.02 {
			reclaimable := m.Buffers + m.Cached
			if m.Available > 0 {
				reclaimable = m.Available - m.Free
			}
			percent = min(max(100*(m.Used-reclaimable)/total, 0), 100)
		}
		add("mem_used_percent", percent)
	}
	if m.SwapPercent != nil {
		add("swap_used_percent", *m.SwapPercent)
	}
}

func (m *sadfMoment) storage(add func(metric string, value float64)) {
	worst := 0.0
	for _, f := range m.Files {
		worst = max(worst, f.Used, f.UsedNew)
	}
	if len(m.Files) > 0 {
		add("disk_used_percent", worst)
	}
	worst = 0
	for _, d := range m.Disks {
		worst = max(worst, d.Util, d.UtilOld)
	}
	if len(m.Disks) > 0 {
		add("disk_util_percent", worst)
	}
}

func (m *sadfMoment) traffic(add func(metric string, value float64)) {
	var rx, tx, loRx, loTx float64
	others := false
	for _, d := range m.Network.Devices {
		if d.Name == "lo" {
			loRx, loTx = d.RxKB, d.TxKB
			continue
		}
		others = true
		rx, tx = rx+d.RxKB, tx+d.TxKB
	}
	if len(m.Network.Devices) == 0 {
		return
	}
	if !others {
		rx, tx = loRx, loTx
	}
	add("net_rx_bytes", rx*1024)
	add("net_tx_bytes", tx*1024)
}
