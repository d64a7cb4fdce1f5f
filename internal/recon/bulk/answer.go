package bulk

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Answer is what a run of any length says: the counts and sums of all lists, and a run that holds as much of
// them as a report shows.
type Answer struct {
	Run *tillproof.Run
	// Rows and Eligible count the rows of the sides, and those of the log that ought to be settled.
	Rows     [4]int64
	Eligible int64
	Exact    int64 // pairs by the whole key
	Fallback int64 // other pairs
	// Methods counts all pairs by the step that found them, also those in which something differs.
	Methods  map[tillproof.Method]int
	Deposits int64 // sums that the statements should show
	Watched  bool  // rules were run
	Kinds    map[tillproof.BreakKind]*KindCount

	missingDue, doubleGross, unexpectedGross, feeExcess int64
	losses                                              []tillproof.Loss
	warnings                                            []tillproof.Note
}

// shownRun is the run of the report, made when first asked for.
func (a *Answer) shownRun() *tillproof.Run {
	if a.Run == nil {
		a.Run = &tillproof.Run{}
	}
	return a.Run
}

// KindCount counts the breaks of a kind and sums what the merchant is short of, in minor units.
type KindCount struct{ N, Residual int64 }

func (a *Answer) count(how string, _, _ *tillproof.Record) {
	if how == howExact {
		a.Exact++
	} else {
		a.Fallback++
	}
}

func (a *Answer) pairs(m tillproof.Method, n int) {
	if n == 0 {
		return
	}
	if a.Methods == nil {
		a.Methods = map[tillproof.Method]int{}
	}
	a.Methods[m] += n
}

func (a *Answer) countBreak(run *tillproof.Run, b *tillproof.Break) {
	if a.Kinds == nil {
		a.Kinds = map[tillproof.BreakKind]*KindCount{}
	}
	k := a.Kinds[b.Kind]
	if k == nil {
		k = &KindCount{}
		a.Kinds[b.Kind] = k
	}
	k.N++
	k.Residual += b.Residual.Minor()
	r := run.Record(b.Records[0])
	switch b.Kind {
	case tillproof.NotSettled:
		a.missingDue += r.Due().Minor()
	case tillproof.SettledTwice:
		a.doubleGross += r.Amount.Minor()
	case tillproof.NotOnTerminal:
		a.unexpectedGross += r.Amount.Minor()
	case tillproof.FeeMismatch:
		excess := b.Residual.Minor()
		if r.Kind == tillproof.Refund {
			excess = -excess
		}
		a.feeExcess += excess
	}
}

// await lists the items of a part that are under way.
func (a *Answer) await(run *tillproof.Run) {
	to, open := a.shownRun(), tillproof.OpenItems(run)
	for _, o := range open[:min(len(open), tillproof.MaxWaiting-len(to.Waiting))] {
		r := run.Record(o.Row)
		to.Waiting = append(to.Waiting, tillproof.Waiting{
			Record: r.ID, Side: o.Row.Side, Day: r.Day(), Expected: o.Expected, Amount: o.Amount,
		})
	}
}

// merge adds the losses and the warnings of a part. A warning that counts is one warning over all parts.
func (a *Answer) merge(run *tillproof.Run, losses []tillproof.Loss, m *mover) {
	a.addLosses(losses)
	for _, n := range run.Warnings {
		a.warn(m.note(n))
	}
}

func (a *Answer) addLosses(losses []tillproof.Loss) {
	for _, l := range losses {
		i := slices.IndexFunc(a.losses, func(o tillproof.Loss) bool { return o.Currency == l.Currency })
		if i < 0 {
			a.losses = append(a.losses, l)
			continue
		}
		at := &a.losses[i]
		at.Confirmed.Principal += l.Confirmed.Principal
		at.Confirmed.Fees += l.Confirmed.Fees
		at.AtRisk.Principal += l.AtRisk.Principal
		at.AtRisk.Fees += l.AtRisk.Fees
		at.Timing += l.Timing
		at.Owed += l.Owed
	}
}

// countParam is the parameter of a note that counts what it is about.
const countParam = "n"

func (a *Answer) warn(n tillproof.Note) {
	for i := range a.warnings {
		w := &a.warnings[i]
		if w.Code != n.Code || !sameBut(w.Params, n.Params, countParam) {
			continue
		}
		x, err1 := strconv.Atoi(w.Params[countParam])
		y, err2 := strconv.Atoi(n.Params[countParam])
		if err1 == nil && err2 == nil {
			w.Params[countParam] = strconv.Itoa(x + y)
		}
		w.Rows = append(w.Rows, n.Rows[:min(len(n.Rows), maxShownRows-len(w.Rows))]...)
		return
	}
	if len(a.warnings) < maxWarnings {
		a.warnings = append(a.warnings, n)
	}
}

// warnFees adds what was compared, or could not be, in the pairs that the keys alone decided.
func (a *Answer) warnFees(compared, not int64) {
	a.countMore("match.warning.fees_by_terminal", compared)
	a.countMore("match.warning.fees_unchecked", not)
}

// countMore adds to what a warning of the parts counts.
func (a *Answer) countMore(code string, n int64) {
	for i := range a.warnings {
		if w := &a.warnings[i]; w.Code == code {
			old, _ := strconv.ParseInt(w.Params[countParam], 10, 64)
			w.Params[countParam] = strconv.FormatInt(old+n, 10)
		}
	}
}

// maxWarnings bounds what a person reads before the figures.
const maxWarnings = 50

func sameBut(a, b tillproof.Params, but string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if k != but && b[k] != v {
			return false
		}
	}
	return true
}

// result is what result.json holds: the keys of the speed benchmark's truth file, sums in minor units.
type result struct {
	Tillproof        int                      `json:"tillproof"` // the version of this file
	N                int64                    `json:"n"`         // rows of the log, as pos_rows
	PosRows          int64                    `json:"pos_rows"`
	PosEligible      int64                    `json:"pos_eligible"`
	SettleRows       int64                    `json:"settle_rows"`
	BankRows         int64                    `json:"bank_rows"`
	MatchedExact     int64                    `json:"matched_exact"`
	MatchedFallback  int64                    `json:"matched_fallback"`
	Missing          int64                    `json:"missing"`
	MissingCents     int64                    `json:"missing_cents"`
	Duplicate        int64                    `json:"duplicate"`
	DuplicateCents   int64                    `json:"duplicate_cents"`
	Amount           int64                    `json:"amount_mismatch"`
	AmountCents      int64                    `json:"amount_mismatch_cents"`
	Fee              int64                    `json:"fee_mismatch"`
	FeeCents         int64                    `json:"fee_mismatch_cents"`
	Unexpected       int64                    `json:"unexpected"`
	UnexpectedCents  int64                    `json:"unexpected_cents"`
	Deposits         int64                    `json:"deposits_expected"`
	BankShort        int64                    `json:"bank_short"`
	BankShortCents   int64                    `json:"bank_short_cents"`
	BankMissing      int64                    `json:"bank_missing"`
	BankMissingCents int64                    `json:"bank_missing_cents"`
	LossCents        int64                    `json:"loss_cents"`
	Kinds            map[string]KindCount     `json:"breaks"`
	Completeness     []tillproof.Completeness `json:"completeness"`
}

func (a *Answer) result() result {
	get := func(k tillproof.BreakKind) KindCount {
		if c := a.Kinds[k]; c != nil {
			return *c
		}
		return KindCount{}
	}
	r := result{
		Tillproof: 1,
		N:         a.Rows[tillproof.Terminal], PosRows: a.Rows[tillproof.Terminal], PosEligible: a.Eligible,
		SettleRows: a.Rows[tillproof.Acquirer], BankRows: a.Rows[tillproof.Bank],
		MatchedExact: a.Exact, MatchedFallback: a.Fallback,
		Missing: get(tillproof.NotSettled).N, MissingCents: a.missingDue,
		Duplicate: get(tillproof.SettledTwice).N, DuplicateCents: a.doubleGross,
		Amount: get(tillproof.AmountMismatch).N, AmountCents: get(tillproof.AmountMismatch).Residual,
		Fee: get(tillproof.FeeMismatch).N, FeeCents: a.feeExcess,
		Unexpected: get(tillproof.NotOnTerminal).N, UnexpectedCents: a.unexpectedGross, Deposits: a.Deposits,
		BankShort: get(tillproof.DepositShort).N, BankShortCents: get(tillproof.DepositShort).Residual,
		BankMissing: get(tillproof.NotDeposited).N, BankMissingCents: get(tillproof.NotDeposited).Residual,
		Kinds: map[string]KindCount{}, Completeness: a.Run.Completeness,
	}
	r.LossCents = r.MissingCents + r.AmountCents + r.FeeCents + r.BankShortCents + r.BankMissingCents
	for kind, c := range a.Kinds {
		r.Kinds[string(kind)] = *c
	}
	return r
}
