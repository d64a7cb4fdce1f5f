package format

import (
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// TestSkipsAreTexts: each code of the table has a text, and each text that says that a file broke off, or
// that its reading stopped, has its code in the table. Errors, which end a reading, need not stand there.
func TestSkipsAreTexts(t *testing.T) {
	for code := range skips {
		if !locale.Has(locale.EN, code) {
			t.Errorf("%s has no text", code)
		}
	}
	for code, found := range counts {
		text := locale.Text(locale.EN, code, tillproof.Params{"stated": "8154", found: "4711"})
		plain := strings.ReplaceAll(text, ",", "")
		if !strings.Contains(plain, "8154") || !strings.Contains(plain, "4711") {
			t.Errorf("%s says %q without both figures", code, text)
		}
	}
	errors := map[string]bool{
		"format.xlsx.size": true, "format.xls.size": true, "format.webtable.size": true,
	}
	for _, code := range locale.Codes(locale.EN, "format.") {
		if strings.HasSuffix(code, ".hint") || errors[code] {
			continue
		}
		text := locale.Text(locale.EN, code, tillproof.Params{})
		for _, phrase := range [...]string{
			"may be cut off", "breaks off", "reading stopped", "what follows was not",
		} {
			if strings.Contains(text, phrase) && !skips[code] {
				t.Errorf("%s says %q and is not in the table", code, text)
			}
		}
	}
}

// TestPartly: an entry that was not read, and a file that breaks off, leave something out; a note does not.
func TestPartly(t *testing.T) {
	for _, c := range []struct {
		name    string
		end     *LineError
		partly  bool
		skipped int
	}{
		{"whole", nil, false, 0},
		{"a total that does not hold", issueOf("format.balance.gap"), false, 0},
		{"times that name their zone", issueOf("format.table.zone"), false, 0},
		{"an entry", &LineError{Issue: tillproof.Issue{Code: "format.camt.amount"}, Entry: true}, true, 1},
		{"cut off", issueOf("format.table.cut_off"), true, 1},
		{"fewer than stated", counted("3", "2"), true, 1},
		{"more than stated", counted("2", "3"), false, 0},
		{"said by the reader", &LineError{Issue: tillproof.Issue{Code: "x", Skipped: true}}, true, 1},
	} {
		l := &loader{}
		if c.end != nil {
			if err := l.unread(c.end); err != nil {
				t.Fatal(err)
			}
		}
		if l.src.Partly() != c.partly || l.src.Skipped != c.skipped {
			t.Errorf("%s: partly %t, %d skipped", c.name, l.src.Partly(), l.src.Skipped)
		}
		if len(l.src.Issues) == 1 && l.src.Issues[0].Skipped != c.partly {
			t.Errorf("%s: the issue says %t", c.name, l.src.Issues[0].Skipped)
		}
	}
}

func counted(stated, n string) *LineError {
	p := tillproof.Params{"stated": stated, "computed": n}
	return &LineError{Issue: tillproof.Issue{Code: "format.table.footer_count", Params: p}}
}

func issueOf(code string) *LineError { return &LineError{Issue: tillproof.Issue{Code: code}} }
