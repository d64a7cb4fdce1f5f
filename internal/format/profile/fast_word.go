package profile

import (
	"encoding/binary"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// meaning is what a word of a column says.
type meaning struct {
	ok        bool // the row stands; false where the Reader would note or refuse the word
	known     bool // it says a status
	typeState bool // the type says the status too
	bare      bool // no currency is named
	kind      tillproof.RecordKind
	status    tillproof.RecordStatus
	cardKind  tillproof.CardKind
	currency  tillproof.Currency
}

// meaningOf is what a cell of words means, by the lists of the Reader itself.
func (l *Lane) meaningOf(f Field, text []byte) *meaning {
	size := len(text) + 1 // 0 is that of no word
	if size > 9 {
		m := l.kept(f, text)
		return &m
	}
	x := load(text)
	w := &l.short[f][x*0x9E3779B97F4A7C15>>60]
	if w.text != x || w.size != size {
		*w = shortWord{x, size, l.kept(f, text)}
	}
	return &w.meaning
}

// kept is what a word means, learnt once.
func (l *Lane) kept(f Field, text []byte) meaning {
	m, known := l.words[f][string(text)]
	if !known {
		m = l.learn(f, text)
		if len(l.words[f]) < maxKept && len(text) <= maxKeptSize {
			l.words[f][string(text)] = m
		}
	}
	return m
}

func (l *Lane) learn(f Field, text []byte) (m meaning) {
	word, whole := l.decode(string(text))
	if !whole || word != "" && (!isPlainWord(text) || !l.isUntouched(word)) {
		return m
	}
	if _, n := f.mask(word); n > 0 {
		return m
	}
	words := &l.t.lay.words
	m.ok = true
	switch f {
	case Type:
		m.kind, m.ok = words.kinds[normal(word)]
		if word == "" && !m.ok {
			m.kind, m.ok = l.t.lay.rules.kind, l.t.lay.rules.kind != tillproof.NoKind
		}
		m.status, m.typeState = words.typeStates[normal(word)]
	case Status:
		m.status, m.known = words.statuses[normal(word)]
		m.ok = word == "" || m.known || l.t.lay.Generic
	case Response:
		_, m.status, m.known = words.response(word)
		m.ok = m.known
	case CardKind:
		if word != "" {
			m.cardKind = words.cardKinds[normal(word)]
		}
	case CurrencyCode:
		m.currency, m.bare = l.usual, word == ""
		if word != "" {
			if m.currency, m.ok = words.currency(word); !m.ok {
				m.currency, m.ok = l.t.yenOrYuan(word)
			}
		} else {
			m.ok = l.usual.Known()
		}
	}
	return m
}

// isPlainWord reports a word without a control character or a quote.
func isPlainWord(text []byte) bool {
	all, _ := lookAt(text)
	return all&hasControl == 0
}

// readCard reads a masked card number; a full one is the Reader's.
func (l *Lane) readCard(card *tillproof.Card, text []byte) bool {
	if len(text) == 16 && isMasked(text) {
		*card = tillproof.Card{First: [6]byte(text), Last: [4]byte(text[12:])}
		return true
	}
	if all, _ := lookAt(text); all&(hasControl|hasBeyond) != 0 {
		return false
	}
	s := string(text)
	if format.FullCard(s) || !l.isUntouched(s) {
		return false
	}
	var err error
	*card, err = format.CardOf(s, l.t.opt)
	return err == nil
}

// isMasked reports "622270******9971": six digits, as many stars, four digits.
func isMasked(text []byte) bool {
	head, tail := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[8:])
	const stars = 0x2A2A
	return head>>48 == stars && tail&(1<<32-1) == stars<<16|stars &&
		areDigits(head&(1<<48-1)|zeroDigits&^(1<<48-1)) && areDigits(tail>>32|zeroDigits&^(1<<32-1))
}
