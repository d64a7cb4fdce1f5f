package sales

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// rival is a row of the other side that comes close to the explained one. The lower the better.
type rival struct {
	ref     tillproof.RowRef
	weaker  int // 0 a reference and the amount agree, 1 a reference, 2 card or place, amount and day
	days    tillproof.Date
	seconds uint64
}

func (x *explainer) compareRivals(a, b rival) int {
	return cmp.Or(
		cmp.Compare(a.weaker, b.weaker), cmp.Compare(a.days, b.days), cmp.Compare(a.seconds, b.seconds),
		book.CompareRecords(x.e.Run.Record(a.ref), x.e.Run.Record(b.ref)), cmp.Compare(a.ref.N, b.ref.N),
	)
}

// explainer compares one record of leg 1 with others, after the run.
type explainer struct {
	e   *engine // without views: what it needs of records, it reads there
	ref tillproof.RowRef
}

// Second lists the best of the rows that share a reference with the record, or card, amount and about a day,
// and are not its partner; each with the first reason why it was not taken. It needs a run that is filled.
func Second(run *tillproof.Run, ref, partner tillproof.RowRef) []tillproof.Candidate {
	x := explainer{newEngine(book.New(run, nil)), ref}
	return x.second(partner)
}

func (x *explainer) second(partner tillproof.RowRef) []tillproof.Candidate {
	side := otherSide(x.ref.Side)
	if side == tillproof.NoSide {
		return nil
	}
	var best []rival
	for i := range x.e.Run.Records[side] {
		ref := tillproof.RowRef{Side: side, N: int32(i)}
		if ref == partner {
			continue
		}
		if r, ok := x.rival(ref); ok {
			best = append(best, r)
			if len(best) > 8*maxCandidates {
				slices.SortFunc(best, x.compareRivals)
				best = best[:maxCandidates]
			}
		}
	}
	slices.SortFunc(best, x.compareRivals)
	best = best[:min(len(best), maxCandidates)]
	if len(best) == 0 {
		return nil
	}
	own, taken := x.rival(partner)
	out := make([]tillproof.Candidate, len(best))
	mates := x.mates(best)
	for i, r := range best {
		code := x.contradicts(r)
		switch {
		case code != "":
		case taken && partner.Side != tillproof.NoSide:
			code = x.worse(r, own)
		default:
			code = x.refused(r, mates[i])
		}
		why := tillproof.Note{Code: code, Params: x.params(r, mates[i])}
		out[i] = tillproof.Candidate{Row: r.ref, Why: why}
	}
	return out
}

// rival answers false for a row that does not come close.
func (x *explainer) rival(ref tillproof.RowRef) (rival, bool) {
	if ref.Side == tillproof.NoSide {
		return rival{}, false
	}
	a, b := x.e.Run.Record(x.ref), x.e.Run.Record(ref)
	same := a.Amount.Minor() == b.Amount.Minor()
	r := rival{ref: ref, weaker: 2, seconds: secondsBetween(a.Time, b.Time)}
	if da, db := a.Day(), b.Day(); da.Known() && db.Known() {
		r.days = max(da-db, db-da)
	}
	switch {
	case shareReference(a, b) && same:
		r.weaker = 0
	case shareReference(a, b):
		r.weaker = 1
	case !same || a.Amount.IsZero():
		return r, false
	case a.Card.Known() && b.Card.Known():
		return r, tillproof.SameCard(a.Card, b.Card) && x.near(r, maxNearMiss)
	default:
		return r, !otherNames(a, b) && x.near(r, uint64(x.e.window()))
	}
	return r, true
}

// near reports a row within the seconds, or of the same day where a clock is missing.
func (x *explainer) near(r rival, seconds uint64) bool {
	return r.seconds <= seconds || r.seconds == noTimeWeight && r.days == 0
}

// shareReference reports one value of a number that each transaction has for itself.
func shareReference(a, b *tillproof.Record) bool {
	for _, f := range [...]field{rrnField, orderField, originalField} {
		if v := f.of(a); v != "" && v == f.of(b) {
			return true
		}
	}
	if v := authField.of(a); v != "" && v == authField.of(b) && samePlace(a, b) {
		return true
	}
	s := slot(a)
	return s != "" && s == slot(b)
}

// otherNames reports two terminals or two merchants.
func otherNames(a, b *tillproof.Record) bool {
	for _, f := range [...]field{terminalField, merchantField} {
		if va, vb := f.of(a), f.of(b); va != "" && vb != "" && va != vb {
			return true
		}
	}
	return false
}

// contradicts is what speaks against the row whatever else there is, "" where nothing does.
func (x *explainer) contradicts(r rival) string {
	a, b := x.e.Run.Record(x.ref), x.e.Run.Record(r.ref)
	st := x.e.Run.States[r.ref.Side][r.ref.N]
	switch {
	case book.ClassOf(a.Kind) != book.ClassOf(b.Kind):
		return "match.lost.kind"
	case b.Status == tillproof.Declined:
		return "match.lost.declined"
	case st.Status == tillproof.Excluded:
		return "match.lost.left_out"
	case x.e.CurrencyOf(a) != x.e.CurrencyOf(b):
		return "match.lost.currency"
	case otherNames(a, b):
		return "match.lost.place"
	case otherCard(a, b):
		return "match.lost.card"
	case rrnField.of(a) != "" && rrnField.of(b) != "" && rrnField.of(a) != rrnField.of(b):
		return "match.lost.reference"
	}
	return ""
}

// worse says in what the row is behind the partner that was taken.
func (x *explainer) worse(r, partner rival) string {
	amount := x.e.Run.Record(x.ref).Amount.Minor()
	switch {
	case x.e.Run.Record(r.ref).Amount.Minor() != amount &&
		x.e.Run.Record(partner.ref).Amount.Minor() == amount:
		return "match.lost.amount"
	case r.weaker > partner.weaker:
		return "match.lost.weaker"
	case r.days > partner.days:
		return "match.lost.day"
	case r.seconds > partner.seconds:
		return "match.lost.farther"
	}
	return "match.lost.other_step"
}

// refused says why the row was not taken although the record has no partner.
func (x *explainer) refused(r rival, mate tillproof.RowRef) string {
	a, b := x.e.Run.Record(x.ref), x.e.Run.Record(r.ref)
	reason := x.e.Run.States[x.ref.Side][x.ref.N].Reason
	switch {
	case mate.Side != tillproof.NoSide:
		return "match.lost.taken"
	case reason == "break."+string(tillproof.Ambiguous):
		return "match.lost.equal"
	case a.Amount.Minor() != b.Amount.Minor():
		return "match.lost.two_amounts"
	case r.days > maxSettleGap:
		return "match.lost.days"
	case r.seconds != noTimeWeight && r.seconds > uint64(x.e.window()):
		return "match.lost.clock"
	}
	return "match.lost.too_little"
}

// mates are the rows with which the rivals were joined; NoSide where with none.
func (x *explainer) mates(of []rival) []tillproof.RowRef {
	out := make([]tillproof.RowRef, len(of))
	for i := range x.e.Run.Matches {
		for j, r := range of {
			if other, ok := book.PartnerOf(&x.e.Run.Matches[i], r.ref); ok {
				out[j] = other
			}
		}
	}
	return out
}

// params name the row and how far it is from the explained one.
func (x *explainer) params(r rival, mate tillproof.RowRef) tillproof.Params {
	b := x.e.Run.Record(r.ref)
	l := book.Line{At: b.Time, Day: b.Day(), Amount: b.Amount.Minor(), Cur: x.e.CurrencyOf(b)}
	p := book.Describe(b, &l)
	p["seconds"], p["days"] = book.Dash, book.Count(int(r.days))
	if r.seconds != noTimeWeight {
		p["seconds"] = strconv.FormatUint(r.seconds, 10)
	}
	p["mate_time"] = book.Dash
	if mate.Side != tillproof.NoSide {
		m := x.e.Run.Record(mate)
		p["mate_time"] = book.TimeParam(&book.Line{At: m.Time, Day: m.Day()})
	}
	return p
}
