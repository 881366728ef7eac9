package load

import (
	"context"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/disk"
)

// disks tells of the busiest device how busy it was, and of the slowest how long a request took.
func (h *Host) disks(ctx context.Context, out *gathering, next *hostCounters) error {
	all, err := disk.IOCountersWithContext(ctx)
	if err != nil {
		return err
	}
	next.disks = all
	if h.last.disks == nil || out.span <= 0 {
		return nil
	}
	busiest, slowest := -1.0, -1.0
	for name, now := range all {
		was, known := h.last.disks[name]
		if !known || now.IoTime < was.IoTime || strings.HasPrefix(name, "loop") || strings.HasPrefix(name, "ram") {
			continue
		}
		busiest = max(busiest, min(100, 100*float64(now.IoTime-was.IoTime)/1000/out.span.Seconds()))
		requests := float64(now.ReadCount+now.WriteCount) - float64(was.ReadCount+was.WriteCount)
		waited := float64(now.ReadTime+now.WriteTime) - float64(was.ReadTime+was.WriteTime)
		if requests > 0 && waited >= 0 {
			slowest = max(slowest, waited/requests)
		}
	}
	if busiest >= 0 {
		out.mean("disk_util_percent", busiest)
	}
	if slowest >= 0 {
		out.mean("disk_await_ms", slowest)
	}
	return nil
}

// fileSystems tells how full the fullest one is, in bytes and in inodes.
func fileSystems(ctx context.Context, out *gathering) error {
	all, err := disk.PartitionsWithContext(ctx, false)
	if err != nil {
		return err
	}
	fullest, inodes := -1.0, -1.0
	for _, p := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// One that can only be read is full by its making, and one of another machine may hang.
		if slices.Contains(p.Opts, "ro") || isRemote(p.Fstype) || p.Fstype == "squashfs" || p.Fstype == "iso9660" {
			continue
		}
		u, err := disk.UsageWithContext(ctx, p.Mountpoint)
		if err != nil || u.Total == 0 {
			continue
		}
		fullest = max(fullest, u.UsedPercent)
		if u.InodesTotal > 0 {
			inodes = max(inodes, u.InodesUsedPercent)
		}
	}
	if fullest >= 0 {
		out.gauge("disk_used_percent", fullest)
	}
	if inodes >= 0 {
		out.gauge("inodes_used_percent", inodes)
	}
	return nil
}

func isRemote(kind string) bool {
	return strings.HasPrefix(kind, "nfs") || strings.HasPrefix(kind, "fuse") || kind == "cifs" || kind == "smb3" || kind == "9p" || kind == "ceph" || kind == "glusterfs"
}
