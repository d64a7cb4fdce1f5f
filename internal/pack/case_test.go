package pack

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none

	"github.com/tillproof/tillproof"
)

// sure are the degrees that a row about cases may have.
func sure(c Confidence) bool { return known(c) || c == Unsure }

// sourced asks that each name is a source of the file, with its text and the day it was read.
func sourced(t *testing.T, where string, all map[string]Source, names ...string) {
	t.Helper()
	if len(names) == 0 {
		t.Errorf("%s has no source", where)
	}
	for _, n := range names {
		if s := all[n]; s.Text == "" || s.Read.String() < "2026-01-01" {
			t.Errorf("%s: source %q is not named with the day it was read", where, n)
		}
	}
}

// checked asks for the day on which a file was last compared with its sources.
func checked(t *testing.T, file string, d tillproof.Date) {
	t.Helper()
	if d.String() < "2026-01-01" {
		t.Errorf("%s does not say when it was checked", file)
	}
}

func TestTaxonomy(t *testing.T) {
	f := kinds()
	checked(t, "kinds", f.Checked)
	if len(f.Kinds) != 51 {
		t.Fatalf("%d kinds, the taxonomy has 51", len(f.Kinds))
	}
	laws := map[string]bool{}
	for _, l := range Laws() {
		laws[l.ID] = true
	}
	seen := map[tillproof.CaseKind]bool{}
	for i, k := range f.Kinds {
		where := string(k.ID)
		if k.Row != i+1 || seen[k.ID] {
			t.Errorf("%s: row %d at place %d, or twice", where, k.Row, i+1)
		}
		seen[k.ID] = true
		sourced(t, where, f.Sources, k.Source...)
		if !sure(k.Confidence) || !sure(k.Time) {
			t.Errorf("%s: confidence %q, time %q", where, k.Confidence, k.Time)
		}
		for _, part := range append([]string{"", "what", "time", "remedy"}, k.Shows...) {
			bothNames(t, k.Text(part))
		}
		if len(k.Shows) == 0 && k.ID != "good_faith" {
			t.Errorf("%s shows nowhere", where)
		}
		for _, c := range k.Contact {
			if !slices.Contains(Contacts[:], c) {
				t.Errorf("%s: contact %q", where, c)
			}
		}
		if k.Identity && len(k.Contact) == 0 {
			t.Errorf("%s is filed with nobody", where)
		}
		for _, l := range k.Law {
			if !laws[l] {
				t.Errorf("%s: law %q has no row", where, l)
			}
		}
		needsResolve(t, where, k.Needs)
		if final := k.ID == "inquiry" || k.ID == "retrieval"; final != (k.Forfeit == "4527") {
			t.Errorf("%s forfeits to %q", where, k.Forfeit)
		}
	}
}

// needsResolve asks that each line of a checklist names papers that exist, each once, and one that must be
// had.
func needsResolve(t *testing.T, where string, needs []Need) {
	t.Helper()
	seen, must := map[tillproof.MaterialID]bool{}, false
	for _, n := range needs {
		switch {
		case n.Level == OneOrMore && len(n.Of) < 2, n.Level != OneOrMore && len(n.Of) != 1:
			t.Errorf("%s: %s of %v", where, n.Level, n.Of)
		case n.Level != Required && n.Level != OneOrMore && n.Level != Optional:
			t.Errorf("%s: level %q", where, n.Level)
		}
		must = must || n.Level != Optional
		for _, m := range n.Of {
			if _, ok := MaterialOf(m); !ok || seen[m] {
				t.Errorf("%s: paper %q has no row, or is asked for twice", where, m)
			}
			seen[m] = true
		}
		for _, a := range n.Applicants {
			if !slices.Contains(tillproof.Applicants[:], a) {
				t.Errorf("%s: applicant %q", where, a)
			}
		}
	}
	if !must {
		t.Errorf("%s asks for nothing", where)
	}
}

// Every break leads to a kind, and every kind that is led to exists. That every rule of the book does is
// asked in the room of cases, which may know the book in its tests.
func TestLeads(t *testing.T) {
	for _, b := range tillproof.BreakKinds {
		if len(KindsOfBreak(b)) == 0 {
			t.Errorf("%s leads to no kind", b)
		}
	}
	f, led := kinds(), map[tillproof.CaseKind]bool{}
	for b, to := range f.Leads.Breaks {
		if !slices.Contains(tillproof.BreakKinds[:], b) {
			t.Errorf("%q is no kind of break", b)
		}
		for _, k := range to {
			led[k] = true
		}
	}
	for _, to := range f.Leads.Rules {
		for _, k := range to {
			led[k] = true
		}
	}
	for k := range led {
		if _, ok := CaseKindOf(k); !ok {
			t.Errorf("%q is led to and does not exist", k)
		}
	}
	for b, first := range map[tillproof.BreakKind]tillproof.CaseKind{
		tillproof.Late: "late_deposit", tillproof.NotSettled: "approved_not_settled",
		tillproof.SettledTwice: "settled_twice", tillproof.UnexpectedDebit: "unauthorised_debit",
		tillproof.OutcomeUnknown: "payer_debited", tillproof.FeeMismatch: "fee_differs",
	} {
		if got := KindsOfBreak(b); got[0] != first {
			t.Errorf("%s leads to %s first, not %s", b, got[0], first)
		}
	}
	if got := KindsOfRule("refund_without_sale"); !slices.Contains(got, "refund_without_sale") {
		t.Errorf("refund_without_sale leads to %v", got)
	}
}

func TestMaterials(t *testing.T) {
	f, seen := papers(), map[tillproof.MaterialID]bool{}
	checked(t, "materials", f.Checked)
	for _, m := range f.Materials {
		if seen[m.ID] || !sure(m.Confidence) {
			t.Errorf("%s: twice, or confidence %q", m.ID, m.Confidence)
		}
		seen[m.ID] = true
		sourced(t, string(m.ID), f.Sources, m.Source)
		bothNames(t, MaterialText(m.ID))
	}
	needsResolve(t, "identity", f.Identity)
	for _, id := range []tillproof.MaterialID{"licence", "id_card"} {
		if m, _ := MaterialOf(id); !m.Expires {
			t.Errorf("%s bears a day on which it expires", id)
		}
	}
	if m, _ := MaterialOf("sales_slip"); !m.Slip {
		t.Error("the eight fields are not asked of the sales slip")
	}
}

// What each applicant is asked for, by the base identity pack: a company and a shop of one owner have a
// licence, a person has none.
func TestNeedsByApplicantAndProvider(t *testing.T) {
	held, _ := CaseKindOf("settlement_held")
	has := func(who tillproof.Applicant, provider string, id tillproof.MaterialID) bool {
		return slices.ContainsFunc(Needs(held, who, provider), func(n Need) bool {
			return slices.Contains(n.Of, id) && n.Level == Required
		})
	}
	for _, c := range []struct {
		who      tillproof.Applicant
		provider string
		id       tillproof.MaterialID
		want     bool
	}{
		{tillproof.Company, "acquirer", "licence", true},
		{tillproof.IndividualBusiness, "acquirer", "licence", true},
		{tillproof.NaturalPerson, "acquirer", "licence", false},
		{tillproof.NoApplicant, "acquirer", "licence", false},
		{tillproof.NaturalPerson, "bank", "id_card", true},
		{tillproof.Company, "acquirer", "agreement", true},
		{tillproof.Company, "bank", "agreement", false},
		{tillproof.NoApplicant, "", "order_payment_table", true},
	} {
		if has(c.who, c.provider, c.id) != c.want {
			t.Errorf("%q at %q: %s required: %v", c.who, c.provider, c.id, !c.want)
		}
	}
	void, _ := CaseKindOf("void")
	for _, n := range Needs(void, tillproof.Company, "acquirer") {
		if slices.Contains(n.Of, "licence") {
			t.Error("a void is filed with nobody and needs no licence")
		}
	}
}

func TestClocks(t *testing.T) {
	f, seen := timing(), map[tillproof.ClockID]bool{}
	checked(t, "clocks", f.Checked)
	for _, c := range f.Clocks {
		where := string(c.ID)
		if seen[c.ID] || !sure(c.Confidence) || c.Length < 1 {
			t.Errorf("%s: twice, confidence %q, or length %d", where, c.Confidence, c.Length)
		}
		seen[c.ID] = true
		sourced(t, where, f.Sources, c.Source)
		bothNames(t, ClockText(c.ID))
		if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" {
			t.Errorf("%s: zone %q: %v", where, c.Zone, err)
		}
		if _, ok := Calendar(c.Calendar); c.Calendar != "" && !ok || c.Unit == BankingDays && !ok {
			t.Errorf("%s: calendar %q", where, c.Calendar)
		}
		if _, err := time.Parse("15:04", c.CutOff); c.CutOff != "" && err != nil {
			t.Errorf("%s: cut-off %q", where, c.CutOff)
		}
		step := slices.Contains(tillproof.CaseSteps[:], tillproof.CaseStep(c.Starts))
		basis := slices.Contains(tillproof.ClockBases[:], tillproof.ClockBasis(c.Starts))
		units := []Unit{NaturalDays, BankingDays, Hours, Months, Years}
		owes := c.Owes == tillproof.WeOwe || c.Owes == tillproof.TheyOwe
		if !step && !basis || !slices.Contains(units, c.Unit) || !owes {
			t.Errorf("%s: starts %q, unit %q, owes %q", where, c.Starts, c.Unit, c.Owes)
		}
		ends := []tillproof.CaseStep{tillproof.CaseSubmit, tillproof.CaseAnswer, tillproof.CaseClose}
		if !slices.Contains(ends, c.Ends) || c.By != tillproof.ByNetwork && c.By != tillproof.ByProvider {
			t.Errorf("%s: ends with %q, by %q", where, c.Ends, c.By)
		}
		if c.To.Known() && c.From > c.To {
			t.Errorf("%s ends before it begins", where)
		}
		for _, k := range c.Kinds {
			if _, ok := CaseKindOf(k); !ok {
				t.Errorf("%s: kind %q", where, k)
			}
		}
	}
}

// A company has no consumer's clock, but has that of article 39; the Visa times of one processor differ in
// the US since 2025-07-21; a clock that was not asked for does not run.
func TestClocksFor(t *testing.T) {
	cn := Setting{Kind: "settlement_held", Applicant: tillproof.Company, Provider: "acquirer", Region: "CN"}
	person := cn
	person.Applicant = tillproof.NaturalPerson
	visa := Setting{Kind: "chargeback", Provider: "adyen", Network: "visa", Region: "CN"}
	us := visa
	us.Region = "US"
	for _, c := range []struct {
		s      Setting
		starts string
		day    string
		want   string
	}{
		{cn, "submit", "2026-03-02", "aml_39_answer"},
		{person, "submit", "2026-03-02", "aml_39_answer pboc_consumer pboc_consumer_complex"},
		{person, "submit", "2024-12-31", "pboc_consumer pboc_consumer_complex"},
		{person, "submit", "2020-10-31", ""},
		{visa, "dispute", "2026-03-02", "visa_answer adyen_visa_answer"},
		{us, "dispute", "2025-07-20", "visa_answer adyen_visa_answer"},
		{us, "dispute", "2025-07-21", "visa_answer adyen_visa_answer adyen_visa_answer_us"},
		{cn, "request", "2026-03-02", ""},
	} {
		var got []string
		for _, k := range ClocksFor(c.s, c.starts, day(t, c.day)) {
			got = append(got, string(k.ID))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v %s on %s: %v, not %s", c.s, c.starts, c.day, got, c.want)
		}
	}
}

func TestObjectionsAndLaws(t *testing.T) {
	f := bars()
	checked(t, "objections", f.Checked)
	seen := map[Fact]bool{}
	for _, o := range f.Objections {
		sourced(t, o.ID, f.Sources, o.Source)
		bothNames(t, ObjectionText(o.ID))
		if !slices.Contains(Facts[:], o.When) || !sure(o.Confidence) {
			t.Errorf("%s: fact %q, confidence %q", o.ID, o.When, o.Confidence)
		}
		if o.Against != tillproof.WeOwe && o.Against != tillproof.TheyOwe {
			t.Errorf("%s is against %q", o.ID, o.Against)
		}
		seen[o.When] = true
	}
	for fact, want := range map[Fact]int{
		CompletionOver115: 115, SaleOver360: 360, TwoInquiries: 2, Penalty: 0,
	} {
		if got := LimitOf(fact); got != want {
			t.Errorf("%s is measured by %d, not %d", fact, got, want)
		}
	}
	for _, fact := range Facts {
		if !seen[fact] {
			t.Errorf("%s bars nothing", fact)
		}
	}
	laws := statutes()
	checked(t, "laws", laws.Checked)
	for _, l := range laws.Laws {
		sourced(t, l.ID, laws.Sources, l.Source)
		bothNames(t, LawText(l.ID))
		if !sure(l.Confidence) {
			t.Errorf("%s: confidence %q", l.ID, l.Confidence)
		}
	}
}

// The room ships no telephone number: those on the web contradict each other, and a wrong one does harm.
func TestNoTelephoneNumber(t *testing.T) {
	number := regexp.MustCompile(`\d{7,}|\b(400|800)[ -]?\d{3}[ -]?\d{4}\b|\b1[3-9]\d[ -]\d{4}[ -]\d{4}\b`)
	paths, err := fs.Glob(files, "data/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no data: ", err)
	}
	for _, p := range paths {
		raw, err := files.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if m := number.Find(raw); m != nil {
			t.Errorf("%s holds %s", p, m)
		}
	}
	for lang, texts := range names() {
		for code, text := range texts {
			if m := number.FindString(text); m != "" {
				t.Errorf("%s in %s holds %s", code, lang, m)
			}
		}
	}
}
