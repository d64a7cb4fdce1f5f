package detect

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// The references of which one is enough to say that two captures are one sale, the most exact first: they are
// the places of their sentences in the row of the rule.
const (
	sharedRRN = iota
	sharedAuth
	sharedOrder
)

// duplicateCapture finds a sale of one terminal, card and amount under a reference that an earlier one has.
// Genuine twins, two coffees a minute apart, have references of their own. The first capture is the sale:
// only those after it are too much.
func duplicateCapture(l *look, _ *Rule, a *Alarm) bool {
	t := l.Tx
	if !t.Stands() || l.Card.Facts == nil || t.RRN|t.Auth|t.Order == 0 ||
		!l.Card.Facts.MayRepeat(t.Amount, t.Terminal) {
		return false
	}
	for i := range l.Card.Len() {
		s := l.Card.Back(i)
		if s.Amount != t.Amount || s.Terminal != t.Terminal || !s.Stands() || !l.atShop(s) {
			continue
		}
		if code := sharedReference(t, s); code >= 0 {
			a.Code, a.Rows = code, append(a.Rows, Part{s.Ref, s.At, 0}, l.itself())
			a.Key = stream.KeyWith(l.visitor(), stream.KeyWith(t.Terminal, stream.Key(t.Amount)))
			return true
		}
	}
	return false
}

// sharedReference is the most exact reference that both rows have, below 0 if none.
func sharedReference(t *stream.Txn, s *stream.Seen) int {
	switch {
	case t.RRN != 0 && t.RRN == s.RRN:
		return sharedRRN
	case t.Auth != 0 && t.Auth == s.Auth:
		return sharedAuth
	case t.Order != 0 && t.Order == s.Order:
		return sharedOrder
	}
	return -1
}

func sayCapturedTwice(s *story) tillproof.Note {
	first := s.row(0)
	p := describe(first)
	all := together(s)
	p["n"], p["extra"] = strconv.Itoa(s.in.Count), strconv.Itoa(s.in.Count-1)
	p["from"], p["to"] = all.Params["from"], all.Params["to"]
	p["ref"] = [...]string{first.Refs.RRN, first.Refs.Auth, first.Refs.Order}[s.in.Code]
	return tillproof.Note{Code: all.Code, Params: p}
}
