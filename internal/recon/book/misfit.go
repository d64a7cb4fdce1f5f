package book

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// handLedger is the side whose rows the bank is compared with.
func (bk *Book) handLedger() tillproof.Side {
	if bk.Has(tillproof.Acquirer) {
		return tillproof.Acquirer
	}
	return tillproof.Terminal
}

func misfit(code string, pairs ...string) tillproof.Note {
	p := tillproof.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return tillproof.Note{Code: code, Params: p}
}

// misfit says why a decision cannot be obeyed, whatever the others say; no code where it can.
func (bk *Book) misfit(d *tillproof.Decision) tillproof.Note {
	var of [len(tillproof.Sides) + 1][]rowRef
	seen := make(map[rowRef]bool, len(d.Records))
	for i, ref := range d.Records {
		if seen[ref] {
			return misfit("decide.misfit.twice", "record", bk.nameOf(d, i))
		}
		seen[ref] = true
		of[ref.Side] = append(of[ref.Side], ref)
	}
	if d.Ruling == tillproof.RuleExclude {
		return tillproof.Note{}
	}
	terminal, acquirer, bank := of[tillproof.Terminal], of[tillproof.Acquirer], of[tillproof.Bank]
	switch {
	case len(terminal) > 0 && len(acquirer) > 0 && len(bank) > 0:
		return misfit("decide.misfit.three_sides")
	case len(terminal)+len(acquirer) == 0 || len(acquirer)+len(bank) == 0 || len(terminal)+len(bank) == 0:
		return misfit("decide.misfit.one_side")
	case len(terminal) > 0 && len(bank) > 0 && bk.handLedger() == tillproof.Acquirer:
		return misfit("decide.misfit.no_leg")
	case d.Ruling == tillproof.RuleUnmatch:
		return tillproof.Note{}
	case len(bank) == 0 && len(terminal) > 1 && len(acquirer) > 1:
		return misfit("decide.misfit.one_to_one",
			"terminal", Count(len(terminal)), "acquirer", Count(len(acquirer)))
	}
	for i, ref := range d.Records {
		if code := bk.cannotJoin(ref, len(bank) > 0); code != "" {
			return misfit(code, "record", bk.nameOf(d, i))
		}
	}
	return bk.unlike(d, len(bank) > 0)
}

// nameOf is a record as the user named it, by its id where it is one of a group.
func (bk *Book) nameOf(d *tillproof.Decision, i int) string {
	if len(d.Named) == len(d.Records) {
		return d.Named[i]
	}
	return bk.Run.Record(d.Records[i]).ID.String()
}

// cannotJoin says why a row cannot be joined with any other, "" where it can.
func (bk *Book) cannotJoin(ref rowRef, withBank bool) string {
	v := &bk.Views[ref.Side]
	rank := bk.Decided.rank[ref]
	r := v.Rec(rank)
	switch {
	case r.Status == tillproof.Declined:
		return "decide.misfit.declined"
	case ExcludedStatus[r.Status] != "" || r.Kind == tillproof.PreAuth ||
		ref.Side != tillproof.Terminal && r.Status == tillproof.UnknownOutcome:
		return "decide.misfit.no_money"
	case ref.Side == tillproof.Bank:
		return ""
	case !withBank && v.Lines[rank].Class == NoClass:
		return "decide.misfit.kind"
	case withBank && ref.Side == tillproof.Terminal && !bk.netKnown(rank):
		return "decide.misfit.net_unknown"
	}
	return ""
}

// netKnown reports whether the net of a terminal row can be computed, where the log is the ledger.
func (bk *Book) netKnown(rank int32) bool {
	v := &bk.Views[tillproof.Terminal]
	r := v.Rec(rank)
	_, agreed := bk.Policy.TariffFor(r.Card.Kind)
	return agreed && v.Lines[rank].Class != NoClass && r.Status == tillproof.Posted
}

// unlike says in what rows differ that cannot be one transaction or one deposit.
func (bk *Book) unlike(d *tillproof.Decision, withBank bool) tillproof.Note {
	first := d.Records[0]
	a := bk.Views[first.Side].Lines[bk.Decided.rank[first]]
	for i, ref := range d.Records {
		b := bk.Views[ref.Side].Lines[bk.Decided.rank[ref]]
		switch {
		case a.Cur != b.Cur:
			return misfit("decide.misfit.currency", "record", bk.nameOf(d, i),
				"currency", OrDash(b.Cur.String()), "other", OrDash(a.Cur.String()))
		case !withBank && a.Class != b.Class && (a.Class == SaleClass || b.Class == SaleClass):
			return misfit("decide.misfit.kinds", "record", bk.nameOf(d, i))
		}
	}
	return tillproof.Note{}
}

// legOf is the leg that a decision to match is about.
func (bk *Book) legOf(d *tillproof.Decision) tillproof.Leg {
	if slices.ContainsFunc(d.Records, func(r rowRef) bool { return r.Side == tillproof.Bank }) {
		return tillproof.AcquirerBank
	}
	return tillproof.TerminalAcquirer
}

// refuseContradictions refuses the decisions that want one row twice, and those of which one joins what
// another parts.
func (bk *Book) refuseContradictions() {
	all := bk.Run.Decisions
	partedBy := map[TwoRows][]int32{}
	for i := range all {
		d := &all[i]
		switch {
		case !d.Obeyed():
		case d.Ruling == tillproof.RuleUnmatch:
			eachPair(d, func(p TwoRows) { partedBy[p] = append(partedBy[p], int32(i)) })
		case d.Ruling == tillproof.RuleExclude:
			for _, ref := range d.Records {
				bk.claim(claim{ref, tillproof.TerminalAcquirer}, i)
				bk.claim(claim{ref, tillproof.AcquirerBank}, i)
			}
		default:
			for _, ref := range d.Records {
				bk.claim(claim{ref, bk.legOf(d)}, i)
			}
		}
	}
	against := make([]tillproof.Note, len(all))
	refuse := func(i, other int32, code string) {
		if against[i].Code == "" {
			against[i] = misfit(code, "line", strconv.Itoa(all[other].Place.Line))
		}
	}
	for i := range all {
		d := &all[i]
		if !d.Obeyed() || d.Ruling == tillproof.RuleUnmatch {
			continue
		}
		for _, ref := range d.Records {
			for _, leg := range [...]tillproof.Leg{tillproof.TerminalAcquirer, tillproof.AcquirerBank} {
				by := bk.Decided.claims[claim{ref, leg}]
				if len(by) < 2 || !slices.Contains(by, int32(i)) {
					continue
				}
				other := by[0]
				if other == int32(i) {
					other = by[1]
				}
				refuse(int32(i), other, "decide.misfit.used_twice")
			}
		}
		if d.Ruling != tillproof.RuleMatch {
			continue
		}
		eachPair(d, func(p TwoRows) {
			for _, other := range partedBy[p] {
				refuse(int32(i), other, "decide.misfit.contradiction")
				refuse(other, int32(i), "decide.misfit.contradiction")
			}
		})
	}
	for i := range all {
		if all[i].Obeyed() {
			all[i].Misfit = against[i]
		}
	}
}

func (bk *Book) claim(c claim, by int) {
	list := bk.Decided.claims[c]
	if n := len(list); n == 0 || list[n-1] != int32(by) {
		bk.Decided.claims[c] = append(list, int32(by))
	}
}

// eachPair visits each row of the side nearer to the merchant with each of the other side.
func eachPair(d *tillproof.Decision, visit func(TwoRows)) {
	for _, near := range d.Records {
		for _, far := range d.Records {
			if near.Side < far.Side {
				visit(TwoRows{near, far})
			}
		}
	}
}
