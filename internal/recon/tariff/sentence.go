package tariff

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// sentence is what a span tells: a tariff that is not the agreed one, or another than before. Rows that
// determine no tariff tell only what is above the agreed one.
func sentence(f *tillproof.FeeFit, i int) tillproof.Note {
	s := &f.Spans[i]
	form, base := formOf(f, i)
	if form == "" {
		return tillproof.Note{}
	}
	kind := f.Kind.String()
	if kind == "" {
		kind = "any"
	}
	amount := func(n int64) string { return tillproof.NewMoney(n, f.Currency).Param() }
	return tillproof.Note{
		Code: "tariff." + form,
		Params: tillproof.Params{
			"card_kind": kind, "merchant": orDash(f.Merchant),
			"day": s.From.String(), "last": s.To.String(),
			"new": s.Tariff.Param(f.Currency), "old": base.Param(f.Currency),
			"n": strconv.Itoa(len(s.OverRows)), "over": amount(s.Over),
			"charged": amount(s.Charged), "gross": amount(s.Gross),
		},
	}
}

// formOf names the sentence and the tariff that it compares with; "" where there is nothing to say.
func formOf(f *tillproof.FeeFit, i int) (string, tillproof.TariffLine) {
	s := &f.Spans[i]
	form := "change"
	switch temporary := i > 0 && i+1 < len(f.Spans) && f.Spans[i+1].Tariff.Same(f.Spans[i-1].Tariff); {
	case i == 0 && s.From != s.To:
		form = "always"
	case temporary:
		form = "while"
	}
	known := s.Certainty == tillproof.FeeFitted
	if !known {
		form += "_open"
	}
	switch {
	case s.Against == tillproof.AgainstAgreed && s.Over > 0 && !(known && s.Tariff.Same(s.Base)):
		return form + ".agreed", s.Base
	case i == 0 || vague(s) || vague(&f.Spans[i-1]):
		return "", tillproof.TariffLine{}
	case s.Against == tillproof.AgainstFirst && s.Over > 0:
		return form + ".first", s.Base
	}
	return form + ".other", f.Spans[i-1].Tariff
}

// vague reports whether the rows of a span show no tariff, so that nothing is a change to or from it.
func vague(s *tillproof.FeeSpan) bool {
	return s.Certainty == tillproof.FeeMixed || s.Certainty == tillproof.FeeFew
}
