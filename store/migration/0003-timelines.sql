-- What a change reached, what it replaced, where it is told of, and how sure its time is: it happened at most "early" µs before it and
-- "late" µs behind it. A sample is the mean of the "span" µs before its time, 0: of one moment.
ALTER TABLE change ADD COLUMN version_from TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN vhost TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN upstream TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN ref TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN early INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sample ADD COLUMN span INTEGER NOT NULL DEFAULT 0;

DROP VIEW changes;
CREATE VIEW changes AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (c.time + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.line, c.kind, c.service, c.version, c.summary, c.actor, c.signature,
       c.version_from, c.host, c.vhost, c.upstream, c.path, c.ref, c.early, c.late
FROM change c JOIN source s ON s.id = c.source;

DROP VIEW samples;
CREATE VIEW samples AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (m.time + iif(m.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, m.line, m.host, m.metric, m.value, m.span
FROM sample m JOIN source s ON s.id = m.source;
