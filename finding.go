package tillproof

// RuleID names a rule of the book: "out_of_hours". Its text is in the catalogue under "rule." + RuleID.
type RuleID string

// Severity orders findings by how soon a person should look.
type Severity uint8

// The severities.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
)

var severityNames = [...]string{"", "info", "low", "medium", "high"}

// String is the stable English name.
func (s Severity) String() string { return nameOf(severityNames[:], int(s)) }

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Severity) UnmarshalText(b []byte) error {
	i, err := named(severityNames[:], b)
	*s = Severity(i)
	return err
}

// Finding is a rule's hit and why. It never changes the status of a record.
type Finding struct {
	ID       FindingID
	Rule     RuleID
	Version  int // of the rule
	Severity Severity
	Score    int // permille
	AtRisk   bool
	Part     LossPart // of the loss that Amount is, where it is at risk; "": principal
	Amount   Money    // the money it is about, positive
	Records  []RowRef
	Reasons  []Note   // at least one
	Innocent Note     // what would make it innocent; no code: nothing is said
	About    *BreakID // the break that it explains further, where reports show them together
}
