package onec

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// frame is what stands around the documents: the accounts, their balances, the period.
type frame struct {
	version  string
	from, to tillproof.Date
	own      map[string]string // account numbers of the file, as compared and as shown
	sections []*section
	whole    bool // the file has its end
	issues   []tillproof.Issue
	masked   int
}

// section is one account over one period.
type section struct {
	tillproof.Statement
	number  string // of the account, as it is compared
	line    int
	stated  [2]*tillproof.Exact // what the file says came in, went out
	tally   format.Tally
	implied bool // the file names the account, but gives no section for it
}

// maxSections bounds the account sections: ten accounts with one for each day of a year have 3,650.
const maxSections = 4096

// readFrame goes through the file for its accounts.
func readFrame(lines *lexer, opt format.Options) (*frame, error) {
	f := &frame{from: tillproof.NoDate, to: tillproof.NoDate, own: map[string]string{}}
	var open *section
	document := false
	for {
		p, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch p.key {
		case beginAccount:
			document, open = false, &section{line: p.line}
			open.From, open.To = tillproof.NoDate, tillproof.NoDate
			f.sections = append(f.sections, open)
		case beginDocument:
			document, open = true, nil
		case endAccount, endDocument:
			document, open = false, nil
		case endFile:
			f.whole = true
		default:
			if !document {
				f.take(open, p)
			}
		}
		if len(f.sections) > maxSections || len(f.own) > maxSections {
			at := tillproof.Place{Line: p.line, Field: p.key}
			most := tillproof.Params{"max": strconv.Itoa(maxSections)}
			return nil, format.ErrorAt(tillproof.KindTooLarge, "format.onec.sections", at, most)
		}
	}
	f.complete(opt)
	return f, nil
}

// take takes one pair of the file's header, or of the account section that is open.
func (f *frame) take(s *section, p pair) {
	from, to := &f.from, &f.to
	if s != nil {
		from, to = &s.From, &s.To
	}
	switch p.key {
	case keyVersion:
		f.version = format.Shown(p.value)
	case keyFrom:
		*from, _ = dateOf(p.value) // none where it cannot be read: the second reading lists it
	case keyTo:
		*to, _ = dateOf(p.value)
	case keyAccount:
		number := accountOf(p.value)
		if number == "" {
			return
		}
		if _, seen := f.own[number]; !seen {
			shown, masked := maskedAccount(p.value)
			f.own[number], f.masked = shown, f.masked+masked
		}
		if s != nil {
			s.number = number
		}
	}
	if s == nil {
		return
	}
	switch p.key {
	case keyOpening:
		s.Opening = figure(p)
	case keyClosing:
		s.Closing = figure(p)
	case keyCredits:
		s.stated[0] = figure(p)
	case keyDebits:
		s.stated[1] = figure(p)
	}
}

// figure reads a figure of an account section, nil where it is empty or cannot be read: the second reading
// lists it.
func figure(p pair) *tillproof.Exact {
	x, err := amountOf(p.value)
	if err != nil {
		return nil
	}
	return &x
}

func (f *frame) note(code string, p pair) {
	f.issues = append(f.issues, issueOf(code, p))
}

func issueOf(code string, p pair) tillproof.Issue {
	at := tillproof.Place{Line: p.line, Column: 1, Field: p.key}
	return format.IssueAt(code, at, format.Value(p.value))
}

// complete names the account and currency of each section, and adds one for an account without.
func (f *frame) complete(opt format.Options) {
	seen := map[string]bool{}
	for _, s := range f.sections {
		seen[s.number] = true
		if s.number == "" {
			f.note("format.onec.no_account", pair{key: beginAccount, line: s.line})
		}
	}
	for _, number := range slices.Sorted(maps.Keys(f.own)) {
		if !seen[number] {
			s := &section{number: number, implied: true}
			s.From, s.To = f.from, f.to
			f.sections = append(f.sections, s)
		}
	}
	for _, s := range f.sections {
		s.Account, s.Currency = f.own[s.number], currencyOf(s.number, opt)
	}
}

// covers reports whether a movement of an account on a day belongs to the section. A section without an end
// is open there, and so is one that the file only implies.
func (s *section) covers(account string, day tillproof.Date) bool {
	if s.number != account {
		return false
	}
	if s.implied || !day.Known() {
		return true
	}
	return (!s.From.Known() || day >= s.From) && (!s.To.Known() || day <= s.To)
}

// totals holds what a section says came in and went out against its documents.
func (s *section) totals() []tillproof.Issue {
	var out []tillproof.Issue
	for i, side := range [...]struct{ code, field string }{
		{"format.onec.credits", keyCredits}, {"format.onec.debits", keyDebits},
	} {
		sum := s.SumCredit
		if i == 1 {
			sum = s.SumDebit
		}
		if s.stated[i] == nil || s.stated[i].Same(sum) {
			continue
		}
		at := tillproof.Place{Line: s.line, Column: 1, Field: side.field}
		out = append(out, format.IssueAt(side.code, at, tillproof.Params{
			"account": s.Account, "stated": s.stated[i].Param(s.Currency), "sum": sum.Param(s.Currency),
		}))
	}
	return out
}
