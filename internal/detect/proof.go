package detect

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// proofRules look at sales that the report does not know, or learned of late.
func proofRules() []Rule {
	return []Rule{
		{
			ID: UnprovenPayment, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedLog, NeedReport}, test: unprovenPayment,
			Params: []Param{
				{"rows", 20, "rows"},
				{"shown", 900, "permille"},
			},
			Reasons: []string{"detect.unproven_payment"},
		},
		{
			ID: CodeSwapped, Version: 1, Severity: tillproof.High, Score: scoreHigh,
			Needs: []Need{NeedLog, NeedReport}, test: codeSwapped,
			Params: []Param{
				{"rows", 5, "rows"},
				{"before", 10, "rows"},
			},
			Reasons: []string{"detect.code_swapped"},
		},
		{
			ID: OfflineUpload, Version: 1, Severity: tillproof.Low, Score: scoreLow,
			Needs: []Need{NeedLog, NeedReport}, test: offlineUpload,
			Params:  []Param{{"days", 2, "days"}},
			Reasons: []string{"detect.offline_upload"},
		},
	}
}

// unprovenPayment explains sales by code that the till calls paid and the acquirer does not know, where the
// till has no number of the provider for them either, although it keeps one for nearly all others: somebody
// showed a picture of a payment.
func unprovenPayment(v *view, r *Rule) []hit {
	type till struct{ all, numbered int64 }
	tills := map[account]till{}
	for _, n := range v.sales {
		row := &v.rows[n]
		if byCode(row) {
			t := tills[accountOf(row)]
			t.all++
			if numbered(row) {
				t.numbered++
			}
			tills[accountOf(row)] = t
		}
	}
	var hits []hit
	for i := range v.run.Breaks {
		b := &v.run.Breaks[i]
		if b.Kind != tillproof.NotSettled || b.Side != v.side || len(b.Records) != 1 {
			continue
		}
		n := b.Records[0].N
		row := &v.rows[n]
		t := tills[accountOf(row)]
		if !byCode(row) || numbered(row) || !v.stands(n) ||
			t.all < r.value("rows") || t.numbered*1000 < t.all*r.value("shown") {
			continue
		}
		h := v.hitOf("detect.unproven_payment", []int32{n})
		h.reason.Params = describe(row)
		h.reason.Params["n"] = strconv.FormatInt(t.numbered, 10)
		h.reason.Params["of"] = strconv.FormatInt(t.all, 10)
		h.about = &b.ID
		hits = append(hits, h)
	}
	return hits
}

// byCode reports a payment by wallet or code.
func byCode(r *tillproof.Record) bool {
	return r.Card.Kind == tillproof.Wallet || r.Entry == tillproof.EntryQR
}

// numbered reports a row that carries a number which only the provider gives.
func numbered(r *tillproof.Record) bool { return says(r.Refs.RRN) || says(r.Refs.Auth) }

// codeSwapped finds counters of which, from one moment on, no payment by code reached the acquirer, although
// they did before: somebody has put another code over the shop's own. The breaks count the money.
func codeSwapped(v *view, r *Rule) []hit {
	type counter struct {
		who      account
		terminal tillproof.TerminalID
	}
	type story struct {
		arrived int64 // payments that the report shows
		missing []int32
	}
	lost := v.notSettled()
	at := map[counter]*story{}
	var order []*story
	for _, n := range v.sales {
		row := &v.rows[n]
		if !byCode(row) || !row.Time.Known() || row.Refs.Terminal == "" {
			continue
		}
		k := counter{accountOf(row), row.Refs.Terminal}
		s := at[k]
		if s == nil {
			s = &story{}
			at[k] = s
			order = append(order, s)
		}
		switch {
		case lost[n]:
			s.missing = append(s.missing, n)
		default:
			s.arrived += int64(len(s.missing)) + 1 // what was lost before this one was lost alone
			s.missing = s.missing[:0]
		}
	}
	var hits []hit
	for _, s := range order {
		if int64(len(s.missing)) >= r.value("rows") && s.arrived >= r.value("before") {
			h := v.hitOf("detect.code_swapped", s.missing)
			h.reason.Params["before"] = strconv.FormatInt(s.arrived, 10)
			hits = append(hits, h)
		}
	}
	return hits
}

// notSettled are the rows of the log that the report lacks.
func (v *view) notSettled() map[int32]bool {
	lost := map[int32]bool{}
	for _, b := range v.run.Breaks {
		if b.Kind == tillproof.NotSettled && b.Side == v.side {
			for _, ref := range b.Records {
				lost[ref.N] = true
			}
		}
	}
	return lost
}

// shopDay is one merchant's day at the acquirer.
type shopDay struct {
	who account
	day tillproof.Date
}

// offlineUpload finds sales that were settled days after the others of their day: the terminal was off the
// line and approved them itself. The issuer may refuse what is presented late. A batch that came late as a
// whole was closed late, which is another matter.
func offlineUpload(v *view, r *Rule) []hit {
	settled := v.settledDays()
	usual := map[shopDay]map[tillproof.Date]int{}
	for n, on := range settled {
		k := v.shopDayOf(n)
		if usual[k] == nil {
			usual[k] = map[tillproof.Date]int{}
		}
		usual[k][on]++
	}
	late := map[shopDay][]int32{}
	prompt := map[terminalBatch]bool{} // some sale of it was settled with the others
	var days []shopDay
	for _, n := range v.sales {
		on, paired := settled[n]
		if !paired {
			continue
		}
		k := v.shopDayOf(n)
		if on < most(usual[k])+tillproof.Date(r.value("days")) {
			prompt[v.batchOf(n)] = true
			continue
		}
		if late[k] == nil {
			days = append(days, k)
		}
		late[k] = append(late[k], n)
	}
	var hits []hit
	for _, k := range days {
		rows := slices.DeleteFunc(late[k], func(n int32) bool {
			return v.rows[n].Refs.Batch != "" && !prompt[v.batchOf(n)]
		})
		if len(rows) > 0 {
			h := v.hitOf("detect.offline_upload", rows)
			h.reason.Params["day"], h.reason.Params["usual"] = k.day.String(), most(usual[k]).String()
			h.reason.Params["settled"] = settled[rows[0]].String()
			hits = append(hits, h)
		}
	}
	return hits
}

// settledDays are the acquirer's days of the sales of the log that have a partner.
func (v *view) settledDays() map[int32]tillproof.Date {
	days := map[int32]tillproof.Date{}
	for _, m := range v.run.Matches {
		on := v.run.Record(m.Right).SettleDate
		if m.Left.Side == v.side && v.rows[m.Left.N].Time.Known() && on.Known() && v.stands(m.Left.N) {
			days[m.Left.N] = on
		}
	}
	return days
}

func (v *view) shopDayOf(n int32) shopDay {
	return shopDay{accountOf(&v.rows[n]), v.run.Policy.SettleDay(v.rows[n].Time)}
}

// most is the day that stands most often, of several the first.
func most(days map[tillproof.Date]int) tillproof.Date {
	best := tillproof.NoDate
	for d, n := range days {
		if !best.Known() || n > days[best] || n == days[best] && d < best {
			best = d
		}
	}
	return best
}

type terminalBatch struct {
	who      account
	terminal tillproof.TerminalID
	number   string
}

func (v *view) batchOf(n int32) terminalBatch {
	r := &v.rows[n]
	return terminalBatch{accountOf(r), r.Refs.Terminal, r.Refs.Batch}
}
