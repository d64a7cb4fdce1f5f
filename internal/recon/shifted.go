package recon

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// nearDays is how many days after its own a deposit may come to be weighed as one in another unit: as in the
// search for the exact one, ten banking days and the weekends between.
const nearDays = 14

// shift counts the deposits that are there in another unit: a report in fen against a statement in yuan.
type shift struct {
	due    int // deposits that should be there
	ledger int // of them, those that the ledger states 10^n times too large
	bank   int // and those that the bank does
	units  int64
}

// doubtDeposits finds that nearly all deposits of a leg are there, but in another unit; all breaks of the leg
// are then in doubt.
func doubtDeposits(run *tillproof.Run) []tillproof.Note {
	var s shift
	leg := tillproof.NoLeg
	credits := creditsOf(run)
	for i := range run.Waterfalls {
		w := &run.Waterfalls[i]
		if w.Net.Minor() <= 0 || w.Status != tillproof.Matched && w.Status != tillproof.Exception {
			continue
		}
		leg = w.Leg
		s.add(w, credits)
	}
	ledger, n := s.ledger >= s.bank, max(s.ledger, s.bank)
	if n < fewShifted || n*10 < s.due*nearlyAll {
		return nil
	}
	larger, smaller := tillproof.Acquirer, tillproof.Bank
	if leg == tillproof.TerminalBank {
		larger = tillproof.Terminal
	}
	if !ledger {
		larger, smaller = smaller, larger
	}
	p := tillproof.Params{
		"n": strconv.Itoa(n), "pairs": strconv.Itoa(s.due), "factor": strconv.FormatInt(s.units, 10),
		"file": firstFile(run, larger), "other": firstFile(run, smaller),
	}
	for i := range run.Breaks {
		if run.Breaks[i].Leg == leg {
			run.Breaks[i].Doubt = tillproof.Note{Code: "recon.doubt.misread", Params: p}
		}
	}
	return []tillproof.Note{{Code: "recon.misread.deposits", Params: p}}
}

// add weighs one deposit: is it there as it should be, or with an amount that is so many times too large or
// too small.
func (s *shift) add(w *tillproof.Waterfall, credits map[tillproof.Money][]tillproof.Date) {
	s.due++
	if w.Residual.IsZero() {
		return
	}
	units := int64(1)
	for range max(w.Net.Currency().MinorDigits(), 1) {
		units *= 10
	}
	s.units = units
	net := w.Net.Minor()
	near := func(minor int64) bool {
		for _, day := range credits[tillproof.NewMoney(minor, w.Net.Currency())] {
			if day >= w.From && day <= w.Expected+nearDays {
				return true
			}
		}
		return false
	}
	switch {
	case net%units == 0 && near(net/units):
		s.ledger++
	case net < maxShifted && near(net*units):
		s.bank++
	}
}

// maxShifted is the largest amount that is multiplied: no deposit comes near it.
const maxShifted = 1 << 50

// creditsOf are the days of the bank's credits by amount.
func creditsOf(run *tillproof.Run) map[tillproof.Money][]tillproof.Date {
	out := map[tillproof.Money][]tillproof.Date{}
	for i := range run.Records[tillproof.Bank] {
		if r := &run.Records[tillproof.Bank][i]; r.Amount.Minor() > 0 {
			out[r.Amount] = append(out[r.Amount], r.Day())
		}
	}
	return out
}

func firstFile(run *tillproof.Run, side tillproof.Side) string {
	for i := range run.Sources {
		if run.Sources[i].Side == side {
			return run.Sources[i].File
		}
	}
	return ""
}
