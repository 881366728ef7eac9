package serve

// Guide says what can be asked on the console.
type Guide struct {
	Remark   string
	Examples []Example
}

// Example is a statement to begin with.
type Example struct{ Title, SQL string }

// SQLiteGuide is that of a database in a file.
var SQLiteGuide = Guide{
	Remark: "Views: events, events_per_minute, requests_per_second, requests_per_minute, endpoints_per_minute, clients_per_10s, changes, samples, " +
		"sources. Times are UTC, durations µs; quantile(durations, 0.99) reads a histogram.",
	Examples: []Example{
		{"Messages by signature", "SELECT signature, severity, sum(count) AS n\nFROM events_per_minute\nGROUP BY 1, 2 ORDER BY n DESC LIMIT 50"},
		{"Requests and failures by minute", "SELECT time, sum(count) AS requests, sum(iif(status >= 500, count, 0)) AS failed\nFROM requests_per_minute\nGROUP BY 1 ORDER BY 1 DESC LIMIT 200"},
		{"Slow endpoints", "SELECT endpoint, sum(count) AS n, max(quantile(durations, 0.99)) / 1000 AS p99_ms\nFROM endpoints_per_minute\nGROUP BY 1 ORDER BY p99_ms DESC LIMIT 50"},
		{"Heaviest clients", "SELECT client, sum(count) AS n\nFROM clients_per_10s\nGROUP BY 1 ORDER BY n DESC LIMIT 50"},
		{"Changes", "SELECT * FROM changes ORDER BY time DESC LIMIT 200"},
		{"Logs", "SELECT * FROM sources"},
	},
}

// ClickHouseGuide is that of a store in ClickHouse.
var ClickHouseGuide = Guide{
	Remark: "There is one table, record. Its kind says what a row is: 0 a part of a log, 1 requests by second, 2 endpoints, 3 clients, 4 events by second, " +
		"5 an event, 6 a change, 7 a measurement. Times (at, first, last) and durations are µs, times as the log tells them.",
	Examples: []Example{
		{"Messages by signature", "SELECT signature, severity, sum(count) AS n\nFROM record WHERE kind = 4\nGROUP BY signature, severity ORDER BY n DESC LIMIT 50"},
		{"Requests and failures by minute", "SELECT toDateTime(intDiv(at, 60000000) * 60, 'UTC') AS minute, sum(count) AS requests, sumIf(count, status >= 500) AS failed\nFROM record WHERE kind = 1\nGROUP BY minute ORDER BY minute DESC LIMIT 200"},
		{"Endpoints that fail", "SELECT endpoint, sum(count) AS n, sumIf(count, status >= 500) AS failed\nFROM record WHERE kind = 2\nGROUP BY endpoint ORDER BY failed DESC LIMIT 50"},
		{"Heaviest clients", "SELECT client, sum(count) AS n\nFROM record WHERE kind = 3\nGROUP BY client ORDER BY n DESC LIMIT 50"},
		{"Changes", "SELECT toDateTime(intDiv(at, 1000000), 'UTC') AS time, change, service, version, summary, actor\nFROM record WHERE kind = 6\nORDER BY at DESC LIMIT 200"},
		{"Logs", "SELECT any(path) AS log, sum(lines) AS lines, sum(unparsed) AS unparsed, count() AS parts\nFROM record WHERE kind = 0\nGROUP BY source ORDER BY lines DESC LIMIT 500"},
	},
}
