package detect

import (
	"math"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

func TestCountOfATerminal(t *testing.T) {
	for text, want := range map[string]int32{
		"000017": 17, " 17 ": 17, "999999": 999_999, "000000": 0, "": -1, "-1": -1, "17A": -1,
		"1234567890": -1,
	} {
		if got := stanOf(text); got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}

// changed is the transaction of a plain sale after a change.
func changed(change func(*tillproof.Record)) stream.Txn {
	r := tillproof.NewRecord(tillproof.Sale)
	r.Amount = tillproof.NewMoney(-500, tillproof.CNY)
	r.Refs.Merchant, r.Refs.Terminal, r.Refs.RRN = "898310148121010", "01000001", "000626010001"
	copy(r.Card.First[:], "621234")
	copy(r.Card.Last[:], "0001")
	change(&r)
	return TxnOf(1, &r)
}

// Keys join what is the same and keep apart what is not.
func TestKeysOfARecord(t *testing.T) {
	b := changed(func(*tillproof.Record) {})
	if b.Amount != 500 || b.At.Known() || b.Timed || b.STAN != -1 || b.Order != 0 {
		t.Errorf("base %+v", b)
	}
	type record = *tillproof.Record
	for _, c := range []struct {
		what   string
		change func(r record)
		holds  func(t stream.Txn) bool
	}{
		{
			"a terminal as a workbook leaves it is the same", func(r record) { r.Refs.Terminal = "1000001" },
			func(t stream.Txn) bool { return t.Terminal == b.Terminal },
		},
		{
			"a long number of a terminal is one device anywhere", func(r record) { r.Refs.Merchant = "M" },
			func(t stream.Txn) bool { return t.Terminal == b.Terminal && t.Merchant != b.Merchant },
		},
		{
			"a reference without noughts in front is the same", func(r record) { r.Refs.RRN = "626010001" },
			func(t stream.Txn) bool { return t.RRN == b.RRN },
		},
		{
			"a reference of noughts is none", func(r record) { r.Refs.RRN = "000000" },
			func(t stream.Txn) bool { return t.RRN == 0 },
		},
		{
			"the file's name of the payer goes before the card", func(r record) { r.Refs.Customer = "c" },
			func(t stream.Txn) bool { return t.Card == stream.KeyOf("c") && t.Mask == b.Mask },
		},
		{
			"another digit is another card", func(r record) { r.Card.Last[3] = '2' },
			func(t stream.Txn) bool { return t.Card != b.Card },
		},
		{
			"no card has no key", func(r record) { r.Card = tillproof.Card{} },
			func(t stream.Txn) bool { return t.Card == 0 && t.Mask == stream.Mask{} },
		},
		{
			"a token tells cards apart by itself", func(r record) { r.Card.Token = 9 },
			func(t stream.Txn) bool { return t.Token && t.Card != b.Card },
		},
		{
			"an answer of three signs is none", func(r record) { r.Response = "000" },
			func(t stream.Txn) bool { return t.Response == [2]byte{} },
		},
		{
			"the least amount has no positive twin",
			func(r record) { r.Amount = tillproof.NewMoney(math.MinInt64, tillproof.CNY) },
			func(t stream.Txn) bool { return t.Amount == math.MaxInt64 },
		},
	} {
		if got := changed(c.change); !c.holds(got) {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

func TestTillsAndRowsWithoutAClock(t *testing.T) {
	till := func(merchant tillproof.MerchantID) stream.Key {
		t := changed(func(r *tillproof.Record) { r.Refs.Terminal, r.Refs.Merchant = "T1", merchant })
		return t.Terminal
	}
	if till("M1") == till("M2") {
		t.Error("a till's number counts within its shop")
	}
	day, _ := tillproof.NewDate(2026, 9, 16)
	sale := changed(func(r *tillproof.Record) { r.SettleDate = day })
	refund := changed(func(r *tillproof.Record) { r.SettleDate, r.Kind = day, tillproof.Refund })
	if sale.At >= refund.At || sale.At.Date() != refund.At.Date() {
		t.Errorf("a refund without a clock comes at %s, a sale at %s", refund.At, sale.At)
	}
}
