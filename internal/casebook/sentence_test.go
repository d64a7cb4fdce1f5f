package casebook

import (
	"errors"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// sentence asks that a note is a whole sentence in both languages: a hole would stand in brackets.
func sentence(t *testing.T, code string, p tillproof.Params) (zh, en string) {
	t.Helper()
	zh, en = locale.Text(locale.ZH, code, p), locale.Text(locale.EN, code, p)
	for _, text := range []string{zh, en} {
		if strings.ContainsAny(text, "[]{}") || text == "" {
			t.Errorf("%s: %q", code, text)
		}
	}
	return zh, en
}

func TestSentencesAreWhole(t *testing.T) {
	for name, c := range papers(t) {
		h := begin(t).add(tillproof.CaseNotice, c.sale, basis(tillproof.BasisSale))
		h.add(tillproof.CaseRequest, c.asked, c.dates...)
		l := only(t, h.docket(c.setting, c.asked), "answer.3")
		zh, _ := sentence(t, l.Why.Code, l.Why.Params)
		if strings.Contains(zh, "unionpay") {
			t.Errorf("%s: the name of the rule is not told: %s", name, zh)
		}
		for _, d := range l.Doubts {
			sentence(t, d.Code, d.Params)
		}
	}
	money := tillproof.NewMoney(128_000, mustCurrency(t, "CNY"))
	for _, err := range []error{
		Forfeit{Code: "4527", Money: money}.unconfirmed(), broken("case.event.about", 4),
		refused("case.event.not_allowed", tillproof.Params{"case_step": "submit", "case_state": "closed"}),
		forbidden("case.event.role", tillproof.Params{"case_step": "submit", "role": "store"}),
		refused("case.event.outcome", tillproof.Params{"outcome": "refused"}),
	} {
		var e *tillproof.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		sentence(t, e.Code, e.Params)
		sentence(t, e.Code+".hint", e.Params)
	}
	zh, en := sentence(t, "case.forfeit.confirm", tillproof.Params{"amount": money.Param(), "code": "4527"})
	if !strings.Contains(zh, "1,280.00") || !strings.Contains(en, "1,280.00") {
		t.Errorf("the money is not named: %s / %s", zh, en)
	}
	zh, en = sentence(t, "case.event.not_allowed",
		tillproof.Params{"case_step": "submit", "case_state": "closed"})
	if !strings.Contains(zh, "已结案") || !strings.Contains(en, "closed") {
		t.Errorf("%s / %s", zh, en)
	}
}

// Each word of the vocabulary of cases has its text.
func TestWordsOfCases(t *testing.T) {
	var all []string
	for _, s := range tillproof.CaseStates {
		all = append(all, "case_state."+string(s))
	}
	for _, s := range tillproof.CaseSteps {
		all = append(all, "case_step."+string(s))
	}
	for _, o := range tillproof.Outcomes {
		all = append(all, "outcome."+string(o))
	}
	for _, s := range tillproof.NetworkStages {
		all = append(all, "network_stage."+string(s))
	}
	for _, r := range tillproof.Roles {
		all = append(all, "role."+string(r))
	}
	for _, a := range tillproof.Applicants {
		all = append(all, "applicant."+string(a))
	}
	for _, b := range tillproof.ClockBases {
		all = append(all, "clock_basis."+string(b))
	}
	for _, f := range tillproof.SlipFields {
		all = append(all, "slip_field."+string(f))
	}
	for _, s := range ItemStates {
		all = append(all, "item_state."+string(s))
	}
	for _, code := range all {
		sentence(t, code, nil)
	}
}
