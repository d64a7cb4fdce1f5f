package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
)

// writeScores writes the chance of each row, in the order of the files, with nine decimals. The file appears
// whole or not at all.
func (w *watch) writeScores(ctx context.Context, path string) error {
	return w.writeFile(ctx, path, func(to io.Writer) error {
		out := csv.NewWriter(to)
		if err := out.Write([]string{"tx_id", "score"}); err != nil {
			return err
		}
		ref := int64(0)
		err := w.names.each(func(name string) error {
			chance := w.chances.at(ref)
			ref++
			return out.Write([]string{name, fmt.Sprintf("%d.%09d", chance/ppb, chance%ppb)})
		})
		if err != nil {
			return err
		}
		out.Flush()
		return out.Error()
	})
}
