package rules

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed daemons.yaml
var daemonsYAML []byte

// Daemons says what a system calls the daemons, as daemons.yaml lists them.
type Daemons struct {
	Daemons []Names `yaml:"daemons"`
}

// Names are the words for one daemon in the commands of checks and fixes.
type Names struct {
	Daemon string `yaml:"daemon"`
	// Units are names or patterns of them, as a service manager matches them.
	Units []string `yaml:"units"`
	// Processes is an extended regular expression of what its processes are called.
	Processes string `yaml:"processes"`
	// Edit names the unit where no pattern is understood.
	Edit string `yaml:"edit"`
	// Config is a command that prints the configuration, Test one that tests it; "" where none is known.
	Config string `yaml:"config"`
	Test   string `yaml:"test"`
}

var loadDaemons = listed[Daemons]("daemons.yaml", daemonsYAML)

// LoadDaemons reads the embedded list, once; it is shared.
func LoadDaemons() (*Daemons, error) { return loadDaemons() }

// Names are the words for a daemon. One that is not listed has the same name everywhere.
func (d *Daemons) Names(daemon string) Names {
	n := Names{Daemon: daemon}
	if i := slices.IndexFunc(d.Daemons, func(n Names) bool { return n.Daemon == daemon }); i >= 0 {
		n = d.Daemons[i]
	}
	if len(n.Units) == 0 {
		n.Units = []string{daemon}
	}
	if n.Processes == "" {
		n.Processes = daemon
	}
	if n.Edit == "" {
		n.Edit = daemon
	}
	return n
}

// UnitWords are the units as words of a shell.
func (n *Names) UnitWords() string { return n.words("") }

// JournalWords are the options by which journalctl picks the units.
func (n *Names) JournalWords() string { return n.words("-u ") }

func (n *Names) words(option string) string {
	words := make([]string, len(n.Units))
	for i, u := range n.Units {
		if strings.ContainsAny(u, "*?[") {
			u = "'" + u + "'"
		}
		words[i] = option + u
	}
	return strings.Join(words, " ")
}
