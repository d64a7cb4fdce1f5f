package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// scoresHead is the first line of a list of scores. Where numbers had to be masked, a column with the place
// of each row follows, so that the list can still be joined.
const scoresHead = "tx_id,score"

// scoresFit refuses a name that is no file of scores: standard output carries the report, and another file
// than an earlier list of scores is somebody's.
func scoresFit(path string) error {
	if path == "-" {
		return usage("cmd.usage.scores_stdout", nil)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil // not there yet, or writing it will say why not
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil
	}
	head, err := bufio.NewReaderSize(file, len(scoresHead)).Peek(len(scoresHead))
	if err != nil || string(head) != scoresHead {
		return usage("cmd.usage.scores_taken", tillproof.Params{"file": harmless(mask(path))})
	}
	return nil
}

// writeScores writes the chance of each row, in the order of the files, with nine decimals. The file appears
// whole or not at all.
func (w *watch) writeScores(ctx context.Context, path string) error {
	err := w.writeFile(ctx, path, func(to io.Writer) error {
		out := csv.NewWriter(to)
		head := strings.Split(scoresHead, ",")
		if w.names.masked > 0 {
			head = append(head, "place")
		}
		if err := out.Write(head); err != nil {
			return err
		}
		ref := int64(0)
		err := w.names.each(func(name string, part int, line string) error {
			chance := w.chances.at(ref)
			ref++
			row := []string{name, fmt.Sprintf("%d.%09d", chance/ppb, chance%ppb)}
			if w.names.masked > 0 {
				row = append(row, w.sources[part].File+":"+line)
			}
			return out.Write(row)
		})
		if err != nil {
			return err
		}
		out.Flush()
		return out.Error()
	})
	if err == nil && w.names.masked > 0 {
		p := tillproof.Params{"n": strconv.FormatInt(w.names.masked, 10)}
		w.note("cmd.note.scores_masked", p)
	}
	return err
}
