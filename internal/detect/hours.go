package detect

import (
	"fmt"
	"strings"

	"github.com/tillproof/tillproof"
)

// account is one merchant's money in one currency.
type account struct {
	merchant tillproof.MerchantID
	currency tillproof.Currency
}

func accountOf(r *tillproof.Record) account { return account{r.Refs.Merchant, r.Amount.Currency()} }

// outOfHours finds sales while the shop is closed, one incident for each merchant and night: nobody should
// be at the terminal, so the cardholder may dispute them.
func outOfHours(l *look, r *Rule, a *Alarm) bool {
	if !l.Tx.Timed || !l.Tx.Stands() || l.house.policy.IsOpen(l.Tx.At) {
		return false
	}
	a.Rows, a.Key, a.Gap = append(a.Rows, l.itself()), l.account(), r.value("gap")
	return true
}

func sayOutOfHours(s *story) tillproof.Note {
	n := together(s)
	hours := hoursOf(s.house.policy, s.in.First.Date())
	n.Params["hours"] = hours
	if hours == "" {
		n.Code = s.in.Rule.Reasons[1]
	}
	return n
}

// hoursOf writes the opening hours of a day, "" where the shop is closed all day.
func hoursOf(p tillproof.Policy, d tillproof.Date) string {
	var spans []string
	for _, o := range p.Hours {
		if o.Day == d.Weekday() && o.Close > o.Open {
			spans = append(spans, clock(o.Open)+"–"+clock(o.Close))
		}
	}
	return strings.Join(spans, ", ")
}

// clock writes minutes after midnight, those of the next day as 01:00.
func clock(minute int) string {
	if minute == 24*60 {
		return "24:00"
	}
	return fmt.Sprintf("%02d:%02d", minute/60%24, minute%60)
}
