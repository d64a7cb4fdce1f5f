package recon

import "github.com/tillproof/tillproof"

// assumedDigits is the number of decimals that amounts without a currency were read with: only a currency
// that has as many can be assumed for them afterwards.
const assumedDigits = 2

// settleCurrency gives a currency to the records of files that name none. Where the policy is silent too, the
// one currency that the other files name is taken and a warning says so; where they name none or several, the
// records keep none, and a warning says that.
func settleCurrency(run *tillproof.Run) {
	seen := map[tillproof.Currency]bool{}
	unnamed := 0
	for _, side := range run.Records {
		for i := range side {
			if c := side[i].Amount.Currency(); c.Known() {
				seen[c] = true
			} else {
				unnamed++
			}
		}
	}
	if unnamed == 0 {
		return
	}
	only, ok := single(seen)
	if !ok || only.MinorDigits() != assumedDigits {
		run.Warnings = append(run.Warnings, tillproof.Note{Code: "recon.currency_unknown"})
		return
	}
	for _, side := range run.Records {
		for i := range side {
			if r := &side[i]; !r.Amount.Currency().Known() {
				r.Amount = tillproof.NewMoney(r.Amount.Minor(), only)
				r.Fee, r.Net, r.Balance = named(r.Fee, only), named(r.Net, only), named(r.Balance, only)
			}
		}
	}
	params := tillproof.Params{"currency": only.String()}
	run.Warnings = append(run.Warnings, tillproof.Note{Code: "recon.currency_assumed", Params: params})
}

func single(seen map[tillproof.Currency]bool) (tillproof.Currency, bool) {
	for c := range seen {
		return c, len(seen) == 1
	}
	return tillproof.Currency{}, false
}

// named gives an amount its currency; a zero without one stays "the file does not say".
func named(m tillproof.Money, c tillproof.Currency) tillproof.Money {
	if m.IsZero() {
		return m
	}
	return tillproof.NewMoney(m.Minor(), c)
}
