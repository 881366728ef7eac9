// What rowfeed.c and gather.c use of SQLite's stable interface, as https://sqlite.org/c3ref and https://sqlite.org/vtab.html describe it: SQLite itself is
// compiled into another package, whose headers cgo does not reach. Functions are weak, so that this package links by itself; a program
// has them from that package.
#ifndef ROWFEED_SQLITE_H
#define ROWFEED_SQLITE_H

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_context sqlite3_context;
typedef struct sqlite3_value sqlite3_value;
typedef long long int sqlite3_int64;
typedef unsigned long long int sqlite3_uint64;
typedef void (*sqlite3_destructor_type)(void *);

#define SQLITE_OK 0
#define SQLITE_ERROR 1
#define SQLITE_NOMEM 7
#define SQLITE_CONSTRAINT 19
#define SQLITE_BLOB 4
#define SQLITE_UTF8 1
#define SQLITE_INDEX_CONSTRAINT_EQ 2
#define SQLITE_VTAB_INNOCUOUS 2
#define SQLITE_TRANSIENT ((sqlite3_destructor_type)-1)

typedef struct sqlite3_module sqlite3_module;
typedef struct sqlite3_vtab {
	const sqlite3_module *pModule;
	int nRef;
	char *zErrMsg;
} sqlite3_vtab;
typedef struct sqlite3_vtab_cursor {
	sqlite3_vtab *pVtab;
} sqlite3_vtab_cursor;

struct sqlite3_index_constraint {
	int iColumn;
	unsigned char op;
	unsigned char usable;
	int iTermOffset;
};
struct sqlite3_index_orderby {
	int iColumn;
	unsigned char desc;
};
struct sqlite3_index_constraint_usage {
	int argvIndex;
	unsigned char omit;
};
typedef struct sqlite3_index_info {
	int nConstraint;
	struct sqlite3_index_constraint *aConstraint;
	int nOrderBy;
	struct sqlite3_index_orderby *aOrderBy;
	struct sqlite3_index_constraint_usage *aConstraintUsage;
	int idxNum;
	char *idxStr;
	int needToFreeIdxStr;
	int orderByConsumed;
	double estimatedCost;
	sqlite3_int64 estimatedRows;
	int idxFlags;
	sqlite3_uint64 colUsed;
} sqlite3_index_info;

// The methods of version 1; those that a table which is only read leaves out have no more telling type here.
struct sqlite3_module {
	int iVersion;
	int (*xCreate)(sqlite3 *, void *, int, const char *const *, sqlite3_vtab **, char **);
	int (*xConnect)(sqlite3 *, void *, int, const char *const *, sqlite3_vtab **, char **);
	int (*xBestIndex)(sqlite3_vtab *, sqlite3_index_info *);
	int (*xDisconnect)(sqlite3_vtab *);
	int (*xDestroy)(sqlite3_vtab *);
	int (*xOpen)(sqlite3_vtab *, sqlite3_vtab_cursor **);
	int (*xClose)(sqlite3_vtab_cursor *);
	int (*xFilter)(sqlite3_vtab_cursor *, int, const char *, int, sqlite3_value **);
	int (*xNext)(sqlite3_vtab_cursor *);
	int (*xEof)(sqlite3_vtab_cursor *);
	int (*xColumn)(sqlite3_vtab_cursor *, sqlite3_context *, int);
	int (*xRowid)(sqlite3_vtab_cursor *, sqlite3_int64 *);
	void (*unused[13])(void); // xUpdate and what follows, up to the methods of version 4
};

#define SQLITE_CONFIG_MEMSTATUS 9

#define WEAK __attribute__((weak))
WEAK int sqlite3_config(int, ...);
WEAK int sqlite3_auto_extension(void (*)(void));
WEAK int sqlite3_create_module(sqlite3 *, const char *, const sqlite3_module *, void *);
WEAK int sqlite3_declare_vtab(sqlite3 *, const char *);
WEAK int sqlite3_vtab_config(sqlite3 *, int, ...);
WEAK int sqlite3_create_function(sqlite3 *, const char *, int, int, void *, void (*)(sqlite3_context *, int, sqlite3_value **),
                                 void (*)(sqlite3_context *, int, sqlite3_value **), void (*)(sqlite3_context *));
WEAK void *sqlite3_aggregate_context(sqlite3_context *, int);
WEAK void *sqlite3_malloc64(sqlite3_uint64);
WEAK void *sqlite3_realloc64(void *, sqlite3_uint64);
WEAK void sqlite3_free(void *);
WEAK char *sqlite3_mprintf(const char *, ...);
WEAK int sqlite3_value_type(sqlite3_value *);
WEAK int sqlite3_value_bytes(sqlite3_value *);
WEAK const void *sqlite3_value_blob(sqlite3_value *);
WEAK sqlite3_int64 sqlite3_value_int64(sqlite3_value *);
WEAK void sqlite3_result_error_nomem(sqlite3_context *);
WEAK void sqlite3_result_null(sqlite3_context *);
WEAK void sqlite3_result_int64(sqlite3_context *, sqlite3_int64);
WEAK void sqlite3_result_double(sqlite3_context *, double);
WEAK void sqlite3_result_text64(sqlite3_context *, const char *, sqlite3_uint64, sqlite3_destructor_type, unsigned char);
WEAK void sqlite3_result_blob64(sqlite3_context *, const void *, sqlite3_uint64, sqlite3_destructor_type);

#endif
