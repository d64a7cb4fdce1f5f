package deposit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// account is one bank account, or a file that does not name its account.
type account struct {
	name    string
	spans   []book.Days
	sources map[int32]bool // the files with a line of it
	// shares says that some of the file's lines were in an earlier file too: it is of the same account.
	shares bool
	paid   map[owner]bool // whose deposits came in, and (without a merchant) in which currency
}

type owner struct {
	merchant tillproof.MerchantID
	cur      tillproof.Currency
}

// bankCover are the days of the accounts on which the merchant's deposits come in. A deposit is not missing
// because another account's statement runs longer.
func (e *engine) bankCover(m tillproof.MerchantID, cur tillproof.Currency) book.Cover {
	if e.bankDays == nil {
		e.bankDays = map[owner]book.Cover{}
		e.accounts = e.readAccounts()
	}
	for _, o := range [...]owner{{m, cur}, {"", cur}, {}} {
		days, ok := e.bankDays[o]
		if !ok {
			days = coverOfAccounts(e.accounts, o)
			e.bankDays[o] = days
		}
		if len(days) > 0 {
			return days
		}
	}
	return e.Views[tillproof.Bank].Cover
}

// coverOfAccounts merges the days of the accounts that received the owner's deposits, and of the files
// without an account that may continue theirs: those that share lines or no day with them.
func coverOfAccounts(accounts []*account, o owner) book.Cover {
	var spans []book.Days
	for _, a := range accounts {
		if a.paid[o] {
			spans = append(spans, a.spans...)
		}
	}
	received := book.MergeSpans(slices.Clone(spans))
	if len(received) == 0 {
		return nil
	}
	for _, a := range accounts {
		if !a.paid[o] && a.name == "" && (a.shares || !meets(received, a.spans)) {
			spans = append(spans, a.spans...)
		}
	}
	return book.MergeSpans(spans)
}

func meets(days book.Cover, spans []book.Days) bool {
	for _, s := range spans {
		for _, d := range days {
			if s.From <= d.To && d.From <= s.To {
				return true
			}
		}
	}
	return false
}

// accountKey names the account of a line: by its name, else by the file and its part.
type accountKey struct {
	name         string
	source, part int32
}

// readAccounts finds the accounts of the bank's lines, and whose deposits each received.
func (e *engine) readAccounts() []*account {
	found := map[accountKey]*account{}
	rows := map[int32]int{}
	v := &e.Views[tillproof.Bank]
	for rank := range v.Lines {
		row := int32(rank)
		r := v.Rec(row)
		rows[r.Origin.Source]++
		a := accountOf(found, r)
		a.sources[r.Origin.Source] = true
		l, en := &v.Lines[rank], &e.entries[rank]
		if l.Amount <= 0 || len(en.pays) == 0 && (en.used || !e.fromAcquirer(row)) {
			continue
		}
		for _, o := range [...]owner{{en.owner, l.Cur}, {"", l.Cur}, {}} {
			a.paid[o] = true
		}
		for _, m := range en.pays {
			a.paid[owner{m, l.Cur}] = true
		}
	}
	keys := slices.SortedFunc(maps.Keys(found), func(a, b accountKey) int {
		return cmp.Or(
			cmp.Compare(a.name, b.name), cmp.Compare(a.source, b.source), cmp.Compare(a.part, b.part),
		)
	})
	out := make([]*account, len(keys))
	for i, k := range keys {
		a := found[k]
		if k.name == "" {
			s := &e.Run.Sources[k.source]
			a.shares = rows[k.source] < s.Totals.Entries-s.Unread
		}
		a.readSpans(e.Run, k)
		out[i] = a
	}
	return out
}

func accountOf(found map[accountKey]*account, r *tillproof.Record) *account {
	k := accountKey{name: r.Refs.Account}
	if k.name == "" {
		k.source, k.part = r.Origin.Source, r.Origin.Part
	}
	a, ok := found[k]
	if !ok {
		a = &account{name: k.name, paid: map[owner]bool{}, sources: map[int32]bool{}}
		found[k] = a
	}
	return a
}

// readSpans reads the days that the account's statements cover: as each states them, else as its file does.
func (a *account) readSpans(run *tillproof.Run, k accountKey) {
	for i := range run.Sources {
		s := &run.Sources[i]
		if s.Side != tillproof.Bank || k.name == "" && int32(i) != k.source {
			continue
		}
		stated := false
		for part, st := range s.Statements {
			mine := st.Account == k.name && (k.name != "" || int32(part) == k.part)
			if days := (book.Days{From: st.From, To: st.To}); mine && days.Known() {
				a.spans = append(a.spans, days)
				stated = true
			}
		}
		if days := (book.Days{From: s.From, To: s.To}); !stated && days.Known() && a.sources[int32(i)] {
			a.spans = append(a.spans, days)
		}
	}
}
