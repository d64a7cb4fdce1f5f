package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

func TestWorstExitWins(t *testing.T) {
	// the order that the house writes down: 15 > 7 > 8 > 16 > 3 > 11 > 10 > 0
	order := []int{
		exitRefused, exitIntegrity, exitStorage, exitUnread, exitPartly, exitOverdue,
		exitExceptions, exitClean,
	}
	for i, a := range order {
		for _, b := range order[i:] {
			if worst(a, b) != a || worst(b, a) != a {
				t.Errorf("worst of %d and %d is %d", a, b, worst(b, a))
			}
		}
	}
	if worst(99, 98) != exitFailed {
		t.Error("codes that are not in the table must not pass for success")
	}
}

func TestExitOfErrors(t *testing.T) {
	fault := func(kind tillproof.ErrorKind, code string) error {
		return &tillproof.Error{Kind: kind, Code: code}
	}
	refused := fault(tillproof.KindForbidden, "format.track")
	unread := fault(tillproof.KindInvalid, "format.unknown")
	for _, c := range []struct {
		name       string
		err        error
		alone, not int // the code alone, and where other files were read
	}{
		{"unread", unread, exitUnread, exitPartly},
		{"too large", fault(tillproof.KindTooLarge, "x"), exitUnread, exitPartly},
		{"not supported", fault(tillproof.KindUnsupported, "x"), exitUnread, exitPartly},
		{"same file", fault(tillproof.KindConflict, "recon.same_file"), exitConflict, exitPartly},
		{"missing", fault(tillproof.KindNotFound, "cmd.input.missing"), exitNotFound, exitNotFound},
		{"refused", refused, exitRefused, exitRefused},
		{"refused among others", errors.Join(unread, refused), exitRefused, exitRefused},
		{"disk", fault(tillproof.KindUnavailable, "cmd.output.write"), exitStorage, exitStorage},
		{"usage", usage("cmd.usage.dir", nil), exitUsage, exitUsage},
		{"policy", fault(tillproof.KindInvalid, "policy.rate"), exitUsage, exitUsage},
		{"size of it", fault(tillproof.KindInvalid, "synth.range"), exitUsage, exitUsage},
		{"invented data", fault(tillproof.KindUnavailable, "synth.write"), exitStorage, exitStorage},
		{"wrapped", fmt.Errorf("read: %w", refused), exitRefused, exitRefused},
		{"Ctrl-C", fmt.Errorf("read: %w", context.Canceled), exitInterrupted, exitInterrupted},
		{"unforeseen", errors.New("what"), exitFailed, exitPartly},
	} {
		if got := exitOf(c.err); got != c.alone {
			t.Errorf("%s: %d, want %d", c.name, got, c.alone)
		}
		if got := skipped(c.err); got != c.not {
			t.Errorf("%s beside other files: %d, want %d", c.name, got, c.not)
		}
	}
}

func TestEachKindOfErrorHasAnExit(t *testing.T) {
	for k := tillproof.KindInvalid; k <= tillproof.KindInternal; k++ {
		code, ok := exitOfKind[k]
		if !ok || !slices.Contains(exitOrder[:], code) || code == exitClean {
			t.Errorf("kind %d has exit %d", k, code)
		}
	}
}

func TestExitOfRun(t *testing.T) {
	clean := func() *tillproof.Run { return &tillproof.Run{Sources: make([]tillproof.Source, 2)} }
	broken := clean()
	broken.Breaks = make([]tillproof.Break, 1)
	partly := clean()
	partly.Sources[1].IssueCount, partly.Sources[1].Skipped = 1, 1
	partly.Breaks = make([]tillproof.Break, 1)
	noted := clean()
	noted.Sources[1].IssueCount = 7 // times that name their zone, totals that do not hold
	notedBroken := clean()
	notedBroken.Sources[0].IssueCount, notedBroken.Breaks = 7, broken.Breaks
	explained := clean()
	explained.Findings = []tillproof.Finding{{About: new(tillproof.BreakID)}}
	for _, c := range []struct {
		name       string
		run        *tillproof.Run
		code, zero int
	}{
		{"clean", clean(), exitClean, exitClean},
		{"exceptions", broken, exitExceptions, exitClean},
		{"bad rows and exceptions", partly, exitPartly, exitPartly},
		{"notes", noted, exitClean, exitClean},
		{"notes and exceptions", notedBroken, exitExceptions, exitClean},
		{"a finding that explains a break", explained, exitClean, exitClean},
	} {
		if got := exitOfRun(c.run, false); got != c.code {
			t.Errorf("%s: %d, want %d", c.name, got, c.code)
		}
		if got := exitOfRun(c.run, true); got != c.zero {
			t.Errorf("%s with --exit-zero: %d, want %d", c.name, got, c.zero)
		}
	}
}

func TestShownExitsAreExplained(t *testing.T) {
	for _, lang := range locale.Langs {
		for _, code := range shownExits {
			if name := fmt.Sprintf("cmd.exit.%d", code); !locale.Has(lang, name) {
				t.Errorf("%s lacks %s", lang, name)
			}
		}
	}
}
