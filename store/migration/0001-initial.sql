-- Times are µs since the Unix epoch as the log tells them; source.shift turns them into UTC. Numbers a log did not give are NULL,
-- phases that were never reached -2. A text id of 0 is the empty text.

CREATE TABLE source (
    id              INTEGER PRIMARY KEY,
    path            TEXT    NOT NULL,
    device          INTEGER NOT NULL, -- of the file, with inode and fingerprint; 0 and '' where unknown
    inode           INTEGER NOT NULL,
    fingerprint     TEXT    NOT NULL,
    head            INTEGER NOT NULL, -- hash of its first record, 0 where unknown
    daemon          TEXT    NOT NULL, -- of most records, as format
    format          TEXT    NOT NULL,
    host            TEXT    NOT NULL, -- of the first record that names one
    host_line       INTEGER NOT NULL,
    lines           INTEGER NOT NULL,
    parsed          INTEGER NOT NULL,
    unparsed        INTEGER NOT NULL,
    bytes           INTEGER NOT NULL,
    zoned           INTEGER NOT NULL, -- records with an absolute time
    unzoned         INTEGER NOT NULL, -- records with wall-clock time
    first           INTEGER NOT NULL,
    last            INTEGER NOT NULL,
    resolution      INTEGER NOT NULL,
    shift           INTEGER NOT NULL,
    zone            TEXT    NOT NULL,
    zone_from       TEXT    NOT NULL,
    problem         TEXT    NOT NULL,
    daemons         TEXT    NOT NULL, -- JSON: records by daemon
    formats         TEXT    NOT NULL, -- JSON: records by format
    unparsed_sample TEXT    NOT NULL  -- JSON: [{"Line":…,"Text":…}]
) STRICT;

CREATE INDEX source_path ON source (path);

-- The parts of each source that have been read. Written in the transaction that writes what they held.
CREATE TABLE position (
    source     INTEGER NOT NULL,
    start      INTEGER NOT NULL, -- byte offset
    start_line INTEGER NOT NULL, -- lines in front of it
    "offset"   INTEGER NOT NULL, -- end
    line       INTEGER NOT NULL,
    batch      INTEGER NOT NULL, -- that wrote it last
    PRIMARY KEY (source, start)
) STRICT, WITHOUT ROWID;

-- Texts that repeat. A text may be there twice: finding the first one again would cost an index as large as the texts.
CREATE TABLE text (
    id    INTEGER PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Classes: what repeats of a request or an event. They too may be there twice.
CREATE TABLE request_class (
    id       INTEGER PRIMARY KEY,
    zoned    INTEGER NOT NULL,
    daemon   TEXT    NOT NULL,
    format   TEXT    NOT NULL,
    vhost    TEXT    NOT NULL,
    upstream TEXT    NOT NULL,
    status   INTEGER -- 0: closed without one
) STRICT;

CREATE TABLE endpoint_class (
    id       INTEGER PRIMARY KEY,
    zoned    INTEGER NOT NULL,
    endpoint TEXT    NOT NULL,
    status   INTEGER
) STRICT;

CREATE TABLE client_class (
    id       INTEGER PRIMARY KEY,
    zoned    INTEGER NOT NULL,
    client   TEXT    NOT NULL,
    endpoint INTEGER NOT NULL, -- text
    agent    INTEGER NOT NULL  -- text
) STRICT;

CREATE TABLE event_class (
    id              INTEGER PRIMARY KEY,
    zoned           INTEGER NOT NULL,
    request         INTEGER NOT NULL,
    kept            INTEGER NOT NULL, -- 0: only counted in rollup_event
    redispatched    INTEGER NOT NULL,
    daemon          TEXT    NOT NULL,
    format          TEXT    NOT NULL,
    severity        TEXT    NOT NULL,
    signature       TEXT    NOT NULL,
    template        TEXT    NOT NULL,
    code            TEXT    NOT NULL,
    errno           INTEGER NOT NULL,
    host            TEXT    NOT NULL,
    program         TEXT    NOT NULL,
    vhost           TEXT    NOT NULL,
    status          INTEGER,
    upstream        TEXT    NOT NULL,
    scheme          TEXT    NOT NULL,
    upstream_status TEXT    NOT NULL,
    pool            TEXT    NOT NULL,
    frontend        TEXT    NOT NULL,
    backend         TEXT    NOT NULL,
    server          TEXT    NOT NULL,
    termination     TEXT    NOT NULL
) STRICT;

CREATE TABLE event (
    id             INTEGER PRIMARY KEY,
    source         INTEGER NOT NULL,
    time           INTEGER NOT NULL,
    class          INTEGER NOT NULL,
    line           INTEGER NOT NULL,
    "offset"       INTEGER NOT NULL,
    method         INTEGER NOT NULL, -- text, as the next six
    endpoint       INTEGER NOT NULL,
    script         INTEGER NOT NULL,
    client         INTEGER NOT NULL,
    agent          INTEGER NOT NULL,
    path           INTEGER NOT NULL,
    message        INTEGER NOT NULL,
    detail         TEXT,
    pid            INTEGER NOT NULL,
    conn           INTEGER NOT NULL,
    bytes          INTEGER,
    duration       INTEGER,
    queue          INTEGER,
    connect        INTEGER,
    header         INTEGER,
    response       INTEGER,
    retries        INTEGER NOT NULL,
    queued_server  INTEGER,
    queued_backend INTEGER,
    active         INTEGER
) STRICT;

-- Roll-ups: a row a minute and class. Rows of one minute and class add up; batch tells those of several transactions apart.
-- durations is a packed histogram, for the function quantile(durations, q); cells the seconds (in rollup_endpoint ten of them each),
-- packed. "at" is the start of the minute.
CREATE TABLE rollup_request (
    source    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    class     INTEGER NOT NULL, -- request_class
    batch     INTEGER NOT NULL,
    count     INTEGER NOT NULL, -- completed
    arrived   INTEGER NOT NULL, -- began
    bytes     INTEGER NOT NULL,
    durations BLOB,
    seconds   TEXT    NOT NULL, -- JSON: count by second of the minute
    cells     BLOB    NOT NULL,
    PRIMARY KEY (source, at, class, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_endpoint (
    source    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    class     INTEGER NOT NULL, -- endpoint_class
    batch     INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    durations BLOB,
    cells     BLOB    NOT NULL,
    PRIMARY KEY (source, at, class, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_event (
    source    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    class     INTEGER NOT NULL, -- event_class
    batch     INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    durations BLOB,
    cells     BLOB    NOT NULL,
    PRIMARY KEY (source, at, class, batch)
) STRICT, WITHOUT ROWID;

-- The heaviest clients of ten seconds each.
CREATE TABLE rollup_client (
    source INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    class  INTEGER NOT NULL, -- client_class
    batch  INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    PRIMARY KEY (source, at, class, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    id        INTEGER PRIMARY KEY,
    source    INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    time      INTEGER NOT NULL,
    zoned     INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    service   TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    summary   TEXT    NOT NULL,
    actor     TEXT    NOT NULL,
    signature TEXT    NOT NULL
) STRICT;

CREATE TABLE sample (
    id     INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    line   INTEGER NOT NULL,
    time   INTEGER NOT NULL,
    zoned  INTEGER NOT NULL,
    host   TEXT    NOT NULL,
    metric TEXT    NOT NULL,
    value  REAL    NOT NULL
) STRICT;
