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

// firstYear: UnionPay exists since 2002.
const firstYear = 2002

// moment is MMDDhhmmss with the year that puts it beside the day of its query number, else the one that puts
// it at most a year before the settlement day, else the one that the user states. Without any the time is not
// known: that is no error of the line. ok is false for a moment that no year has.
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
	year := yearOfQuery(query, month, day)
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

// queryDays is how far a query number's day may lie from that of its transaction: midnight, and a day for an
// answer that was asked for again.
const queryDays = 2

// yearOfQuery is the year in which a day lies beside that of the query number: two digits that say nothing
// here, then YYMMDDhhmmss. 0 where the number tells nothing.
func yearOfQuery(query string, month time.Month, day int) int {
	if len(query) < 14 || !isMoment(query[4:14]) {
		return 0
	}
	y := 2000 + number(query[2:4])
	asked, exists := tillproof.NewDate(y, time.Month(number(query[4:6])), number(query[6:8]))
	if !exists || y < firstYear {
		return 0
	}
	for _, year := range [...]int{y, y - 1, y + 1} {
		d, exists := tillproof.NewDate(year, month, day)
		if exists && d-asked <= queryDays && asked-d <= queryDays {
			return year
		}
	}
	return 0
}
