//go:build !linux

package follow

import "os"

// idOf returns the identity of an open file. Its beginning and os.SameFile have to do here.
func idOf(*os.File) fileID { return fileID{} }

// procName is a name that always leads to the inode behind an open file: there is none here.
func procName(*os.File) string { return "" }

// distant reports whether files in a directory may be changed without this machine hearing of it: here that is not known.
func distant(string) bool { return true }
