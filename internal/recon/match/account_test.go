package match

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
)

// One file holds two accounts. The acquirer's money comes into the first, whose statement ends on Wednesday;
// Thursday's deposit is missing only where that statement runs as long as the other.
func TestTwoAccountsOfOneFile(t *testing.T) {
	const text = `
-- policy --
days 1
payer ACQ
-- acquirer 2026-09-14 2026-09-16 --
A1 sale 10.00 2026-09-14 m=1043A
A2 sale 11.00 2026-09-15 m=1043A
A3 sale 12.00 2026-09-16 m=1043A
-- bank 2026-09-14 2026-09-18 --
B1 entry 10.00 2026-09-15 who=ACQ
B2 entry 11.00 2026-09-16 who=ACQ
B3 entry -5.00 2026-09-18 who=landlord
`
	for _, c := range []struct {
		ends string
		want tillproof.Status
	}{
		{"2026-09-16", tillproof.Timing},
		{"2026-09-18", tillproof.Exception},
	} {
		s := readScenario(t, txtar.Parse([]byte(text)))
		src := &s.run.Sources[1]
		src.Statements = []tillproof.Statement{
			{Account: "settlement", From: src.From, To: s.date(c.ends)},
			{Account: "rent", From: src.From, To: src.To},
		}
		for i := range s.run.Records[tillproof.Bank] {
			r := &s.run.Records[tillproof.Bank][i]
			r.Refs.Account = "settlement"
			if r.Amount.Minor() < 0 {
				r.Refs.Account, r.Origin.Part = "rent", 1
			}
		}
		if err := Reconcile(s.run); err != nil {
			t.Fatal(err)
		}
		if got := s.run.States[tillproof.Acquirer][2].Status; got != c.want {
			t.Errorf("statement to %s: Thursday's deposit is %s, want %s", c.ends, got, c.want)
		}
	}
}
