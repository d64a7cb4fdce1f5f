package recon

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
)

const (
	plainReport = "settle_date,merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,txn_time,type,gross," +
		"fee,net\n"
	plainBank = "book_date,account_no,reference,amount,balance\n"
)

// ledger writes a report and a statement without a log.
type ledger struct {
	report, bank strings.Builder
	rows         int
	balance      int64
}

func (l *ledger) row(day int, merchant, terminal, typ string, amount int64) {
	l.rows++
	fmt.Fprintf(&l.report, "2026-03-%02d,%s,%s,000001,%06d,6060%08d,622200******%04d,2026-03-%02d 10:00:00,"+
		"%s,%d,0,%d\n", day, merchant, terminal, l.rows%1_000_000, l.rows, l.rows%10_000, day, typ, amount,
		amount)
}

func (l *ledger) paid(day int, merchant string, amount int64) {
	l.balance += amount
	fmt.Fprintf(&l.bank, "2026-03-%02d,6222000148000111,POS SETTLEMENT %s,%d,%d\n", day, merchant, amount,
		l.balance)
}

func (l *ledger) files() []File {
	files := tradeFiles(map[tillproof.Side]string{
		tillproof.Acquirer: plainReport + l.report.String(), tillproof.Bank: plainBank + l.bank.String(),
	})
	return slices.DeleteFunc(files, func(f File) bool { return f.Side == tillproof.Terminal })
}

// payByTerminal makes three days of two terminals, each of which is paid by itself: 3.00 and 4.01, 5.02 and
// 6.03, 7.04 and 8.05.
func (l *ledger) payByTerminal(merchant string) {
	for i := range int64(3) {
		day := 2 + int(i) // Monday to Wednesday
		one, other := 300+202*i, 401+202*i
		l.row(day, merchant, "10000001", "SALE", one)
		l.row(day, merchant, "10000002", "SALE", other)
		l.paid(day+1, merchant, one)
		l.paid(day+1, merchant, other)
	}
}

// TestPaidByTerminalInPasses: a merchant whose terminals are paid by themselves has nothing missing. Beside
// one of more than a hundred thousand sales it is compared by itself.
func TestPaidByTerminalInPasses(t *testing.T) {
	for name, many := range map[string]int64{"alone": 0, "beside many": 100_001} {
		t.Run(name, func(t *testing.T) {
			l := &ledger{}
			l.payByTerminal("898310148000111")
			for range many {
				l.row(2, "898310148000333", "10000003", "SALE", 7)
			}
			if many > 0 {
				l.paid(3, "898310148000333", 7*many)
			}
			held, passes, _ := bothWays(t, l.files, Options{})
			for way, run := range map[string]*tillproof.Run{"held": held, "passes": passes} {
				if len(run.Breaks) > 0 {
					t.Errorf("%s: %d breaks, the first %+v", way, len(run.Breaks), run.Breaks[0])
				}
				c := run.Completeness[0]
				if c.Side != tillproof.Acquirer || c.Counts[tillproof.Matched] != 6+int(many) {
					t.Errorf("%s: %+v", way, c.Counts)
				}
			}
		})
	}
}

// TestTooManyToBePaidByTerminal: of a merchant with more sales than may be held the days alone are compared,
// and the run says that the breaks may be none.
func TestTooManyToBePaidByTerminal(t *testing.T) {
	l := &ledger{}
	for range 60_000 {
		l.row(2, "898310148000333", "10000003", "SALE", 7)
		l.row(3, "898310148000333", "10000004", "SALE", 9)
	}
	l.paid(3, "898310148000333", 7*60_000-3)
	l.paid(4, "898310148000333", 9*60_000+5)
	lim := Limits{Memory: LeastMemory, Workers: 2}
	answer, err := CheckLarge(t.Context(), l.files(), Options{Formats: all.Formats()}, lim)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range answer.Run.Warnings {
		if n.Code == "recon.bulk.by_days" && n.Params["n"] == "1" {
			return
		}
	}
	t.Errorf("%d breaks and no warning: %v", len(answer.Run.Breaks), answer.Run.Warnings)
}

// TestDebitsElsewhereInPasses: three merchants owe the acquirer money and are debited on the day, so that of
// a fourth, far from them in the order of merchants, is missing: 0.55.
func TestDebitsElsewhereInPasses(t *testing.T) {
	l := &ledger{}
	const merchants = 8_500 // four sums and lines of each: more than one part
	for m := range merchants {
		name := fmt.Sprintf("89831014810%04d", m)
		l.row(2, name, "10000001", "SALE", 1000+int64(m))
		l.paid(3, name, 1000+int64(m))
		switch m {
		case 5, merchants - 3, merchants - 2, merchants - 1:
			l.row(3, name, "10000001", "REFUND", -int64(50+m%10))
			if m > 5 {
				l.paid(4, name, -int64(50+m%10))
			}
		default:
			l.row(3, name, "10000001", "SALE", 2000+int64(m))
			l.paid(4, name, 2000+int64(m))
		}
	}
	opt := Options{}
	opt.Policy.Settlement = tillproof.Settlement{Known: true, Days: 1}
	held, passes, _ := bothWays(t, l.files, opt)
	for way, run := range map[string]*tillproof.Run{"held": held, "passes": passes} {
		if len(run.Breaks) != 1 || run.Breaks[0].Kind != tillproof.NotDeposited ||
			run.Breaks[0].Residual.Minor() != -55 {
			t.Errorf("%s: %+v", way, run.Breaks)
		}
	}
}
