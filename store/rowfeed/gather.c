// An aggregate rowgather(v, ...): the integers of all rows in one blob, see Gathered in gather.go.
#include <string.h>

#include "sqlite.h"

enum { VALUES = 8, LONGEST = 10 }; // values of a row, and bytes of one

struct gathered {
	unsigned char *packed;
	sqlite3_uint64 size, room;
	sqlite3_int64 above[VALUES]; // the row before
	int failed;
};

// put appends the difference of two values as a zigzag varint.
static void put(struct gathered *g, sqlite3_int64 value, sqlite3_int64 above) {
	sqlite3_uint64 difference = (sqlite3_uint64)value - (sqlite3_uint64)above;
	sqlite3_uint64 left = difference << 1 ^ (0 - (difference >> 63));
	while (left >= 0x80) {
		g->packed[g->size++] = (unsigned char)(left | 0x80);
		left >>= 7;
	}
	g->packed[g->size++] = (unsigned char)left;
}

static void step(sqlite3_context *context, int argc, sqlite3_value **argv) {
	struct gathered *g = sqlite3_aggregate_context(context, sizeof *g);
	if (g == NULL || g->failed || argc < 1 || argc > VALUES) return;
	if (g->room - g->size < VALUES * LONGEST) {
		sqlite3_uint64 room = g->room * 2 + 4096;
		unsigned char *larger = sqlite3_realloc64(g->packed, room);
		if (larger == NULL) {
			g->failed = 1;
			return;
		}
		g->packed = larger;
		g->room = room;
	}
	for (int i = 0; i < argc; i++) {
		sqlite3_int64 value = sqlite3_value_int64(argv[i]);
		put(g, value, g->above[i]);
		g->above[i] = value;
	}
}

static void final(sqlite3_context *context) {
	struct gathered *g = sqlite3_aggregate_context(context, 0);
	if (g == NULL) return; // no rows: NULL
	if (g->failed) {
		sqlite3_free(g->packed);
		sqlite3_result_error_nomem(context);
		return;
	}
	if (g->packed == NULL) return;
	sqlite3_result_blob64(context, g->packed, g->size, sqlite3_free);
}

int rowfeed_add_gather(sqlite3 *db) {
	return sqlite3_create_function(db, "rowgather", -1, SQLITE_UTF8, NULL, NULL, step, final);
}
