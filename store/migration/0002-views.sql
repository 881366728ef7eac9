-- What people read. Times are UTC, as text.

CREATE VIEW events AS
SELECT e.id,
       strftime('%Y-%m-%dT%H:%M:%S', (e.time + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') || printf('.%06dZ', (e.time + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) % 1000000) AS time,
       s.path AS source, e.line, iif(c.request, 'request', 'message') AS kind,
       c.daemon, c.format, c.severity, c.signature, c.template, m.value AS message, e.detail, c.code, c.errno, c.host, c.program,
       e.pid, e.conn, cl.value AS client, c.vhost, me.value AS method, p.value AS path, en.value AS endpoint, a.value AS agent, c.status,
       c.upstream, c.scheme, c.upstream_status, c.pool, sc.value AS script, c.frontend, c.backend, c.server, c.termination,
       e.bytes, e.duration, e.queue, e.connect, e.header, e.response, e.retries, c.redispatched,
       e.queued_server, e.queued_backend, e.active
FROM event e
JOIN event_class c ON c.id = e.class
JOIN source s ON s.id = e.source
LEFT JOIN text m ON m.id = e.message
LEFT JOIN text cl ON cl.id = e.client
LEFT JOIN text p ON p.id = e.path
LEFT JOIN text a ON a.id = e.agent
LEFT JOIN text me ON me.id = e.method
LEFT JOIN text en ON en.id = e.endpoint
LEFT JOIN text sc ON sc.id = e.script;

CREATE VIEW requests_per_minute AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.daemon, c.vhost, c.upstream, c.status, r.count, r.arrived, r.bytes, r.durations
FROM rollup_request r
JOIN request_class c ON c.id = r.class
JOIN source s ON s.id = r.source;

CREATE VIEW requests_per_second AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000 + j.key, 'unixepoch') AS time,
       s.path AS source, c.daemon, c.vhost, c.upstream, c.status, j.value AS count
FROM rollup_request r
JOIN request_class c ON c.id = r.class
JOIN source s ON s.id = r.source
JOIN json_each(r.seconds) j;

CREATE VIEW endpoints_per_minute AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.endpoint, c.status, r.count, r.bytes, r.durations
FROM rollup_endpoint r
JOIN endpoint_class c ON c.id = r.class
JOIN source s ON s.id = r.source;

CREATE VIEW clients_per_10s AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.client, p.value AS endpoint, a.value AS agent, r.count, r.bytes
FROM rollup_client r
JOIN client_class c ON c.id = r.class
JOIN source s ON s.id = r.source
LEFT JOIN text p ON p.id = c.endpoint
LEFT JOIN text a ON a.id = c.agent;

CREATE VIEW events_per_minute AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.daemon, c.severity, c.signature, c.template, c.upstream, c.status, r.count
FROM rollup_event r
JOIN event_class c ON c.id = r.class
JOIN source s ON s.id = r.source;

CREATE VIEW changes AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (c.time + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.line, c.kind, c.service, c.version, c.summary, c.actor, c.signature
FROM change c JOIN source s ON s.id = c.source;

CREATE VIEW samples AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (m.time + iif(m.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, m.line, m.host, m.metric, m.value
FROM sample m JOIN source s ON s.id = m.source;

CREATE VIEW sources AS
SELECT id, path, daemon, format, host, lines, parsed, unparsed, bytes,
       strftime('%Y-%m-%dT%H:%M:%SZ', (first + shift) / 1000000, 'unixepoch') AS first,
       strftime('%Y-%m-%dT%H:%M:%SZ', (last + shift) / 1000000, 'unixepoch') AS last,
       zone, zone_from, problem
FROM source;
