package custom

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tillproof/tillproof"
)

// The bounds of a rule file.
const (
	MaxFile   = 64 << 10 // bytes: a rule is a page
	maxParams = 32
	maxText   = 600 // letters of a text: a paragraph
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]{2,47}$`)

// ruleYAML is a rule as its file writes it.
type ruleYAML struct {
	ID       string         `yaml:"id"`
	Version  int            `yaml:"version"`
	Title    wordsYAML      `yaml:"title"`
	Severity string         `yaml:"severity"`
	When     string         `yaml:"when"`
	Params   map[string]any `yaml:"params"`
	AtRisk   bool           `yaml:"at_risk"`
	Shadow   bool           `yaml:"shadow"`
	Merge    string         `yaml:"merge"`
	Reason   wordsYAML      `yaml:"reason"`
	Innocent wordsYAML      `yaml:"innocent"`
}

type wordsYAML struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// Read reads and checks the file of a rule. The error is a *tillproof.Error with its place: the line, and the
// key, of what is wrong.
func Read(name string, raw []byte) (*Rule, error) {
	r := &reader{name: name}
	rule, bad := r.read(raw)
	if bad != nil {
		bad.Place.File = name
		return nil, bad
	}
	return rule, nil
}

type reader struct {
	name string
	tree *ast.File
}

func (r *reader) read(raw []byte) (*Rule, *tillproof.Error) {
	if len(raw) > MaxFile {
		return nil, wrong("custom.too_large", "max", strconv.Itoa(MaxFile))
	}
	var err error
	if r.tree, err = parser.ParseBytes(raw, 0); err != nil {
		return nil, syntax(err)
	}
	if bad := r.plain(); bad != nil {
		return nil, bad
	}
	var y ruleYAML
	if err := yaml.UnmarshalWithOptions(raw, &y, yaml.Strict()); err != nil {
		return nil, syntax(err)
	}
	return r.rule(&y)
}

// plain refuses what a rule needs not and what could grow when it is read: anchors, and several documents.
func (r *reader) plain() *tillproof.Error {
	if len(r.tree.Docs) != 1 || r.tree.Docs[0].Body == nil {
		return wrong("custom.empty")
	}
	v := &aliases{}
	ast.Walk(v, r.tree.Docs[0])
	if v.found != nil {
		e := wrong("custom.alias")
		e.Place.Line, e.Place.Column = v.found.Position.Line, v.found.Position.Column
		return e
	}
	return nil
}

func (r *reader) rule(y *ruleYAML) (*Rule, *tillproof.Error) {
	rule := &Rule{
		ID: tillproof.RuleID(y.ID), Version: max(1, y.Version), When: strings.TrimSpace(y.When),
		AtRisk: y.AtRisk, Shadow: y.Shadow, Place: tillproof.Place{File: r.name},
		Title: Words(y.Title), Reason: Words(y.Reason), Innocent: Words(y.Innocent),
	}
	for _, step := range [...]func(*Rule, *ruleYAML) *tillproof.Error{
		r.setID, r.setWords, r.setChoices, r.setParams, r.setWhen, r.setPlaces,
	} {
		if bad := step(rule, y); bad != nil {
			return nil, bad
		}
	}
	return rule, nil
}

func (r *reader) setID(_ *Rule, y *ruleYAML) *tillproof.Error {
	switch {
	case y.ID == "":
		return wrong("custom.missing", "key", "id", "example", "night_refund")
	case !idForm.MatchString(y.ID):
		return r.at("id", wrong("custom.id", "value", y.ID))
	case y.Version < 0:
		return r.at("version", wrong("custom.version", "value", strconv.Itoa(y.Version)))
	}
	return nil
}

// setWords takes a text in one language for both where only one is given.
func (r *reader) setWords(rule *Rule, _ *ruleYAML) *tillproof.Error {
	for _, w := range [...]struct {
		key, example string
		to           *Words
		may          bool
	}{
		{"title", "Refund at night", &rule.Title, false},
		{"reason", "{amount:money} at {time:time} on terminal {terminal}", &rule.Reason, false},
		{"innocent", "", &rule.Innocent, true},
	} {
		if w.to.ZH == "" {
			w.to.ZH = w.to.EN
		}
		if w.to.EN == "" {
			w.to.EN = w.to.ZH
		}
		if w.to.EN == "" && !w.may {
			return wrong("custom.missing", "key", w.key, "example", "{en: "+strconv.Quote(w.example)+"}")
		}
		if len([]rune(w.to.ZH)) > maxText || len([]rune(w.to.EN)) > maxText {
			return r.at(w.key, wrong("custom.text_long", "key", w.key, "max", strconv.Itoa(maxText)))
		}
	}
	return nil
}

func (r *reader) setChoices(rule *Rule, y *ruleYAML) *tillproof.Error {
	levels := []string{"info", "low", "medium", "high"}
	i := slices.Index(levels, y.Severity)
	switch {
	case y.Severity == "":
		return wrong("custom.missing", "key", "severity", "example", strings.Join(levels, " | "))
	case i < 0:
		return r.at("severity", wrong("custom.choice", "key", "severity", "value", y.Severity,
			"known", strings.Join(levels, ", ")))
	}
	rule.Severity = tillproof.Info + tillproof.Severity(i)
	if y.Merge == "" {
		return nil
	}
	m := slices.Index(mergeNames[:], y.Merge)
	if m < 0 {
		return r.at("merge", wrong("custom.choice", "key", "merge", "value", y.Merge,
			"known", strings.Join(mergeNames[:], ", ")))
	}
	rule.Merge = Merge(m)
	return nil
}

func (r *reader) setParams(rule *Rule, y *ruleYAML) *tillproof.Error {
	if len(y.Params) > maxParams {
		return r.at("params", wrong("custom.too_many", "max", strconv.Itoa(maxParams)))
	}
	for name, value := range y.Params {
		if !idForm.MatchString(name) {
			return r.at("params", wrong("custom.param", "value", name))
		}
		if factOf(name) != nil || name == nameFunction {
			return r.at("params", wrong("custom.param_taken", "value", name))
		}
		n, whole := wholeOf(value)
		if !whole {
			return r.at("params", wrong("custom.param_number", "value", name))
		}
		rule.Params = append(rule.Params, Param{name, n})
	}
	slices.SortFunc(rule.Params, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// wholeOf is a whole number as the reader of YAML gives it.
func wholeOf(v any) (int64, bool) {
	switch n := v.(type) {
	case uint64:
		return int64(n), n <= math.MaxInt64
	case int64:
		return n, true
	}
	return 0, false
}

func (r *reader) setWhen(rule *Rule, _ *ruleYAML) *tillproof.Error {
	if rule.When == "" {
		return wrong("custom.missing", "key", "when", "example", "kind == \"refund\" && hour < 6")
	}
	test, bad := compile(rule.When, rule.Params)
	if bad != nil {
		within := bad.Place
		bad = r.at("when", bad)
		if within.Line > 0 {
			bad.Params["at"] = strconv.Itoa(within.Line) + ":" + strconv.Itoa(within.Column)
		}
		return bad
	}
	rule.test, rule.Cost = test, test.cost
	return nil
}

// ReasonPlaces are the places that a reason may have beside the facts.
var ReasonPlaces = []string{
	"amount", "time", "from", "to", "n", "terminal", "merchant", "card", "ref", "customer",
}

var place = regexp.MustCompile(`\{([a-z0-9_]*)(:[a-z]*)?\}`)

func (r *reader) setPlaces(rule *Rule, _ *ruleYAML) *tillproof.Error {
	allowed := slices.Clone(ReasonPlaces)
	for i := range facts {
		if facts[i].Kind == Number {
			allowed = append(allowed, facts[i].Name)
		}
	}
	for _, text := range [...]string{rule.Reason.ZH, rule.Reason.EN} {
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			if !contains(allowed, m[1]) {
				return r.at("reason", unknownPlace(m[1], allowed))
			}
		}
		if strings.ContainsAny(place.ReplaceAllString(text, ""), "{}") {
			return r.at("reason", wrong("custom.brace", "open", "{", "close", "}"))
		}
	}
	return nil
}

func unknownPlace(name string, allowed []string) *tillproof.Error {
	if near := nearest(name, allowed); near != "" {
		return wrong("custom.place_near", "value", name, "near", near)
	}
	return wrong("custom.place", "value", name, "known", strings.Join(ReasonPlaces, ", "))
}

// at gives a mistake the line of its key.
func (r *reader) at(key string, e *tillproof.Error) *tillproof.Error {
	e.Place = tillproof.Place{File: r.name, Field: key}
	body, ok := r.tree.Docs[0].Body.(ast.MapNode)
	if !ok {
		return e
	}
	for it := body.MapRange(); it.Next(); {
		if t := it.Key().GetToken(); it.Key().String() == key && t != nil && t.Position != nil {
			e.Place.Line, e.Place.Column = t.Position.Line, t.Position.Column
		}
	}
	return e
}

func syntax(err error) *tillproof.Error {
	e := wrong("custom.syntax", "cause", err.Error())
	var at yaml.Error
	if errors.As(err, &at) {
		e.Params["cause"] = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			e.Place.Line, e.Place.Column = t.Position.Line, t.Position.Column
		}
	}
	e.Err = err
	return e
}
