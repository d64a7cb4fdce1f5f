package table_test

import (
	"errors"
	"os"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestFamily: one name stands for the layouts of one program's files, and the header tells which.
func TestFamily(t *testing.T) {
	for file, side := range map[string]tillproof.Side{
		"gen_terminal": tillproof.Terminal, "gen_acquirer": tillproof.Acquirer, "gen_bank": tillproof.Bank,
	} {
		text, err := os.ReadFile("testdata/" + file + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		src, _, err := load(t, text, format.Options{Profile: "gen", Side: side})
		if err != nil || src.Dialect != file || src.Side != side {
			t.Errorf("%s is read as %s of %s, %v", file, src.Dialect, src.Side, err)
		}
	}
	other := []byte("Date,Amount\n2026-03-01,1.00\n")
	_, _, err := load(t, other, format.Options{Profile: "gen"})
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Kind != tillproof.KindUnsupported && e.Kind != tillproof.KindInvalid {
		t.Errorf("a table of another program: %v", err)
	}
}

// TestGenFees: the log's fee is written without sign and goes with its amount; a refund brings it back.
func TestGenFees(t *testing.T) {
	text, err := os.ReadFile("testdata/gen_terminal.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, records, err := load(t, text, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"-0.35", "-0.06", "0.00", "0.05", "-0.06"} {
		if got := records[i].Fee.String(); got != want {
			t.Errorf("line %d: fee %s, want %s", records[i].Origin.Line, got, want)
		}
	}
}
