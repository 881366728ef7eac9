package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file reads the documents of one file.
func (l *loader) file(name string, data []byte) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			l.yamlError(name, err)
			return
		}
		if len(doc.Content) == 1 {
			l.document(name, doc.Content[0])
		}
	}
}

// document reads one document: a list of signatures or a cause.
func (l *loader) document(name string, doc *yaml.Node) {
	kind := takeKey(doc, "kind")
	switch {
	case kind == nil:
		l.fault(name, doc.Line, `a document needs "kind: signatures" or "kind: cause"`)
	case kind.Value == "signatures":
		l.signatureList(name, doc)
	case kind.Value == "cause":
		var c Cause
		if l.decode(name, doc, &c) {
			c.File, c.LineNo = name, doc.Line
			l.causes = append(l.causes, c)
		}
	default:
		l.fault(name, kind.Line, fmt.Sprintf(`unknown kind %q; there are "signatures" and "cause"`, kind.Value))
	}
}

func (l *loader) signatureList(name string, doc *yaml.Node) {
	list := takeKey(doc, "signatures")
	if list == nil || list.Kind != yaml.SequenceNode {
		l.fault(name, doc.Line, `"signatures" must be a list`)
		return
	}
	for i := 0; i+1 < len(doc.Content); i += 2 {
		l.fault(name, doc.Content[i].Line, fmt.Sprintf("unknown key %q beside signatures", doc.Content[i].Value))
	}
	for _, node := range list.Content {
		var s Signature
		if l.decode(name, node, &s) {
			s.File, s.LineNo = name, node.Line
			l.signatures = append(l.signatures, s)
		}
	}
}

// decode fills out from node, and reports keys that out's type does not have. It returns false if there was anything wrong.
func (l *loader) decode(name string, node *yaml.Node, out any) bool {
	before := len(l.problems)
	l.unknownKeys(name, node, reflect.TypeOf(out).Elem())
	if err := node.Decode(out); err != nil {
		l.yamlError(name, err)
	}
	return len(l.problems) == before
}

// unknownKeys walks node along type t. The decoder's own strictness is not available for nodes, and names no key to use instead.
func (l *loader) unknownKeys(name string, node *yaml.Node, t reflect.Type) {
	switch {
	case t.Kind() == reflect.Slice && node.Kind == yaml.SequenceNode:
		for _, item := range node.Content {
			l.unknownKeys(name, item, t.Elem())
		}
	case t.Kind() == reflect.Struct && node.Kind == yaml.MappingNode:
		known := yamlKeys(t)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			field, ok := known[key.Value]
			if !ok {
				l.fault(name, key.Line, fmt.Sprintf("unknown key %q", key.Value))
				continue
			}
			l.unknownKeys(name, node.Content[i+1], field)
		}
	}
}

func yamlKeys(t reflect.Type) map[string]reflect.Type {
	keys := make(map[string]reflect.Type, t.NumField())
	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key != "" && key != "-" {
			keys[key] = f.Type
		}
	}
	return keys
}

// takeKey removes key from a mapping and returns its value, nil if it is not there.
func takeKey(m *yaml.Node, key string) *yaml.Node {
	if m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			value := m.Content[i+1]
			m.Content = append(m.Content[:i:i], m.Content[i+2:]...)
			return value
		}
	}
	return nil
}

func (l *loader) fault(name string, line int, text string) {
	l.problems = append(l.problems, Problem{File: name, Line: line, Text: text})
}

// yamlError turns the decoder's errors, which begin with "line 7: ", into problems.
func (l *loader) yamlError(name string, err error) {
	texts := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		texts = several.Errors
	}
	for _, text := range texts {
		line := 0
		if rest, ok := strings.CutPrefix(text, "line "); ok {
			if number, after, ok := strings.Cut(rest, ": "); ok {
				if n, err := strconv.Atoi(number); err == nil {
					line, text = n, after
				}
			}
		}
		l.fault(name, line, text)
	}
}
