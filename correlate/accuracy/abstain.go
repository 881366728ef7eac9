package accuracy

import (
	"slices"
)

// telling lists, for every cause, the kinds of file without which nobody can be sure of it.
var telling = map[string][]kind{
	"backend-down":              {nginxError, apacheError, fpm, application},
	"backend-crash":             {nginxError, apacheError, fpm, application, kernel},
	"backend-restart":           {nginxError, apacheError, fpm, application, changes},
	"worker-pool-exhausted":     {fpm, fpmSlow, changes},
	"traffic-surge":             {access, haproxy},
	"abusive-traffic":           {access, haproxy},
	"out-of-memory":             {kernel, fpm, samples},
	"disk-full":                 {nginxError, apacheError, phpErrors, samples},
	"fd-limit":                  {nginxError, apacheError},
	"connection-limit":          {nginxError, apacheError, database, haproxy},
	"scheduled-job":             {fpm, fpmSlow, changes, databaseSlow},
	"slow-database":             {databaseSlow, database, fpmSlow, fpm, phpErrors},
	"database-down":             {phpErrors, database, application},
	"slow-third-party":          {fpmSlow, fpm, phpErrors, application},
	"slow-application":          {fpmSlow, fpm, application, samples},
	"application-error":         {nginxError, apacheError, fpm, phpErrors, application},
	"dns-failure":               {nginxError, apacheError, resolver},
	"network-blocked":           {nginxError, apacheError, kernel},
	"network-loss":              {nginxError, apacheError},
	"healthcheck-misconfigured": {haproxy},
	"client-abort":              {access, haproxy},
}

// gateway is what tells every other cause: what the proxy says of its own errors.
var gateway = []kind{nginxError, apacheError, haproxy}

// tells says that the file is needed to name the recording's cause.
func (rec *recording) tells(f *file) bool {
	kinds, ok := telling[rec.truth.Cause]
	if !ok {
		kinds = gateway
	}
	return slices.Contains(kinds, f.kind)
}

// mute removes the files that tell the cause. It is nil where nothing is to be told, or where nothing else is left.
func mute(m *material) *variation {
	if m.truth.Healthy() {
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(m.files), func(f file) bool { return m.tells(&f) })
	if len(left) == len(m.files) || !slices.ContainsFunc(left, func(f file) bool { return !f.kind.timeline() }) {
		return nil
	}
	return m.as(left)
}
