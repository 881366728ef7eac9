package load

import (
	"errors"

	"github.com/prometheus/procfs"
)

// tcpCounters are what TCP lost, since the host was booted.
type tcpCounters struct {
	known                         bool
	overflows, drops, retransmits float64
}

// kernel tells what only Linux does: pressure stalls, and connections that were not taken up or had to be sent again.
func (h *Host) kernel(out *gathering, next *hostCounters) error {
	fs, err := procfs.NewFS(h.Proc)
	if err != nil {
		return err
	}
	var problems error
	for _, resource := range [...]string{"cpu", "memory", "io"} {
		stalls, err := fs.PSIStatsForResource(resource)
		if err != nil {
			problems = errors.Join(problems, err)
			continue
		}
		if stalls.Some != nil {
			out.gauge("psi_"+resource+"_percent", stalls.Some.Avg10)
		}
	}
	// The counters of a process' own network are those of the host, unless it runs in a container.
	self, err := fs.Self()
	if err != nil {
		return errors.Join(problems, err)
	}
	now := tcpCounters{known: true}
	extended, err := self.Netstat()
	if err == nil {
		now.overflows, now.drops = counted(extended.ListenOverflows), counted(extended.ListenDrops)
	}
	basic, snmpErr := self.Snmp()
	if snmpErr == nil {
		now.retransmits = counted(basic.RetransSegs)
	}
	if err == nil && snmpErr == nil {
		next.tcp = now
	}
	if was := h.last.tcp; was.known && next.tcp.known {
		out.rate("tcp_listen_overflows", was.overflows, now.overflows)
		out.rate("tcp_listen_drops", was.drops, now.drops)
		out.rate("tcp_retrans", was.retransmits, now.retransmits)
	}
	return errors.Join(problems, err, snmpErr)
}

func counted(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
