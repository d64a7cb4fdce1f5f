package recon

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

const (
	// fewReferred is the share, one in so many, of a file's rows up to which matches by reference count as
	// chance.
	fewReferred = 20
	// fewStrangers is how many rows each side must have before files without any match are called strangers
	// to each other: two rows may well be two facts.
	fewStrangers = 3
)

// standing is what became of the rows of one file in the comparison of log and report.
type standing struct {
	side     tillproof.Side
	compared int // matched, or called missing
	referred int // matched by reference
	open     []int
}

// doubtStrangers finds the files of which next to no row was matched by a reference, although their amounts
// or the sums of their days pair up: what is left over there is not proven to be missing. So it is where log
// and report have not a single transaction in common: they may be those of two shops.
func doubtStrangers(run *tillproof.Run) []tillproof.Note {
	by := standings(run)
	nothing := len(run.Matches) == 0 && both(by)
	var notes []tillproof.Note
	said := tillproof.NoSide
	for i := range run.Sources {
		s := by[int32(i)]
		if s == nil || s.compared == 0 || len(s.open) == 0 || s.referred*fewReferred > s.compared {
			continue
		}
		code := ""
		switch n := s.compared - len(s.open) + pairable(run, s, by); {
		case n*2 >= s.compared || daysAgree(run, s, by):
			code = "no_reference"
		case nothing:
			code = "nothing_matched"
		default:
			continue
		}
		p := tillproof.Params{
			"file": run.Sources[i].File, "n": strconv.Itoa(len(s.open)), "rows": strconv.Itoa(s.compared),
		}
		for _, b := range s.open {
			if run.Breaks[b].Doubt.Code == "" {
				run.Breaks[b].Doubt = tillproof.Note{Code: "recon.doubt." + code, Params: p}
			}
		}
		if said == tillproof.NoSide || said == s.side { // the other side would say the same again
			said = s.side
			notes = append(notes, tillproof.Note{Code: "recon." + code, Params: p})
		}
	}
	return notes
}

func standings(run *tillproof.Run) map[int32]*standing {
	by := map[int32]*standing{}
	of := func(ref tillproof.RowRef) *standing {
		source := run.Record(ref).Origin.Source
		if by[source] == nil {
			by[source] = &standing{side: ref.Side}
		}
		by[source].compared++
		return by[source]
	}
	for _, m := range run.Matches {
		for _, ref := range [...]tillproof.RowRef{m.Left, m.Right} {
			if s := of(ref); byReference(m.Method) {
				s.referred++
			}
		}
	}
	for i, b := range run.Breaks {
		if b.Kind == tillproof.NotSettled || b.Kind == tillproof.NotOnTerminal {
			s := of(b.Records[0])
			s.open = append(s.open, i)
		}
	}
	return by
}

// both reports whether each side has enough rows that are left over.
func both(by map[int32]*standing) bool {
	var n [len(tillproof.Sides) + 1]int
	for _, s := range by {
		n[s.side] += len(s.open)
	}
	return n[tillproof.Terminal] >= fewStrangers && n[tillproof.Acquirer] >= fewStrangers
}

// pairable is how many rows that are left over in a file have one of the same amount left over on the other
// side.
func pairable(run *tillproof.Run, s *standing, by map[int32]*standing) int {
	have := map[tillproof.Money]int{}
	for _, o := range by {
		for _, b := range o.open {
			if o.side != s.side {
				have[run.Breaks[b].Amount]++
			}
		}
	}
	n := 0
	for _, b := range s.open {
		if amount := run.Breaks[b].Amount; have[amount] > 0 {
			have[amount]--
			n++
		}
	}
	return n
}

// daySum is what is left over of one day in one currency.
type daySum struct {
	day tillproof.Date
	cur tillproof.Currency
}

// daysAgree reports whether what is left over of the file sums up to the same as on the other side on more
// than half of its days: one of the two puts several transactions into one row.
func daysAgree(run *tillproof.Run, s *standing, by map[int32]*standing) bool {
	own, other := map[daySum]int64{}, map[daySum]int64{}
	for _, o := range by {
		for _, b := range o.open {
			at := daySum{dayOf(run.Record(run.Breaks[b].Records[0])), run.Breaks[b].Amount.Currency()}
			switch {
			case o == s:
				own[at] += run.Breaks[b].Amount.Minor()
			case o.side != s.side:
				other[at] += run.Breaks[b].Amount.Minor()
			}
		}
	}
	agree := 0
	for at, sum := range own {
		if theirs, ok := other[at]; ok && theirs == sum {
			agree++
		}
	}
	return agree*2 > len(own)
}

// dayOf is the day of a row's clock, which both sides share, else its settlement day.
func dayOf(r *tillproof.Record) tillproof.Date {
	if r.Time.Known() {
		return r.Time.Date()
	}
	return r.Day()
}
