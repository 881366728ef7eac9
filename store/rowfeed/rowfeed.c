// A table-valued function rowfeed(rows): the rows packed into a blob, see Rows in rows.go. Whatever the blob holds, nothing outside of it is read.
#include <string.h>

#include "sqlite.h"

enum { COLUMNS = 32 };

// Tags in front of values; a tag from SMALL on is itself the integer tag - SMALL.
enum { TAG_NULL, TAG_INTEGER, TAG_REAL, TAG_TEXT, TAG_BLOB, SMALL = 32 };

struct value {
	int tag;
	unsigned int size;
	sqlite3_int64 integer;
	double real;
	const unsigned char *bytes;
};

struct cursor {
	sqlite3_vtab_cursor base; // must be first
	unsigned char *rows;      // a copy of the argument
	const unsigned char *at, *end;
	int columns, eof;
	sqlite3_int64 row;
	struct value values[COLUMNS];
};

static int connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **made, char **problem) {
	(void)aux, (void)argc, (void)argv, (void)problem;
	int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12,c13,c14,c15,c16,c17,c18,c19,c20,c21,c22,c23,"
	                                  "c24,c25,c26,c27,c28,c29,c30,c31,rows HIDDEN)");
	if (rc != SQLITE_OK) return rc;
	sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS); // views use it
	sqlite3_vtab *table = sqlite3_malloc64(sizeof *table);
	if (table == NULL) return SQLITE_NOMEM;
	memset(table, 0, sizeof *table);
	*made = table;
	return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table) {
	sqlite3_free(table);
	return SQLITE_OK;
}

// Without its argument the function has no rows to tell: SQLite then looks for another plan, and reports that there is none.
static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
	(void)table;
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != COLUMNS || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
		if (!info->aConstraint[i].usable) continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->estimatedCost = 1000;
		info->estimatedRows = 1000;
		return SQLITE_OK;
	}
	return SQLITE_CONSTRAINT;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **made) {
	(void)table;
	struct cursor *c = sqlite3_malloc64(sizeof *c);
	if (c == NULL) return SQLITE_NOMEM;
	memset(c, 0, sizeof *c);
	*made = &c->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base) {
	struct cursor *c = (struct cursor *)base;
	sqlite3_free(c->rows);
	sqlite3_free(c);
	return SQLITE_OK;
}

static int damaged(struct cursor *c) {
	c->eof = 1;
	sqlite3_free(c->base.pVtab->zErrMsg);
	c->base.pVtab->zErrMsg = sqlite3_mprintf("rowfeed: row %lld is damaged", c->row);
	return SQLITE_ERROR;
}

// take reads size bytes; NULL where there are fewer.
static const unsigned char *take(struct cursor *c, sqlite3_uint64 size) {
	if (size > (sqlite3_uint64)(c->end - c->at)) return NULL;
	const unsigned char *p = c->at;
	c->at += size;
	return p;
}

// read_value reads one value; 0 where the rows end within it.
static int read_value(struct cursor *c, struct value *v) {
	const unsigned char *p = take(c, 1);
	if (p == NULL) return 0;
	v->tag = *p;
	if (v->tag >= SMALL) {
		v->integer = v->tag - SMALL;
		v->tag = TAG_INTEGER;
		return 1;
	}
	switch (v->tag) {
	case TAG_NULL:
		return 1;
	case TAG_INTEGER:
	case TAG_REAL:
		if ((p = take(c, 8)) == NULL) return 0;
		memcpy(&v->integer, p, 8);
		memcpy(&v->real, p, 8);
		return 1;
	case TAG_TEXT:
	case TAG_BLOB:
		if ((p = take(c, 4)) == NULL) return 0;
		memcpy(&v->size, p, 4);
		return (v->bytes = take(c, v->size)) != NULL;
	}
	return 0;
}

static int next(sqlite3_vtab_cursor *base) {
	struct cursor *c = (struct cursor *)base;
	c->row++;
	if (c->at == c->end) {
		c->eof = 1;
		return SQLITE_OK;
	}
	for (int i = 0; i < c->columns; i++) {
		if (!read_value(c, &c->values[i])) return damaged(c);
	}
	return SQLITE_OK;
}

// The argument belongs to SQLite, and only until filter returns: what is handed out points into a copy.
static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv) {
	(void)number, (void)text;
	struct cursor *c = (struct cursor *)base;
	sqlite3_free(c->rows);
	memset(&c->rows, 0, sizeof *c - sizeof c->base);
	if (argc != 1 || sqlite3_value_type(argv[0]) != SQLITE_BLOB) {
		c->eof = 1;
		return SQLITE_OK;
	}
	const void *rows = sqlite3_value_blob(argv[0]);
	int size = sqlite3_value_bytes(argv[0]);
	if (rows == NULL || size < 1) return damaged(c);
	c->rows = sqlite3_malloc64((sqlite3_uint64)size);
	if (c->rows == NULL) return SQLITE_NOMEM;
	memcpy(c->rows, rows, (size_t)size);
	c->at = c->rows + 1;
	c->end = c->rows + size;
	c->columns = c->rows[0];
	if (c->columns < 1 || c->columns > COLUMNS) return damaged(c);
	return next(base);
}

static int eof(sqlite3_vtab_cursor *base) {
	return ((struct cursor *)base)->eof;
}

// Values are copied: a statement may keep one for longer than the cursor keeps the rows it is of, in max(x) beside other columns, say.
static int column(sqlite3_vtab_cursor *base, sqlite3_context *to, int i) {
	struct cursor *c = (struct cursor *)base;
	if (i < 0 || i >= c->columns) {
		sqlite3_result_null(to);
		return SQLITE_OK;
	}
	const struct value *v = &c->values[i];
	switch (v->tag) {
	case TAG_INTEGER:
		sqlite3_result_int64(to, v->integer);
		break;
	case TAG_REAL:
		sqlite3_result_double(to, v->real);
		break;
	case TAG_TEXT:
		sqlite3_result_text64(to, (const char *)v->bytes, v->size, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	case TAG_BLOB:
		sqlite3_result_blob64(to, v->bytes, v->size, SQLITE_TRANSIENT);
		break;
	default:
		sqlite3_result_null(to);
	}
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *id) {
	*id = ((struct cursor *)base)->row;
	return SQLITE_OK;
}

static const sqlite3_module rowfeed = {
	.xConnect = connect, .xBestIndex = best_index, .xDisconnect = disconnect, .xOpen = open_cursor, .xClose = close_cursor,
	.xFilter = filter, .xNext = next, .xEof = eof, .xColumn = column, .xRowid = rowid,
};

int rowfeed_add_gather(sqlite3 *db);

static int add(sqlite3 *db, char **problem, const void *api) {
	(void)problem, (void)api;
	int rc = sqlite3_create_module(db, "rowfeed", &rowfeed, NULL);
	return rc == SQLITE_OK ? rowfeed_add_gather(db) : rc;
}

// What memory is in use nobody asks SQLite, and counting it takes a lock each time. Where SQLite is at work already, it goes on counting.
int rowfeed_register(void) {
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	return sqlite3_auto_extension((void (*)(void))add);
}
