-- Places in what is read into several sources at once: the cursor of a journal. A bookmark is never ahead of the rows.
CREATE TABLE bookmark (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
