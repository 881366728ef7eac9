package follow

import (
	"os"

	"golang.org/x/sys/unix"
)

// idOf returns the identity of an open file.
func idOf(f *os.File) fileID {
	var st unix.Statx_t
	err := unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_INO|unix.STATX_BTIME, &st)
	if err != nil {
		return idByStat(f)
	}
	id := fileID{device: unix.Mkdev(st.Dev_major, st.Dev_minor), inode: st.Ino}
	if st.Mask&unix.STATX_BTIME != 0 {
		id.born = st.Btime.Sec*1e9 + int64(st.Btime.Nsec)
	}
	return id
}

func idByStat(f *os.File) fileID {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return fileID{}
	}
	return fileID{device: st.Dev, inode: st.Ino}
}

// remote lists the magic numbers of file systems on which a stat may fail in ways that hpcloud/tail takes for fatal: NFS, SMB, CIFS,
// SMB2, FUSE, 9P, Ceph.
var remote = map[int64]bool{0x6969: true, 0x517b: true, 0xff534d42: true, 0xfe534d42: true, 0x65735546: true, 0x01021997: true, 0x00c36400: true}

// distant reports whether files in a directory may be changed without this machine hearing of it.
func distant(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) != nil || remote[int64(fs.Type)]
}

// procName is a name that always leads to the inode behind an open file, "" where there is none to rely on.
func procName(f *os.File) string {
	var fs unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &fs); err != nil || remote[int64(fs.Type)] {
		return ""
	}
	name := procFD(f.Fd())
	there, err := os.Stat(name)
	if err != nil {
		return ""
	}
	if here, err := f.Stat(); err != nil || !os.SameFile(here, there) {
		return ""
	}
	return name
}
