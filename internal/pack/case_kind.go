package pack

import (
	"slices"
	"sync"

	"github.com/tillproof/tillproof"
)

// Contact is whom to turn to, by role. The room holds no number: those come from the merchant's own papers.
type Contact string

// The roles. Authority is the police or the court that froze an account.
const (
	ContactAcquirer  Contact = "acquirer"
	ContactBank      Contact = "bank"
	ContactPolice    Contact = "police"
	ContactRegulator Contact = "regulator"
	ContactPlatform  Contact = "platform"
	ContactAuthority Contact = "authority"
)

// Contacts lists the roles.
var Contacts = [...]Contact{
	ContactAcquirer, ContactBank, ContactPolice, ContactRegulator, ContactPlatform, ContactAuthority,
}

// CaseKind is a kind of case: one row of the taxonomy. Its texts are in the catalogue, see Text.
type CaseKind struct {
	ID         tillproof.CaseKind `yaml:"id"`
	Row        int                `yaml:"row"`      // its number in the taxonomy
	Shows      []string           `yaml:"shows"`    // the sides on which it shows, by the names of Side
	Contact    []Contact          `yaml:"contact"`  // the first one first; none: the merchant settles it itself
	Identity   bool               `yaml:"identity"` // it is filed, so the papers of the applicant are needed
	Forfeit    string             `yaml:"forfeit"`  // the code that silence or "no slip" turns it into; "": none
	Needs      []Need             `yaml:"needs"`
	Codes      []string           `yaml:"codes"` // of the networks: reasons, errors, steps
	Law        []string           `yaml:"law"`
	Source     []string           `yaml:"source"`
	Confidence Confidence         `yaml:"confidence"`
	Time       Confidence         `yaml:"time"` // of the usual time alone
}

// Text is the catalogue code of the kind's name; with a part ("what", "terminal", "acquirer", "bank", "time",
// "remedy") that of one of its texts. A side that is not in Shows has no text.
func (k CaseKind) Text(part string) string {
	code := "case_kind." + string(k.ID)
	if part != "" {
		code += "." + part
	}
	return code
}

// kindFile is the file of kinds.
type kindFile struct {
	Checked tillproof.Date    `yaml:"checked"`
	Sources map[string]Source `yaml:"sources"`
	Kinds   []CaseKind        `yaml:"kinds"`
	Leads   struct {
		Breaks map[tillproof.BreakKind][]tillproof.CaseKind `yaml:"breaks"`
		Rules  map[tillproof.RuleID][]tillproof.CaseKind    `yaml:"rules"`
	} `yaml:"leads"`
}

var kinds = sync.OnceValue(func() kindFile {
	var f kindFile
	read("data/case_kinds.yaml", &f)
	return f
})

// CaseKinds lists the taxonomy in its order.
func CaseKinds() []CaseKind { return slices.Clone(kinds().Kinds) }

// CaseKindOf is the kind of an id; it answers false for an id that the taxonomy does not have.
func CaseKindOf(id tillproof.CaseKind) (CaseKind, bool) {
	for _, k := range kinds().Kinds {
		if k.ID == id {
			return k, true
		}
	}
	return CaseKind{}, false
}

// KindsOfBreak lists the kinds of case that a break may be, the likeliest first.
func KindsOfBreak(b tillproof.BreakKind) []tillproof.CaseKind {
	return slices.Clone(kinds().Leads.Breaks[b])
}

// KindsOfRule lists the kinds of case that a finding of the rule may be, the likeliest first; none for a
// rule of the user's own.
func KindsOfRule(r tillproof.RuleID) []tillproof.CaseKind {
	return slices.Clone(kinds().Leads.Rules[r])
}
