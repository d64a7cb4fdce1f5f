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

// outOfHours finds sales while the shop is closed, one finding for each merchant and night: nobody should
// be at the terminal, so the cardholder may dispute them.
func outOfHours(v *view, r *Rule) []hit {
	gap := r.span("gap")
	var nights [][]int32
	open := map[account]int{}
	for _, n := range v.sales {
		row := &v.rows[n]
		if v.run.Policy.IsOpen(row.Time) {
			continue
		}
		who := accountOf(row)
		i, ok := open[who]
		if !ok || row.Time-v.rows[last(nights[i])].Time > gap {
			i = len(nights)
			open[who] = i
			nights = append(nights, nil)
		}
		nights[i] = append(nights[i], n)
	}
	hits := make([]hit, len(nights))
	for i, rows := range nights {
		hits[i] = v.hitOf("detect.out_of_hours", rows)
		hours := hoursOf(v.run.Policy, v.rows[rows[0]].Time.Date())
		hits[i].reason.Params["hours"] = hours
		if hours == "" {
			hits[i].reason.Code = "detect.out_of_hours.closed"
		}
	}
	return hits
}

func last(rows []int32) int32 { return rows[len(rows)-1] }

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
