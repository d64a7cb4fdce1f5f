package bulk

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// has reports whether a file of the side was given from which rows were read, or which has none.
func (j *job) has(side tillproof.Side) bool {
	return len(j.total[side].by) > 0 || slices.ContainsFunc(j.sources, func(s tillproof.Source) bool {
		return s.Side == side && s.Unread == 0
	})
}

// loggedAlone are the merchants that the log writes as the report does not: a line of the bank may name them.
func (j *job) loggedAlone() []tillproof.MerchantID {
	var out []tillproof.MerchantID
	for id, name := range j.merchants.texts {
		if j.merchants.sides[id]&(terminalBit|acquirerBit) == terminalBit {
			out = append(out, tillproof.MerchantID(name))
		}
	}
	slices.Sort(out)
	return out
}

// missing finds out whether the log or the report is not there. A log with agreed fees and a statement would
// be compared row by row: the search for what makes a deposit needs them all.
func (j *job) missing() error {
	log, report := j.has(tillproof.Terminal), j.has(tillproof.Acquirer)
	switch {
	case log && !report:
		j.alone = tillproof.Terminal
	case report && !log:
		j.alone = tillproof.Acquirer
	}
	if j.alone == tillproof.Terminal && j.has(tillproof.Bank) && len(j.policy.Tariff) > 0 {
		return &tillproof.Error{Op: "check", Kind: tillproof.KindUnsupported, Code: NoReport}
	}
	return nil
}

// NoReport is the code of the error that a log and a statement alone are not compared in passes.
const NoReport = "recon.bulk.no_report"

// single is key where the other side is not there: of the log nothing can be said, and of the report whether
// its fees are the agreed ones.
func (w *joiner) single(hash uint64, rows []entry) {
	if w.job.alone == tillproof.Terminal {
		return // complete counts them
	}
	for i := range rows {
		e := &rows[i]
		c := e.class()
		if w.job.counts(e) && (e.flags&holdFlag != 0 || w.job.ruledOut(e) ||
			(c == saleClass || c == refundClass) && !w.fee(e, e)) {
			w.leave(hash, rows)
			return
		}
	}
}
