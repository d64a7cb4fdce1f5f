package pack

import (
	"slices"
	"sync"

	"github.com/tillproof/tillproof"
)

// Fact is something that a row or the course of a dispute proves.
type Fact string

// The facts that objections are made of.
const (
	PINVerified       Fact = "pin_verified"
	DebitCard         Fact = "debit_card"
	Forfeited         Fact = "forfeited"          // a retrieval ran out, or was answered 04
	RetrievalAnswered Fact = "retrieval_answered" // in time, with a slip
	RetrievalOpen     Fact = "retrieval_open"
	TwoInquiries      Fact = "two_inquiries"
	NoPriorInquiry    Fact = "no_prior_inquiry"
	Penalty           Fact = "penalty"
	ChargedBack       Fact = "charged_back"
	CompletionOver115 Fact = "completion_over_115"
	SaleOver360       Fact = "sale_over_360"
)

// Facts lists the facts.
var Facts = [...]Fact{
	PINVerified, DebitCard, Forfeited, RetrievalAnswered, RetrievalOpen, TwoInquiries, NoPriorInquiry,
	Penalty, ChargedBack, CompletionOver115, SaleOver360,
}

// Objection is what a fact bars in a dispute. Its sentence is in the catalogue under "objection." and
// the id.
type Objection struct {
	ID         string         `yaml:"id"`
	When       Fact           `yaml:"when"`
	Bars       string         `yaml:"bars"`    // a reason code, or the kind of step; "": several, as the sentence says
	Against    tillproof.Owes `yaml:"against"` // whose step it bars: theirs is a defence, ours a dead end
	Limit      int            `yaml:"limit"`   // the number that the fact is measured by; 0: none
	Source     string         `yaml:"source"`
	Confidence Confidence     `yaml:"confidence"`
}

// ObjectionText is the catalogue code of an objection's sentence.
func ObjectionText(id string) string { return "objection." + id }

type objectionFile struct {
	Checked    tillproof.Date    `yaml:"checked"`
	From       tillproof.Date    `yaml:"from"`
	Sources    map[string]Source `yaml:"sources"`
	Objections []Objection       `yaml:"objections"`
}

var bars = sync.OnceValue(func() objectionFile {
	var f objectionFile
	read("data/case_objections.yaml", &f)
	return f
})

// LimitOf is the number that a fact is measured by: per cent, days, or how many.
func LimitOf(f Fact) int {
	for _, o := range bars().Objections {
		if o.When == f {
			return o.Limit
		}
	}
	return 0
}

// Objections lists the objections in the order of their file.
func Objections() []Objection { return slices.Clone(bars().Objections) }
