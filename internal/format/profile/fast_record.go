package profile

import "github.com/tillproof/tillproof"

// Record reads a plain row again: its record, and its key behind what stands in key, both as the Reader gives
// them. It answers false where only the Reader can.
func (l *Lane) Record(
	line int, buf []byte, cells []Span, key []byte,
) (tillproof.Record, []byte, bool) {
	row := &l.again
	if !l.rule.whole || !l.Read(buf, cells, row) {
		return tillproof.Record{}, key, false
	}
	r := tillproof.NewRecord(row.Kind)
	r.Origin = tillproof.Origin{Source: l.t.opt.Source, Part: l.t.src.Part, Line: int32(line)}
	r.Status, r.Card, r.Time = row.Status, row.Card, row.Time
	r.SettleDate, r.BookingDate, r.ValueDate = row.Settle, row.Booking, row.Value
	for _, m := range [...]struct {
		shown money
		minor int64
		to    *tillproof.Money
	}{{l.money[0], row.Amount, &r.Amount}, {l.money[1], row.Fee, &r.Fee}, {l.money[2], row.Net, &r.Net}} {
		if m.shown.shown {
			*m.to = tillproof.NewMoney(m.minor, row.Currency)
		}
	}
	r.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(row.Merchant), Terminal: tillproof.TerminalID(row.Terminal),
		Batch: string(row.Batch), STAN: string(row.STAN), RRN: string(row.RRN), Auth: string(row.Auth),
		Order: string(row.Order), Payout: string(row.Payout), Original: string(row.Original),
	}
	if at := l.t.lay.at[Response]; len(at) == 1 {
		word, whole := l.decode(string(buf[cells[at[0]].From:cells[at[0]].To]))
		if !whole {
			return r, key, false
		}
		r.Response, _, _ = l.t.lay.words.response(word)
	}
	key, ok := l.appendKey(key, buf, cells, &r)
	return r, key, ok
}

// isWhole reports a layout in which a row shows all that is in its record.
func (t *table) isWhole() bool {
	for _, f := range [...]Field{Narrative, Counterparty, Payee, Account, BankRef, EntryMode} {
		if t.lay.has(f) {
			return false
		}
	}
	return t.lay.Side != tillproof.Bank && t.preset.account == ""
}

// appendKey is table.keyOf for a row in which nothing is masked.
func (l *Lane) appendKey(b, buf []byte, cells []Span, r *tillproof.Record) ([]byte, bool) {
	from := len(b)
	for i, c := range cells {
		f := l.columns[i].field
		switch {
		case f == Ordinal || l.t.lay.wallet.changing[f]:
			continue
		case f == Card:
			b = append(b, r.Card.String()...)
		default:
			text := buf[c.From:c.To]
			if all, _ := lookAt(text); all&hasBeyond != 0 {
				word, whole := l.decode(string(text))
				if !whole {
					return b, false
				}
				text = []byte(word)
			}
			b = append(b, text...)
		}
		b = append(b, keySeparator)
	}
	for len(b) > from && b[len(b)-1] == keySeparator {
		b = b[:len(b)-1]
	}
	return b, true
}
