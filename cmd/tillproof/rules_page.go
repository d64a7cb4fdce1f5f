package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/locale"
)

// rulesPage writes docs/rules.md from the book of rules: English, with the Chinese name beside.
func rulesPage(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<!-- Made by make generate; do not edit. -->
# Rules

The %d rules of the book, version %d, in its order. A finding names its rule;
`+"`tillproof rule show ID`"+` prints what stands here in English or Chinese. Money that is "at risk" counts
in the loss as [loss.md](loss.md) says. Each rule has a month in which it speaks and a look-alike in which
it must not, beside its code; rules of your own are written as [detection.md](detection.md) says.

| rule | 中文 | severity | at risk | innocent if |
|---|---|---|---|---|
`, len(allRules()), detect.Default().Version)
	for _, r := range allRules() {
		risk := "no"
		if r.AtRisk {
			risk = "yes"
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s |\n", ruleText(r, ""), r.ID, locale.Text(locale.ZH,
			"rule."+string(r.ID), nil), r.Severity, risk, ruleText(r, "innocent"))
	}
	for _, r := range allRules() {
		ruleSection(&b, r)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ruleText is a text of a rule in English: its name, or what would make a finding of it innocent.
func ruleText(r detect.Rule, what string) string {
	code := "rule." + string(r.ID)
	if what == "innocent" {
		code = "detect.innocent." + string(r.ID)
	}
	return locale.Text(locale.EN, code, nil)
}

func ruleSection(b *strings.Builder, r detect.Rule) {
	fmt.Fprintf(b, "\n## %s\n\n%s (%s), version %d.", r.ID, ruleText(r, ""),
		locale.Text(locale.ZH, "rule."+string(r.ID), nil), r.Version)
	var needs []string
	for _, n := range r.Needs {
		needs = append(needs, locale.Text(locale.EN, "cmd.rule.need."+string(n), nil))
	}
	if len(needs) > 0 {
		fmt.Fprintf(b, " Needs %s.", strings.Join(needs, "; "))
	}
	b.WriteString("\n")
	if len(r.Params) > 0 {
		b.WriteString("\n| number | value | why |\n|---|---|---|\n")
	}
	for _, p := range r.Params {
		fmt.Fprintf(b, "| %s | %d %s | %s |\n", p.Name, p.Value,
			locale.Text(locale.EN, "rule.unit."+p.Unit, nil), locale.Text(locale.EN, r.Why(p), nil))
	}
}

// unit is the word for the unit of a rule's number.
func (d *door) unit(u string) string {
	if u == "" {
		return ""
	}
	return d.text("rule.unit."+u, tillproof.Params{})
}
