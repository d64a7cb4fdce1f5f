package profile

import (
	"strings"
	"testing"
	_ "time/tzdata" // the machine may have none

	"github.com/tillproof/tillproof"
)

// A layout whose rules are misspelt does not load: a rule that is quietly ignored would change sums.
func TestBadRules(t *testing.T) {
	good := "name: x\nsource: s\nside: acquirer\nshape: sign\nunit: major\nrequire: [amount]\n" +
		"columns: {amount: [A]}\ntotals: net\nkind: sale\nother_kind: adjustment\nturned: refund\n" +
		"other_tender: neutral\npending: balance\npayouts: zero\npayout_prefix: P\n"
	if _, err := parse([]byte(good), wordsYAML{}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"totals: nett", "kind: sales", "other_kind: thing", "turned: around", "other_tender: gone",
		"pending: maybe", "payouts: some",
	} {
		key, _, _ := strings.Cut(bad, ":")
		lines := strings.Split(good, "\n")
		for i, l := range lines {
			if strings.HasPrefix(l, key+":") {
				lines[i] = bad
			}
		}
		if _, err := parse([]byte(strings.Join(lines, "\n")), wordsYAML{}); err == nil {
			t.Errorf("%s: taken", bad)
		}
	}
	marks := "marks: [{column: M, means: {%: [x]}}]\n"
	if _, err := parse([]byte(good+strings.Replace(marks, "%", "cancelled", 1)), wordsYAML{}); err != nil {
		t.Error(err)
	}
	if _, err := parse([]byte(good+strings.Replace(marks, "%", "voided", 1)), wordsYAML{}); err == nil {
		t.Error("a mark that means no status: taken")
	}
	if _, err := parse([]byte(good+"words: {zones: {Mars: [X]}}\n"), wordsYAML{}); err == nil {
		t.Error("a zone that is no name of the zone database: taken")
	}
}

// TestPayoutSums: only a payout that its rows leave unexplained is an issue, and none where a row is missing.
func TestPayoutSums(t *testing.T) {
	tab := &table{lay: &Layout{Profile: &Profile{rules: rules{payouts: withRow}}}}
	row := func(kind tillproof.RecordKind, id string, minor int64) {
		r := tillproof.NewRecord(kind)
		r.Refs.Payout, r.Origin.Line = id, 7
		x := tillproof.Exact{Unscaled: minor, Scale: 2}
		tab.payouts.add(tab, &r, amounts{amount: &x, currency: tillproof.CNY})
	}
	row(tillproof.Sale, "whole", 500)
	row(tillproof.Payout, "whole", -500)
	row(tillproof.Sale, "open", 700) // not paid out yet
	row(tillproof.Sale, "short", 900)
	row(tillproof.Payout, "short", -800)
	got := tab.payouts.issues(withRow)
	if len(got) != 1 || got[0].Params["payout"] != "short" || got[0].Params["stated"] != "8.00" ||
		got[0].Params["computed"] != "9.00" {
		t.Errorf("%+v", got)
	}
	if all := tab.payouts.issues(allOfThem); len(all) != 2 {
		t.Errorf("%d payouts do not make nothing, want 2", len(all))
	}
	tab.payouts.broken = true
	if got := tab.payouts.issues(withRow); got != nil {
		t.Errorf("accused though a row is missing: %v", got)
	}
}

// Every zone that a layout names is one of the zone database.
func TestZonesExist(t *testing.T) {
	tab := &table{}
	for _, p := range Builtin().All() {
		tab.lay, tab.zones = &Layout{Profile: &p}, nil
		for word, zone := range p.words.zones {
			if tab.location(zone) == nil {
				t.Errorf("%s: %s means %s, which is no zone", p.Name, word, zone)
			}
		}
	}
}
