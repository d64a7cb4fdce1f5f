package recon

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// lacking says on which sides a missing or misread line would make a break of the kind: what is called
// missing there may stand in a line that could not be read.
var lacking = map[tillproof.BreakKind][]tillproof.Side{
	tillproof.NotSettled:       {tillproof.Acquirer},
	tillproof.NotOnTerminal:    {tillproof.Terminal},
	tillproof.NotDeposited:     {tillproof.Bank, tillproof.Acquirer},
	tillproof.DepositShort:     {tillproof.Bank, tillproof.Acquirer},
	tillproof.DepositOver:      {tillproof.Bank, tillproof.Acquirer},
	tillproof.UnexpectedCredit: {tillproof.Acquirer},
	tillproof.UnexpectedDebit:  {tillproof.Acquirer},
}

// doubt marks the breaks that the records do not prove, so that they are not counted as a confirmed loss:
// those whose missing half may stand in a line that could not be read, and those of the terminal log against
// the bank, where the fee is only expected.
func doubt(run *tillproof.Run) {
	for i := range run.Breaks {
		b := &run.Breaks[i]
		if b.Leg == tillproof.TerminalBank {
			b.Doubt = tillproof.Note{Code: "recon.doubt.fee"}
			continue
		}
		for _, side := range lacking[b.Kind] {
			if src := unread(run, side); src != nil {
				b.Doubt = tillproof.Note{Code: "recon.doubt.unread", Params: tillproof.Params{
					"n": strconv.Itoa(src.Unread), "file": src.File,
				}}
				break
			}
		}
	}
}

// unread is the file of a side with the most lines that gave no record, nil where every line did.
func unread(run *tillproof.Run, side tillproof.Side) *tillproof.Source {
	var worst *tillproof.Source
	for i := range run.Sources {
		src := &run.Sources[i]
		if src.Side == side && src.Unread > 0 && (worst == nil || src.Unread > worst.Unread) {
			worst = src
		}
	}
	return worst
}
