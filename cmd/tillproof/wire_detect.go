package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/custom"
	"github.com/tillproof/tillproof/internal/locale"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/report"
)

// The rules of the user, and all that is asked beside the book.
type (
	rulesFolder = custom.Folder
	rulesAsked  = custom.Asking
	askedBeside = detect.Asked
)

// readRecords hands the records of one file to sink.
func (w *watch) readRecords(
	ctx context.Context, p part, sink func(tillproof.Record) error,
) (tillproof.Source, error) {
	opt, clear := w.reconOptions(w.policy)
	defer clear()
	opt.Token = w.token
	return recon.Read(ctx, p, opt, sink)
}

// textOf is the text of a file, out of an archive where it is inside one, in the encoding that it shows.
func textOf(f *input) (io.Reader, error) {
	parts, _, err := unpack(f)
	if err != nil {
		return nil, err
	}
	if len(parts) != 1 {
		return nil, badInput(f, tillproof.KindInvalid, "cmd.labels.parts", number(len(parts)))
	}
	in, err := recon.Input(parts[0])
	if err != nil {
		return nil, err
	}
	if in.Charset == "" {
		return nil, badInput(f, tillproof.KindInvalid, "cmd.labels.no_text", nil)
	}
	return in.Text()
}

// rulesOf reads a folder of rules; without one there are none.
func (d *door) rulesOf(dir string) (*custom.Folder, error) {
	if dir == "" {
		return &custom.Folder{}, nil
	}
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return nil, usage("cmd.usage.rules_dir", tillproof.Params{"dir": harmless(mask(dir))})
	}
	f, err := custom.ReadFolder(os.DirFS(dir), filepath.Clean(dir))
	if err != nil {
		return nil, err
	}
	for _, r := range f.Rules {
		if bookRule(r.ID) != nil {
			e := usage("custom.book", tillproof.Params{"id": string(r.ID)}).(*tillproof.Error)
			e.Place.File = r.Place.File
			return nil, e
		}
	}
	for _, s := range f.Snoozes {
		if !isRule(f, s.Rule) {
			e := usage("custom.snooze_rule", tillproof.Params{"id": string(s.Rule)}).(*tillproof.Error)
			e.Place = s.Place
			return nil, e
		}
	}
	return f, nil
}

// isRule reports a rule of the program or of the folder.
func isRule(f *custom.Folder, id tillproof.RuleID) bool {
	return bookRule(id) != nil || f.Rule(id) != nil
}

// allRules are the rules of the program: those of the book, the learned score, and what verdicts show.
func allRules() []detect.Rule {
	return append(detect.Default().Rules, detect.Learned(), detect.Common())
}

// bookRule is a rule of the program by its ID, nil where there is none.
func bookRule(id tillproof.RuleID) *detect.Rule {
	rules := allRules()
	i := slices.IndexFunc(rules, func(r detect.Rule) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &rules[i]
}

// ask makes a folder of rules ready for one stream.
func (d *door) ask(f *custom.Folder) *custom.Asking {
	return f.Ask(func(lang, text string, p tillproof.Params) string {
		return locale.Fill(locale.Lang(lang), text, p)
	})
}

// ruleTitle is what a rule of the user is called, "" for another one.
func (d *door) ruleTitle(id tillproof.RuleID) string {
	if d.rules == nil {
		return ""
	}
	if r := d.rules.Rule(id); r != nil {
		return d.wordsOf(r.Title)
	}
	return ""
}

func (w *watch) writeExplained(to io.Writer, run *tillproof.Run, told *report.Detected) error {
	opt := w.reportOptions(outputFlags{})
	if w.json {
		return report.DetectedFindingJSON(to, run, told, opt)
	}
	return report.DetectedFinding(to, run, told, opt)
}

func (w *watch) writeDetected(to io.Writer, run *tillproof.Run, told *report.Detected) error {
	opt := w.reportOptions(outputFlags{})
	if w.json {
		return report.DetectJSON(to, run, told, opt)
	}
	return report.DetectText(to, run, told, opt)
}

// ruleFile reads the file of one rule.
func (d *door) ruleFile(path string) (*custom.Rule, []byte, error) {
	name, raw, err := readWhole(path, custom.MaxFile+1)
	if err != nil {
		return nil, nil, err
	}
	rule, err := custom.Read(name, raw)
	if err == nil && bookRule(rule.ID) != nil {
		e := usage("custom.book", tillproof.Params{"id": string(rule.ID)}).(*tillproof.Error)
		e.Place.File = name
		err = e
	}
	return rule, raw, err
}

// ruleRows are all rules as they are listed: those of the book, then the user's own.
func (d *door) ruleRows(f *custom.Folder) []ruleRow {
	var rows []ruleRow
	for _, r := range allRules() {
		row := ruleRow{
			ID: string(r.ID), Title: d.text("rule."+string(r.ID), nil), Version: r.Version,
			Severity: d.text("severity."+r.Severity.String(), nil), AtRisk: r.AtRisk,
		}
		for _, n := range r.Needs {
			row.Needs = append(row.Needs, string(n))
		}
		for _, p := range r.Params {
			row.Params = append(row.Params, ruleParam{p.Name, p.Value, p.Unit, d.text(r.Why(p), nil)})
		}
		if code := "detect.innocent." + string(r.ID); locale.Has(d.lang, code) {
			row.Innocent = d.text(code, nil)
		}
		rows = append(rows, row)
	}
	for _, r := range f.Rules {
		row := ruleRow{
			ID: string(r.ID), Title: d.wordsOf(r.Title), Version: r.Version, Own: true, Shadow: r.Shadow,
			Severity: d.text("severity."+r.Severity.String(), nil), AtRisk: r.AtRisk, File: r.Place.File,
			When: r.When, Cost: r.Cost,
			Reasons: []string{d.wordsOf(r.Reason)}, Innocent: d.wordsOf(r.Innocent),
		}
		for _, p := range r.Params {
			row.Params = append(row.Params, ruleParam{Name: p.Name, Value: p.Value})
		}
		rows = append(rows, row)
	}
	for _, s := range f.Snoozes {
		for i := range rows {
			if rows[i].ID == string(s.Rule) {
				rows[i].Snoozes = append(rows[i].Snoozes,
					snoozeRow{s.From.String(), s.Until.String(), s.Reason})
			}
		}
	}
	return rows
}
