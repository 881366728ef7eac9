package rules

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"reflect"
	"strings"
)

// Parsing a megabyte of YAML would take longer than reading most logs, so the built-in rules also come in a form that is read
// in a few milliseconds. It says which YAML it was made of: where that has changed since, the YAML is read instead.
//
//go:generate go test -count=1 -run ^TestCompiledIsCurrent$ -update .

//go:embed compiled.bin
var compiled string

// fingerprint tells one state of the rule files and of the types they fill from another.
func fingerprint(fsys fs.FS) (uint64, error) {
	table := crc32.MakeTable(crc32.Castagnoli)
	content, names := crc32.New(table), crc32.Checksum([]byte(shape(reflect.TypeFor[Signature]())+shape(reflect.TypeFor[Cause]())), table)
	room := make([]byte, 1<<13)
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isRuleFile(name) {
			return err
		}
		names = crc32.Update(names, table, []byte(name))
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		_, err = io.CopyBuffer(content, f, room)
		return errors.Join(err, f.Close())
	})
	return uint64(content.Sum32())<<32 | uint64(names), err
}

// shape spells out what a type is made of.
func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		var b strings.Builder
		for f := range t.Fields() {
			b.WriteString(f.Name + " " + shape(f.Type) + ";")
		}
		return b.String()
	case reflect.Slice:
		return "[" + shape(t.Elem()) + "]"
	}
	return t.Kind().String()
}

// readCompiled fills l from data, which is the fingerprint of what it was made of, then all signatures, then all causes. It
// returns false if the fingerprint differs or data is damaged.
func (l *loader) readCompiled(data string, current uint64) bool {
	d := decoder{rest: data}
	if d.fixed() != current {
		return false
	}
	d.value(reflect.ValueOf(&l.signatures).Elem())
	d.value(reflect.ValueOf(&l.causes).Elem())
	return d.err == nil && d.rest == ""
}

// decoder reads values as TestCompiledIsCurrent writes them: numbers as varints, floats as eight bytes, texts and lists with their
// length in front, structs field by field. Texts are not copied.
type decoder struct {
	rest string
	err  error
}

var errCompiled = errors.New("compiled rules are damaged")

func (d *decoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.text())
	case reflect.Bool:
		v.SetBool(d.number() != 0)
	case reflect.Int:
		v.SetInt(int64(d.number()))
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(d.fixed()))
	case reflect.Struct:
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	case reflect.Slice:
		d.list(v)
	case reflect.Map:
		d.table(v)
	default:
		d.err = errCompiled
	}
}

func (d *decoder) list(v reflect.Value) {
	n := d.length()
	if n == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		d.value(v.Index(i))
	}
}

// table reads a map of texts.
func (d *decoder) table(v reflect.Value) {
	n := d.length()
	if n == 0 {
		return
	}
	m := make(map[string]string, n)
	for range n {
		key := d.text()
		m[key] = d.text()
	}
	v.Set(reflect.ValueOf(m))
}

func (d *decoder) text() string {
	n := d.length()
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

// length is a number of things that need at least a byte each.
func (d *decoder) length() int {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.err = errCompiled
		return 0
	}
	return int(n)
}

func (d *decoder) number() uint64 {
	n := uint64(0)
	for shift := 0; shift < 64 && len(d.rest) > 0; shift += 7 {
		c := d.rest[0]
		d.rest = d.rest[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	d.err = errCompiled
	return 0
}

func (d *decoder) fixed() uint64 {
	if len(d.rest) < 8 {
		d.err = errCompiled
		return 0
	}
	n := binary.LittleEndian.Uint64([]byte(d.rest[:8]))
	d.rest = d.rest[8:]
	return n
}
