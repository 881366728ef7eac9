package rules

import (
	_ "embed"
	"strings"
)

//go:embed services.yaml
var servicesYAML []byte

// Services says what the words of a change are about, as services.yaml lists them.
type Services struct {
	// Classes maps a class (gateway, runtime, database, network, waf, dns, certificate, host) to words that name it.
	Classes []ServiceClass `yaml:"classes"`
	// Reversal words mark a change that takes another one back.
	Reversal []string `yaml:"reversal"`
	// Everywhere lists kinds of change that take effect elsewhere than on the host they were made on.
	Everywhere []string `yaml:"everywhere"`
}

// ServiceClass is one class with its words, the first class that fits wins.
type ServiceClass struct {
	Class string   `yaml:"class"`
	Words []string `yaml:"words"`
}

var loadServices = listed[Services]("services.yaml", servicesYAML)

// LoadServices reads the embedded list, once; it is shared.
func LoadServices() (*Services, error) { return loadServices() }

// ClassOf names what a service is: one of the classes, or "app" for any name that no class knows. A word fits a whole part of
// the name ("php8.2-fpm" has the parts php8, 2 and fpm) or, ending in "*", the beginning of a part; a word with a hyphen fits
// anywhere in the name.
func (s *Services) ClassOf(service string) string {
	if service == "" {
		return ""
	}
	service = strings.ToLower(service)
	parts := strings.FieldsFunc(service, func(r rune) bool { return strings.ContainsRune(" -_./:@", r) })
	for _, c := range s.Classes {
		for _, word := range c.Words {
			if fitsAny(parts, word) || (strings.ContainsRune(word, '-') && strings.Contains(service, word)) {
				return c.Class
			}
		}
	}
	return "app"
}

// Reverses reports whether a text speaks of going back.
func (s *Services) Reverses(text string) bool {
	text = strings.ToLower(text)
	for _, w := range s.Reversal {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func fitsAny(parts []string, word string) bool {
	prefix, open := strings.CutSuffix(word, "*")
	for _, p := range parts {
		if p == word || (open && strings.HasPrefix(p, prefix)) {
			return true
		}
	}
	return false
}
