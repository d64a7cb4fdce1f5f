package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// recovery writes the recovery key that init --json printed: recovery CREATED-JSON TO
func recovery(ts *testscript.TestScript, neg bool, args []string) {
	var made struct {
		Key string `json:"recovery_key"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &made))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(made.Key+"\n"), 0o600))
}

// flip copies a file and changes a bit of one byte: flip FROM TO AT
func flip(ts *testscript.TestScript, neg bool, args []string) {
	at, err := strconv.Atoi(args[2])
	ts.Check(err)
	text := []byte(ts.ReadFile(args[0]))
	text[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}

// swapText copies a file with the first place of some bytes changed to others: swap FROM TO OLD NEW
func swapText(ts *testscript.TestScript, neg bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	if !bytes.Contains(text, []byte(args[2])) {
		ts.Fatalf("%s does not hold %q", args[0], args[2])
	}
	text = bytes.Replace(text, []byte(args[2]), []byte(args[3]), 1)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}
