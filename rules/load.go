package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed signatures causes
var embedded embed.FS

// Load returns the built-in rules with those of the overlay directories laid over them, the last directory on top: a rule
// replaces the one with the same id. Every *.yaml and *.yml file below a directory is read. The error is Problems where rules are
// at fault: all that is wrong with the overlays, not the first thing only.
func Load(overlays ...string) (*Catalogue, error) {
	l, err := builtIn()
	if err != nil {
		return nil, fmt.Errorf("read the built-in rules: %w", err)
	}
	for _, dir := range overlays {
		top := loader{}
		if err := top.tree(os.DirFS(dir), dir); err != nil {
			return nil, fmt.Errorf("read rules from %s: %w", dir, err)
		}
		l.lay(&top)
	}
	c := l.catalogue()
	if len(overlays) > 0 {
		l.problems = append(l.problems, faults(c)...)
	}
	if err := l.problems.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// builtIn reads the embedded rules, in compiled form if that is up to date.
func builtIn() (loader, error) {
	current, err := fingerprint(embedded)
	if err != nil {
		return loader{}, err
	}
	var l loader
	if l.readCompiled(compiled, current) {
		return l, nil
	}
	l = loader{}
	return l, l.tree(embedded, "")
}

// loader gathers rules from files.
type loader struct {
	signatures []Signature
	causes     []Cause
	problems   Problems
}

// tree reads all rule files of fsys, whose root the user knows as root. Only failures to read are returned; mistakes in the files
// are gathered.
func (l *loader) tree(fsys fs.FS, root string) error {
	found := 0
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || !isRuleFile(name) {
			return nil
		}
		found++
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		l.file(filepath.Join(root, name), data)
		return nil
	})
	if err != nil {
		return err
	}
	if found == 0 && root != "" {
		return errors.New("no *.yaml file there")
	}
	l.duplicates()
	return nil
}

func isRuleFile(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml"
}

// duplicates reports ids that stand twice in the same tree. The first stays.
func (l *loader) duplicates() {
	first := map[string]string{}
	l.signatures = slices.DeleteFunc(l.signatures, func(s Signature) bool {
		return l.duplicate(first, s.ID, s.problem(""))
	})
	clear(first)
	l.causes = slices.DeleteFunc(l.causes, func(c Cause) bool {
		return l.duplicate(first, c.ID, c.problem(""))
	})
}

func (l *loader) duplicate(first map[string]string, id string, at Problem) bool {
	where, dup := first[id]
	if !dup {
		first[id] = fmt.Sprintf("%s:%d", at.File, at.Line)
		return false
	}
	at.Text = "this id is already taken by " + where
	l.problems = append(l.problems, at)
	return true
}

// lay puts top's rules over l's.
func (l *loader) lay(top *loader) {
	l.problems = append(l.problems, top.problems...)
	l.signatures = replaceByID(l.signatures, top.signatures, func(s *Signature) string { return s.ID })
	l.causes = replaceByID(l.causes, top.causes, func(c *Cause) string { return c.ID })
}

func replaceByID[T any](base, top []T, id func(*T) string) []T {
	at := make(map[string]int, len(base))
	for i := range base {
		at[id(&base[i])] = i
	}
	for i := range top {
		if j, ok := at[id(&top[i])]; ok {
			base[j] = top[i]
			continue
		}
		base = append(base, top[i])
	}
	return base
}

// sort puts signatures and causes in the order of their ids, in which compiled rules are already.
func (l *loader) sort() {
	slices.SortFunc(l.signatures, func(a, b Signature) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.causes, func(a, b Cause) int { return strings.Compare(a.ID, b.ID) })
}

func (l *loader) catalogue() *Catalogue {
	l.sort()
	return &Catalogue{Signatures: l.signatures, Causes: l.causes}
}
