-- A row of a roll-up holds a minute of all classes, packed: a table of a row a class and minute took four times the room.
CREATE TABLE rollup (
    source INTEGER NOT NULL,
    kind   INTEGER NOT NULL, -- 0: requests, 1: endpoints, 2: clients, 3: events; the class is of the table of that name
    at     INTEGER NOT NULL, -- start of the minute
    batch  INTEGER NOT NULL, -- rows of one minute add up; batch tells those of several transactions apart
    cells  BLOB    NOT NULL, -- rowfeed(rollup_rows(kind, cells)) has the rows class, count, arrived, bytes, durations, seconds, µs since "at"
    PRIMARY KEY (source, kind, at, batch)
) STRICT;

INSERT INTO rollup SELECT source, 0, at, batch, rollup_pack(0, class, cells) FROM rollup_request GROUP BY source, at, batch;
INSERT INTO rollup SELECT source, 1, at, batch, rollup_pack(1, class, cells) FROM rollup_endpoint GROUP BY source, at, batch;
INSERT INTO rollup SELECT source, 2, min(at) / 60000000 * 60000000, batch, rollup_pack(2, class, at / 10000000 % 6, count, bytes)
    FROM rollup_client GROUP BY source, at / 60000000, batch;
INSERT INTO rollup SELECT source, 3, at, batch, rollup_pack(3, class, cells) FROM rollup_event GROUP BY source, at, batch;

DROP VIEW requests_per_minute;
DROP VIEW requests_per_second;
DROP VIEW endpoints_per_minute;
DROP VIEW clients_per_10s;
DROP VIEW events_per_minute;
DROP TABLE rollup_request;
DROP TABLE rollup_endpoint;
DROP TABLE rollup_client;
DROP TABLE rollup_event;

CREATE VIEW requests_per_minute AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.daemon, c.vhost, c.upstream, c.status, f.c1 AS count, f.c2 AS arrived, f.c3 AS bytes, f.c4 AS durations
FROM rollup r
CROSS JOIN rowfeed(rollup_rows(0, r.cells)) f
JOIN request_class c ON c.id = f.c0
JOIN source s ON s.id = r.source
WHERE r.kind = 0;

CREATE VIEW requests_per_second AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000 + j.key, 'unixepoch') AS time,
       s.path AS source, c.daemon, c.vhost, c.upstream, c.status, j.value AS count
FROM rollup r
CROSS JOIN rowfeed(rollup_rows(0, r.cells)) f
JOIN request_class c ON c.id = f.c0
JOIN source s ON s.id = r.source
JOIN json_each(f.c5) j
WHERE r.kind = 0;

CREATE VIEW endpoints_per_minute AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.endpoint, c.status, f.c1 AS count, f.c3 AS bytes, f.c4 AS durations
FROM rollup r
CROSS JOIN rowfeed(rollup_rows(1, r.cells)) f
JOIN endpoint_class c ON c.id = f.c0
JOIN source s ON s.id = r.source
WHERE r.kind = 1;

CREATE VIEW clients_per_10s AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + f.c6 + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.client, p.value AS endpoint, a.value AS agent, f.c1 AS count, f.c3 AS bytes
FROM rollup r
CROSS JOIN rowfeed(rollup_rows(2, r.cells)) f
JOIN client_class c ON c.id = f.c0
JOIN source s ON s.id = r.source
LEFT JOIN text p ON p.id = c.endpoint
LEFT JOIN text a ON a.id = c.agent
WHERE r.kind = 2;

CREATE VIEW events_per_minute AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', (r.at + iif(c.zoned AND s.unzoned > 0, 0, s.shift)) / 1000000, 'unixepoch') AS time,
       s.path AS source, c.daemon, c.severity, c.signature, c.template, c.upstream, c.status, f.c1 AS count
FROM rollup r
CROSS JOIN rowfeed(rollup_rows(3, r.cells)) f
JOIN event_class c ON c.id = f.c0
JOIN source s ON s.id = r.source
WHERE r.kind = 3;
