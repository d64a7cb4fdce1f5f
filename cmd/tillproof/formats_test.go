package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/locale"
)

// TestFormatsPage holds docs/formats.md to what the program reads.
func TestFormatsPage(t *testing.T) {
	pageIsMade(t, "../../docs/formats.md", "formats", "--markdown", "--lang", "zh")
}

// TestRulesPage: docs/rules.md is made of the book of rules.
func TestRulesPage(t *testing.T) {
	pageIsMade(t, "../../docs/rules.md", "rule", "list", "--markdown", "--lang", "zh")
}

// TestCasePages: docs/states.md and docs/packs.md are made of the tables of cases.
func TestCasePages(t *testing.T) {
	pageIsMade(t, "../../docs/states.md", "pages", "states")
	pageIsMade(t, "../../docs/packs.md", "pages", "packs")
}

func pageIsMade(t *testing.T, name string, args ...string) {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &errs}
	if code := run(t.Context(), args, std, noEnv, time.Now); code != exitClean {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if out.String() != string(page) {
		t.Errorf("%s is not what the program prints: make generate", name)
	}
}

// TestEachFormatIsExplained: in both languages, what it is, whose view it shows, and where to find it.
func TestEachFormatIsExplained(t *testing.T) {
	d, _ := doorFor("")
	for _, lang := range []locale.Lang{locale.ZH, locale.EN} {
		for _, r := range d.formatRows(lang) {
			if r.Title == r.Name || r.Where == "" || len(r.Sides) == 0 {
				t.Errorf("%s: %s has title %q, place %q, sides %v", lang, r.Name, r.Title, r.Where, r.Sides)
			}
		}
		for _, r := range d.layoutRows(lang) {
			if r.Title == r.Name || r.Where == "" || r.Side == "" || r.Source == "" {
				t.Errorf("%s: layout %s has title %q, place %q, side %q, source %q",
					lang, r.Name, r.Title, r.Where, r.Side, r.Source)
			}
		}
	}
}

// TestShippedLayoutsCanBeSharedBack: what is exported can be imported.
func TestShippedLayoutsCanBeSharedBack(t *testing.T) {
	for _, name := range profile.Builtin().Names() {
		raw, _ := profile.Shipped(name)
		if p, err := parseLayout(name+layoutEnd, raw); err != nil || p.Name != name {
			t.Errorf("%s: %q, %v", name, p.Name, err)
		}
	}
}
