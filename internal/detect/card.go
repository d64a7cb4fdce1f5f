package detect

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// bursts finds runs of one card's sales in which some window of the length holds at least least of them.
// Windows that share a sale are one run. Sales that fit are those that keep accepts; others are passed
// over.
func (v *view) bursts(code string, r *Rule, keep func(n int32) bool) []hit {
	least, window := int(r.value("rows")), r.span("window")
	var hits []hit
	var rows []int32
	for _, list := range v.byCard {
		if len(list) < least {
			continue
		}
		rows = rows[:0]
		for _, n := range list {
			if v.rows[n].Status == tillproof.Posted && v.rows[n].Time.Known() && keep(n) {
				rows = append(rows, n)
			}
		}
		for _, run := range v.dense(rows, least, window) {
			hits = append(hits, v.hitOf(code, run))
		}
	}
	return hits
}

// dense cuts rows, in order of time, into the runs that bursts looks for.
func (v *view) dense(rows []int32, least int, window tillproof.LocalTime) [][]int32 {
	var runs [][]int32
	first := 0           // of the window that ends at i
	from, till := -1, -1 // the open run as positions
	for i := range rows {
		for v.rows[rows[i]].Time-v.rows[rows[first]].Time > window {
			first++
		}
		if i-first+1 < least {
			continue
		}
		if from >= 0 && first > till {
			runs = append(runs, clone(rows[from:till+1]))
			from = -1
		}
		if from < 0 {
			from = first
		}
		till = i
	}
	if from >= 0 {
		runs = append(runs, clone(rows[from:till+1]))
	}
	return runs
}

func clone(rows []int32) []int32 { return append([]int32(nil), rows...) }

// cardRepeats finds a card that pays again and again within one visit.
func cardRepeats(v *view, r *Rule) []hit {
	return v.bursts("detect.card_repeats", r, func(int32) bool { return true })
}

// splitUnderLimit finds one purchase paid in parts that each stay just below the limit.
func splitUnderLimit(v *view, r *Rule) []hit {
	limit := v.run.Policy.SplitLimit
	least := partOf(limit, r.value("near"))
	hits := v.bursts("detect.split_under_limit", r, func(n int32) bool {
		return v.amount(n) < limit && v.amount(n) >= least
	})
	for _, h := range hits {
		h.reason.Params["limit"] = tillproof.NewMoney(limit, h.cur).Param()
	}
	return hits
}

// partOf is the least amount that is at least so many permille of another.
func partOf(amount, permille int64) int64 {
	return amount/1000*permille + (amount%1000*permille+999)/1000
}

// roundSums finds several round amounts of one card on one day: goods rarely cost that, cash does.
func roundSums(v *view, r *Rule) []hit {
	least, unit := int(r.value("rows")), r.value("unit")
	var hits []hit
	for _, list := range v.byCard {
		if len(list) < least {
			continue
		}
		var rows []int32
		close := func() {
			if len(rows) >= least {
				h := v.hitOf("detect.round_sums", clone(rows))
				h.reason.Params["day"] = v.day(v.ref(rows[0])).String()
				hits = append(hits, h)
			}
			rows = rows[:0]
		}
		for _, n := range list {
			if v.rows[n].Status != tillproof.Posted || v.amount(n)%unit != 0 {
				continue
			}
			if len(rows) > 0 && v.day(v.ref(n)) != v.day(v.ref(rows[0])) {
				close()
			}
			rows = append(rows, n)
		}
		close()
	}
	return hits
}

// declinesThenApproval finds a card that is refused several times and then works: a stolen card is tried
// until an amount passes. Only the approval is money. Refusals that speak of the
// terminal and not of the card do not count.
func declinesThenApproval(v *view, r *Rule) []hit {
	least, window := int(r.value("rows")), r.span("window")
	var hits []hit
	var refused []int32
	for _, list := range v.byCard {
		if len(list) <= least {
			continue
		}
		refused = refused[:0]
		for _, n := range list {
			row := &v.rows[n]
			switch {
			case !row.Time.Known():
			case row.Status == tillproof.Declined:
				if class, _ := pack.Response(row.Response); class != pack.Setup {
					refused = append(refused, n)
				}
			default:
				recent := refused
				for len(recent) > 0 && row.Time-v.rows[recent[0]].Time > window {
					recent = recent[1:]
				}
				if len(recent) >= least {
					hits = append(hits, v.refusedThenPaid(recent, n))
				}
				refused = refused[:0]
			}
		}
	}
	return hits
}

func (v *view) refusedThenPaid(refused []int32, paid int32) hit {
	h := v.hitOf("detect.declines_then_approval", append(clone(refused), paid))
	for i := range refused {
		h.parts[i] = 0
	}
	p := describe(&v.rows[paid])
	p["n"], p["from"], p["to"] = strconv.Itoa(len(refused)), h.reason.Params["from"], timeParam(&v.rows[paid])
	p["terminal"] = h.reason.Params["terminal"]
	h.reason.Params = p
	return h
}
