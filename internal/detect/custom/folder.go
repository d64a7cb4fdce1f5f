package custom

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/tillproof/tillproof"
)

// SnoozeFile is the file of a rules folder that says which rules are silent, why, and until when.
const SnoozeFile = "snooze.yaml"

// The bounds of a rules folder. A person who keeps more rules than this keeps none in mind.
const (
	MaxRules   = 200
	maxSnoozes = 500
)

// Folder is a folder of rules as it was read.
type Folder struct {
	Rules   []*Rule // by the names of their files
	Snoozes []Snooze
	Digest  tillproof.Digest // of its files and their names
}

// Snooze keeps a rule silent, its own or one of the book, for findings that begin in its days.
type Snooze struct {
	Rule   tillproof.RuleID
	From   tillproof.Date // NoDate: from ever
	Until  tillproof.Date // the last day
	Reason string
	Place  tillproof.Place
}

// Holds reports whether the snooze silences a finding of the rule that began on a day.
func (s *Snooze) Holds(rule tillproof.RuleID, day tillproof.Date) bool {
	return s.Rule == rule && (!s.From.Known() || day >= s.From) && day <= s.Until
}

// ReadFolder reads all rules of a folder, and the file of those that are silent. Every mistake is told, each
// with its place, joined.
func ReadFolder(dir fs.FS, name string) (*Folder, error) {
	files, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	out := &Folder{}
	var wrongs []error
	seen := map[tillproof.RuleID]string{}
	var whole []byte
	if len(files) > MaxRules+1 {
		e := wrong("custom.folder_full", "max", strconv.Itoa(MaxRules))
		e.Place.File = name
		return nil, e
	}
	for _, file := range files {
		at := path.Join(name, file)
		raw, err := readBounded(dir, file, at)
		whole = fmt.Appendf(whole, "%q %d\n%s", file, len(raw), raw)
		if err == nil && file == SnoozeFile {
			out.Snoozes, err = ReadSnoozes(at, raw)
		} else if err == nil {
			err = out.add(at, raw, seen)
		}
		if err != nil {
			wrongs = append(wrongs, err)
		}
	}
	out.Digest = tillproof.DigestOf(whole)
	return out, errors.Join(wrongs...)
}

func readBounded(dir fs.FS, file, at string) ([]byte, error) {
	info, err := fs.Stat(dir, file)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxFile {
		e := wrong("custom.too_large", "max", strconv.Itoa(MaxFile))
		e.Place.File = at
		return nil, e
	}
	return fs.ReadFile(dir, file)
}

// Rule is the rule of that name, nil where there is none.
func (f *Folder) Rule(id tillproof.RuleID) *Rule {
	for _, r := range f.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (f *Folder) add(at string, raw []byte, seen map[tillproof.RuleID]string) error {
	rule, err := Read(at, raw)
	if err != nil {
		return err
	}
	if other := seen[rule.ID]; other != "" {
		e := wrong("custom.twice", "id", string(rule.ID), "other", other)
		e.Place.File = at
		return e
	}
	seen[rule.ID] = at
	f.Rules = append(f.Rules, rule)
	return nil
}

type snoozeYAML struct {
	Rule   string `yaml:"rule"`
	From   string `yaml:"from,omitempty"`
	Until  string `yaml:"until"`
	Reason string `yaml:"reason"`
}

// ReadSnoozes reads the file of silent rules: a list of rule, from, until and reason.
func ReadSnoozes(name string, raw []byte) ([]Snooze, error) {
	var list []snoozeYAML
	if err := yaml.UnmarshalWithOptions(raw, &list, yaml.Strict()); err != nil {
		e := syntax(err)
		e.Place.File = name
		return nil, e
	}
	if len(list) > maxSnoozes {
		e := wrong("custom.too_many", "max", strconv.Itoa(maxSnoozes))
		e.Place.File = name
		return nil, e
	}
	var out []Snooze
	for i, y := range list {
		s, bad := NewSnooze(y.Rule, y.From, y.Until, y.Reason)
		if bad != nil {
			bad.Place = tillproof.Place{File: name, Field: "[" + strconv.Itoa(i) + "]"}
			return nil, bad
		}
		s.Place.File = name
		out = append(out, s)
	}
	return out, nil
}

// NewSnooze checks what a user says about a silent rule. from may be empty.
func NewSnooze(rule, from, until, reason string) (Snooze, *tillproof.Error) {
	s := Snooze{Rule: tillproof.RuleID(rule), From: tillproof.NoDate, Reason: strings.TrimSpace(reason)}
	if !idForm.MatchString(rule) {
		return s, wrong("custom.id", "value", rule)
	}
	if s.Reason == "" || len([]rune(s.Reason)) > maxText {
		return s, wrong("custom.snooze_reason")
	}
	var err error
	if s.Until, err = tillproof.ParseDate(until); err != nil || !s.Until.Known() {
		return s, wrong("custom.snooze_until", "value", until)
	}
	if from == "" {
		return s, nil
	}
	if s.From, err = tillproof.ParseDate(from); err != nil || s.From > s.Until {
		return s, wrong("custom.snooze_from", "value", from)
	}
	return s, nil
}

// WriteSnoozes writes the file of silent rules.
func WriteSnoozes(all []Snooze) ([]byte, error) {
	var list []snoozeYAML
	for _, s := range all {
		list = append(list, snoozeYAML{string(s.Rule), s.From.String(), s.Until.String(), s.Reason})
	}
	return yaml.Marshal(list)
}
