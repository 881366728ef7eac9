package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"go.yaml.in/yaml/v3"
)

// File is what the file says.
type File struct {
	// Paths are the logs to follow, as on the command line, which goes before them.
	Paths []string `yaml:"paths"`
	// Options are flags of tail by their names, without dashes; those on the command line go before them. They are read at the start only.
	Options map[string]Values `yaml:"options"`
	// Serve is the address of a "culprit serve" on the same database, for links.
	Serve     string     `yaml:"serve"`
	Receivers []Receiver `yaml:"receivers"`
}

// Values are one value of an option, or several.
type Values []string

// UnmarshalYAML takes a scalar, or a list of scalars.
func (v *Values) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*v = Values{node.Value}
		return nil
	}
	return node.Decode((*[]string)(v))
}

// Receiver is one of webhook, slack, alertmanager, grafana, mail and exec, and how it wants to be told.
type Receiver struct {
	Name         string        `yaml:"name"`
	Webhook      *Web          `yaml:"webhook"`
	Slack        *Web          `yaml:"slack"`
	Alertmanager *Web          `yaml:"alertmanager"`
	Grafana      *Web          `yaml:"grafana"`
	Mail         *Mail         `yaml:"mail"`
	Exec         *Exec         `yaml:"exec"`
	Only         []string      `yaml:"only"`  // events: opened, changed, ended; none: all
	Share        bool          `yaml:"share"` // tell no addresses, names and secrets
	Pace         time.Duration `yaml:"pace"`  // least time between messages, once Burst were sent
	Burst        int           `yaml:"burst"`
}

// Web is an address that is posted to.
type Web struct {
	URL       string            `yaml:"url"`
	URLFile   string            `yaml:"url_file"` // that holds it, where it is secret
	TokenFile string            `yaml:"token_file"`
	Token     string            `yaml:"-" json:"-"` // where no file holds it
	Labels    map[string]string `yaml:"labels"`
}

// Mail is a mail server, and who gets mail by it.
type Mail struct {
	Server       string   `yaml:"server"`
	TLS          string   `yaml:"tls"`
	CAFile       string   `yaml:"ca_file"`
	User         string   `yaml:"user"`
	PasswordFile string   `yaml:"password_file"`
	From         string   `yaml:"from"`
	To           []string `yaml:"to"`
	Attach       string   `yaml:"attach"`
}

// Exec is a command for the shell.
type Exec struct {
	Command string `yaml:"command"`
}

// largest is the most a file may have, bytes.
const largest = 1 << 20

// Read reads and checks a file. The error names the file, and lines where it can.
func Read(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err == nil && len(data) > largest {
		err = errors.New("too large for settings")
	}
	if err != nil {
		return nil, fmt.Errorf("read the settings %s: %w", path, err)
	}
	file, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// Parse reads and checks the text of a file; an empty one says nothing.
func Parse(data []byte) (*File, error) {
	file := &File{}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(file); err != nil && !errors.Is(err, io.EOF) {
		return nil, explain(err)
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one document: remove what follows ---")
	}
	return file, file.check()
}
