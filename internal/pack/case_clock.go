package pack

import (
	"cmp"
	"slices"
	"sync"

	"github.com/tillproof/tillproof"
)

// Unit is what a clock counts.
type Unit string

// The units. Banking days are the working days of the clock's calendar (工作日), worked weekends included.
const (
	NaturalDays Unit = "natural"
	BankingDays Unit = "banking"
	Hours       Unit = "hours"
	Months      Unit = "months"
	Years       Unit = "years"
)

// Clock is how long somebody has by a dated rule. A date printed on a request wins over it.
type Clock struct {
	ID         tillproof.ClockID     `yaml:"id"`
	Owes       tillproof.Owes        `yaml:"owes"`
	Starts     string                `yaml:"starts"` // a CaseStep or a ClockBasis
	Length     int                   `yaml:"length"`
	Unit       Unit                  `yaml:"unit"`
	Zone       string                `yaml:"zone"`     // where its days begin and end
	Calendar   string                `yaml:"calendar"` // "": it needs none
	CutOff     string                `yaml:"cut_off"`  // "23:00": when its last day ends; "": at 24:00
	Buffer     int                   `yaml:"buffer"`   // days that the merchant stays ahead
	Pauses     bool                  `yaml:"pauses"`   // stands still while the other side owes something
	Kinds      []tillproof.CaseKind  `yaml:"kinds"`    // empty lists fit everything
	Applicants []tillproof.Applicant `yaml:"applicants"`
	Providers  []string              `yaml:"providers"`
	Networks   []string              `yaml:"networks"`
	Regions    []string              `yaml:"regions"`
	By         tillproof.Dated       `yaml:"by"`       // whose date it is; the file leaves the network out
	Task       string                `yaml:"task"`     // clocks of one task that start together are one deadline
	Ends       tillproof.CaseStep    `yaml:"ends"`     // the step that does what is owed
	SaleAge    *Ages                 `yaml:"sale_age"` // how old the sale is when the clock starts
	From       tillproof.Date        `yaml:"from"`     // NoDate: not read
	To         tillproof.Date        `yaml:"to"`
	Source     string                `yaml:"source"`
	Confidence Confidence            `yaml:"confidence"`
}

// Ages is a span of days; To is 0 where it is open.
type Ages struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

// Has reports whether a number of days lies in the span.
func (a Ages) Has(days int) bool { return days >= a.From && (a.To == 0 || days <= a.To) }

// ClockText is the catalogue code of a clock's name.
func ClockText(id tillproof.ClockID) string { return "clock." + string(id) }

type clockFile struct {
	Checked tillproof.Date    `yaml:"checked"`
	Sources map[string]Source `yaml:"sources"`
	Clocks  []Clock           `yaml:"clocks"`
}

var timing = sync.OnceValue(func() clockFile {
	var f clockFile
	read("data/case_clocks.yaml", &f)
	for i := range f.Clocks {
		c := &f.Clocks[i]
		notGiven(&c.From, &c.To)
		c.By = cmp.Or(c.By, tillproof.ByNetwork)
		c.Task = cmp.Or(c.Task, string(c.ID))
	}
	return f
})

// Clocks lists the clocks in the order of their file.
func Clocks() []Clock { return slices.Clone(timing().Clocks) }

// ClockOf is the clock of an id; it answers false for an id that no row has.
func ClockOf(id tillproof.ClockID) (Clock, bool) {
	for _, c := range timing().Clocks {
		if c.ID == id {
			return c, true
		}
	}
	return Clock{}, false
}

// Setting is what decides which clocks a case has.
type Setting struct {
	Kind      tillproof.CaseKind
	Applicant tillproof.Applicant
	Provider  string // whom we file with: "acquirer", "bank", "wechat", "adyen" …; "" is not known
	Network   string // "unionpay", "visa" …; "" is not known
	Region    string // where the merchant is: "CN", "US", "EU" …
}

// ClocksFor lists the clocks that a step or a basis starts on a day, in the order of their file.
func ClocksFor(s Setting, starts string, day tillproof.Date) []Clock {
	return slices.DeleteFunc(Clocks(), func(c Clock) bool {
		return c.Starts != starts || !holds(day, c.From, c.To) || !among(c.Kinds, s.Kind) ||
			!among(c.Applicants, s.Applicant) || !among(c.Providers, s.Provider) ||
			!among(c.Networks, s.Network) || !among(c.Regions, s.Region)
	})
}
