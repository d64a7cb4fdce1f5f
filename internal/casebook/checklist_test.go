package casebook

import (
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/pack"
)

// exhibit is a paper that is there, whole and readable.
func exhibit(n byte, m tillproof.MaterialID) tillproof.Exhibit {
	e := tillproof.Exhibit{
		ID: tillproof.ExhibitID{n}, Material: m, Made: tillproof.NoDate, Expires: tillproof.NoDate,
	}
	if p, _ := pack.MaterialOf(m); p.Slip {
		e.Slip = tillproof.SlipFields[:]
	}
	return e
}

// needs: two papers that must be there, one of two, and two that may help.
func needs() []pack.Need {
	need := func(l pack.Level, of ...tillproof.MaterialID) pack.Need { return pack.Need{Level: l, Of: of} }
	return []pack.Need{
		need(pack.Required, "sales_slip"), need(pack.Required, "licence"),
		need(pack.OneOrMore, "invoice", "order"), need(pack.Optional, "cctv"),
	}
}

func states(c Checklist) string {
	all := ""
	for _, i := range c.Items {
		all += string(i.State) + " "
	}
	return all
}

func TestChecklist(t *testing.T) {
	today := day(t, "2026-03-02")
	slip, licence := exhibit(1, "sales_slip"), exhibit(2, "licence")
	order, cctv := exhibit(3, "order"), exhibit(4, "cctv")
	licence.Expires = today
	blurred, old, unsigned, removed := slip, licence, slip, slip
	blurred.Unreadable = "thermal paper has faded"
	old.Expires = today - 1
	unsigned.Slip = tillproof.SlipFields[:7]
	removed.Removed = &tillproof.Undone{}
	type papers = []tillproof.Exhibit
	for name, c := range map[string]struct {
		papers  papers
		held    []tillproof.MaterialID
		states  string
		percent int
		next    tillproof.MaterialID
	}{
		"nothing":             {nil, nil, "missing missing missing missing ", 0, "sales_slip"},
		"a slip":              {papers{slip}, nil, "have missing missing missing ", 33, "licence"},
		"faded":               {papers{blurred}, nil, "unreadable missing missing missing ", 0, "sales_slip"},
		"faded, then another": {papers{blurred, slip}, nil, "have missing missing missing ", 33, "licence"},
		"good, then faded":    {papers{slip, blurred}, nil, "have missing missing missing ", 33, "licence"},
		"unsigned": {
			papers{unsigned},
			nil,
			"unreadable missing missing missing ", 0, "sales_slip",
		},
		"taken back":        {papers{removed}, nil, "missing missing missing missing ", 0, "sales_slip"},
		"expires today":     {papers{slip, licence}, nil, "have have missing missing ", 66, "invoice"},
		"expired yesterday": {papers{slip, old}, nil, "have expired missing missing ", 33, "licence"},
		"one of two":        {papers{slip, licence, order}, nil, "have have have missing ", 100, "cctv"},
		"all":               {papers{slip, licence, order, cctv}, nil, "have have have have ", 100, ""},
		"they hold the licence": {
			papers{slip, order},
			[]tillproof.MaterialID{"licence"},
			"have held have missing ", 100, "cctv",
		},
		"they hold an old licence": {
			papers{slip, old, order},
			[]tillproof.MaterialID{"licence"},
			"have held have missing ", 100, "cctv",
		},
		"of another kind": {
			papers{exhibit(5, "folio")},
			nil,
			"missing missing missing missing ", 0, "sales_slip",
		},
	} {
		got := Check(needs(), c.papers, c.held, today)
		next, more := got.Next()
		first := tillproof.MaterialID("")
		if more {
			first = next.Need.Of[0]
		}
		if states(got) != c.states || got.Percent != c.percent || first != c.next {
			t.Errorf("%s: %s, %d %%, next %q", name, states(got), got.Percent, first)
		}
		if got.Complete() != (c.percent == 100) {
			t.Errorf("%s: complete %v", name, got.Complete())
		}
	}
}

func TestChecklistDetails(t *testing.T) {
	today := day(t, "2026-03-02")
	unsigned := exhibit(1, "sales_slip")
	unsigned.Slip = tillproof.SlipFields[:7]
	type papers = []tillproof.Exhibit
	first, second := exhibit(1, "sales_slip"), exhibit(2, "sales_slip")
	if got := Check(needs(), papers{first, second}, nil, today).Items[0]; got.Exhibit != second.ID {
		t.Errorf("of two good slips the later one is shown, not %s", got.Exhibit)
	}
	got := Check(needs(), papers{unsigned}, nil, today).Items[0]
	if !slices.Equal(got.Lacks, []tillproof.SlipField{tillproof.SlipSignature}) {
		t.Errorf("lacks %v", got.Lacks)
	}
	if !Check(needs(), papers{exhibit(2, "licence")}, nil, today).Items[1].Undated {
		t.Error("nobody entered when the licence expires")
	}
	if all := Check(nil, nil, nil, today); !all.Complete() {
		t.Error("what needs nothing is complete")
	}
}

// Each of the 51 rows, for each applicant and provider, gives a checklist that can be completed: with every
// paper there it is whole, without any it is not.
func TestEachKindHasAChecklist(t *testing.T) {
	today := day(t, "2026-03-02")
	var all []tillproof.Exhibit
	for i, m := range pack.Materials() {
		all = append(all, exhibit(byte(i+1), m.ID))
	}
	for _, kind := range pack.CaseKinds() {
		for _, who := range append([]tillproof.Applicant{tillproof.NoApplicant}, tillproof.Applicants[:]...) {
			for _, provider := range []string{"", "acquirer", "bank", "wechat"} {
				list := pack.Needs(kind, who, provider)
				none, every := Check(list, nil, nil, today), Check(list, all, nil, today)
				if none.Percent != 0 || !every.Complete() {
					t.Errorf("%s for %q at %q: %d and %d %%", kind.ID, who, provider,
						none.Percent, every.Percent)
				}
			}
		}
	}
}

// Each rule of the book leads to a kind of case.
func TestEachRuleLeadsToAKind(t *testing.T) {
	for _, r := range detect.Default().Rules {
		if len(pack.KindsOfRule(r.ID)) == 0 {
			t.Errorf("%s leads to no kind of case", r.ID)
		}
	}
}
