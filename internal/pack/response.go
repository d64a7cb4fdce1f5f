package pack

import (
	"strings"
	"sync"

	"github.com/tillproof/tillproof"
)

// ResponseClass is what an answer of the issuer means for the money.
type ResponseClass string

// The classes. An unknown outcome needs a query and is never a verdict: the sale may have been booked.
const (
	Approved           ResponseClass = "approved"
	ApprovedWithDefect ResponseClass = "approved_with_defect" // counts as approved, ought to be looked at
	Declined           ResponseClass = "declined"
	CardAlert          ResponseClass = "card_alert" // declined: the card is lost, stolen or suspect
	Setup              ResponseClass = "setup"      // declined: merchant or terminal is not set up for it
	OutcomeUnknown     ResponseClass = "unknown"
)

// responseFile is the file of response codes.
type responseFile struct {
	From    tillproof.Date    `yaml:"from"`
	Sources map[string]string `yaml:"sources"`
	Codes   []responseRow     `yaml:"codes"`
}

type responseRow struct {
	Code       string        `yaml:"code"`
	Class      ResponseClass `yaml:"class"`
	Source     string        `yaml:"source"`
	Confidence Confidence    `yaml:"confidence"`
}

func responseRows() responseFile {
	var f responseFile
	read("data/response_codes.yaml", &f)
	return f
}

var responses = sync.OnceValue(func() map[string]ResponseClass {
	all := map[string]ResponseClass{}
	for _, row := range responseRows().Codes {
		all[row.Code] = row.Class
	}
	return all
})

// Response is the class of a response code (ISO 8583 data element 39): "00", "68", "Y1". It answers false for
// a code that the data does not name; such a code is not guessed.
func Response(code string) (ResponseClass, bool) {
	class, ok := responses()[strings.ToUpper(code)]
	return class, ok
}

// ResponseText is the catalogue code of a response code's name.
func ResponseText(code string) string { return "response." + strings.ToLower(code) }
