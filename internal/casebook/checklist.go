package casebook

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// ItemState is how far one line of a checklist is.
type ItemState string

// The states. Held is a paper that the other side said it holds already: it is not sent twice.
const (
	Have       ItemState = "have"
	Held       ItemState = "held"
	Missing    ItemState = "missing"
	Unreadable ItemState = "unreadable"
	Expired    ItemState = "expired"
)

// ItemStates lists the states.
var ItemStates = [...]ItemState{Have, Held, Missing, Unreadable, Expired}

// Item is one line of a checklist: what is needed, and what is there.
type Item struct {
	Need    pack.Need
	State   ItemState
	Exhibit tillproof.ExhibitID   // the best of those that are there
	Lacks   []tillproof.SlipField // of a sales slip: the fields that nobody saw on it
	Undated bool                  // it expires, and nobody entered when
}

// Done reports whether nothing has to be got for it any more.
func (i Item) Done() bool { return i.State == Have || i.State == Held }

// Checklist is what a case needs, line by line.
type Checklist struct {
	Items   []Item
	Percent int // of what must be there, rounded down: 100 is all of it
}

// Check compares what is needed with the exhibits of a case on a day. Held are the papers that the other side
// holds already.
func Check(
	needs []pack.Need, exhibits []tillproof.Exhibit, held []tillproof.MaterialID, day tillproof.Date,
) Checklist {
	var list Checklist
	must, done := 0, 0
	for _, n := range needs {
		item := Item{Need: n, State: Missing}
		for _, e := range exhibits {
			if e.Removed == nil && slices.Contains(n.Of, e.Material) {
				item = better(item, judge(n, e, day))
			}
		}
		there := func(m tillproof.MaterialID) bool { return slices.Contains(n.Of, m) }
		if !item.Done() && slices.ContainsFunc(held, there) {
			item = Item{Need: n, State: Held}
		}
		if n.Level != pack.Optional {
			must++
			if item.Done() {
				done++
			}
		}
		list.Items = append(list.Items, item)
	}
	list.Percent = 100
	if must > 0 {
		list.Percent = done * 100 / must
	}
	return list
}

// judge is the line of a checklist with one exhibit.
func judge(n pack.Need, e tillproof.Exhibit, day tillproof.Date) Item {
	item := Item{Need: n, State: Have, Exhibit: e.ID}
	m, _ := pack.MaterialOf(e.Material)
	if m.Slip {
		for _, f := range tillproof.SlipFields {
			if !slices.Contains(e.Slip, f) {
				item.Lacks = append(item.Lacks, f)
			}
		}
	}
	item.Undated = m.Expires && !e.Expires.Known()
	switch {
	case e.Unreadable != "" || len(item.Lacks) > 0:
		item.State = Unreadable
	case m.Expires && e.Expires.Known() && e.Expires < day:
		item.State = Expired
	}
	return item
}

// better is the one of two judgements that is nearer to done; of equal ones the later exhibit, which somebody
// added to mend the earlier.
func better(a, b Item) Item {
	rank := func(i Item) int {
		switch i.State {
		case Have:
			return 100
		case Expired:
			return 50
		case Unreadable:
			return 40 - len(i.Lacks)
		}
		return 0
	}
	if rank(b) >= rank(a) {
		return b
	}
	return a
}

// Complete reports whether nothing that must be there is missing.
func (c Checklist) Complete() bool { return c.Percent == 100 }

// Next is what to get next: what must be there first, in the order of the list, then what may help. It
// answers false where everything is there.
func (c Checklist) Next() (Item, bool) {
	for _, must := range []bool{true, false} {
		for _, i := range c.Items {
			if !i.Done() && (i.Need.Level != pack.Optional) == must {
				return i, true
			}
		}
	}
	return Item{}, false
}
