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
// those whose missing half may stand in a line that could not be read, those of the terminal log against the
// bank, where the fee is only expected, and those of files that are misread or have nothing in common. What
// concerns whole files is said first among the warnings.
func doubt(run *tillproof.Run) {
	for i := range run.Breaks {
		doubtBreak(run, &run.Breaks[i])
	}
	var notes []tillproof.Note
	for _, m := range misreadFiles(run) {
		doubtMisread(run, m)
		notes = append(notes, m.note)
	}
	if len(notes) == 0 {
		notes = doubtStrangers(run)
	}
	notes = append(notes, doubtDeposits(run)...)
	run.Warnings = append(notes, run.Warnings...)
}

func doubtBreak(run *tillproof.Run, b *tillproof.Break) {
	if b.Leg == tillproof.TerminalBank {
		b.Doubt = tillproof.Note{Code: "recon.doubt.fee"}
		return
	}
	for _, side := range lacking[b.Kind] {
		if src := unread(run, side); src != nil {
			b.Doubt = tillproof.Note{Code: "recon.doubt.unread", Params: tillproof.Params{
				"n": strconv.Itoa(src.Unread), "file": src.File,
			}}
			return
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
