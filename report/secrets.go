package report

import (
	"regexp"
	"strings"
	"sync"
)

// secret is a form in which something private stands in a log.
type secret struct {
	kind string // of the word that replaces it; "": an ellipsis does
	form *regexp.Regexp
	only func(found string) bool // nil: all that match
}

// keyed is the name of a field whose value is private, as in query strings, cookies, JSON and logfmt. It may be part of a longer name.
func keyed(names string) string {
	return `(?i)["'\\]*[\w.-]*(?:` + names + `)["'\\]*\s*(?:[=:]|=>|%3D|%3A)\s*["'\\]*`
}

// value is what follows the name of a field.
const value = `([^\s"'\\&;,<>|)}\]]+)`

// secrets in the order in which they are looked for: what can hold others comes before them. They are made when the first report is given
// to others: most never are, and they take a millisecond.
var secrets = sync.OnceValue(func() []secret {
	return []secret{
		// Blocks of keys.
		{kind: "token", form: regexp.MustCompile(`-----BEGIN [A-Z ]+-----[^-]*(?:-----END [A-Z ]+-----)?`)},
		// user:password@ in addresses of services.
		{kind: "token", form: regexp.MustCompile(`://([^\s/@"']*:[^\s/"']*)@`)},
		{kind: "user", form: regexp.MustCompile(`://([^\s/@:"']+)@`)},
		// Headers that carry proof of who asks.
		{kind: "token", form: regexp.MustCompile(`(?i)\b(?:bearer|basic|digest|token|negotiate|apikey)[ :]+([\w+/=.~-]{8,})`)},
		{kind: "session", form: regexp.MustCompile(`(?i)\b(?:set-)?cookie["']?\s*[:=]\s*["']?([^"'\r\n|]+)`)},
		// Query strings, from the question mark to the end of the address.
		{kind: "", form: regexp.MustCompile(`[\w/.~%)\]}-]\?([^\s"'<>|` + "`" + `]+)`), only: private},
		{kind: "", form: regexp.MustCompile(`[\w/]%3[Ff]([\w.%=&+~-]+)`)},
		{kind: "", form: regexp.MustCompile(`(?i)\b(?:query_string|args|request_body|body)["']?\s*[:=]\s*["']?([^\s"']+)`)},
		// Fields by their names.
		{kind: "session", form: regexp.MustCompile(keyed(`sess(?:ion)?[_-]?(?:id|key)?|phpsessid|jsessionid|sid|connect\.sid|asp\.net_sessionid`) + value), only: notWord},
		{kind: "token", form: regexp.MustCompile(keyed(`passw(?:or)?d|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|auth(?:orization)?|csrf|xsrf|nonce|signature|credential|otp|pin|card|iban|ssn`) + value), only: notWord},
		{kind: "user", form: regexp.MustCompile(`(?i)User@Host:\s*([^\s\[@]+)`), only: person},
		{kind: "user", form: regexp.MustCompile(`User@Host:\s*\S+\[([^\]\s]+)\]`), only: person},
		{kind: "email", form: regexp.MustCompile(`(?i)[\w.+'&=%-]+(?:@|%40|\(at\)| at (?:[a-z0-9-]+ dot ))[a-z0-9-]+(?:\.[a-z0-9-]+)*`), only: mailbox},
		// Names of users.
		{kind: "user", form: regexp.MustCompile(`['"\x60]([^'"\x60\s]+)['"\x60]@['"\x60]`), only: person},
		{kind: "user", form: regexp.MustCompile(`(?i)(?:["'\\]|\b)(?:remote_user|remote-user|user_?name|user|usr|uname|login|account|actor|author|owner_name|customer|principal|subject|uid|full_?name|first_?name|last_?name)["'\\]*(?:\s*[=:]\s*|\s+)["'\\]+([^"'\\]+)["'\\]`), only: person},
		{kind: "user", form: regexp.MustCompile(`(?i)\b(?:remote_user|user_?name|user|usr|uname|login|account|actor|author|customer|principal|ruser|logname)(?:=|: ?)` + value), only: person},
		{kind: "user", form: regexp.MustCompile(`(?i)\b(?:for|invalid|of|by) (?:invalid )?user:? ([^\s"',;:()\[\]]+)`), only: person},
		{kind: "user", form: regexp.MustCompile(`(?i)\buser ([^\s"',;:()\[\]]+)(?: not found|: (?:authentication|password)| from | failed| in )`), only: person},
		{kind: "user", form: regexp.MustCompile(`^\S+ \S+ ([^\s\[\]"]+) \[\d{1,2}/`), only: person},
		{kind: "user", form: regexp.MustCompile(`(?:/home|/Users|/var/www/vhosts)/([^/\s"':]+)`), only: person},
		{kind: "user", form: regexp.MustCompile(`/~([A-Za-z][\w.-]*)`), only: person},
		// Tokens by their form.
		{kind: "token", form: regexp.MustCompile(`\beyJ[\w-]+(?:\.[\w-]*){0,2}`)},
		{kind: "token", form: regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{8,}|\bgh[opsur]_\w{8,}|\bgithub_pat_\w{8,}|\bglpat-[\w-]{8,}|\bxox[abeoprs]-[\w-]{8,}|\b(?:sk|pk|rk|whsec)_(?:live_|test_)?\w{8,}|\bsk-[\w-]{16,}|\bAIza[\w-]{16,}|\bya29\.[\w.-]+|\bhv[sbr]\.[\w-]{8,}|\bnpm_\w{16,}|\bSG\.[\w-]{8,}\.[\w-]*`)},
		{kind: "id", form: regexp.MustCompile(`\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b`)},
		{kind: "mac", form: regexp.MustCompile(`\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b`)},
		{kind: "id", form: regexp.MustCompile(`[A-Za-z0-9]{16,}`), only: random},
		{kind: "token", form: regexp.MustCompile(`[A-Za-z0-9+/_-]{32,}={0,2}`), only: mixed},
		{kind: "card", form: regexp.MustCompile(`\b\d(?:[ -]?\d){12,18}\b`), only: luhn},
		// Values that were bound into statements.
		{kind: "", form: regexp.MustCompile(`(?i)(?:=|<|>|\blike|\(|,|\bvalues?|\bin)\s*'((?:[^'\\]|\\.|'')+)'`), only: unstamped},
	}
})

// service are users that stand for programs.
var service = map[string]bool{"root": true, "www-data": true, "nginx": true, "apache": true, "httpd": true, "mysql": true, "nobody": true, "haproxy": true, "postgres": true,
	"php-fpm": true, "-": true, "any": true, "localhost": true}

// person reports whether a name is that of someone, and not yet replaced.
func person(name string) bool { return !service[strings.ToLower(name)] && notWord(name) }

var replacedBefore = regexp.MustCompile(`^(?:ip|user|token|session|email|id|mac|card)-\d+$|^…$`)

func notWord(s string) bool { return !replacedBefore.MatchString(s) }

// private reports whether a query string may tell of someone. The one that asks PHP-FPM for its full status does not.
func private(s string) bool { return s != "full" && notWord(s) }

// mailbox tells addresses from units of systemd (php@8.service) and from the label of slow logs.
func mailbox(s string) bool {
	return !strings.HasSuffix(s, ".service") && !strings.EqualFold(s, "User@Host")
}

var stamp = regexp.MustCompile(`^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?(?: ?UTC|Z)?$`)

// unstamped reports whether a value is more than a time.
func unstamped(s string) bool { return !stamp.MatchString(s) && notWord(s) }

// random reports whether a run of letters and digits changes between the two more often than words with numbers do.
func random(s string) bool {
	changes, digits := 0, 0
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if digit {
			digits++
		}
		if i > 0 && digit != (s[i-1] >= '0' && s[i-1] <= '9') {
			changes++
		}
	}
	return digits >= 2 && changes >= 3 || changes >= 1 && len(s) >= 32
}

// mixed reports whether a long run has letters of both cases and digits, and is no path of a file.
func mixed(s string) bool {
	var upper, lower, digit bool
	for i := range len(s) {
		upper = upper || s[i] >= 'A' && s[i] <= 'Z'
		lower = lower || s[i] >= 'a' && s[i] <= 'z'
		digit = digit || s[i] >= '0' && s[i] <= '9'
	}
	return upper && lower && digit && strings.Count(s, "/") < 3
}

// luhn checks the last digit of a card's number.
func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}
