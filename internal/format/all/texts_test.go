package all

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// texts is what the catalogue says in one language: of the reading room itself, or of one of its leaves.
func texts(t *testing.T, room, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../locale/catalog/" + room + "." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]string
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

const camtHead = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>`

func camtFile(body string) string { return camtHead + body + `</Stmt></BkToCstmrStmt></Document>` }

func camtEntry(body string) string {
	return camtFile(`<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>` + body + `</Ntry>`)
}

const mtHead = ":20:A\n:25:1\n:28C:1\n:60F:C260101EUR1,00\n"

// badInputs are files that each give one code: of the file, or of one of its issues.
var badInputs = map[string]string{
	"card.cvv":                mtHead + ":61:260102C1,00NTRF\n:86:CVV 123\n",
	"card.pin":                mtHead + ":61:260102C1,00NTRF\n:86:PIN block 0123456789ABCDEF\n",
	"card.track":              mtHead + ":61:260102C1,00NTRF\n:86:4111111111111111=25121010000\n",
	"format.balance.gap":      mtHead + ":62F:C260102EUR2,00\n",
	"format.binary":           mtHead + strings.Repeat("x\n", format.HeadBytes) + "\x00x",
	"format.camt.amount":      camtFile(`<Ntry><Amt Ccy="EUR">12..34</Amt></Ntry>`),
	"format.camt.balance":     camtFile(`<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt>x</Amt></Bal>`),
	"format.camt.batch.count": camtEntry(`<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls/></NtryDtls>`),
	"format.camt.batch.sum":   camtEntry(`<NtryDtls><TxDtls><Amt Ccy="EUR">2</Amt></TxDtls></NtryDtls>`),
	"format.camt.count":       camtFile(`<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>`),
	"format.camt.currency":    camtFile(`<Ntry><Amt Ccy="euro">1</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>`),
	"format.camt.date":        camtEntry(`<ValDt><Dt>2026-02-30</Dt></ValDt>`),
	"format.camt.direction":   camtFile(`<Ntry><Amt Ccy="EUR">1</Amt></Ntry>`),
	"format.camt.none":        strings.TrimSuffix(camtHead, "<Stmt>") + "</BkToCstmrStmt></Document>",
	"format.camt.offset":      camtEntry(`<BookgDt><DtTm>2026-02-03T10:11:12+01:00</DtTm></BookgDt>`),
	"format.camt.period":      camtFile(`<FrToDt><FrDtTm>x</FrDtTm></FrToDt>`),
	"format.camt.scale":       camtFile(`<Ntry><Amt Ccy="EUR">1.001</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>`),
	"format.camt.total":       camtFile(`<TxsSummry><TtlCdtNtries><Sum>2</Sum></TtlCdtNtries></TxsSummry>`),
	"format.charset":          `<?xml version="1.0" encoding="klingon"?>` + camtFile("<Id>M\xfcller</Id>"),
	"format.charset.bytes":    `<?xml version="1.0" encoding="UTF-8"?>` + camtFile("<Id>M\xfcller</Id>"),
	"format.charset.unknown":  "\x80\x81\xff\xff\xfe,\x80\n",
	"format.charset.wide":     strings.Repeat("\x00\x4e\x00\x5f\x0a\x4e\x0b\x4e", 8), // 一开上下
	"format.empty":            "",
	"format.foreign.archive":  "\x1f\x8b\x08\x00",
	"format.foreign.page":     " <!DOCTYPE html><html>",
	"format.foreign.pdf":      "%PDF-1.7\n",
	"format.foreign.picture":  "\xff\xd8\xff\xe0\x00\x10JFIF",
	"format.line.long":        mtHead + strings.Repeat("x", 2*format.MaxLine),
	"format.mt94x.amount":     mtHead + ":61:260102C1.00NTRF\n",
	"format.mt94x.balance":    mtHead + ":62F:x\n",
	"format.mt94x.clamped":    mtHead + ":61:260230C1,00NTRF\n",
	"format.mt94x.control":    ":20:A\n:28C:1\n:90D:x\n",
	"format.mt94x.count":      ":20:A\n:28C:1\n:90D:1EUR0,\n:90C:1EUR0,\n",
	"format.mt94x.date":       mtHead + ":61:261302C1,00NTRF\n",
	"format.mt94x.field":      mtHead + ":61:260102C1,00NTRF\n:86:" + strings.Repeat("x\n", 64<<10),
	"format.mt94x.mark":       mtHead + ":61:260102X1,00NTRF\n",
	"format.mt94x.page": mtHead + ":62M:C260102EUR1,00\n-\n" +
		":20:A\n:25:1\n:60M:C260102EUR9,00\n:62F:C260102EUR9,00\n",
	"format.mt94x.short":    mtHead + ":61:260102C1,\n",
	"format.mt94x.scale":    mtHead + ":61:260102C1,001NTRF\n",
	"format.mt94x.total":    ":20:A\n:28C:1\n:90D:0EUR1,\n",
	"format.mt94x.unclosed": mtHead,
	"format.sum": mtHead + ":61:260102C90000000000000000,00NTRF\n" +
		":61:260102C90000000000000000,00NTRF\n",
	"format.unknown":    "42",
	"format.xml.broken": strings.TrimSuffix(camtEntry(""), "</Document>"),
	"format.xml.dtd":    `<!DOCTYPE d [<!ENTITY a "x">]>` + camtEntry(""),
	"format.xml.size":   camtFile("<Id>" + strings.Repeat("x", 3<<20) + "</Id>"),
	"format.xml.entity": camtFile("<Id>&xxe;</Id>"),
	"format.xml.syntax": camtFile("<Id>A & B</Id>"),
}

// elsewhere are the codes that no file alone can give, with the test that gives them.
var elsewhere = map[string]string{
	"format.ambiguous": "TestPick", "format.side": "TestPick", "format.read": "the disk",
	"format.camt.root": "a profile that was forced", "source.changed": "TestChangedWhileRead",
	"format.redact.unable": "TestRedactionRefuses", "format.redact.write": "the disk",
}

var place = regexp.MustCompile(`\{([a-z_]+)(?::[a-z |]+)?\}`)

// TestEachTextIsFilled: what goes wrong gives its code, and every place of its text and hint has a value.
func TestEachTextIsFilled(t *testing.T) {
	catalogue := map[string]map[string]string{"zh": texts(t, "format", "zh"), "en": texts(t, "format", "en")}
	for _, code := range slices.Sorted(maps.Keys(catalogue["en"])) {
		base := strings.TrimSuffix(strings.TrimSuffix(code, ".hint"), ".one")
		if _, here := badInputs[base]; !here && elsewhere[base] == "" {
			t.Errorf("no bad input gives %s", base)
		}
	}
	for code, raw := range badInputs {
		params, found := said(code, raw)
		if !found {
			t.Errorf("%s is not what %.80q gives", code, raw)
			continue
		}
		checkFilled(t, catalogue, code, params)
	}
}

// TestEachLimitIsNamed: a file that goes beyond a limit is told which.
func TestEachLimitIsNamed(t *testing.T) {
	params, found := said("format.xml.size", camtFile(strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)))
	if !found || params["limit"] != "depth" || params["max"] != "64" {
		t.Errorf("a file that is too deep: %v", params)
	}
	call := regexp.MustCompile(`(?:[tT]ooLarge|tooMany)\("([a-z]+)", `)
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllSubmatch(src, -1) {
			named++
			for _, lang := range []string{"zh", "en"} {
				if texts(t, "term", lang)["limit."+string(m[1])] == "" {
					t.Errorf("%s: no text in %s for limit.%s", name, lang, m[1])
				}
			}
		}
	}
	if named < 10 {
		t.Errorf("%d limits found", named)
	}
}

func checkFilled(t *testing.T, catalogue map[string]map[string]string, code string, params tillproof.Params) {
	t.Helper()
	for lang, texts := range catalogue {
		all := texts[code] + texts[code+".hint"] + texts[code+".one"]
		for _, m := range place.FindAllStringSubmatch(all, -1) {
			if _, ok := params[m[1]]; !ok {
				t.Errorf("%s: %s has a place {%s} and no value for it", lang, code, m[1])
			}
		}
	}
}

// TestEachIssueIsFilled does so with every issue that the files of all formats give.
func TestEachIssueIsFilled(t *testing.T) {
	catalogue := map[string]map[string]string{"zh": {}, "en": {}}
	for lang, all := range catalogue {
		files, err := filepath.Glob("../../locale/catalog/*." + lang + ".json")
		if err != nil || len(files) == 0 {
			t.Fatal("no catalogue", err)
		}
		for _, name := range files {
			room, _, _ := strings.Cut(filepath.Base(name), ".")
			maps.Copy(all, texts(t, room, lang))
		}
	}
	seen := map[string]bool{}
	for _, names := range own(t) {
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			src, _, err := formattest.Load(raw, Formats(), format.Options{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, i := range src.Issues {
				seen[i.Code] = true
				if catalogue["en"][i.Code] == "" || catalogue["zh"][i.Code] == "" {
					t.Errorf("%s: no text for %s", name, i.Code)
				}
				checkFilled(t, catalogue, i.Code, i.Params)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("the files give %d different issues: the test sees too few of them", len(seen))
	}
}

// said is the parameters with which reading a text says a code.
func said(code, raw string) (tillproof.Params, bool) {
	in, err := format.NewInput("x", strings.NewReader(raw), int64(len(raw)))
	var src tillproof.Source
	if err == nil {
		src, err = format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error { return nil })
	}
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Params, e.Code == code
	}
	for _, i := range src.Issues {
		if i.Code == code {
			return i.Params, true
		}
	}
	return nil, false
}
