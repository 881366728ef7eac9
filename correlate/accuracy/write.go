package accuracy

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// write lays the files down below dir, each as old as the last time in it.
func write(dir string, files []file) error {
	for i := range files {
		f := &files[i]
		path := filepath.Join(dir, filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("write a variant: %w", err)
		}
		text, err := f.bytes()
		if err != nil {
			return fmt.Errorf("pack %s: %w", f.path, err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return fmt.Errorf("write a variant: %w", err)
		}
		if last, ok := f.last(); ok {
			if err := os.Chtimes(path, last, last); err != nil {
				return fmt.Errorf("date a variant: %w", err)
			}
		}
	}
	return nil
}

func (f *file) bytes() ([]byte, error) {
	var text bytes.Buffer
	for i := range f.records {
		text.Write(f.records[i].text)
	}
	pack, ok := packers[f.suffix()]
	if !ok {
		return text.Bytes(), nil
	}
	var packed bytes.Buffer
	w, err := pack(&packed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// suffix names the packer of the file.
func (f *file) suffix() string {
	if f.gzipped {
		return ".gz"
	}
	if i := strings.LastIndexByte(f.path, '.'); i >= 0 {
		return f.path[i:]
	}
	return ""
}

func (f *file) last() (time.Time, bool) {
	for i := len(f.records) - 1; i >= 0; i-- {
		if f.records[i].timed() {
			return f.records[i].at(), true
		}
	}
	return time.Time{}, false
}
