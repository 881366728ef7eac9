// What SQLite takes from C: rows of an event, some 200 bytes each, one a statement, 50000 a transaction, into a database that lasts.
//   insert ROWS INDEXES DB      INDEXES: 0, or 2: by time, and by signature and time
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *db;

static void run(const char *sql) {
	char *problem = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &problem) == SQLITE_OK) return;
	fprintf(stderr, "%s: %s\n", sql, problem);
	exit(1);
}

int main(int argc, char **argv) {
	if (argc != 4 || sqlite3_open(argv[3], &db) != SQLITE_OK) return 2;
	const long rows = atol(argv[1]);
	run("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536");
	run("CREATE TABLE event (id INTEGER PRIMARY KEY, time INTEGER, source INTEGER, signature INTEGER, severity INTEGER, position INTEGER, "
	    "client TEXT, upstream TEXT, message TEXT)");
	if (atol(argv[2]) == 2) run("CREATE INDEX by_time ON event (time); CREATE INDEX by_signature ON event (signature, time)");
	sqlite3_stmt *insert;
	if (sqlite3_prepare_v2(db, "INSERT INTO event (time, source, signature, severity, position, client, upstream, message) "
	                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", -1, &insert, NULL) != SQLITE_OK) return 1;
	char message[140], client[32];
	memset(message, 'm', sizeof message);
	unsigned draw = 12345;
	run("BEGIN");
	for (long i = 0; i < rows; i++) {
		draw = draw * 1664525u + 1013904223u;
		int length = snprintf(client, sizeof client, "198.51.%u.%u", draw >> 16 & 255, draw >> 24);
		memcpy(message, client, (size_t)length);
		sqlite3_bind_int64(insert, 1, 1773446400000000 + i * 86400);
		sqlite3_bind_int(insert, 2, 1);
		sqlite3_bind_int(insert, 3, (int)(draw >> 8) % 80);
		sqlite3_bind_int(insert, 4, (int)(draw >> 20) & 7);
		sqlite3_bind_int64(insert, 5, i * 335);
		sqlite3_bind_text(insert, 6, client, length, SQLITE_STATIC);
		sqlite3_bind_text(insert, 7, "10.0.2.11:8080", 14, SQLITE_STATIC);
		sqlite3_bind_text(insert, 8, message, sizeof message, SQLITE_STATIC);
		if (sqlite3_step(insert) != SQLITE_DONE) return 1;
		sqlite3_reset(insert);
		if (i % 50000 == 49999) run("COMMIT; BEGIN");
	}
	run("COMMIT");
	sqlite3_finalize(insert);
	return sqlite3_close(db) != SQLITE_OK;
}
