package report

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// The fixture is a run written by hand: one shop, six days, every way a money row can end. The figures that
// tests expect are worked out in the comments beside the rows, not by the program.

func day(s string) tillproof.Date {
	d, err := tillproof.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func cny(minor int64) tillproof.Money { return tillproof.NewMoney(minor, tillproof.CNY) }

func note(code string, pairs ...string) tillproof.Note {
	n := tillproof.Note{Code: code}
	if len(pairs) > 0 {
		n.Params = tillproof.Params{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Params[pairs[i]] = pairs[i+1]
	}
	return n
}

// Positions of the fixture's rows, by side.
const (
	tGood, tVoid, tLost, tTwice, tWrong, tNight1, tNight2, tTimeout, tLate, tEdge = 0, 1, 2, 3, 4, 5, 6, 7,
		8, 9
	aGood, aTwice, aTwice2, aWrong, aAlone, aNight1, aNight2 = 0, 1, 2, 3, 4, 5, 6
	bShort, bHoliday, bRent                                  = 0, 1, 2
)

func tRow(n, line int32, at tillproof.LocalTime, amount int64) tillproof.Record {
	r := tillproof.NewRecord(tillproof.Sale)
	r.Origin = tillproof.Origin{Source: 0, Line: line}
	r.Amount, r.Time, r.Response = cny(amount), at, "00"
	r.Refs = tillproof.References{
		Merchant: "104310058120001", Terminal: "10430001", Batch: "000017",
		STAN: "00010" + string(rune('0'+n)),
		RRN:  "92600000000" + string(rune('0'+n)), Auth: "A0010" + string(rune('0'+n)),
	}
	copy(r.Card.First[:], "621234")
	copy(r.Card.Last[:], "1234")
	r.Card.Kind = tillproof.CardDebit
	r.ID = tillproof.RecordIDOf(tillproof.Terminal, []byte(r.Refs.RRN), 0)
	return r
}

func aRow(n, line int32, from tillproof.Record, gross, fee int64) tillproof.Record {
	r := from
	r.Origin = tillproof.Origin{Source: 1, Line: line}
	r.Amount, r.Fee, r.Net = cny(gross), cny(-fee), cny(gross-fee)
	r.SettleDate = from.Time.Date()
	r.ID = tillproof.RecordIDOf(tillproof.Acquirer, []byte{byte(n)}, 0)
	return r
}

func bRow(n, line int32, on string, amount int64, who, text string) tillproof.Record {
	r := tillproof.NewRecord(tillproof.Entry)
	r.Origin = tillproof.Origin{Source: 2, Line: line, Column: 5}
	r.Amount, r.BookingDate, r.ValueDate = cny(amount), day(on), day(on)
	r.Counterparty, r.Narrative = who, text
	r.ID = tillproof.RecordIDOf(tillproof.Bank, []byte{byte(n)}, 0)
	return r
}

func fixtureRecords() (records [4][]tillproof.Record) {
	d := day("2026-09-28")
	t := []tillproof.Record{
		tRow(tGood, 2, d.At(10, 11, 12), 26800),
		tRow(tVoid, 3, d.At(10, 15, 0), 5000),
		tRow(tLost, 4, d.At(12, 0, 1), 123450), // approved, never settled
		tRow(tTwice, 5, d.At(13, 30, 0), 8800), // settled twice
		tRow(tWrong, 6, d.At(14, 0, 0), 10000), // settled with 90.00
		tRow(tNight1, 7, (d+1).At(2, 3, 4), 200000),
		tRow(tNight2, 8, (d+1).At(2, 9, 59), 300000),
		tRow(tTimeout, 9, (d+1).At(11, 0, 0), 4500), // response 68
		tRow(tLate, 10, (d+2).At(23, 10, 0), 6600),  // after the cut-off: next report
		tRow(tEdge, 11, (d+2).At(11, 0, 0), 7700),   // declined
	}
	t[tTimeout].Status, t[tTimeout].Response = tillproof.UnknownOutcome, "68"
	t[tEdge].Status, t[tEdge].Response = tillproof.Declined, "51"
	alone := tRow(0, 0, d.At(16, 0, 0), 0)
	alone.Refs.RRN, alone.Refs.Terminal = "999900000001", "10430009"
	records[tillproof.Terminal] = t
	records[tillproof.Acquirer] = []tillproof.Record{
		aRow(aGood, 6, t[tGood], 26800, 134),
		aRow(aTwice, 7, t[tTwice], 8800, 44),
		aRow(aTwice2, 8, t[tTwice], 8800, 44),
		aRow(aWrong, 9, t[tWrong], 9000, 45),
		aRow(aAlone, 10, alone, 5500, 28),
		aRow(aNight1, 11, t[tNight1], 200000, 1000),
		aRow(aNight2, 12, t[tNight2], 300000, 1500),
	}
	records[tillproof.Bank] = []tillproof.Record{
		// Group of the 28th: 268.00+88.00+88.00+90.00+55.00 = 589.00 gross, 2.95 fees, 586.05 net; 486.05
		// came.
		bRow(bShort, 40, "2026-09-29", 48605, "示例支付有限公司", "POS清算款 商户104310058120001"),
		// Group of the 29th: 5,000.00 gross, 25.00 fees, 4,975.00 net, in full after the holiday.
		bRow(bHoliday, 80, "2026-10-08", 497500, "示例支付有限公司", "POS清算款 商户104310058120001"),
		bRow(bRent, 120, "2026-09-30", -300000, "房东", "房租"),
	}
	return records
}

func refs(side tillproof.Side, n ...int32) []tillproof.RowRef {
	var out []tillproof.RowRef
	for _, i := range n {
		out = append(out, tillproof.RowRef{Side: side, N: i})
	}
	return out
}

func fixtureBreaks() []tillproof.Break {
	T, A, B := tillproof.Terminal, tillproof.Acquirer, tillproof.Bank
	leg1, leg2 := tillproof.TerminalAcquirer, tillproof.AcquirerBank
	twice := append(refs(A, aTwice2, aTwice), refs(T, tTwice)...)
	wrong := append(refs(T, tWrong), refs(A, aWrong)...)
	short := append(refs(B, bShort), refs(A, aGood, aTwice, aTwice2, aWrong, aAlone)...)
	all := []tillproof.Break{
		{
			Kind: tillproof.NotSettled, Leg: leg1, Side: T, Amount: cny(123450), Residual: cny(123450),
			Records: refs(T, tLost), Reason: note("fix.not_settled", "at", "2026-09-28T12:00:01",
				"amount", "1234.50 CNY", "rrn", "926000000002"),
			Candidates: []tillproof.Candidate{{Row: refs(A, aWrong)[0], Why: note("fix.other_amount")}},
		},
		{
			Kind: tillproof.SettledTwice, Leg: leg1, Side: A, Amount: cny(8800), Residual: cny(-8756),
			Records: twice, Reason: note("fix.twice"),
		},
		{
			Kind: tillproof.NotOnTerminal, Leg: leg1, Side: A, Amount: cny(5500), Residual: cny(-5472),
			Records: refs(A, aAlone), Reason: note("fix.alone"),
		},
		{
			Kind: tillproof.AmountMismatch, Leg: leg1, Side: A, Amount: cny(10000), Residual: cny(1000),
			Records: wrong, Reason: note("fix.amount", "a", "100.00 CNY", "b", "90.00 CNY"),
		},
		{
			Kind: tillproof.FeeMismatch, Leg: leg1, Side: A, Amount: cny(2500), Residual: cny(750),
			Records: refs(A, aNight1, aNight2), Reason: note("fix.fee", "n", "2", "agreed", "3500",
				"charged", "5000"),
		},
		{
			Kind: tillproof.DepositShort, Leg: leg2, Side: B, Amount: cny(58605), Residual: cny(10000),
			Records: short, Reason: note("fix.short", "day", "2026-09-29"),
		},
		{
			Kind: tillproof.OutcomeUnknown, Leg: leg1, Side: T, Amount: cny(4500), Residual: cny(0),
			Records: refs(T, tTimeout), Reason: note("fix.unknown", "code", "68"),
		},
	}
	for i := range all {
		all[i].ID = tillproof.BreakID{byte(i + 1)}
		all[i].ExpectedBy = tillproof.NoDate
	}
	all[5].ExpectedBy = day("2026-09-29")
	return all
}

func fixtureFindings(breaks []tillproof.Break) []tillproof.Finding {
	about := breaks[6].ID
	return []tillproof.Finding{
		{
			ID: tillproof.FindingID{1}, Rule: "out_of_hours", Version: 1,
			Severity: tillproof.High, Score: 900,
			AtRisk: true, Amount: cny(500000), Records: refs(tillproof.Terminal, tNight1, tNight2),
			Reasons: []tillproof.Note{note("fix.night", "n", "2"), note("fix.hours")},
		},
		{
			ID: tillproof.FindingID{2}, Rule: "unknown_outcome", Version: 1, Severity: tillproof.Info,
			Score:  100,
			Amount: cny(4500), Records: refs(tillproof.Terminal, tTimeout),
			Reasons: []tillproof.Note{note("fix.not_again")}, About: &about,
		},
	}
}

func fixtureFalls() []tillproof.Waterfall {
	step := func(k tillproof.StepKind, n int, minor int64) tillproof.Step {
		return tillproof.Step{Kind: k, Count: n, Amount: cny(minor)}
	}
	return []tillproof.Waterfall{
		{
			Leg: tillproof.AcquirerBank, Method: "fix_net", Merchant: "104310058120001",
			From: day("2026-09-28"), To: day("2026-09-28"), Expected: day("2026-09-29"),
			Arrived: day("2026-09-29"),
			Deposit: refs(tillproof.Bank, bShort),
			Rows:    refs(tillproof.Acquirer, aGood, aTwice, aTwice2, aWrong, aAlone),
			Steps:   []tillproof.Step{step("gross", 5, 58900), step("refunds", 0, 0), step("fees", 5, -295)},
			Net:     cny(58605), Paid: cny(48605), Residual: cny(10000), Status: tillproof.Exception,
		},
		{
			Leg: tillproof.AcquirerBank, Method: "fix_net", Merchant: "104310058120001",
			From: day("2026-09-29"), To: day("2026-09-30"), Expected: day("2026-10-08"),
			Arrived: day("2026-10-08"),
			Deposit: refs(tillproof.Bank, bHoliday), Rows: refs(tillproof.Acquirer, aNight1, aNight2),
			Steps: []tillproof.Step{step("gross", 2, 500000), step("refunds", 0, 0), step("fees", 2, -2500)},
			Net:   cny(497500), Paid: cny(497500), Residual: cny(0), Status: tillproof.Matched,
			Notes: []tillproof.Note{note("fix.holiday", "day", "2026-10-08")},
		},
	}
}

func fixtureStates() (states [4][]tillproof.RowState) {
	put := func(side tillproof.Side, all ...tillproof.Status) {
		for _, s := range all {
			states[side] = append(states[side], tillproof.RowState{Status: s, Expected: tillproof.NoDate})
		}
	}
	m, x, e, w := tillproof.Matched, tillproof.Exception, tillproof.Excluded, tillproof.Timing
	put(tillproof.Terminal, m, e, x, m, x, m, m, x, w, e)
	put(tillproof.Acquirer, x, x, x, x, x, x, x)
	put(tillproof.Bank, x, m, e)
	states[tillproof.Terminal][tVoid].Reason = "fix.excluded.void"
	states[tillproof.Terminal][tEdge].Reason = "fix.excluded.declined"
	states[tillproof.Terminal][tLate].Reason = "fix.wait"
	states[tillproof.Terminal][tLate].Expected = day("2026-10-01")
	states[tillproof.Bank][bRent].Reason = "fix.excluded.traffic"
	return states
}

func exact(minor int64) tillproof.Exact { return tillproof.Exact{Unscaled: minor, Scale: 2} }

func fixtureSource(file, format, dialect, charset string, side tillproof.Side) tillproof.Source {
	return tillproof.Source{
		File: file, Digest: tillproof.DigestOf([]byte(file)), Bytes: 4096, Format: format, Dialect: dialect,
		Charset: charset, Side: side, From: day("2026-09-28"), To: day("2026-09-30"),
	}
}

func fixtureSources() []tillproof.Source {
	term := fixtureSource("demo/terminal.csv", "table", "terminal_zh", "GB18030", tillproof.Terminal)
	term.Totals = tillproof.Totals{Entries: 11, SumCredit: exact(684650)}
	term.Totals.ByCurrency = []tillproof.CurrencyTotals{
		{Currency: tillproof.CNY, Entries: 11, SumCredit: exact(684650)},
	}
	term.Issues = []tillproof.Issue{{
		Code: "fix.bad_amount", Params: tillproof.Params{"text": "12,3O"},
		Place: tillproof.Place{File: "demo/terminal.csv", Line: 12, Column: 13, Field: "交易金额"},
	}}
	term.IssueCount, term.Unread = 1, 1
	acq := fixtureSource("demo/acquirer.xlsx", "xlsx", "acquirer_zh", "", tillproof.Acquirer)
	acq.Totals = tillproof.Totals{Entries: 7, SumCredit: exact(558900)}
	bank := fixtureSource("demo/bank.xml", "camt.053", "001.08", "UTF-8", tillproof.Bank)
	open, close := exact(1000000), exact(1246105)
	bank.Statements = []tillproof.Statement{{
		Account: "6230******0011", Currency: tillproof.CNY, Entries: 3,
		From: day("2026-09-28"), To: day("2026-10-08"), Opening: &open, Closing: &close,
		SumCredit: exact(546105), SumDebit: exact(300000), BalanceGap: &tillproof.Exact{Scale: 2},
	}}
	bank.Totals = tillproof.Totals{Entries: 3, SumCredit: exact(546105), SumDebit: exact(300000)}
	return []tillproof.Source{term, acq, bank}
}

func fixture(t testing.TB) *tillproof.Run {
	t.Helper()
	run := &tillproof.Run{
		Policy:  tillproof.Policy{Merchant: "前门茶庄", Currency: tillproof.CNY},
		Sources: fixtureSources(), Records: fixtureRecords(), States: fixtureStates(),
		Matches: []tillproof.Match{
			{Method: "rrn", Left: refs(tillproof.Terminal, tGood)[0], Right: refs(tillproof.Acquirer,
				aGood)[0]},
			{Method: "rrn", Left: refs(tillproof.Terminal, tTwice)[0], Right: refs(tillproof.Acquirer,
				aTwice)[0]},
			{Method: "card", Left: refs(tillproof.Terminal, tWrong)[0], Right: refs(tillproof.Acquirer,
				aWrong)[0]},
		},
		Waterfalls: fixtureFalls(), Breaks: fixtureBreaks(),
		Warnings: []tillproof.Note{note("fix.no_tariff")},
	}
	run.Findings = fixtureFindings(run.Breaks)
	open := []tillproof.OpenItem{{
		Row: refs(tillproof.Terminal, tLate)[0], Amount: cny(6600),
		Expected: day("2026-10-01"),
	}}
	var err error
	if run.Losses, run.LossLines, err = tillproof.SumLoss(run.Breaks, run.Findings, open); err != nil {
		t.Fatal(err)
	}
	// Terminal: 268+50+1234.50+88+100+2000+3000+45+66+77 = 6,928.50. Matched 268+88+2000+3000 = 5,356.00,
	// exception 1234.50+100+45 = 1,379.50, timing 66.00, excluded 50+77 = 127.00.
	sum := func(side tillproof.Side, n int, counts [5]int, total int64, by [5]int64) tillproof.Completeness {
		return tillproof.Completeness{
			Side: side, Records: n, Counts: counts,
			Sums: []tillproof.CompletenessSum{
				{Currency: tillproof.CNY, Total: total, ByStatus: by},
			},
		}
	}
	run.Completeness = []tillproof.Completeness{
		sum(tillproof.Terminal, 10, [5]int{0, 2, 4, 1, 3}, 692850, [5]int64{0, 12700, 535600, 6600, 137950}),
		sum(tillproof.Acquirer, 7, [5]int{0, 0, 0, 0, 7}, 558900, [5]int64{0, 0, 0, 0, 558900}),
		sum(tillproof.Bank, 3, [5]int{0, 1, 1, 0, 1}, 246105, [5]int64{0, -300000, 497500, 0, 48605}),
	}
	return run
}

// fixtureView shows the run with the fixture's own sentences, so that the goldens do not change with the
// words of other rooms.
func fixtureView(t testing.TB, run *tillproof.Run, opt Options) *view {
	t.Helper()
	texts := map[string]string{}
	raw, err := os.ReadFile("testdata/fixture." + string(opt.Lang) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	v := newView(run, opt)
	v.say = func(lang locale.Lang, code string, p tillproof.Params) string {
		if text, ok := texts[code]; ok {
			return locale.Fill(lang, text, p)
		}
		return locale.Text(lang, code, p)
	}
	return v
}
