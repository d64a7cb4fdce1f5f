package iso8583

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// isomsg is a message as jPOS writes it.
func isomsg(fields ...string) string {
	var b strings.Builder
	b.WriteString("<isomsg>")
	for _, f := range fields {
		id, value, _ := strings.Cut(f, ":")
		fmt.Fprintf(&b, `<field id=%q value=%q/>`, id, value)
	}
	return b.String() + "</isomsg>"
}

// TestXML: the edition of 1993 tells its year and answers with three digits; a document that breaks off is
// said to, and what came before is read.
func TestXML(t *testing.T) {
	ask := isomsg("0:1200", "2:5555555555554444", "3:000000", "4:000000000999", "11:000001",
		"12:240229235959", "41:T1", "42:SHOP", "49:978",
		"35:5555555555554444=28121010000012300000", "52:0011223344556677")
	answer := func(code string) string {
		return isomsg("0:1210", "3:000000", "4:000000000999", "11:000001", "12:240229235959", "41:T1",
			"39:"+code)
	}
	for name, c := range map[string]struct{ raw, want, issue string }{
		"approved": {ask + answer("000"), "sale posted 9.99 EUR 000", ""},
		"declined": {ask + answer("116"), "sale declined 9.99 EUR 116", ""},
		"cut": {
			"<log>" + ask + answer("000") + "<isomsg><field id=\"0\"", "sale posted 9.99 EUR 000",
			"format.xml.broken",
		},
		"no card": {
			ask + answer("000") + isomsg("0:0220", "2:a card"), "sale posted 9.99 EUR 000",
			"format.iso8583.element",
		},
		"no type": {ask + answer("000") + isomsg("0:x"), "sale posted 9.99 EUR 000", "format.iso8583.type"},
	} {
		src, records := read(t, format.Options{}, c.raw)
		if got := brief(records); got != c.want || records[0].Time.String() != "2024-02-29 23:59:59" {
			t.Errorf("%s: %s %s", name, got, records[0].Time)
		}
		found := slices.ContainsFunc(src.Issues, func(i tillproof.Issue) bool { return i.Code == c.issue })
		if c.issue == "" && len(src.Issues) > 0 || c.issue != "" && !found {
			t.Errorf("%s: %+v, want %q", name, src.Issues, c.issue)
		}
		if all := fmt.Sprintf("%+v %+v", src, records); strings.Contains(all, "5555555555554444") {
			t.Errorf("%s: the number is left in %s", name, all)
		}
	}
	_, _, err := formattest.Load([]byte(`<!DOCTYPE x [<!ENTITY a "b">]>`+ask), Formats(), format.Options{})
	if formattest.Code(err) != "format.xml.dtd" {
		t.Errorf("%v, want format.xml.dtd", err)
	}
}

// TestAdviceOfADecline: what the terminal itself has declined moves nothing, whoever takes note of it.
func TestAdviceOfADecline(t *testing.T) {
	_, records := read(t, in2026, sale87("0220", "39:51"), sale87("0230", "39:00"))
	if got := brief(records); got != "sale declined 12.34 EUR 51" {
		t.Error(got)
	}
}

// TestUploadedList: a list of an upload is not read, and that is said.
func TestUploadedList(t *testing.T) {
	list := "02" + strings.Repeat("00000001"+"00006200000000000005"+"000000001000", 2)
	raw := cupMessage("0320", "11:000009", "41:3830303230303032", "42:313034333330303132333430303032",
		fmt.Sprintf("48:%04d%s", len(list), list), "60:0011"+"000000422010")
	src, records := read(t, in2026, raw)
	if len(records) != 0 || len(src.Issues) == 0 || src.Issues[0].Code != "format.iso8583.upload" ||
		src.Issues[0].Params["n"] != "2" {
		t.Errorf("%d records, %+v", len(records), src.Issues)
	}
}
