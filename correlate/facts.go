package correlate

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"
)

// stamp is a time as journalctl reads it.
const stamp = "2006-01-02 15:04:05 UTC"

// facts is what the templates of the catalogue are filled with.
func (q *inquiry) facts() map[string]string {
	n := &q.names
	facts := map[string]string{
		"Gateway": n.gateway, "Backend": n.backend, "Upstream": orElse(strings.TrimPrefix(n.upstream, "unix:"), "its upstream"), "Database": n.database, "Third": n.third,
		"Endpoint": orElse(n.endpoint, "the failing pages"), "Limit": orElse(n.limit, "its time-out"), "Status": n.told(),
		"Pool": orElse(n.pool, "www"), "VHost": orElse(n.vhost, "the site"), "ThirdHost": strings.ReplaceAll(n.third, "an external service", "PROVIDER"),
		"Failed": fmt.Sprint(q.failed), "Total": fmt.Sprint(q.total), "Start": moment(q.onset).Format("15:04:05"), "End": moment(q.end).Format("15:04:05"),
		"Since": moment(q.onset).Format(stamp), "Until": moment(q.end).Format(stamp),
	}
	q.nameUnits(facts)
	addresses(facts, n.upstream)
	return facts
}

// nameUnits adds the words by which commands call the backend (Units, JournalUnits, Processes) and the gateway (with Gateway before
// them, and GatewayEdit, GatewayConfig, GatewayTest).
func (q *inquiry) nameUnits(facts map[string]string) {
	backend, gateway := q.daemons.Names(unitOf(q.names.backend)), q.daemons.Names(unitOf(q.names.gateway))
	facts["Units"], facts["JournalUnits"], facts["Processes"] = backend.UnitWords(), backend.JournalWords(), backend.Processes
	facts["GatewayUnits"], facts["GatewayJournalUnits"], facts["GatewayProcesses"] = gateway.UnitWords(), gateway.JournalWords(), gateway.Processes
	facts["GatewayEdit"], facts["GatewayConfig"], facts["GatewayTest"] = gateway.Edit, gateway.Config, gateway.Test
}

// word is what stands in a shell's command as it is.
var word = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]*$`)

// unitOf is what a service manager may call a backend; one known by its address alone has a unit that the logs do not name.
func unitOf(backend string) string {
	if !word.MatchString(backend) {
		return "UNIT"
	}
	return backend
}

// path is a file that a shell's command names as it is.
var path = regexp.MustCompile(`^/[A-Za-z0-9._@/+-]+$`)

// addresses adds where an upstream listens, as far as its name in the logs is an address: Socket for a path, else Address (host:port),
// Host and Port; and Listener, what stands in a line of ss where somebody listens there: the address may be a wildcard, so that it is the
// path or the port alone. HAProxy names its servers, Apache its
// workers: of a name they are all empty.
func addresses(facts map[string]string, upstream string) {
	for _, name := range []string{"Socket", "Address", "Host", "Port", "Listener"} {
		facts[name] = ""
	}
	if socket := strings.TrimPrefix(upstream, "unix:"); path.MatchString(socket) {
		facts["Socket"], facts["Listener"] = socket, socket
		return
	}
	if ip, err := netip.ParseAddr(strings.Trim(upstream, "[]")); err == nil {
		facts["Host"] = ip.String()
		return
	}
	host, port, err := net.SplitHostPort(upstream)
	if err != nil || !port16.MatchString(port) {
		return
	}
	if _, err := netip.ParseAddr(host); err != nil && !word.MatchString(host) {
		return
	}
	facts["Address"], facts["Host"], facts["Port"], facts["Listener"] = upstream, host, port, ":"+port+" "
}

var port16 = regexp.MustCompile(`^[0-9]{1,5}$`)

// blanks explain what stands in a command where the logs tell no address.
var blanks = []struct{ blank, text string }{
	{"HOST", "HOST and PORT: those of %s in %s's configuration"}, {"SOCKET", "SOCKET: the path of %s in %s's configuration"},
}

// explained adds to what a check lets expect how the blanks of its command are filled in.
func explained(command, expect string, facts map[string]string) string {
	for _, b := range blanks {
		if strings.Contains(command, b.blank) {
			return expect + " (" + fmt.Sprintf(b.text, facts["Upstream"], facts["Gateway"]) + ")"
		}
	}
	return expect
}
