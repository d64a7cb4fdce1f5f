package casebook

import (
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// The days of these tests were counted by hand on the calendar of the notice of the State Council General
// Office on holidays in 2026, of 2025-11-04: 1 to 3 January, 15 to 23 February, 4 to 6 April, 1 to 5 May, 19
// to 21 June, 25 to 27 September and 1 to 7 October are holidays; 4 January, 14 and 28 February, 9 May, 20
// September and 10 October are worked. US: 26 November 2026 is Thanksgiving.

const shanghai = "Asia/Shanghai"

// moment reads "2026-10-03 23:00" on the wall clock of Shanghai; seconds may be given.
func moment(t *testing.T, s string) time.Time { return momentIn(t, s, shanghai) }

func momentIn(t *testing.T, s, zone string) time.Time {
	t.Helper()
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	layout := "2006-01-02 15:04"
	if len(s) > len(layout) {
		layout += ":05"
	}
	v, err := time.ParseInLocation(layout, s, at)
	if err != nil {
		t.Fatal(err)
	}
	return v.UTC()
}

func day(t *testing.T, s string) tillproof.Date {
	t.Helper()
	d, err := tillproof.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// history makes events of lines: step, moment, and what else is set.
type history struct {
	t      *testing.T
	events []tillproof.CaseEvent
}

func (h *history) add(step tillproof.CaseStep, at string, change ...func(*tillproof.CaseEvent)) *history {
	e := tillproof.CaseEvent{Seq: len(h.events) + 1, Step: step, At: moment(h.t, at), Role: tillproof.Owner}
	for _, c := range change {
		c(&e)
	}
	h.events = append(h.events, e)
	return h
}

func basis(b tillproof.ClockBasis) func(*tillproof.CaseEvent) {
	return func(e *tillproof.CaseEvent) { e.Basis = b }
}

func about(seq int) func(*tillproof.CaseEvent) { return func(e *tillproof.CaseEvent) { e.About = seq } }

func printed(t *testing.T, by tillproof.Dated, d string, minute int, zone string) func(*tillproof.CaseEvent) {
	return func(e *tillproof.CaseEvent) {
		p := tillproof.PrintedDate{Day: day(t, d), Minute: minute, Zone: zone, By: by}
		e.Printed = append(e.Printed, p)
	}
}

var retrieval = pack.Setting{
	Kind: "retrieval", Applicant: tillproof.Company, Provider: "acquirer", Network: "unionpay", Region: "CN",
}

// only is the deadline of an id.
func only(t *testing.T, d Docket, id string) tillproof.Deadline {
	t.Helper()
	all, err := d.Deadlines()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("no deadline %s in %+v", id, all)
	return tillproof.Deadline{}
}

func (h *history) docket(s pack.Setting, now string) Docket {
	return Docket{Setting: s, Events: h.events, Zone: shanghai, Now: moment(h.t, now)}
}

func codes(notes []tillproof.Note) string {
	all := ""
	for i, n := range notes {
		if i > 0 {
			all += " "
		}
		all += n.Code[len("case.doubt."):]
	}
	return all
}

func begin(t *testing.T) *history {
	return (&history{t: t}).add(tillproof.CaseOpen, "2026-03-02 10:00")
}

// paper is a request for an answer, and what it means.
type paper struct {
	setting         pack.Setting
	sale, asked     string
	dates           []func(*tillproof.CaseEvent)
	due, ours, safe string
	doubts          string
}

// A retrieval comes without a date, or with one, from near or far.
func papers(t *testing.T) map[string]paper {
	network := func(d string, minute int, zone string) func(*tillproof.CaseEvent) {
		return printed(t, tillproof.ByNetwork, d, minute, zone)
	}
	provider := func(d string, minute int) func(*tillproof.CaseEvent) {
		return printed(t, tillproof.ByProvider, d, minute, "")
	}
	type dates = []func(*tillproof.CaseEvent)
	const none = tillproof.NoMinute
	visa := pack.Setting{Kind: "retrieval", Provider: "acquirer", Network: "visa", Region: "CN"}
	return map[string]paper{
		"no date, a sale of this month: 5 days": {
			retrieval, "2026-09-01 12:00", "2026-09-28 10:00", nil,
			"2026-10-03 23:00", "2026-10-01 23:00", "2026-09-30", "not_printed unsure rules_differ",
		},
		"no date, 180 days old: 5 days": {
			retrieval, "2026-04-01 12:00", "2026-09-28 10:00", nil,
			"2026-10-03 23:00", "2026-10-01 23:00", "2026-09-30", "not_printed unsure rules_differ",
		},
		"no date, 181 days old: 15 days": {
			retrieval, "2026-03-31 12:00", "2026-09-28 10:00", nil,
			"2026-10-13 23:00", "2026-10-11 23:00", "2026-10-10", "not_printed unsure rules_differ",
		},
		"asked after the cut-off: the day of the clock on the wall": {
			retrieval, "2026-09-01 12:00", "2026-09-28 23:30", nil,
			"2026-10-03 23:00", "2026-10-01 23:00", "2026-09-30", "not_printed unsure rules_differ",
		},
		"the printed date wins, and 10 October is worked": {
			retrieval, "2026-09-01 12:00", "2026-09-28 10:00",
			dates{network("2026-10-12", none, "")},
			"2026-10-12 23:00", "2026-10-10 23:00", "2026-10-10", "rule_differs rule_differs",
		},
		"the provider's date before the network's": {
			retrieval, "2026-06-01 12:00", "2026-06-08 10:00",
			dates{network("2026-06-22", none, ""), provider("2026-06-18", 17*60)},
			"2026-06-22 23:00", "2026-06-18 17:00", "2026-06-17", "rule_differs rule_differs",
		},
		"the provider's date after the network's": {
			retrieval, "2026-06-01 12:00", "2026-06-08 10:00",
			dates{network("2026-06-22", none, ""), provider("2026-06-23", 17*60)},
			"2026-06-22 23:00", "2026-06-20 23:00", "2026-06-18", "rule_differs rule_differs provider_after",
		},
		"two dates on one paper: the earlier": {
			visa, "2026-06-01 12:00", "2026-07-01 10:00",
			dates{network("2026-07-22", 12*60, ""), network("2026-07-20", 12*60, "")},
			"2026-07-20 12:00", "2026-07-18 12:00", "2026-07-17", "two_printed",
		},
		// New York left summer time on 1 November: 17:00 there is 06:00 of the next day here.
		"a date in New York": {
			visa, "2026-10-01 12:00", "2026-10-15 10:00",
			dates{network("2026-11-02", 17*60, "America/New_York")},
			"2026-11-03 06:00", "2026-11-01 06:00", "2026-10-30", "",
		},
		"the provider's date alone": {
			visa, "2026-10-01 12:00", "2026-10-15 10:00",
			dates{provider("2026-10-22", 17*60)},
			"2026-10-22 17:00", "2026-10-22 17:00", "2026-10-21", "",
		},
		"holidays of 2027 are not known": {
			retrieval, "2026-12-01 12:00", "2026-12-30 10:00", nil,
			"2027-01-04 23:00", "2027-01-02 23:00", "2026-12-31", "not_printed unsure rules_differ calendar",
		},
	}
}

func TestAnswerToARequest(t *testing.T) {
	for name, c := range papers(t) {
		t.Run(name, func(t *testing.T) {
			h := begin(t).add(tillproof.CaseNotice, c.sale, basis(tillproof.BasisSale))
			h.add(tillproof.CaseRequest, c.asked, c.dates...)
			l := only(t, h.docket(c.setting, c.asked), "answer.3")
			dates := l.Due.Equal(moment(t, c.due)) && l.Ours.Equal(moment(t, c.ours))
			if !dates || l.LastSafe.String() != c.safe {
				t.Errorf("due %s, ours %s, last safe day %s", l.Shown(), l.OursShown(), l.LastSafe)
			}
			if got := codes(l.Doubts); got != c.doubts {
				t.Errorf("doubts: %s, not %s", got, c.doubts)
			}
			if l.Printed != (c.dates != nil) || l.State != tillproof.Running || l.Owes != tillproof.WeOwe {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestRequestWithoutADateAndWithoutARule(t *testing.T) {
	h := begin(t).add(tillproof.CaseRequest, "2026-03-03 10:00")
	l := only(t, h.docket(pack.Setting{Kind: "fee_differs"}, "2026-06-01 10:00"), "answer.2")
	if !l.Due.IsZero() || l.State != tillproof.Running || codes(l.Doubts) != "no_date" {
		t.Errorf("%+v", l)
	}
}

// A reply to the second, a minute late, and not at all.
func TestOneMinuteLate(t *testing.T) {
	for _, c := range []struct {
		answered, now string
		want          tillproof.DeadlineState
		gives         string
	}{
		{"2026-10-12 23:00", "2026-10-20 10:00", tillproof.Met, ""},
		{"2026-10-12 23:01", "2026-10-20 10:00", tillproof.Missed, "case.forfeit.late"},
		{"", "2026-10-12 23:00", tillproof.Running, ""},
		{"", "2026-10-12 23:01", tillproof.Missed, ""},
	} {
		h := begin(t).add(tillproof.CaseRequest, "2026-09-28 10:00",
			printed(t, tillproof.ByNetwork, "2026-10-12", tillproof.NoMinute, ""))
		before := h.docket(retrieval, c.now)
		if c.answered != "" {
			h.add(tillproof.CaseAnswer, c.answered, about(2))
			why, err := before.Forfeits(h.events[2], tillproof.Money{})
			if err != nil || why.Why.Code != c.gives {
				t.Errorf("answered %s: gives away %+v, %v", c.answered, why, err)
			}
		}
		if l := only(t, h.docket(retrieval, c.now), "answer.2"); l.State != c.want {
			t.Errorf("answered %q, now %s: %s, not %s", c.answered, c.now, l.State, c.want)
		}
	}
}

// What rules say, each counted by hand.
func TestRules(t *testing.T) {
	cn := func(kind tillproof.CaseKind, who tillproof.Applicant, provider string) pack.Setting {
		return pack.Setting{Kind: kind, Applicant: who, Provider: provider, Network: "unionpay", Region: "CN"}
	}
	late := cn("late_deposit", tillproof.Company, "acquirer")
	held := cn("settlement_held", tillproof.Company, "acquirer")
	complaint := cn("payer_debited", tillproof.NaturalPerson, "bank")
	hotel := cn("preauth", tillproof.Company, "acquirer")
	frozen := cn("police_freeze", tillproof.Company, "bank")
	us := cn("unauthorised_debit", tillproof.Company, "bank")
	us.Region = "US"
	eu := us
	eu.Region = "EU"
	const settled, newYork = tillproof.BasisSettled, "America/New_York"
	const preAuth, measure = tillproof.BasisPreAuth, tillproof.BasisMeasure
	const debit, statement = tillproof.BasisDebit, tillproof.BasisStatement
	for _, c := range []struct {
		setting pack.Setting
		basis   tillproof.ClockBasis // "": it is submitted
		at, id  string
		due, in string
	}{
		// The Saturday before the Spring Festival is worked; then nine days of rest.
		{late, settled, "2026-02-13 12:00", "settle_next_day.2", "2026-02-14 23:59:59", shanghai},
		{late, settled, "2026-02-14 12:00", "settle_next_day.2", "2026-02-24 23:59:59", shanghai},
		{late, settled, "2026-09-30 12:00", "settle_next_day.2", "2026-10-08 23:59:59", shanghai},
		{late, settled, "2026-10-09 12:00", "settle_next_day.2", "2026-10-10 23:59:59", shanghai},
		{late, settled, "2026-09-30 12:00", "settle_latest.2", "2026-10-30 23:59:59", shanghai},
		{held, "", "2026-09-20 16:00", "aml_39_answer.2", "2026-10-05 23:59:59", shanghai},
		{complaint, "", "2026-03-02 16:00", "cbirc_bank_longest.2", "2026-05-01 23:59:59", shanghai},
		{hotel, preAuth, "2026-01-31 20:00", "unionpay_preauth.2", "2026-03-02 23:00", shanghai},
		{frozen, measure, "2026-10-01 08:15", "emergency_stop.2", "2026-10-03 08:15", shanghai},
		// Thanksgiving is no banking day, the Friday after it is. In New York it is the day before.
		{us, debit, "2026-11-26 02:00", "nacha_corporate.2", "2026-11-30 23:59:59", newYork},
		{us, statement, "2026-03-02 12:00", "ucc_bar.2", "2027-03-01 23:59:59", newYork},
		// 13 months after 31 January is the last of February.
		{eu, debit, "2026-01-31 20:00", "psd2_notice.2", "2027-02-28 23:59:59", "Europe/Brussels"},
	} {
		step := tillproof.CaseNotice
		if c.basis == "" {
			step = tillproof.CaseSubmit
		}
		h := begin(t).add(step, c.at, basis(c.basis))
		l := only(t, h.docket(c.setting, "2026-03-02 12:00"), c.id)
		if want := momentIn(t, c.due, c.in); !l.Due.Equal(want) {
			t.Errorf("%s from %s: %s, not %s", c.id, c.at, l.Due, want)
		}
	}
}

var person = pack.Setting{
	Kind: "payer_debited", Applicant: tillproof.NaturalPerson, Provider: "acquirer", Region: "CN",
}

// Fifteen days from 2 March end on the 17th. While they wait for us they have no duty: each of those days
// comes after.
func TestTheirClockStandsStillWhileWeOwe(t *testing.T) {
	h := begin(t).add(tillproof.CaseSubmit, "2026-03-02 16:00").add(tillproof.CaseRequest, "2026-03-05 09:00")
	l := only(t, h.docket(person, "2026-03-06 12:00"), "pboc_consumer.2")
	if l.State != tillproof.Paused || l.Left != 12 || !l.Due.IsZero() {
		t.Errorf("12 of 15 days are left on 5 March: %+v", l)
	}
	h.add(tillproof.CaseRequest, "2026-03-07 09:00").add(tillproof.CaseAnswer, "2026-03-09 18:00", about(3))
	if l = only(t, h.docket(person, "2026-03-10 12:00"), "pboc_consumer.2"); l.State != tillproof.Paused {
		t.Errorf("the second request waits: %+v", l)
	}
	h.add(tillproof.CaseAnswer, "2026-03-11 18:00", about(4))
	for _, c := range []struct {
		now  string
		want tillproof.DeadlineState
	}{
		{"2026-03-12 12:00", tillproof.Running},
		{"2026-03-23 23:59", tillproof.Running},
		{"2026-03-24 00:00", tillproof.Missed},
	} {
		l = only(t, h.docket(person, c.now), "pboc_consumer.2")
		// 5 to 11 March are six days, counted once.
		if l.Still != 6 || !l.Due.Equal(moment(t, "2026-03-23 23:59:59")) || l.State != c.want {
			t.Errorf("%s: %+v", c.now, l)
		}
	}
	// A request that comes when they are late already gives them nothing.
	h = begin(t).add(tillproof.CaseSubmit, "2026-03-02 16:00").add(tillproof.CaseRequest, "2026-03-18 09:00")
	if l = only(t, h.docket(person, "2026-03-19 12:00"), "pboc_consumer.2"); l.State != tillproof.Missed {
		t.Errorf("they were late: %+v", l)
	}
}

// The clock of article 39 is the law's and does not wait, and none of ours does.
func TestClocksThatDoNotStandStill(t *testing.T) {
	held := retrieval
	held.Kind = "settlement_held"
	h := begin(t).add(tillproof.CaseSubmit, "2026-03-02 16:00").add(tillproof.CaseRequest, "2026-03-05 09:00")
	l := only(t, h.docket(held, "2026-03-06 12:00"), "aml_39_answer.2")
	if l.State != tillproof.Running || !l.Due.Equal(moment(t, "2026-03-17 23:59:59")) {
		t.Errorf("%+v", l)
	}
	for _, c := range pack.Clocks() {
		if c.Pauses && c.Owes == tillproof.WeOwe {
			t.Errorf("%s is ours and would stand still", c.ID)
		}
	}
}

// Hours are hours, over midnight and over days of rest.
func TestClocksOfHours(t *testing.T) {
	wechat := pack.Setting{Kind: "platform_complaint", Provider: "wechat", Region: "CN"}
	h := begin(t).add(tillproof.CaseNotice, "2026-09-30 23:30", basis(tillproof.BasisComplaint))
	d := h.docket(wechat, "2026-10-01 23:31")
	first, last := only(t, d, "wechat_first_reply.2"), only(t, d, "wechat_done.2")
	if !first.Due.Equal(moment(t, "2026-10-01 23:30")) || first.State != tillproof.Missed {
		t.Errorf("%+v", first)
	}
	if !last.Due.Equal(moment(t, "2026-10-03 23:30")) || last.State != tillproof.Running {
		t.Errorf("%+v", last)
	}
	h.add(tillproof.CaseSubmit, "2026-10-01 23:29")
	first = only(t, h.docket(wechat, "2026-10-02 12:00"), "wechat_first_reply.2")
	if first.State != tillproof.Met {
		t.Errorf("answered a minute before: %+v", first)
	}
}

func TestPromises(t *testing.T) {
	h := begin(t).add(tillproof.CasePromise, "2026-03-03 10:00",
		printed(t, tillproof.ByProvider, "2026-03-06", tillproof.NoMinute, ""))
	for _, c := range []struct {
		now  string
		want tillproof.DeadlineState
	}{{"2026-03-06 23:59", tillproof.Running}, {"2026-03-07 00:00", tillproof.Missed}} {
		l := only(t, h.docket(person, c.now), "promise.2")
		if l.State != c.want || l.Owes != tillproof.TheyOwe || !l.Printed {
			t.Errorf("%s: %+v", c.now, l)
		}
	}
	h.add(tillproof.CaseKept, "2026-03-05 10:00", about(2))
	if l := only(t, h.docket(person, "2026-03-09 10:00"), "promise.2"); l.State != tillproof.Met {
		t.Errorf("%+v", l)
	}
}

// A close stops what runs; a reopening lets it run on.
func TestCloseAndReopen(t *testing.T) {
	h := begin(t).add(tillproof.CaseNotice, "2026-09-01 12:00", basis(tillproof.BasisSale))
	h.add(tillproof.CaseRequest, "2026-09-28 10:00").add(tillproof.CaseClose, "2026-09-29 10:00")
	d := h.docket(retrieval, "2026-12-01 10:00")
	l := only(t, d, "answer.3")
	if l.State != tillproof.Stopped || !l.Done.Equal(moment(t, "2026-09-29 10:00")) {
		t.Errorf("%+v", l)
	}
	if _, runs, err := d.Alarm(); runs || err != nil {
		t.Errorf("an alarm of a closed case: %v", err)
	}
	h.add(tillproof.CaseReopen, "2026-09-30 10:00")
	if l := only(t, h.docket(retrieval, "2026-10-02 10:00"), "answer.3"); l.State != tillproof.Running {
		t.Errorf("%+v", l)
	}
}

// What cannot be undone is counted in hours, and asks for the money by name.
func TestForfeit(t *testing.T) {
	h := begin(t).add(tillproof.CaseRequest, "2026-09-28 10:00",
		printed(t, tillproof.ByNetwork, "2026-10-12", tillproof.NoMinute, ""))
	for now, want := range map[string]int{
		"2026-10-11 23:00": 24, "2026-10-11 23:01": 23, "2026-10-12 22:30": 0, "2026-10-12 23:00": 0,
		"2026-10-12 23:01": -1, "2026-10-13 23:00": -24,
	} {
		if got, runs, err := h.docket(retrieval, now).Alarm(); got != want || !runs || err != nil {
			t.Errorf("%s: %d hours, %v, %v, not %d", now, got, runs, err, want)
		}
	}
	money := tillproof.NewMoney(128_000, mustCurrency(t, "CNY"))
	d := h.docket(retrieval, "2026-10-09 10:00")
	p, err := Replay(h.events)
	if err != nil {
		t.Fatal(err)
	}
	answer := tillproof.CaseEvent{
		Seq: 3, Step: tillproof.CaseAnswer, About: 2, Role: tillproof.Owner, At: d.Now, Reply: NoSlip,
		Reason: "lost",
	}
	closing := answer
	closing.Step, closing.Reply, closing.Outcome = tillproof.CaseClose, "", tillproof.Withdrawn
	good := answer
	good.Reply = "01"
	for _, c := range []struct {
		e         tillproof.CaseEvent
		confirmed tillproof.Money
		want      string
	}{
		{answer, tillproof.Money{}, "case.forfeit.confirm"},
		{answer, tillproof.NewMoney(127_999, mustCurrency(t, "CNY")), "case.forfeit.confirm"},
		{answer, tillproof.NewMoney(128_000, mustCurrency(t, "USD")), "case.forfeit.confirm"},
		{answer, money, ""},
		{closing, tillproof.Money{}, "case.forfeit.confirm"},
		{closing, money, ""},
		{good, tillproof.Money{}, ""},
	} {
		gives, err := d.Forfeits(c.e, money)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Next(c.e, Asked{Now: d.Now, Forfeits: gives, Confirmed: c.confirmed})
		if codeOf(err) != c.want {
			t.Errorf("%s %s, confirmed %s: %v, not %q", c.e.Step, c.e.Reply, c.confirmed, err, c.want)
		}
	}
	other := retrieval
	other.Kind = "fee_differs"
	gives, err := h.docket(other, "2026-10-09 10:00").Forfeits(answer, money)
	if gives.Code != "" || err != nil {
		t.Errorf("a dispute about fees forfeits nothing: %+v, %v", gives, err)
	}
}

func mustCurrency(t *testing.T, code string) tillproof.Currency {
	t.Helper()
	c, err := tillproof.ParseCurrency(code)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The calendar can be another one, and a wrong zone is told.
func TestCalendarsAndZonesAreHandedIn(t *testing.T) {
	h := begin(t).add(tillproof.CaseNotice, "2026-03-02 12:00", basis(tillproof.BasisSettled))
	d := h.docket(pack.Setting{Kind: "late_deposit", Region: "CN"}, "2026-03-02 12:00")
	d.Calendars = func(string) (tillproof.Calendar, bool) {
		return tillproof.Calendar{
			Name: "fake", From: day(t, "2026-01-01"), To: day(t, "2026-12-31"),
			Holidays: map[tillproof.Date]string{day(t, "2026-03-03"): "x", day(t, "2026-03-04"): "x"},
		}, true
	}
	if l := only(t, d, "settle_next_day.2"); !l.Due.Equal(moment(t, "2026-03-05 23:59:59")) {
		t.Errorf("%+v", l)
	}
	d.Zone = "Nowhere/Else"
	if _, err := d.Deadlines(); codeOf(err) != "case.zone" {
		t.Errorf("a zone that nobody knows: %v", err)
	}
	mars := printed(t, tillproof.ByNetwork, "2026-03-09", 60, "Mars")
	h.add(tillproof.CaseRequest, "2026-03-03 12:00", mars)
	if _, err := h.docket(retrieval, "2026-03-04 12:00").Deadlines(); codeOf(err) != "case.printed" {
		t.Errorf("a printed zone that nobody knows: %v", err)
	}
}

// What is next stands first; what has no date stands before what is over.
func TestOrderOfDeadlines(t *testing.T) {
	h := begin(t).add(tillproof.CaseNotice, "2026-09-01 12:00", basis(tillproof.BasisSale))
	h.add(tillproof.CaseRequest, "2026-09-28 10:00").add(tillproof.CaseAnswer, "2026-09-29 10:00", about(3))
	h.add(tillproof.CaseRequest, "2026-09-30 10:00", printed(t, tillproof.ByNetwork, "2026-10-20", 600, ""))
	all, err := h.docket(retrieval, "2026-10-01 10:00").Deadlines()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, l := range all {
		got += l.ID + " "
	}
	if want := "answer.5 unionpay_lookup.2 unionpay_lookup_end.2 limitation.1 answer.3 "; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
