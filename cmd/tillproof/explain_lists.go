package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// listedSchema is the form of listedJSON.
const listedSchema = "tillproof.explain_lists/1"

// listedJSON is what a folder of lists says about one record or key.
type listedJSON struct {
	Schema string            `json:"schema"`
	List   string            `json:"list"`
	Cells  map[string]string `json:"cells,omitempty"`
	Pairs  []listedPair      `json:"pairs,omitempty"`
	// Decision is what a person ruled about the record.
	Decision map[string]string `json:"decision,omitempty"`
}

// listedPair is a matched pair. Terminal and acquirer rows are the lines as they stand in the files, where
// these are still there; the lines may be of another key where two keys share a hash.
type listedPair struct {
	Terminal listedLine `json:"terminal"`
	Acquirer listedLine `json:"acquirer"`
}

type listedLine struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"` // from 1, where the offset is not known
	Offset int64  `json:"offset"`         // of the first byte of the line, -1 where it is not known
	Text   string `json:"text,omitempty"`
}

// explainListed answers from the folder that `check --out` left, without reading the files again: ID is that
// of a record of a list, or MERCHANT/TERMINAL/RRN of a matched pair.
func (d *door) explainListed(ctx context.Context, dir, name string) error {
	r, err := openListed(dir)
	if err != nil {
		return listedFault(dir, err)
	}
	defer r.close()
	var found listedJSON
	if id, bad := tillproof.ParseRecordID(name); bad == nil {
		found, err = r.record(id)
	} else if key := strings.Split(name, "/"); len(key) == 3 {
		found, err = r.pairs(key[0], key[1], key[2])
	} else {
		return usage("cmd.usage.listed_name", tillproof.Params{"name": harmless(mask(name))})
	}
	if err != nil {
		return listedFault(dir, err)
	}
	if found.List == "" {
		p := tillproof.Params{"name": harmless(mask(name)), "dir": harmless(dir)}
		return usage("cmd.usage.not_listed", p)
	}
	found.Schema = listedSchema
	return d.stdout(ctx, func(w io.Writer) error { return d.writeListed(w, found) })
}

func listedFault(dir string, err error) error {
	code := "cmd.listed.broken"
	if errors.Is(err, fs.ErrNotExist) {
		code = "cmd.listed.none"
	}
	return &tillproof.Error{
		Op: "open the lists", Kind: tillproof.KindInvalid, Code: code,
		Params: tillproof.Params{"dir": harmless(dir)}, Err: err,
	}
}

func (d *door) writeListed(w io.Writer, found listedJSON) error {
	if d.json {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(found)
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, d.text("cmd.listed.list", tillproof.Params{"list": found.List}))
	for _, c := range sortedCells(found.Cells) {
		fmt.Fprintf(b, "  %s: %s\n", c[0], c[1])
	}
	if reason := found.Cells["reason"]; reason != "" {
		fmt.Fprintln(b, d.text("cmd.listed.reason", nil))
	}
	if found.Decision != nil {
		ruling := d.text("report.ruling."+found.Decision["ruling"], nil)
		params := tillproof.Params{"ruling": ruling, "reason": found.Decision["reason"]}
		fmt.Fprintln(b, d.text("cmd.listed.decision", params))
	}
	for _, p := range found.Pairs {
		for i, l := range [...]listedLine{p.Terminal, p.Acquirer} {
			side := [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer}[i]
			params := tillproof.Params{
				"side": d.text("side."+side.String(), nil), "file": harmless(l.File),
				"line": strconv.Itoa(l.Line), "offset": strconv.FormatInt(l.Offset, 10),
			}
			fmt.Fprintln(b, d.text(l.code(), params))
			if l.Text != "" {
				fmt.Fprintln(b, "    "+harmless(l.Text))
			}
		}
	}
	return b.Flush()
}

// code is the sentence that says where the line stands.
func (l listedLine) code() string {
	switch {
	case l.Line > 0:
		return "cmd.listed.line"
	case l.Offset < 0:
		return "cmd.listed.file"
	}
	return "cmd.listed.byte"
}

// maxListedLine bounds the line of a file that is shown: no table has longer ones that a person could read.
const maxListedLine = 4 << 10

// lineAt is the line of a file that begins at the offset, with card numbers masked; "" where it cannot be
// read.
func lineAt(file string, offset int64) string {
	if offset < 0 {
		return ""
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // only read
	buf := make([]byte, maxListedLine)
	n, err := f.ReadAt(buf, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	line, _, whole := bytes.Cut(buf[:n], []byte("\n"))
	if !whole && n == len(buf) {
		return ""
	}
	return mask(strings.ToValidUTF8(strings.TrimRight(string(line), "\r"), "�"))
}
