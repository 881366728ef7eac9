// Runs statements with ClickHouse as a library: libchdb.so, which is named by the first argument; those behind it go to the library.
//
// A question comes on standard input: a number of fields (4 bytes), then each as its length (8 bytes) and its bytes; numbers are of this
// machine's order. The last three fields are a statement, the format of what it inserts ("" where it inserts nothing that way), and what
// it inserts; those in front of them are statements that prepare for it, such as SET. Each question has a session of its own. The answer
// goes to standard output: a byte that is 1 where a statement failed, the length (8 bytes), and what the statement yields or what failed.

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct { void *of; } *session, *insertion, *result;

static session *(*open_session)(int, char **);
static void (*close_session)(session *);
static result (*query)(session, const char *, size_t, const char *, size_t);
static insertion (*begin_insert)(session, const char *, size_t, const char *, size_t);
static int (*append)(insertion, const void *, size_t);
static result (*end_insert)(insertion);
static void (*destroy_insert)(insertion);
static const char *(*insert_error)(insertion);
static const char *(*error_of)(result);
static char *(*bytes_of)(result);
static size_t (*length_of)(result);
static void (*destroy)(result);

static FILE *answers;

static void die(const char *why) {
	fprintf(stderr, "%s\n", why);
	exit(1);
}

static void *symbol(void *library, const char *name) {
	void *found = dlsym(library, name);
	if (!found) die(dlerror());
	return found;
}

static void load(const char *path) {
	void *library = dlopen(path, RTLD_NOW);
	if (!library) die(dlerror());
	open_session = symbol(library, "chdb_connect");
	close_session = symbol(library, "chdb_close_conn");
	query = symbol(library, "chdb_query_n");
	begin_insert = symbol(library, "chdb_stream_insert_n");
	append = symbol(library, "chdb_stream_append");
	end_insert = symbol(library, "chdb_stream_done");
	destroy_insert = symbol(library, "chdb_destroy_insert_stream");
	insert_error = symbol(library, "chdb_stream_insert_error");
	error_of = symbol(library, "chdb_result_error");
	bytes_of = symbol(library, "chdb_result_buffer");
	length_of = symbol(library, "chdb_result_length");
	destroy = symbol(library, "chdb_destroy_query_result");
}

struct field {
	uint64_t length;
	char *bytes;
};

static void take(void *to, size_t length) {
	if (length && fread(to, length, 1, stdin) != 1) exit(0); // whoever asks has gone
}

static struct field field(void) {
	struct field f;
	take(&f.length, sizeof f.length);
	if (!(f.bytes = malloc(f.length + 1))) die("no memory for a question");
	take(f.bytes, f.length);
	f.bytes[f.length] = 0;
	return f;
}

static void answer(uint8_t failed, const char *bytes, uint64_t length) {
	fwrite(&failed, 1, 1, answers);
	fwrite(&length, sizeof length, 1, answers);
	fwrite(bytes, 1, length, answers);
	if (fflush(answers)) exit(0);
}

// settled answers with a result that failed, or is the last one, and reports whether it did.
static int settled(result r, int last) {
	const char *error = error_of(r);
	if (error)
		answer(1, error, strlen(error));
	else if (last)
		answer(0, bytes_of(r), length_of(r));
	destroy(r);
	return error || last;
}

static void insert(session s, struct field statement, struct field format, struct field body) {
	insertion i = begin_insert(s, statement.bytes, statement.length, format.bytes, format.length);
	const char *error = insert_error(i);
	if (!error && body.length && append(i, body.bytes, body.length)) error = insert_error(i);
	if (error)
		answer(1, error, strlen(error));
	else
		settled(end_insert(i), 1);
	destroy_insert(i);
}

static void serve(session s, struct field *fields, uint32_t count) {
	const char *format = "TabSeparated";
	struct field *last = fields + count - 3;
	for (struct field *f = fields; f < last; f++)
		if (settled(query(s, f->bytes, f->length, format, strlen(format)), 0)) return;
	if (last[1].length)
		insert(s, last[0], last[1], last[2]);
	else
		settled(query(s, last->bytes, last->length, format, strlen(format)), 1);
}

int main(int argc, char **argv) {
	if (argc < 2) die("which library?");
	answers = fdopen(dup(1), "w");
	if (!answers || dup2(2, 1) < 0) die("no standard output"); // the library may print
	load(argv[1]);
	session *whole = open_session(argc - 1, argv + 1); // keeps the library's data open between questions
	if (!whole) die("the library does not open its data");
	for (;;) {
		uint32_t count;
		take(&count, sizeof count);
		struct field *fields = count < 3 ? NULL : calloc(count, sizeof *fields);
		if (!fields) die("no question");
		for (uint32_t i = 0; i < count; i++) fields[i] = field();
		session *own = open_session(argc - 1, argv + 1);
		if (!own) die("the library opens no session");
		serve(*own, fields, count);
		close_session(own);
		for (uint32_t i = 0; i < count; i++) free(fields[i].bytes);
		free(fields);
	}
}
