package rules

import "strings"

// The words rules are written in. rules/README.md says what each means; a test holds the two together.

var stages = words("config listen accept client request route resolve connect tls send read-header read-body queue pool limit process " +
	"check lifecycle script database kernel storage filter")

var changeKinds = words("start stop restart reload config deploy package cron")

var tags = words("refused no-socket denied backlog-full unreachable connect-timeout read-timeout send-timeout reset closed-early no-upstream unresolved-server " +
	"disabled check-failed check-ok server-down server-up header-too-big invalid-response tls-handshake tls-verify tls-expired tls-protocol " +
	"protocol resolve client-abort client-slow client-bad body-too-large filtered rate-limited pool-full backlog queue-timeout fd-limit " +
	"connection-limit port-exhausted memory-limit oom-kill segfault crash exit worker-recycled start stop reload config-error listen-failed " +
	"disk-full disk-error read-only script-missing php-fatal php-exception php-warning app-error app-panic slow-script slow-db slow-http " +
	"slow-cpu slow-sleep slow-lock slow-io script-timeout db-refused db-gone db-unreachable db-too-many db-lock db-slow-query db-start db-stop db-crash " +
	"db-abort net-drop conntrack-full syn-flood link-down net-timeout job-start job-end rotated cache-full buffering retry-ok third-party " +
	"certificate-notice deprecated noise passed-on")

// words splits a list and makes a set of it.
func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
