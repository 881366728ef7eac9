package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// screen is the terminal that something is written to. The zero value stands for what is none.
type screen struct {
	tty           bool
	width, height int // 0: not known
}

func terminal(w io.Writer) screen {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return screen{}
	}
	s := screen{tty: true}
	if width, height, err := term.GetSize(int(f.Fd())); err == nil {
		s.width, s.height = width, height
	}
	return s
}

// color reports whether colours are wanted: on a terminal that is not a dumb one, unless NO_COLOR is set to anything.
func (s screen) color() bool {
	return s.tty && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// columns is how wide a table may be.
func (s screen) columns() int {
	if s.width == 0 {
		return usualWidth
	}
	return s.width
}

// usualWidth is the width of tables that are not written to a terminal.
const usualWidth = 160
