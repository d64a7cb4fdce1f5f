package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// tamper copies a workspace and changes the copy's database behind the program's back: tamper FROM TO
// [SQL]...
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: tamper FROM TO [SQL]...")
	}
	to := ts.MkAbs(args[1])
	ts.Check(os.CopyFS(to, os.DirFS(ts.MkAbs(args[0]))))
	conn, err := sqlite.OpenConn(filepath.Join(to, databaseName), sqlite.OpenReadWrite)
	ts.Check(err)
	for _, statement := range args[2:] {
		err = errors.Join(err, sqlitex.ExecuteTransient(conn, statement, nil))
		if conn.Changes() == 0 {
			err = errors.Join(err, errors.New("nothing is changed by "+statement))
		}
	}
	ts.Check(errors.Join(err, conn.Close()))
}
