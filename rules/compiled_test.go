package rules

import (
	"encoding/binary"
	"flag"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write compiled.bin anew")

// What is compiled must be what the YAML says.
func TestCompiledIsCurrent(t *testing.T) {
	var fromYAML, fromCompiled loader
	if err := fromYAML.tree(embedded, ""); err != nil {
		t.Fatal(err)
	}
	if err := fromYAML.problems.err(); err != nil {
		t.Fatal(err)
	}
	fromYAML.sort()
	current, err := fingerprint(embedded)
	if err != nil {
		t.Fatal(err)
	}
	data := compiled
	if *update {
		out := binary.LittleEndian.AppendUint64(nil, current)
		out = encode(out, reflect.ValueOf(fromYAML.signatures))
		out = encode(out, reflect.ValueOf(fromYAML.causes))
		if err := os.WriteFile("compiled.bin", out, 0o644); err != nil {
			t.Fatal(err)
		}
		data = string(out)
	}
	if !fromCompiled.readCompiled(data, current) {
		t.Fatal("compiled.bin is not of these rule files: run go generate ./rules")
	}
	if diff := cmp.Diff(fromYAML.signatures, fromCompiled.signatures, cmpopts.EquateEmpty()); diff != "" {
		t.Error("signatures differ:", diff)
	}
	if diff := cmp.Diff(fromYAML.causes, fromCompiled.causes, cmpopts.EquateEmpty()); diff != "" {
		t.Error("causes differ:", diff)
	}
}

// encode is the counterpart of decoder.
func encode(out []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		out = binary.AppendUvarint(out, uint64(v.Len()))
		return append(out, v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(out, 1)
		}
		return append(out, 0)
	case reflect.Int:
		return binary.AppendUvarint(out, uint64(v.Int()))
	case reflect.Float64:
		return binary.LittleEndian.AppendUint64(out, math.Float64bits(v.Float()))
	case reflect.Struct:
		for i := range v.NumField() {
			out = encode(out, v.Field(i))
		}
	case reflect.Slice:
		out = binary.AppendUvarint(out, uint64(v.Len()))
		for i := range v.Len() {
			out = encode(out, v.Index(i))
		}
	case reflect.Map:
		m := v.Interface().(map[string]string)
		out = binary.AppendUvarint(out, uint64(len(m)))
		for _, key := range slices.Sorted(maps.Keys(m)) {
			out = encode(out, reflect.ValueOf(key))
			out = encode(out, reflect.ValueOf(m[key]))
		}
	}
	return out
}

func TestReadCompiledRefusesDamage(t *testing.T) {
	sigs := []Signature{{ID: "a-b", Daemons: []string{"nginx"}, Match: Match{All: []string{"x"}, Fields: map[string]string{"errno": "-1"}, Priority: -3}}}
	causes := []Cause{{ID: "c", Prior: -1.5, For: []Evidence{{Finding: "f", Weight: 2}}}}
	out := encode(encode(binary.LittleEndian.AppendUint64(nil, 7), reflect.ValueOf(sigs)), reflect.ValueOf(causes))
	var l loader
	if !l.readCompiled(string(out), 7) || !reflect.DeepEqual(l.signatures, sigs) || !reflect.DeepEqual(l.causes, causes) {
		t.Errorf("read %+v %+v", l.signatures, l.causes)
	}
	if new(loader).readCompiled(string(out), 8) {
		t.Error("took rules of another fingerprint")
	}
	for n := range out {
		if new(loader).readCompiled(string(out[:n]), 7) {
			t.Errorf("took the first %d bytes of %d", n, len(out))
		}
	}
}
