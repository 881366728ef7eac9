package store

import (
	"context"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/mattn/go-sqlite3"
)

//go:embed migration/*.sql
var migrations embed.FS

// applicationID marks a database as one of culprit's: "clpt".
const applicationID = 0x636c7074

// Errors of opening.
var (
	// ErrForeign: the file is a database, but none of culprit's.
	ErrForeign = errors.New("not a database of culprit; choose another file")
	// ErrNewer: the database was written by a newer culprit.
	ErrNewer = errors.New("written by a newer culprit; update culprit or choose another file")
	// ErrOlder: the database was written by an older culprit, and is only read here.
	ErrOlder = errors.New("written by an older culprit; analyze --db or tail --db with this file brings it up to date")
)

// migrate brings the schema up to date: each file of migration/ that was not applied yet, in the order of their names, in a
// transaction of its own that also records it.
func migrate(c *conn) error {
	applied, err := appliedMigrations(c)
	if err != nil {
		return err
	}
	if err := registerFunctions(c.raw); err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		if applied[name] {
			delete(applied, name)
			continue
		}
		if err := applyMigration(c, name); err != nil {
			return fmt.Errorf("migrate %s: %w", name, err)
		}
	}
	if len(applied) > 0 {
		return ErrNewer
	}
	return nil
}

// appliedMigrations returns what was applied already. It makes an empty file a database of ours and refuses a foreign one.
func appliedMigrations(c *conn) (map[string]bool, error) {
	id, err := c.number("PRAGMA application_id")
	if err == nil && id != applicationID {
		err = locked(c, func() error { return claim(c) })
	}
	if err != nil {
		return nil, err
	}
	applied := map[string]bool{}
	err = c.query(context.Background(), "SELECT name FROM migration", func(v []driver.Value) error {
		applied[text(v[0])] = true
		return nil
	})
	return applied, err
}

// claim makes an empty database one of ours, unless another process has just done so. A transaction is open.
func claim(c *conn) error {
	id, err := c.number("PRAGMA application_id")
	if err != nil || id == applicationID {
		return err
	}
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	switch {
	case err != nil:
		return err
	case id != 0 || tables > 0:
		return ErrForeign
	}
	return c.script(fmt.Sprintf("PRAGMA application_id = %d; CREATE TABLE migration (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID", applicationID))
}

// upToDate reports ErrOlder of a database that lacks a migration. It changes nothing.
func upToDate(c *conn) error {
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		n, err := c.number("SELECT count(*) FROM migration WHERE name = ?", name)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrOlder
		}
	}
	return nil
}

// applyMigration applies one, unless another process has done so since it was looked.
func applyMigration(c *conn, name string) error {
	sql, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	return locked(c, func() error {
		done, err := c.number("SELECT count(*) FROM migration WHERE name = ?", name)
		if err != nil || done > 0 {
			return err
		}
		if err := c.script(string(sql)); err != nil {
			return err
		}
		return c.exec("INSERT INTO migration (name) VALUES (?)", name)
	})
}

// locked runs f in a transaction that keeps other writers out from its beginning, so that what f reads holds until its end.
func locked(c *conn, f func() error) error {
	if err := c.script("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := f(); err != nil {
		return errors.Join(err, c.script("ROLLBACK"))
	}
	return c.script("COMMIT")
}

// patient runs statements that SQLite gives up at once where another process holds the database, such as a change of its journal's
// mode, again and again for as long as any other would wait.
func patient(c *conn, sql string) error {
	for waited := time.Duration(0); ; waited += contended {
		err := c.script(sql)
		var failure sqlite3.Error
		if !errors.As(err, &failure) || failure.Code != sqlite3.ErrBusy || waited >= lockWait {
			return err
		}
		time.Sleep(contended)
	}
}

// contended is how long to wait before another attempt.
const contended = 5 * time.Millisecond
