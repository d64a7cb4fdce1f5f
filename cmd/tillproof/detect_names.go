package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// nameList keeps the names of all rows on disk, in the order of the files.
type nameList struct {
	file   *os.File
	out    *bufio.Writer
	masked int64 // names that show only some of their digits
}

func newNameList() (*nameList, error) {
	file, err := scratchFile("names-")
	if err != nil {
		return nil, err
	}
	return &nameList{file: file, out: bufio.NewWriterSize(file, 1<<18)}, nil
}

// maxName is the longest name that is kept; numbers of transactions have some thirty letters.
const maxName = 1 << 10

// add keeps the name of a row, and where the row stands: the part of the input and its line.
func (n *nameList) add(name string, part, line int) error {
	name = name[:min(len(name), maxName)]
	if strings.Contains(name, "*") {
		n.masked++
	}
	if _, err := fmt.Fprintf(n.out, "%d,%d,%s\n", part, line, name); err != nil {
		return cannotWrite("", err)
	}
	return nil
}

// each gives the names in the order of the files.
func (n *nameList) each(visit func(name string, part int, line string) error) error {
	if err := n.out.Flush(); err != nil {
		return cannotWrite("", err)
	}
	if _, err := n.file.Seek(0, io.SeekStart); err != nil {
		return cannotWrite("", err)
	}
	lines := bufio.NewScanner(n.file)
	for lines.Scan() {
		at, rest, _ := strings.Cut(lines.Text(), ",")
		line, name, _ := strings.Cut(rest, ",")
		part, _ := strconv.Atoi(at)
		if err := visit(name, part, line); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (n *nameList) close() { _ = n.file.Close() } // it has no name
