package main

import (
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
	"github.com/tillproof/tillproof/internal/workspace"
)

// inWorkspace reports whether a call of `explain` asks the workspace: it names one thing and no file, and there
// is a workspace, or one was named.
func (d *door) inWorkspace(args []string, f *checkFlags) bool {
	if len(args) != 1 || len(f.inputs(nil)) > 0 || isListIndex(args[0]) {
		return false
	}
	dir, err := d.dataDir()
	return err == nil && (d.home.dir != "" || isWorkspace(dir))
}

// explainKept shows one thing of the workspace by its id. Breaks and findings, imports, files, runs and
// decisions are kept; a record is explained by making the newest run again.
func (d *door) explainKept(c *cobra.Command, name string) error {
	if err := notExplained(name, nil); err != nil {
		return err
	}
	r, err := d.openRooms(c.Context(), false)
	if err != nil {
		return err
	}
	defer r.close() //nolint:errcheck // only read
	s := d.serviceOver(r)
	prefix, _, _ := strings.Cut(name, "_")
	switch prefix {
	case "brk", "fnd":
		return d.showException(c, s, name)
	case "imp":
		return d.showImport(c, s, name)
	case "src":
		return d.showSource(c, s, name)
	case "dec":
		return d.showDecision(c, s, mask(name))
	case "run":
		return d.showRun(c, r, name)
	}
	return d.explainRecord(c, s, name)
}

func (d *door) explainRecord(c *cobra.Command, s *workspace.Service, name string) error {
	if !strings.HasPrefix(name, "rec_") {
		name = mask(name)
	}
	run, err := s.Again(c.Context())
	if err != nil {
		return err
	}
	subject, why := subjectOf(run, name)
	if subject == nil {
		p := tillproof.Params{"why": harmless(d.text(why.Code, why.Params))}
		return usage("cmd.usage.nothing_to_explain", p)
	}
	return d.stdout(c.Context(), func(w io.Writer) error { return d.writeExplanation(w, run, subject) })
}

// showSource shows one file of the workspace.
func (d *door) showSource(c *cobra.Command, s *workspace.Service, name string) error {
	all, err := s.Imports(c.Context())
	if err != nil {
		return err
	}
	for i := range all {
		for k := range all[i].Sources {
			if one := &all[i].Sources[k]; strings.HasPrefix(one.ID.String(), name) {
				return d.answer(c,
					func(w io.Writer) error { return kept.Source(w, one, &all[i], d.keptOptions()) },
					func(w io.Writer) error { return kept.ImportJSON(w, only(&all[i], k), d.keptOptions()) })
			}
		}
	}
	return notKept("workspace.no_source", name)
}

// only is the import with one of its files.
func only(in *tillproof.Import, i int) *tillproof.Import {
	one := *in
	one.Sources = in.Sources[i : i+1]
	return &one
}

func notKept(code, name string) error {
	return &tillproof.Error{
		Op: "find", Kind: tillproof.KindNotFound, Code: code,
		Params: tillproof.Params{"id": harmless(mask(name))},
	}
}

// isCode reports an error of the vocabulary with that code.
func isCode(err error, code string) bool {
	var e *tillproof.Error
	return errors.As(err, &e) && e.Code == code
}
