package format

import (
	"maps"
	"strconv"

	"github.com/tillproof/tillproof"
)

// IssueAt is an issue at a place. Its parameters are line, column and field, which its text may name, and p,
// which may overrule them.
func IssueAt(code string, at tillproof.Place, p tillproof.Params) tillproof.Issue {
	return tillproof.Issue{Code: code, Place: at, Params: placed(at, p)}
}

// Value is the parameter of an issue about a value of the file, as it may be shown.
func Value(s string) tillproof.Params { return tillproof.Params{"value": Shown(s)} }

// ErrorAt is an error at a place, with the same parameters. It stops the reading.
func ErrorAt(kind tillproof.ErrorKind, code string, at tillproof.Place, p tillproof.Params) error {
	return &tillproof.Error{Op: "read", Kind: kind, Code: code, Place: at, Params: placed(at, p)}
}

// asking are the issues that ask for the order of dates.
var asking = map[string]bool{
	"format.journal.order":       true,
	"format.qif.date_two_ways":   true,
	"format.qif.dates_mixed":     true,
	"format.table.date_two_ways": true,
	"format.table.dates_mixed":   true,
}

// answered adds to an issue that asks for what the user has said already what that was, in the parameter
// told: it must not be asked for again.
func answered(i tillproof.Issue, opt Options) tillproof.Issue {
	if !asking[i.Code] || opt.Dates == AnyOrder {
		return i
	}
	params := tillproof.Params{"told": opt.Dates.String()}
	maps.Copy(params, i.Params)
	i.Params = params
	return i
}

func placed(at tillproof.Place, p tillproof.Params) tillproof.Params {
	params := tillproof.Params{
		"line": strconv.Itoa(at.Line), "column": strconv.Itoa(at.Column), "field": at.Field,
	}
	maps.Copy(params, p)
	return params
}

// ErrorSum is format.sum: the amounts of a file are together beyond what can be counted.
func ErrorSum(err error) error { return fail(tillproof.KindTooLarge, "format.sum", err) }

// Shared are issues that many lines share: each code is told once, with the place of the first line that has
// it, and with their number as n. The zero value has none.
type Shared struct {
	issues []tillproof.Issue
	counts []int
}

// Add counts an issue under its code.
func (s *Shared) Add(i tillproof.Issue) {
	for k := range s.issues {
		if s.issues[k].Code == i.Code {
			s.counts[k]++
			return
		}
	}
	s.issues, s.counts = append(s.issues, i), append(s.counts, 1)
}

// Issues are those that were added, in the order in which they came up first.
func (s *Shared) Issues() []tillproof.Issue {
	for k, n := range s.counts {
		s.issues[k].Params["n"] = strconv.Itoa(n)
	}
	return s.issues[:len(s.issues):len(s.issues)]
}
