package journal

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fields are what is asked for of each entry, beside the cursor and the time, which always come: all that the parser reads, and those that
// say what happened to a unit.
var fields = []string{
	"MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER", "SYSLOG_PID", "_PID", "_COMM", "_HOSTNAME", "_SYSTEMD_UNIT", "_TRANSPORT",
	"UNIT", "USER_UNIT", "COREDUMP_UNIT", "JOB_TYPE", "JOB_RESULT", "UNIT_RESULT", "EXIT_CODE", "EXIT_STATUS", "CONTAINER_NAME", "CONTAINER_ID",
}

// ErrMissing is wrapped where there is no journalctl.
var ErrMissing = errors.New("journalctl is not installed")

// Find returns the path of journalctl.
func Find() (string, error) {
	path, err := exec.LookPath("journalctl")
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMissing, err)
	}
	return path, nil
}

// ErrUnit is wrapped by errors about names that no unit can have.
var ErrUnit = errors.New("no name of a unit")

var (
	unitName  = regexp.MustCompile(`^[A-Za-z0-9:_.\\@-]+$`)
	unitKinds = []string{".service", ".socket", ".timer", ".mount", ".scope", ".slice", ".target", ".path", ".device", ".swap", ".automount"}
)

// longestUnit bounds the name of a unit, in bytes. To say it in the regular expression would make it a slow one to compile.
const longestUnit = 255

// Units reads the names of units as users write them: "nginx" means nginx.service. "all" alone means every unit, for which it returns nil.
func Units(names []string) ([]string, error) {
	if len(names) == 1 && names[0] == "all" {
		return nil, nil
	}
	var units []string
	for _, name := range names {
		if len(name) > longestUnit || !unitName.MatchString(name) {
			return nil, fmt.Errorf("%w: %q", ErrUnit, name)
		}
		if !slices.ContainsFunc(unitKinds, func(kind string) bool { return strings.HasSuffix(name, kind) }) {
			name += ".service"
		}
		units = append(units, name)
	}
	return units, nil
}

// arguments are those of journalctl, to begin behind a place and go on for ever. Of a choice of units they ask for what the units say, what systemd
// says about them, and what the kernel says.
func arguments(units []string, p *Place) []string {
	args := []string{"--output=json", "--all", "--follow", "--no-tail", "--quiet", "--output-fields=" + strings.Join(fields, ",")}
	if p.Cursor != "" {
		args = append(args, "--after-cursor="+p.Cursor)
	} else {
		args = append(args, "--since=@"+strconv.FormatInt(p.Since, 10))
	}
	for _, unit := range units {
		args = append(args, "_SYSTEMD_UNIT="+unit, "+", "_PID=1", "UNIT="+unit, "+", "COREDUMP_UNIT="+unit, "+")
	}
	if len(units) > 0 {
		args = append(args, "_TRANSPORT=kernel")
	}
	return args
}
