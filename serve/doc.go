// Package serve shows a database in a browser: incidents with the report of each, a search over events, a console for SQL, the catalogue
// of rules, and how the reading goes. It only reads, beside a culprit tail that may be writing, and pushes what is new.
//
// Server.Watch looks for news and correlates; handlers answer from what it found, or with bounded questions of their own. All pages
// are made on the server; texts of logs are escaped, and no page allows scripts but our own.
package serve
