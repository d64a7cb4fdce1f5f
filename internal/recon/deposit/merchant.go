package deposit

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// nameMerchants finds the merchant of report rows that do not name it: the terminal record's, else that of
// the terminal number, else the only merchant of the log.
func (e *engine) nameMerchants() {
	acq, term := &e.Views[tillproof.Acquirer], &e.Views[tillproof.Terminal]
	nameless := false
	for i := range acq.Recs {
		nameless = nameless || acq.Recs[i].Refs.Merchant == ""
	}
	if e.ledger != tillproof.Acquirer || len(term.Lines) == 0 || !nameless {
		return
	}
	byTerminal := map[tillproof.TerminalID]tillproof.MerchantID{}
	only, several := tillproof.MerchantID(""), false
	for rank := range term.Lines {
		refs := &term.Rec(int32(rank)).Refs
		several = several || only != "" && refs.Merchant != only
		only = refs.Merchant
		if known, seen := byTerminal[refs.Terminal]; seen && known != refs.Merchant {
			byTerminal[refs.Terminal] = "" // one number at two merchants says nothing
			continue
		}
		byTerminal[refs.Terminal] = refs.Merchant
	}
	if several {
		only = ""
	}
	e.merchants = make([]tillproof.MerchantID, len(acq.Lines))
	for rank := range acq.Lines {
		refs := &acq.Rec(int32(rank)).Refs
		name := refs.Merchant
		if name == "" && acq.Mate[rank] != book.Alone {
			name = term.Rec(acq.Mate[rank]).Refs.Merchant
		}
		if name == "" && strings.TrimSpace(string(refs.Terminal)) != "" {
			name = byTerminal[refs.Terminal]
		}
		if name == "" {
			name = only
		}
		e.merchants[rank] = name
	}
}

// merchantOf is the merchant of a row of the ledger, as stated or as found.
func (e *engine) merchantOf(rank int32) tillproof.MerchantID {
	if len(e.merchants) > 0 {
		return e.spell(e.merchants[rank])
	}
	return e.spell(e.Views[e.ledger].Rec(rank).Refs.Merchant)
}
