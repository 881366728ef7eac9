package parser

import (
	"bytes"
	"testing"
)

func FuzzIndexNear(f *testing.F) {
	f.Add([]byte(`0.002" uht="0.151" urt="0.151"`), byte('"'))
	f.Add([]byte("a\x80\x01\x00\xff\x22"), byte(0x22))
	f.Fuzz(func(t *testing.T, b []byte, c byte) {
		if got, want := indexNear(b, c), bytes.IndexByte(b, c); got != want {
			t.Errorf("%q in %q: %d, want %d", c, b, got, want)
		}
	})
}
