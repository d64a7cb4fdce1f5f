package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/tillproof/tillproof"
)

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// explainDetected runs the detection again, as it was called, and shows one of its findings whole.
func (d *door) explainDetected(ctx context.Context, id string, f *detectFlags) error {
	if err := notExplained(id, nil); err != nil {
		return err
	}
	w, err := d.watch(ctx, f)
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return err
	}
	w.flags.alerts = 0 // what is below the line is explained too
	run, told, err := w.tell(ctx)
	if err != nil {
		return err
	}
	at, several := -1, false
	for i := range run.Findings {
		if strings.HasPrefix(run.Findings[i].ID.String(), id) {
			several = at >= 0
			at = i
		}
	}
	if at < 0 || several {
		code := "cmd.usage.no_finding"
		if several {
			code = "cmd.usage.several_findings"
		}
		return usage(code, tillproof.Params{"id": harmless(mask(id))})
	}
	run.Findings, told.Ranks = run.Findings[at:at+1], told.Ranks[at:at+1]
	return d.stdout(ctx, func(out io.Writer) error { return w.writeExplained(out, run, told) })
}
