package unionpay

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// fileName is how UnionPay names these files: IN, N for a merchant or D for an institution, the settlement
// day YYMMDD, a number of two digits, what it holds.
var fileName = regexp.MustCompile(`(?i)^IN[ND](\d{2})(\d{2})(\d{2})\d{2}[A-Z]`)

// dayOfName is the settlement day that a file's name states, NoDate where it states none.
func dayOfName(name string) tillproof.Date {
	m := fileName.FindStringSubmatch(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if m == nil {
		return tillproof.NoDate
	}
	d, _ := tillproof.NewDate(2000+number(m[1]), time.Month(number(m[2])), number(m[3]))
	return d
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// The years that a query number can begin with: UnionPay exists since 2002.
const (
	firstYear = 2002
	lastYear  = 2099
)

// moment is MMDDhhmmss with the year that the query number of the same transaction begins with, else the one
// that puts it at most a year before the settlement day, else the one that the user states. Without any the
// time is not known: that is no error of the line. ok is false for a moment that no year has.
func moment(s, query string, settled tillproof.Date, stated int) (at tillproof.LocalTime, ok bool) {
	if !isMoment(s) {
		return tillproof.NoTime, false
	}
	month, day := time.Month(number(s[:2])), number(s[2:4])
	clock := [3]int{number(s[4:6]), number(s[6:8]), number(s[8:])}
	if clock[0] > 23 || clock[1] > 59 || clock[2] > 59 {
		return tillproof.NoTime, false
	}
	if _, leap := tillproof.NewDate(2000, month, day); !leap {
		return tillproof.NoTime, false
	}
	year := 0
	if len(query) >= 14 && query[4:14] == s {
		if y := number(query[:4]); y >= firstYear && y <= lastYear {
			year = y
		}
	}
	switch {
	case year != 0:
	case settled.Known():
		year = settled.Time().Year()
		if d, exists := tillproof.NewDate(year, month, day); !exists || d > settled {
			year--
		}
	default:
		year = stated
	}
	if year == 0 {
		return tillproof.NoTime, true
	}
	d, exists := tillproof.NewDate(year, month, day)
	if !exists {
		return tillproof.NoTime, false
	}
	return d.At(clock[0], clock[1], clock[2]), true
}
