package tariff

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof"
)

// Numbers of the rhythm of charges.
const (
	newAfter   = 28 // days of the report before a charge that call it new: a monthly one would have shown
	monthLeast = 26 // days between two charges of a month: shortest and longest, with a weekend's delay
	monthMost  = 35
	fewBatches = 3 // charges that make a rhythm of days or batches
)

// labelOf is what the report calls a charge, without digits: dates and numbers of batches differ each time.
func labelOf(r *tillproof.Record) string {
	text := cmp.Or(r.Narrative, r.Counterparty)
	text = strings.Map(func(c rune) rune {
		if unicode.IsDigit(c) {
			return ' '
		}
		return c
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// charges groups the rows by merchant, currency and label, and says in which rhythm they come.
func charges(run *tillproof.Run, rows []tillproof.RowRef) []tillproof.FeeCharge {
	type name struct {
		merchant tillproof.MerchantID
		cur      tillproof.Currency
		label    string
	}
	at := map[name]*tillproof.FeeCharge{}
	for _, ref := range rows {
		r := run.Record(ref)
		n := name{r.Refs.Merchant, r.Amount.Currency(), labelOf(r)}
		if at[n] == nil {
			at[n] = &tillproof.FeeCharge{Merchant: n.merchant, Currency: n.cur, Label: n.label}
		}
		at[n].Rows = append(at[n].Rows, ref)
	}
	active := activeDays(run)
	out := make([]tillproof.FeeCharge, 0, len(at))
	for _, c := range at {
		describe(run, c, active[c.Merchant])
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b tillproof.FeeCharge) int {
		return cmp.Or(cmp.Compare(a.Merchant, b.Merchant), bytes.Compare(a.Currency[:], b.Currency[:]),
			cmp.Compare(a.First, b.First), cmp.Compare(a.Label, b.Label))
	})
	return out
}

// activeDays lists the days on which each merchant has sales in the report.
func activeDays(run *tillproof.Run) map[tillproof.MerchantID][]tillproof.Date {
	days := map[tillproof.MerchantID][]tillproof.Date{}
	seen := map[tillproof.MerchantID]map[tillproof.Date]bool{}
	for i := range run.Records[tillproof.Acquirer] {
		r := &run.Records[tillproof.Acquirer][i]
		if !counts(run, i) || r.Amount.Minor() < 0 || seen[r.Refs.Merchant][r.Day()] {
			continue
		}
		if seen[r.Refs.Merchant] == nil {
			seen[r.Refs.Merchant] = map[tillproof.Date]bool{}
		}
		seen[r.Refs.Merchant][r.Day()] = true
		days[r.Refs.Merchant] = append(days[r.Refs.Merchant], r.Day())
	}
	for _, list := range days {
		slices.Sort(list)
	}
	return days
}

func describe(run *tillproof.Run, c *tillproof.FeeCharge, active []tillproof.Date) {
	slices.SortFunc(c.Rows, func(a, b tillproof.RowRef) int {
		x, y := run.Record(a), run.Record(b)
		return cmp.Or(cmp.Compare(x.Day(), y.Day()), bytes.Compare(x.ID[:], y.ID[:]))
	})
	var days []tillproof.Date
	for i, ref := range c.Rows {
		r := run.Record(ref)
		taken := -r.Amount.Minor()
		days = append(days, r.Day())
		c.Total += taken // part of a side's sum, which is checked
		if i == 0 {
			c.Each = taken
		} else if c.Each != taken {
			c.Each = 0
		}
	}
	c.First, c.Last = days[0], days[len(days)-1]
	c.Every = rhythm(days, active)
	c.New = len(active) > 0 && int(c.First-active[0]) >= newAfter
	if c.New {
		code := "tariff.charge.new"
		if c.Label == "" {
			code = "tariff.charge.unnamed"
		}
		c.Note = tillproof.Note{Code: code, Params: tillproof.Params{
			"day": c.First.String(), "label": c.Label, "merchant": orDash(c.Merchant),
			"n": strconv.Itoa(len(c.Rows)), "total": tillproof.NewMoney(c.Total, c.Currency).Param(),
			"begin": active[0].String(),
		}}
	}
}

func rhythm(days, active []tillproof.Date) tillproof.FeeEvery {
	if len(days) == 1 {
		return tillproof.EveryOnce
	}
	monthly := true
	for i := 1; i < len(days); i++ {
		gap := int(days[i] - days[i-1])
		monthly = monthly && gap >= monthLeast && gap <= monthMost
	}
	if monthly {
		return tillproof.EveryMonth
	}
	within := 0
	for _, d := range active {
		if d >= days[0] && d <= days[len(days)-1] {
			within++
		}
	}
	if len(days) >= fewBatches && len(days) >= within {
		return tillproof.EveryBatch
	}
	return tillproof.EverySometime
}

func orDash(m tillproof.MerchantID) string { return cmp.Or(string(m), "–") }
