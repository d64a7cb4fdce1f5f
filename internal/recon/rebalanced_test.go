package recon_test

import (
	"testing"

	"github.com/tillproof/tillproof"
)

const statementHead = "Date,Text,Amount,Balance\n"

// TestBalancesWrittenAnew: the second export ends later and holds an entry of 50.00 that the bank booked
// late, on the day of the third line; the balances behind it are 50.00 higher. The files hold 6 and 7 lines,
// of which 5 are the same: 8 are left.
func TestBalancesWrittenAnew(t *testing.T) {
	const first = statementHead +
		"2026-04-10,rent,-100.00,900.00\n" +
		"2026-04-11,fee,-5.00,895.00\n" +
		"2026-04-11,fee,-5.00,890.00\n" +
		"2026-04-12,cards,200.00,1090.00\n" +
		"2026-04-13,fee,-5.00,1085.00\n" +
		"2026-04-13,fee,-5.00,1080.00\n"
	const second = statementHead +
		"2026-04-11,fee,-5.00,895.00\n" +
		"2026-04-11,fee,-5.00,890.00\n" +
		"2026-04-11,late,50.00,940.00\n" +
		"2026-04-12,cards,200.00,1140.00\n" +
		"2026-04-13,fee,-5.00,1135.00\n" +
		"2026-04-13,fee,-5.00,1130.00\n" +
		"2026-04-14,cards,10.00,1140.00\n"
	const lines = 6 + 7 - 5
	p := tillproof.Policy{Currency: tillproof.CNY}
	run := checkTexts(t, p, textFile("a.csv", first), textFile("b.csv", second))
	if n := len(run.Records[tillproof.Bank]); n != lines {
		t.Errorf("%d records, want %d", n, lines)
	}
	if !warned(run, "recon.rebalanced") || !warned(run, "recon.overlap") {
		t.Errorf("warnings: %+v", run.Warnings)
	}
}

// TestBalancesOfAnotherAccount: two accounts of one bank charge the same fee on the same day. Their lines are
// equal but for the balance, and stay two.
func TestBalancesOfAnotherAccount(t *testing.T) {
	const first = statementHead + "2026-04-10,rent,-100.00,900.00\n2026-04-11,fee,-5.00,895.00\n" +
		"2026-04-12,cards,200.00,1095.00\n2026-04-13,fee,-5.00,1090.00\n2026-04-14,cards,7.00,1097.00\n"
	const second = statementHead + "2026-04-10,wages,-10.00,90.00\n2026-04-11,fee,-5.00,85.00\n" +
		"2026-04-12,cards,20.00,105.00\n2026-04-13,fee,-5.00,100.00\n2026-04-14,cards,8.00,108.00\n"
	p := tillproof.Policy{Currency: tillproof.CNY}
	run := checkTexts(t, p, textFile("a.csv", first), textFile("b.csv", second))
	if n := len(run.Records[tillproof.Bank]); n != 10 {
		t.Errorf("%d records, want 10", n)
	}
}
