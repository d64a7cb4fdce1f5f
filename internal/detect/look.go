package detect

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/pack"
)

// look is what a stream rule sees: the row, what was known before it came, and what the policy says.
type look struct {
	*stream.Look
	house *house
}

// house is the policy made ready to be asked at each row.
type house struct {
	policy    tillproof.Policy
	terminals map[stream.Key]bool
	tills     []stream.Key // the short numbers among them, which count within their shop
}

func newHouse(p tillproof.Policy) house {
	h := house{policy: p, terminals: map[stream.Key]bool{}}
	for _, t := range p.Terminals {
		name := plainTerminal(t)
		h.terminals[stream.KeyOf(name)] = true
		if len(name) < shortNumber {
			h.tills = append(h.tills, stream.KeyOf(name))
		}
	}
	return h
}

// owns reports whether the policy lists the terminal of a row.
func (h *house) owns(t *stream.Txn) bool {
	return h.terminals[t.Terminal] || slices.ContainsFunc(h.tills, func(till stream.Key) bool {
		return stream.KeyWith(t.Merchant, till) == t.Terminal
	})
}

// meets reports whether the policy gives what a stream rule needs. Files are not asked: a stream is one.
func (h *house) meets(r *Rule) bool {
	for _, n := range r.Needs {
		if _, ofPolicy := unchecked[n]; ofPolicy && !givenBy(&h.policy, n) {
			return false
		}
	}
	return true
}

func givenBy(p *tillproof.Policy, n Need) bool {
	switch n {
	case NeedHours:
		return len(p.Hours) > 0
	case NeedTerminals:
		return len(p.Terminals) > 0
	case NeedSplitLimit:
		return p.SplitLimit > 0
	}
	return false
}

// part is a row of an alarm with all its money.
func part(s *stream.Seen) Part { return Part{s.Ref, s.At, s.Amount} }

// itself is the transaction as a row of an alarm.
func (l *look) itself() Part { return Part{l.Tx.Ref, l.Tx.At, l.Tx.Amount} }

// atShop reports a remembered row of the transaction's merchant and currency.
func (l *look) atShop(s *stream.Seen) bool {
	return s.Merchant == l.Tx.Merchant && s.Currency == l.Tx.Currency
}

// account is the key of the transaction's merchant and currency.
func (l *look) account() stream.Key { return accountKey(l.Tx.Merchant, l.Tx.Currency) }

func accountKey(merchant stream.Key, c tillproof.Currency) stream.Key {
	return stream.KeyWith(merchant, stream.Key(c[0])<<16|stream.Key(c[1])<<8|stream.Key(c[2]))
}

// visitor is the key of the transaction's card at its merchant.
func (l *look) visitor() stream.Key { return stream.KeyWith(l.Tx.Card, l.account()) }

// backTo is how many of the card's rows lie at or after a moment. They are Back(0) to Back(n-1).
func backTo(h *stream.History, from tillproof.LocalTime) int {
	for i := range h.Len() {
		if h.Back(i).At < from {
			return i
		}
	}
	return h.Len()
}

// refusedSince reports whether the card was refused at or after a moment.
func (l *look) refusedSince(from tillproof.LocalTime) bool {
	f := l.Card.Facts
	return f != nil && f.Refused.Known() && f.Refused >= from
}

// response is the class of an answer of the issuer.
func response(code [2]byte) pack.ResponseClass {
	class, _ := pack.Response(string(code[:]))
	return class
}
