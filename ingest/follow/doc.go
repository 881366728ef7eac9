// Package follow reads logs that are being written, and loses nothing: neither at a rotation of any kind nor between one run and the
// next. It owns what identity, discovery, offsets and truncation are; github.com/hpcloud/tail reads the end of one open file under it.
//
// A path that is followed has generations: the file that is there now, and those that were there before and may still be written to.
// A generation is a file by device, inode and beginning, never by name. It is left only when a newer one exists, all of it was read
// and it has been quiet for long. Events only wake the follower up; what it does rests on the state of the files alone.
package follow
