package recon

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
)

// TestOneSideInPasses: where the log or the report is not given, passes say what a run says that is held: of
// a log nothing, of a report which fees are not the agreed ones.
func TestOneSideInPasses(t *testing.T) {
	texts := newTrade(7).files()
	for _, sides := range [][]tillproof.Side{{tillproof.Terminal}, {tillproof.Acquirer}} {
		t.Run(sides[0].String(), func(t *testing.T) {
			files := func() []File {
				return slices.DeleteFunc(tradeFiles(texts), func(f File) bool {
					return !slices.Contains(sides, f.Side)
				})
			}
			opt := Options{}
			opt.Policy.Tariff = []tillproof.TariffLine{{RatePPM: 6000}}
			held, passes, _ := bothWays(t, files, opt)
			sameWarnings(t, held, passes)
		})
	}
}

// sameWarnings asks for the warnings of the room of matching.
func sameWarnings(t *testing.T, held, passes *tillproof.Run) {
	t.Helper()
	for _, n := range held.Warnings {
		same := func(o tillproof.Note) bool { return o.Code == n.Code }
		if strings.HasPrefix(n.Code, "match.") && !slices.ContainsFunc(passes.Warnings, same) {
			t.Errorf("no warning %s: %v", n.Code, passes.Warnings)
		}
	}
}

// TestAnEmptyReportInPasses: a report without a row is one; all that the log shows is missing in it.
func TestAnEmptyReportInPasses(t *testing.T) {
	texts := newTrade(7).files()
	head, _, _ := strings.Cut(texts[tillproof.Acquirer], "\n")
	texts[tillproof.Acquirer] = head + "\n"
	held, passes, _ := bothWays(t, func() []File { return tradeFiles(texts) }, Options{})
	sameWarnings(t, held, passes)
}

// TestALogWithoutAReport is refused where the bank is to be compared with it, and says what to do. Where no
// fee is agreed it is left out, as in a run that is held.
func TestALogWithoutAReport(t *testing.T) {
	texts := newTrade(7).files()
	files := func() []File {
		return slices.DeleteFunc(tradeFiles(texts), func(f File) bool { return f.Side == tillproof.Acquirer })
	}
	opt := Options{Formats: all.Formats()}
	opt.Policy.Tariff = []tillproof.TariffLine{{RatePPM: 6000}}
	var e *tillproof.Error
	_, err := CheckLarge(t.Context(), files(), opt, Limits{Memory: LeastMemory, Workers: 2})
	if !errors.As(err, &e) || e.Code != "recon.bulk.no_report" || e.Params["mib"] == "" {
		t.Errorf("%v", err)
	}
	held, passes, _ := bothWays(t, files, Options{})
	sameWarnings(t, held, passes)
}
