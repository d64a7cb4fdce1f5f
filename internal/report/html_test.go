package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

func page(t *testing.T, run *tillproof.Run, lang locale.Lang) string {
	t.Helper()
	var b bytes.Buffer
	if err := fixtureView(t, run, Options{Lang: lang, Demo: true}).writeHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// wellFormed reads the page as XML with HTML's void elements closed: every element is closed where it was
// opened.
func wellFormed(t *testing.T, html string) {
	t.Helper()
	void := regexp.MustCompile(`<(meta|link|br)([^>]*)>`)
	d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(html, "<$1$2/>")))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
	}
}

func TestPageIsWhole(t *testing.T) {
	for lang, want := range map[locale.Lang][]string{
		locale.ZH: {`<html lang="zh-CN">`, "已确认损失", "¥1,352.00", "下一步怎么做", "漏结", "不是延迟，也不是损失"},
		locale.EN: {`<html lang="en">`, "confirmed loss", "CNY 1,352.00", "What to do next", "neither late nor lost"},
	} {
		html := page(t, fixture(t), lang)
		wellFormed(t, html)
		for _, w := range append(want, "terminal.csv:4", "bank.xml:40", "<svg", "<caption>") {
			if !strings.Contains(html, w) {
				t.Errorf("%s: no %q", lang, w)
			}
		}
		if n := strings.Count(html, "<article"); n != 8 {
			t.Errorf("%s: %d exceptions, want 8", lang, n)
		}
		if strings.Contains(html, "[") && regexp.MustCompile(`\[(report|break|status|step|part)\.`).MatchString(html) {
			t.Errorf("%s: a text is missing", lang)
		}
	}
}

// The page asks nothing of any network and runs nothing.
func TestPageIsSelfContained(t *testing.T) {
	html := page(t, fixture(t), locale.ZH)
	for _, bad := range []string{
		"<script", "http:", "https:", "@import", "url(", "<iframe", "<img", "<form",
		" on",
	} {
		if bad == " on" {
			if m := regexp.MustCompile(`<[^>]* on[a-z]+=`).FindString(html); m != "" {
				t.Errorf("an event handler: %s", m)
			}
			continue
		}
		if strings.Contains(html, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(html, "default-src 'none'") {
		t.Error("no policy against requests")
	}
}

func TestPageIsAccessible(t *testing.T) {
	html := page(t, fixture(t), locale.EN)
	if n, m := strings.Count(html, "<table>"), strings.Count(html, "<caption>"); n != m || n == 0 {
		t.Errorf("%d tables, %d captions", n, m)
	}
	for _, svg := range regexp.MustCompile(`<svg[^>]*>`).FindAllString(html, -1) {
		if !strings.Contains(svg, "aria-label=") && !strings.Contains(svg, "aria-hidden=") {
			t.Errorf("a picture without words: %s", svg)
		}
	}
	if strings.Count(html, "<h1>") != 1 {
		t.Error("one title, please")
	}
	level := 1
	for _, h := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(html, -1) {
		n := int(h[1][0] - '0')
		if n > level+1 {
			t.Errorf("a heading of level %d follows one of level %d", n, level)
		}
		level = n
	}
}

// hostile plants texts that a stranger could write into every field that is shown.
func hostile(t *testing.T, evil string) *tillproof.Run {
	t.Helper()
	run := fixture(t)
	for side := range run.Records {
		for i := range run.Records[side] {
			r := &run.Records[side][i]
			r.Narrative, r.Counterparty, r.Refs.RRN, r.Refs.STAN, r.Response = evil, evil, evil, evil, evil
			r.Refs.Terminal, r.Refs.Merchant = tillproof.TerminalID(evil), tillproof.MerchantID(evil)
		}
	}
	run.Policy.Merchant = evil
	for i := range run.Sources {
		run.Sources[i].File = evil
		run.Sources[i].Dialect = evil
	}
	run.Sources[0].Issues[0].Params["text"] = evil
	run.Breaks[0].Reason.Params["rrn"] = evil
	run.Warnings = append(run.Warnings, tillproof.Note{Code: evil})
	return run
}

func TestPageIsSafeAgainstMarkup(t *testing.T) {
	evil := `</style></title><script>alert(1)</script><img src=x onerror="a">'"&--><svg/onload=1>` + "\x00\x1b\u202e"
	html := page(t, hostile(t, evil), locale.ZH)
	wellFormed(t, html)
	for _, bad := range []string{"<script", "<img", "onerror=\"", "<svg/"} {
		if strings.Contains(html, bad) {
			t.Errorf("planted markup arrived: %q", bad)
		}
	}
	if !strings.Contains(html, "&lt;script&gt;") {
		t.Error("the planted text is not shown at all")
	}
	if strings.ContainsAny(html, "\x00\x1b\u202e") {
		t.Error("control characters arrived")
	}
}

func TestTerminalIsSafeAgainstEscapes(t *testing.T) {
	evil := "\x1b]0;owned\x07\x1b[2J\x9b31m\r\nfake line\u202eabc\u2066\x7f\xff"
	for _, color := range []bool{false, true} {
		var b bytes.Buffer
		v := fixtureView(t, hostile(t, evil), Options{Lang: locale.EN, Color: color, Waterfalls: true})
		if err := v.writeText(&b); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		if strings.ContainsAny(got, "\x07\u009b\r\u202e\u2066\x7f") || strings.Contains(got, "\x1b]") {
			t.Error("control characters arrived")
		}
		if !color && strings.Contains(got, "\x1b") {
			t.Error("an escape sequence without colour")
		}
		if m := regexp.MustCompile(`\x1b\[[0-9;]*[^0-9;m]`).FindString(got); m != "" {
			t.Errorf("a sequence other than colour: %q", m)
		}
		if !strings.Contains(got, `\u001b]0;owned`) {
			t.Error("the planted text is not spelled out")
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain 终端 ¥1.00": "plain 终端 ¥1.00", "a\r\nb\tc": "a  b c", "\x1b[31m": `\u001b[31m`, "\xff\uFFFD": "\\xff\uFFFD",
		"\u202egnp.exe": `\u202egnp.exe`, "\u2028": `\u2028`, "\uFFFF": `\uffff`, "": "",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Without colour an English report of plain data is ASCII, line drawing included.
func TestPlainEnglishIsASCII(t *testing.T) {
	run := fixture(t)
	run.Policy.Merchant = "Tea House"
	var b bytes.Buffer
	v := fixtureView(t, run, Options{Lang: locale.EN, Waterfalls: true, Demo: true})
	if err := v.writeText(&b); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if i := strings.IndexFunc(line, func(r rune) bool { return r > 0x7e }); i >= 0 {
			t.Errorf("not ASCII: %q", line)
		}
	}
}

// Lines keep to the terminal's width in both languages, as far as anything can be broken.
func TestTextKeepsToTheWidth(t *testing.T) {
	for _, width := range []int{40, 60, 80, 110} {
		for _, lang := range locale.Langs {
			var b bytes.Buffer
			v := fixtureView(t, fixture(t), Options{Lang: lang, Width: width, Waterfalls: true})
			if err := v.writeText(&b); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if columns(line) > width {
					t.Errorf("%s, %d columns: %d in %q", lang, width, columns(line), line)
				}
			}
		}
	}
}

func TestLongListsAreCutAndCounted(t *testing.T) {
	run := fixture(t)
	one := run.Breaks[0]
	for i := range 40 {
		b := one
		b.ID = tillproof.BreakID{0xff, byte(i)}
		run.Breaks = append(run.Breaks, b)
	}
	var b bytes.Buffer
	if err := fixtureView(t, run, Options{Lang: locale.EN}).writeText(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "31 more: see --json or --xlsx") {
		t.Error("41 breaks of a kind, 10 shown, but not 31 more")
	}
	if n := strings.Count(page(t, run, locale.EN), "<article"); n != 48 {
		t.Errorf("%d exceptions on the page, want 48", n)
	}
}

func TestRanges(t *testing.T) {
	for want, in := range map[string][]int32{
		"": nil, "5": {5}, "5,6": {5, 6}, "5-7": {5, 6, 7}, "5-7,9": {5, 6, 7, 9}, "8,7": {8, 7},
		"1,3,5,7,9,11,+2": {1, 3, 5, 7, 9, 11, 13, 15},
	} {
		if got := ranges(in); got != want {
			t.Errorf("%v: got %q, want %q", in, got, want)
		}
	}
}

func TestNothingWrong(t *testing.T) {
	run := &tillproof.Run{}
	var b bytes.Buffer
	if err := Text(&b, run, Options{Lang: locale.ZH}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "没有发现异常") || !strings.Contains(b.String(), "没有损失") {
		t.Error(b.String())
	}
	b.Reset()
	if err := HTML(&b, run, Options{}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.String())
	b.Reset()
	if err := XLSX(&b, run, Options{}); err != nil {
		t.Fatal(err)
	}
}
