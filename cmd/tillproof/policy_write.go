package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
)

// writePolicy writes a policy as a file that a person can change, with a short comment on each part in the
// caller's language. readPolicy gives the same policy back.
func (d *door) writePolicy(w io.Writer, p tillproof.Policy) error {
	var b policyText
	b.comment(d.text("policy.comment.head", nil))
	b.text("merchant", p.Merchant)
	b.comment(d.text("policy.comment.zone", nil))
	b.text("zone", p.Zone)
	b.text("currency", p.Currency.String())
	if len(p.Terminals) > 0 {
		b.comment(d.text("policy.comment.terminals", nil))
		ids := make([]string, len(p.Terminals))
		for i, t := range p.Terminals {
			ids[i] = string(t)
		}
		b.list("terminals", ids)
	}
	if len(p.Hours) > 0 {
		b.comment(d.text("policy.comment.hours", nil))
		b.hours(p.Hours)
	}
	if p.CutOff > 0 {
		b.comment(d.text("policy.comment.cut_off", nil))
		b.text("cut_off", clockText(p.CutOff))
	}
	if p.Settlement.Known || p.Settlement.Calendar.Name != "" {
		b.comment(d.text("policy.comment.settlement", nil))
		b.settlement(p.Settlement)
	}
	if len(p.Tariff) > 0 {
		b.comment(d.text("policy.comment.tariff", nil))
		b.tariff(p)
	}
	money := func(minor int64) string { return tillproof.FormatMinor(minor, p.Currency) }
	if p.FeeSlack > 0 || len(p.Tariff) > 0 {
		b.comment(d.text("policy.comment.fee_slack", nil))
		b.text("fee_slack", money(p.FeeSlack))
	}
	if len(p.Payers) > 0 {
		b.comment(d.text("policy.comment.payers", nil))
		b.list("payers", p.Payers)
	}
	if p.SplitLimit > 0 {
		b.comment(d.text("policy.comment.split_limit", nil))
		b.text("split_limit", money(p.SplitLimit))
	}
	if p.Window > 0 {
		b.comment(d.text("policy.comment.window", nil))
		fmt.Fprintf(&b, "window: %d\n", p.Window)
	}
	if p.TipPPM > 0 {
		b.comment(d.text("policy.comment.tips", nil))
		b.text("tips", rateText(p.TipPPM))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// policyText builds the file. Texts always stand in quotes: 23:00 and 00012345 mean other things without.
type policyText struct{ bytes.Buffer }

func (b *policyText) comment(text string) { fmt.Fprintf(b, "# %s\n", text) }

func (b *policyText) text(key, value string) {
	if value != "" {
		fmt.Fprintf(b, "%s: %s\n", key, quoted(value))
	}
}

func (b *policyText) list(key string, values []string) {
	fmt.Fprintf(b, "%s:\n", key)
	for _, v := range values {
		fmt.Fprintf(b, "  - %s\n", quoted(v))
	}
}

func (b *policyText) hours(hours []tillproof.Opening) {
	b.WriteString("hours:\n")
	for _, w := range weekdays {
		var spans []string
		for _, o := range hours {
			if o.Day == w.day {
				spans = append(spans, quoted(clockText(o.Open)+"-"+closeText(o.Close)))
			}
		}
		switch len(spans) {
		case 0:
			fmt.Fprintf(b, "  %s: %s\n", w.key, closed)
		case 1:
			fmt.Fprintf(b, "  %s: %s\n", w.key, spans[0])
		default:
			fmt.Fprintf(b, "  %s: [%s]\n", w.key, strings.Join(spans, ", "))
		}
	}
}

func (b *policyText) settlement(s tillproof.Settlement) {
	b.WriteString("settlement:\n")
	if s.Known {
		fmt.Fprintf(b, "  days: %d\n", s.Days)
	}
	if s.Calendar.Name != "" {
		fmt.Fprintf(b, "  calendar: %s\n", quoted(s.Calendar.Name))
	}
}

func (b *policyText) tariff(p tillproof.Policy) {
	b.WriteString("tariff:\n")
	for _, t := range p.Tariff {
		fmt.Fprintf(b, "  - kind: %s\n    rate: %s\n", quoted(kindName(t.Kind)), quoted(rateText(t.RatePPM)))
		if t.Fixed > 0 {
			fmt.Fprintf(b, "    fixed: %s\n", quoted(tillproof.FormatMinor(t.Fixed, p.Currency)))
		}
		if t.Min > 0 {
			fmt.Fprintf(b, "    min: %s\n", quoted(tillproof.FormatMinor(t.Min, p.Currency)))
		}
		if t.Cap > 0 {
			fmt.Fprintf(b, "    cap: %s\n", quoted(tillproof.FormatMinor(t.Cap, p.Currency)))
		}
		fmt.Fprintf(b, "    returns_fee: %t\n", t.ReturnsFee)
	}
}

// rateText writes a rate as a percentage with two decimals at least: 0.60%.
func rateText(ppm int64) string {
	rate := tillproof.Exact{Unscaled: ppm, Scale: rateScale - 2}.String()
	for range 2 {
		rate = strings.TrimSuffix(rate, "0")
	}
	return rate + "%"
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// closeText writes the end of a span, which may lie after midnight.
func closeText(minutes int) string {
	if minutes > minutesOfDay {
		minutes -= minutesOfDay
	}
	return clockText(minutes)
}

// quoted is a double-quoted scalar of YAML 1.2, which takes the escapes of JSON.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, ch := range s {
		switch {
		case ch == '"' || ch == '\\':
			b.WriteRune('\\')
			b.WriteRune(ch)
		case ch < ' ' || ch == 0x7f || ch == 0x85 || ch == 0x2028 || ch == 0x2029 || ch == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, ch)
		default:
			b.WriteRune(ch)
		}
	}
	b.WriteByte('"')
	return b.String()
}
