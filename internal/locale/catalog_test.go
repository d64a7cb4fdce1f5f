package locale

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// page is one catalogue file with its codes in the order of the file.
type page struct {
	name  string
	room  string
	lang  Lang
	codes []string
	texts map[string]string
}

func pages(t *testing.T) []page {
	t.Helper()
	names, err := fs.Glob(files, "catalog/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no catalogue: ", err)
	}
	var all []page
	for _, name := range names {
		parts := strings.Split(strings.TrimPrefix(name, "catalog/"), ".")
		if len(parts) != 3 || (parts[1] != string(ZH) && parts[1] != string(EN)) {
			t.Errorf("%s: the name is <room>.<lang>.json", name)
			continue
		}
		p := page{name: name, room: parts[0], lang: Lang(parts[1]), texts: map[string]string{}}
		if err := p.read(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		all = append(all, p)
	}
	return all
}

func (p *page) read() error {
	raw, err := fs.ReadFile(files, p.name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	if tok, err := d.Token(); err != nil || tok != json.Delim('{') {
		return fmt.Errorf("not a JSON object: %v", err)
	}
	for d.More() {
		code, err := d.Token()
		if err != nil {
			return err
		}
		var text string
		if err := d.Decode(&text); err != nil {
			return fmt.Errorf("%v: %w", code, err)
		}
		p.codes = append(p.codes, code.(string))
		p.texts[code.(string)] = text
	}
	_, err = d.Token()
	return err
}

func TestCatalogueFilesAreSortedAndWhole(t *testing.T) {
	code := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	home := map[string]string{}
	for _, p := range pages(t) {
		if !slices.IsSorted(p.codes) {
			t.Errorf("%s: codes are not sorted", p.name)
		}
		for i, c := range p.codes {
			if i > 0 && c == p.codes[i-1] {
				t.Errorf("%s: %s stands twice", p.name, c)
			}
			if !code.MatchString(c) {
				t.Errorf("%s: %q is not a dotted code", p.name, c)
			}
			if strings.TrimSpace(p.texts[c]) == "" {
				t.Errorf("%s: %s is empty", p.name, c)
			}
			key := string(p.lang) + c
			if home[key] != "" {
				t.Errorf("%s: %s stands in %s too", p.name, c, home[key])
			}
			home[key] = p.name
		}
	}
}

func TestEachCodeStandsInBothLanguages(t *testing.T) {
	both := map[Lang]map[string]page{ZH: {}, EN: {}}
	for _, p := range pages(t) {
		both[p.lang][p.room] = p
	}
	missing := func(from, in Lang) {
		for room, p := range both[from] {
			for _, c := range p.codes {
				if _, ok := both[in][room].texts[c]; !ok && !strings.HasSuffix(c, oneSuffix) {
					t.Errorf("%s.%s.json lacks %s", room, in, c)
				}
			}
		}
	}
	missing(ZH, EN)
	missing(EN, ZH)
}

var place = regexp.MustCompile(`\{([^{}]*)\}`)

// places are the distinct places of a text, sorted: "amount:money day:date". A number with its words is a
// number: the other language may have none.
func places(text string) []string {
	var all []string
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		at := m[1]
		if name, words, _ := strings.Cut(at, ":"); strings.Contains(words, "|") {
			at = name + ":int"
		}
		all = append(all, at)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestPlacesAreKnownAndTheSameInBothLanguages(t *testing.T) {
	form := regexp.MustCompile(`^[a-z][a-z0-9_]*(:(money|date|time|rate|int|tariff|card|span|[a-z ]+\|[a-z ]+))?$`)
	texts := catalogues()
	for _, p := range pages(t) {
		for _, c := range p.codes {
			mine := places(p.texts[c])
			for _, m := range place.FindAllStringSubmatch(p.texts[c], -1) {
				if at := m[1]; !form.MatchString(at) {
					t.Errorf("%s: %s has a place {%s} of unknown kind", p.name, c, at)
				}
			}
			if rest := place.ReplaceAllString(p.texts[c], ""); strings.ContainsAny(rest, "{}") {
				t.Errorf("%s: %s has a brace that is no place", p.name, c)
			}
			base, one := strings.CutSuffix(c, oneSuffix)
			if one {
				for _, at := range mine { // may leave the count out, may not invent a place
					if !slices.Contains(places(texts[p.lang][base]), at) {
						t.Errorf("%s: %s has {%s}, which %s has not", p.name, c, at, base)
					}
				}
				continue
			}
			if other := places(texts[EN][c]); !slices.Equal(mine, other) {
				t.Errorf("%s: %s has places %v, English has %v", p.name, c, mine, other)
			}
		}
	}
}

// chineseMistakes are what a careful typesetter would mark. Sources: GB/T 15834-2011 for the marks, the
// house's rule that blanks are never put into data for the rest.
var chineseMistakes = []struct {
	what string
	find *regexp.Regexp
}{
	{"a half-width mark after Han", regexp.MustCompile(`\p{Han}[,;:?!()]`)},
	{"a half-width mark before Han", regexp.MustCompile(`[,;?!()]\p{Han}`)},
	{"a half-width full stop after Han", regexp.MustCompile(`\p{Han}\.(\s|$|\p{Han})`)},
	{"a doubled mark", regexp.MustCompile(`，，|。。|、、|；；|：：|，。|。，|、，|！！|？？`)},
	{"corner brackets", regexp.MustCompile(`[「」『』﹁﹂]`)},
	{"straight quotes beside Han", regexp.MustCompile(`\p{Han}["']|["']\p{Han}`)},
	{"a blank beside Han", regexp.MustCompile(`\p{Han} | \p{Han}`)},
	{"a blank beside a full-width mark", regexp.MustCompile(`[，。；：、？！（）“”《》] | [，。；：、？！（）“”《》]`)},
	{"three dots for an ellipsis", regexp.MustCompile(`\.\.\.|[^…]…([^…]|$)`)},
	{"full-width digits or Latin", regexp.MustCompile(`[０-９Ａ-Ｚａ-ｚ]`)},
	{"an unknown mark", regexp.MustCompile(`[—]([^—]|$)`)},
}

func TestChineseIsSetWithCare(t *testing.T) {
	dash := regexp.MustCompile(`——`)
	flag := regexp.MustCompile(`(--[a-z-]+) `) // what is typed keeps its blank
	for _, p := range pages(t) {
		if p.lang != ZH {
			continue
		}
		for _, c := range p.codes {
			text := place.ReplaceAllString(dash.ReplaceAllString(p.texts[c], "："), "1")
			text = flag.ReplaceAllString(text, "$1=")
			for _, m := range chineseMistakes {
				if at := m.find.FindString(text); at != "" {
					t.Errorf("%s: %s: %s: %q in %q", p.name, c, m.what, at, p.texts[c])
				}
			}
		}
	}
}

// The linter must be able to fail.
func TestChineseMistakesAreSeen(t *testing.T) {
	for _, bad := range []string{
		"金额,不符", "到账 短款", "共1 笔", "第1 行", "真的?", "（甲）(乙)丙", "「引」", "等等...", "金额不符，，", "０元", "他说\"好\"", "完.",
		"对账， 结束",
	} {
		seen := false
		for _, m := range chineseMistakes {
			seen = seen || m.find.MatchString(bad)
		}
		if !seen {
			t.Errorf("nothing wrong seen in %q", bad)
		}
	}
	for _, good := range []string{"共1笔，合计¥1,234.50。", "请运行“tillproof check --json”", "见《合同》（第3条）：……"} {
		for _, m := range chineseMistakes {
			if m.find.MatchString(good) {
				t.Errorf("%q: %s", good, m.what)
			}
		}
	}
}
