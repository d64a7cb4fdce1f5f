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

// missing finds out whether the log or the report is not there.
func (j *job) missing() {
	log, report := j.has(tillproof.Terminal), j.has(tillproof.Acquirer)
	switch {
	case log && !report:
		j.alone = tillproof.Terminal
	case report && !log:
		j.alone = tillproof.Acquirer
	}
}

// NoReport is the code of the error that a log and a statement alone are too long to be compared.
const NoReport = "recon.bulk.no_report"

// single is key where the other side is not there: of the log nothing can be said, and of the report whether
// its fees are the agreed ones.
func (w *joiner) single(hash uint64, rows []entry) {
	if w.job.alone == tillproof.Terminal { // complete counts them
		w.noteVoided(rows)
		return
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
