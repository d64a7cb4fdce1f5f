package match

import (
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// Both values of each field are shown, also where they agree, in the order terminal, acquirer.
func TestExplainShowsBothValues(t *testing.T) {
	s := build(t, "-- policy --", "cutoff 23:00", "days 1",
		"-- terminal 2026-09-14 2026-09-15 --",
		"T1 sale 128.00 2026-09-14T23:10:00 m=1043A t=T001 rrn=000000826111 card=621234/0001",
		"-- acquirer 2026-09-14 2026-09-15 --",
		"A1 sale 128.00 2026-09-14T23:10:00 settle=2026-09-15 m=1043A t=T001 rrn=826111 card=621234/0001"+
			" fee=-0.77",
		"-- bank 2026-09-14 2026-09-16 --", "B1 entry 127.23 2026-09-16")
	want := []tillproof.Compared{
		{Field: "amount", Left: "128.00 CNY", Right: "128.00 CNY", Same: true},
		{Field: "type", Left: "sale", Right: "sale", Same: true},
		{Field: "clock", Left: "2026-09-14T23:10:00", Right: "2026-09-14T23:10:00", Same: true},
		{Field: "settle_day", Left: "2026-09-15", Right: "2026-09-15", Same: true},
		{Field: "card", Left: "621234******0001", Right: "621234******0001", Same: true},
		{Field: "merchant", Left: "1043A", Right: "1043A", Same: true},
		{Field: "terminal", Left: "T001", Right: "T001", Same: true},
		{Field: "rrn", Left: "000000826111", Right: "826111", Same: true},
		{Field: "fee", Left: "", Right: "-0.77 CNY", Same: false},
	}
	other := map[tillproof.Side]tillproof.Side{
		tillproof.Terminal: tillproof.Acquirer, tillproof.Acquirer: tillproof.Terminal,
	}
	for _, side := range []tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		x := Explain(s.run, tillproof.RowRef{Side: side})
		if !slices.Equal(x.Fields, want) || x.Partner.Side != other[side] {
			t.Errorf("%s: partner %v, fields %+v", side, x.Partner, x.Fields)
		}
	}
	x := Explain(s.run, tillproof.RowRef{Side: tillproof.Bank})
	bank := []tillproof.Compared{
		{Field: "net", Left: "127.23 CNY", Right: "127.23 CNY", Same: true},
		{Field: "value_day", Left: "2026-09-16", Right: "2026-09-16", Same: true},
	}
	if x.Method != "net_day" || x.Status != tillproof.Matched || !slices.Equal(x.Fields, bank) {
		t.Errorf("bank: %+v", x)
	}
}

// A row that the run does not have is no reason to panic: ids come from people.
func TestExplainOfNoRow(t *testing.T) {
	run := &tillproof.Run{}
	for _, ref := range []tillproof.RowRef{{}, {Side: tillproof.Bank, N: 3}, {Side: 9}, {Side: 1, N: -1}} {
		if x := Explain(run, ref); x.Status != tillproof.Open || x.Fields != nil {
			t.Errorf("%v: %+v", ref, x)
		}
	}
}
