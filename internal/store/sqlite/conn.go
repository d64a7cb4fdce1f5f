package sqlite

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
)

const (
	// minEngine is SQLite 3.51.3, the first without the race of 2010 to 2026 by which two connections that
	// reset a write-ahead log could lose a commit.
	minEngine = 3_051_003

	// checkpointPages is when a commit moves the log of writes into the file: 16 MiB. Fewer would sync the
	// file too often under a stream of acts, more makes the first read after a crash slow.
	checkpointPages = 4096

	// logBytes is what is left of the log of writes after one large act.
	logBytes = 64 << 20

	// cacheKiB is what each connection may hold: the inner pages of the trees of a million exceptions.
	cacheKiB = 16 << 10
)

// conn is one connection, used by one goroutine at a time.
type conn struct {
	db    *sqlite.Conn
	binds map[string][]int // of each statement, which argument each of its parameters is
}

// openConn opens the file. A reader never writes.
func openConn(path string, flags sqlite.OpenFlags, wait time.Duration, reader bool) (*conn, error) {
	db, err := sqlite.OpenConn(path, flags)
	if err != nil {
		return nil, coded(err)
	}
	c := &conn{db: db, binds: map[string][]int{}}
	db.SetBusyTimeout(max(wait, time.Millisecond))
	pragmas := []string{
		"trusted_schema = OFF", "cell_size_check = ON", "foreign_keys = ON", "temp_store = MEMORY",
		"cache_size = " + strconv.Itoa(-cacheKiB),
	}
	if reader {
		pragmas = append(pragmas, "query_only = ON")
	} else {
		pragmas = append(pragmas, "journal_mode = WAL", "synchronous = FULL",
			"wal_autocheckpoint = "+strconv.Itoa(checkpointPages),
			"journal_size_limit = "+strconv.Itoa(logBytes))
	}
	for _, p := range pragmas {
		if err := c.script("PRAGMA " + p); err != nil {
			_ = db.Close()
			return nil, err
		}
	}
	return c, nil
}

// openReader opens a connection that never writes, and looks at the file. Where nobody else has it open, even
// that needs room on the disk, for the index of the log of writes.
func openReader(path string, wait time.Duration) (*conn, error) {
	c, err := openConn(path, sqlite.OpenReadWrite, wait, true)
	if err != nil {
		return nil, err
	}
	if _, err := c.number("PRAGMA schema_version"); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *conn) close() error { return coded(c.db.Close()) }

// script runs statements that are used once; nothing but blanks follows the last.
func (c *conn) script(text string) error {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		stmt, rest, err := c.db.PrepareTransient(text)
		if err != nil {
			return coded(err)
		}
		text = text[len(text)-rest:]
		for more := true; more && err == nil; {
			more, err = stmt.Step()
		}
		if final := stmt.Finalize(); err == nil {
			err = final
		}
		if err != nil {
			return coded(err)
		}
	}
	return nil
}

// number is the answer of a statement with one number.
func (c *conn) number(text string) (int64, error) {
	stmt, err := c.db.Prepare(text)
	if err != nil {
		return 0, coded(err)
	}
	defer stmt.Reset()
	if _, err := stmt.Step(); err != nil {
		return 0, coded(err)
	}
	return stmt.ColumnInt64(0), nil
}

// said is the first word of an answer, "" where it is empty.
func (c *conn) said(text string) (string, error) {
	stmt, err := c.db.Prepare(text)
	if err != nil {
		return "", coded(err)
	}
	defer stmt.Reset()
	if more, err := stmt.Step(); err != nil || !more {
		return "", coded(err)
	}
	return stmt.ColumnText(0), nil
}

// run runs the named statement, and calls each with every row of its answer; each keeps what it is given.
func (c *conn) run(name string, each func(row) error, args ...any) error {
	text := query(name)
	stmt, err := c.db.Prepare(text)
	if err != nil {
		return coded(err)
	}
	defer stmt.Reset() // a statement left in the middle would keep its snapshot open
	for i, arg := range c.bindsOf(name, stmt) {
		bind(stmt, i+1, args[arg])
	}
	for {
		more, err := stmt.Step()
		if err != nil {
			return coded(err)
		}
		if !more {
			return nil
		}
		if err := each(read(stmt)); err != nil {
			return err
		}
	}
}

// bindsOf says which argument each parameter of a statement is: SQLite counts parameters in the order in
// which it meets them, the texts name them $1, $2.
func (c *conn) bindsOf(name string, stmt *sqlite.Stmt) []int {
	if order, ok := c.binds[name]; ok {
		return order
	}
	order := make([]int, stmt.BindParamCount())
	for i := range order {
		param := stmt.BindParamName(i + 1)
		n, err := strconv.Atoi(param[1:])
		if err != nil {
			panic(fmt.Sprintf("invariant: statement %s has a parameter %s", name, param))
		}
		order[i] = n - 1
	}
	c.binds[name] = order
	return order
}

func bind(stmt *sqlite.Stmt, i int, v any) {
	switch v := v.(type) {
	case nil:
		stmt.BindNull(i)
	case int64:
		stmt.BindInt64(i, v)
	case int:
		stmt.BindInt64(i, int64(v))
	case string:
		stmt.BindText(i, v)
	case []byte:
		stmt.BindBytes(i, v)
	default:
		panic(fmt.Sprintf("invariant: a parameter has type %T", v))
	}
}

func read(stmt *sqlite.Stmt) row {
	r := make(row, stmt.ColumnCount())
	for i := range r {
		switch stmt.ColumnType(i) {
		case sqlite.TypeInteger:
			r[i] = stmt.ColumnInt64(i)
		case sqlite.TypeText:
			r[i] = stmt.ColumnText(i)
		case sqlite.TypeBlob:
			b := make([]byte, stmt.ColumnLen(i))
			stmt.ColumnBytes(i, b)
			r[i] = b
		case sqlite.TypeFloat: // no column holds one: its row is damaged, and its check says so
			r[i] = "float"
		}
	}
	return r
}

// one is the only row of an answer, nil where there is none.
func (c *conn) one(name string, args ...any) (row, error) {
	var found row
	err := c.run(name, func(r row) error { found = r; return nil }, args...)
	return found, err
}

// last is the number in the only row of an answer, otherwise where there is none.
func (c *conn) last(name string, otherwise int64, args ...any) (int64, error) {
	r, err := c.one(name, args...)
	if r == nil {
		return otherwise, err
	}
	return r.int(0), err
}
