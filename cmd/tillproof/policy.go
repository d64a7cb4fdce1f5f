package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tillproof/tillproof"
)

// maxPolicy bounds a policy file: that of a chain has a few thousand terminals.
const maxPolicy = 1 << 20

// calendarOf finds a banking calendar by its name; known lists the names where it is not there.
type calendarOf func(name string) (calendar tillproof.Calendar, known []string, ok bool)

// readPolicy reads policy.yaml. It reports every mistake with its line and column, all together, and answers
// no policy where there is one: a rule that is silently left out would look like a clean result.
func readPolicy(file string, text []byte, calendars calendarOf) (tillproof.Policy, error) {
	r := &policyReader{file: file, calendars: calendars}
	if len(text) > maxPolicy {
		r.mistake(nil, "", "policy.too_large", bytesParam(maxPolicy))
		return tillproof.Policy{}, errors.Join(r.mistakes...)
	}
	if depth(text) > maxPolicyDepth {
		r.mistake(nil, "", "policy.too_deep", number(maxPolicyDepth))
		return tillproof.Policy{}, errors.Join(r.mistakes...)
	}
	tree, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return tillproof.Policy{}, r.syntax(err)
	}
	root := r.document(tree)
	if root == nil {
		return tillproof.Policy{}, errors.Join(r.mistakes...)
	}
	r.read(root)
	if len(r.mistakes) > 0 {
		return tillproof.Policy{}, errors.Join(r.mistakes...)
	}
	return r.policy, nil
}

// maxPolicyDepth is more than a policy ever nests and far less than what strains a parser.
const maxPolicyDepth = 32

// depth is an upper bound of the nesting of a YAML text: brackets that are open together, and half the
// blanks, dashes and question marks by which a line begins.
func depth(text []byte) int {
	deepest, open := 0, 0
	for line := range strings.Lines(string(text)) {
		open += strings.Count(line, "[") + strings.Count(line, "{")
		deepest = max(deepest, open, (len(line)-len(strings.TrimLeft(line, " -?")))/2)
		open -= strings.Count(line, "]") + strings.Count(line, "}")
	}
	return deepest
}

// policyReader gathers the policy and the mistakes.
type policyReader struct {
	file      string
	family    string // how the codes of its mistakes begin; "": as those of a policy
	calendars calendarOf
	policy    tillproof.Policy
	mistakes  []error
}

// placeOf is where a node stands.
func (r *policyReader) placeOf(at ast.Node, field string) tillproof.Place {
	place := tillproof.Place{File: r.file, Field: field}
	if m, ok := at.(*ast.MappingNode); ok && len(m.Values) > 0 {
		at = m.Values[0].Key // a mapping's own token is the colon of its first key
	}
	if at != nil && at.GetToken() != nil && at.GetToken().Position != nil {
		place.Line, place.Column = at.GetToken().Position.Line, at.GetToken().Position.Column
	}
	return place
}

// mistake notes what is wrong at a node.
func (r *policyReader) mistake(at ast.Node, field, code string, p tillproof.Params) {
	place := r.placeOf(at, field)
	r.mistakes = append(r.mistakes, &tillproof.Error{
		Op: "read policy", Kind: tillproof.KindInvalid, Code: r.code(code), Place: place, Params: p,
	})
}

// code is a code of the policy in the family of the file that is read: the sentences name it.
func (r *policyReader) code(code string) string {
	if end, ok := strings.CutPrefix(code, "policy."); ok && r.family != "" {
		return r.family + end
	}
	return code
}

func (r *policyReader) syntax(err error) error {
	place, cause := tillproof.Place{File: r.file}, err.Error()
	var e yaml.Error
	if errors.As(err, &e) {
		cause = e.GetMessage()
		if t := e.GetToken(); t != nil && t.Position != nil {
			place.Line, place.Column = t.Position.Line, t.Position.Column
		}
	}
	return &tillproof.Error{
		Op: "read policy", Kind: tillproof.KindInvalid, Code: r.code("policy.syntax"), Place: place,
		Params: tillproof.Params{"cause": mask(cause)}, Err: err,
	}
}

// document is the one mapping that a policy file holds.
func (r *policyReader) document(tree *ast.File) ast.MapNode {
	var bodies []ast.Node
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 {
		r.mistake(nil, "", "policy.empty", nil)
		return nil
	}
	if len(bodies) > 1 {
		r.mistake(bodies[1], "", "policy.documents", nil)
		return nil
	}
	return r.mapping(bodies[0], "")
}

// policyKeys are the keys of the file in its order, each with what reads it. Currency comes first when read:
// amounts need its decimals.
func (r *policyReader) policyKeys() map[string]func(ast.Node, string) {
	p := &r.policy
	return map[string]func(ast.Node, string){
		"merchant":    func(n ast.Node, at string) { p.Merchant = r.scalar(n, at) },
		"zone":        r.zone,
		"currency":    r.currency,
		"terminals":   r.terminals,
		"hours":       r.hours,
		"cut_off":     func(n ast.Node, at string) { p.CutOff = r.clock(n, at) },
		"settlement":  r.settlement,
		"tariff":      r.tariff,
		"fee_slack":   func(n ast.Node, at string) { p.FeeSlack = r.amount(n, at) },
		"payers":      func(n ast.Node, at string) { p.Payers = r.texts(n, at) },
		"split_limit": func(n ast.Node, at string) { p.SplitLimit = r.amount(n, at) },
		"window":      func(n ast.Node, at string) { p.Window = r.whole(n, at, maxWindow) },
		"tips":        func(n ast.Node, at string) { p.TipPPM = r.rate(n, at) },
	}
}

// maxWindow is a day in seconds: clocks that differ by more cannot be matched by time.
const maxWindow = 24 * 60 * 60

func (r *policyReader) read(root ast.MapNode) {
	keys := r.policyKeys()
	for it := root.MapRange(); it.Next(); {
		if it.Key().String() == "currency" {
			r.currency(it.Value(), "currency")
		}
	}
	delete(keys, "currency")
	keys["currency"] = func(ast.Node, string) {}
	r.fields(root, "", keys)
}

func (r *policyReader) zone(n ast.Node, at string) {
	name := r.scalar(n, at)
	if _, err := time.LoadLocation(name); name != "" && (err != nil || name == "Local") {
		r.mistake(n, at, "policy.zone", tillproof.Params{"value": mask(name)})
		return
	}
	r.policy.Zone = name
}

// nearCurrency gives the ISO 4217 codes of names that people write in their place.
var nearCurrency = map[string]string{"RMB": "CNY", "CNH": "CNY", "NTD": "TWD", "YEN": "JPY", "UKP": "GBP"}

func (r *policyReader) currency(n ast.Node, at string) {
	name := r.scalar(n, at)
	if name == "" {
		return
	}
	c, err := tillproof.ParseCurrency(name)
	if err != nil {
		r.mistake(n, at, "policy.currency", tillproof.Params{"value": mask(name)})
		return
	}
	if near := nearCurrency[name]; near != "" {
		r.mistake(n, at, "policy.currency_near", tillproof.Params{"value": name, "near": near})
		return
	}
	if !c.Active() {
		r.mistake(n, at, "policy.currency_inactive", tillproof.Params{"value": name})
		return
	}
	r.policy.Currency = c
}

func (r *policyReader) terminals(n ast.Node, at string) {
	for _, t := range r.texts(n, at) {
		r.policy.Terminals = append(r.policy.Terminals, tillproof.TerminalID(t))
	}
}

// maxSettleDays is more banking days than any contract leaves a merchant waiting for card money.
const maxSettleDays = 60

func (r *policyReader) settlement(n ast.Node, at string) {
	s := &r.policy.Settlement
	r.fieldsOf(n, at, map[string]func(ast.Node, string){
		"days": func(n ast.Node, at string) { s.Days, s.Known = r.whole(n, at, maxSettleDays), true },
		"calendar": func(n ast.Node, at string) {
			name := r.scalar(n, at)
			if name == "" {
				return
			}
			calendar, known, ok := r.calendars(name)
			if !ok {
				p := tillproof.Params{"value": mask(name), "known": strings.Join(known, ", ")}
				r.mistake(n, at, "policy.calendar", p)
				return
			}
			s.Calendar = calendar
		},
	})
}

func (r *policyReader) tariff(n ast.Node, at string) {
	seen := map[tillproof.CardKind]bool{}
	for i, item := range r.list(n, at) {
		line, ok := r.tariffLine(item, at+"["+strconv.Itoa(i)+"]")
		if !ok {
			continue
		}
		if seen[line.Kind] {
			r.mistake(item, at, "policy.tariff_twice", tillproof.Params{"kind": kindName(line.Kind)})
			continue
		}
		seen[line.Kind] = true
		r.policy.Tariff = append(r.policy.Tariff, line)
	}
}

func (r *policyReader) tariffLine(n ast.Node, at string) (tillproof.TariffLine, bool) {
	var line tillproof.TariffLine
	given := map[string]bool{}
	before := len(r.mistakes)
	r.fieldsOf(n, at, map[string]func(ast.Node, string){
		"kind":        func(n ast.Node, at string) { line.Kind, given["kind"] = r.cardKind(n, at), true },
		"rate":        func(n ast.Node, at string) { line.RatePPM, given["rate"] = r.rate(n, at), true },
		"fixed":       func(n ast.Node, at string) { line.Fixed = r.amount(n, at) },
		"min":         func(n ast.Node, at string) { line.Min = r.amount(n, at) },
		"cap":         func(n ast.Node, at string) { line.Cap = r.amount(n, at) },
		"returns_fee": func(n ast.Node, at string) { line.ReturnsFee = r.truth(n, at) },
	})
	for _, key := range [...]string{"kind", "rate"} {
		if !given[key] && len(r.mistakes) == before {
			r.mistake(n, at, "policy.tariff_lacks", tillproof.Params{"key": key})
		}
	}
	return line, len(r.mistakes) == before
}

// anyKind is how a tariff line says that it is for every kind without a line of its own.
const anyKind = "any"

func (r *policyReader) cardKind(n ast.Node, at string) tillproof.CardKind {
	name := r.scalar(n, at)
	kind, ok := tillproof.ParseCardKind(name)
	if name != "" && name != anyKind && !ok {
		r.mistake(n, at, "policy.card_kind", tillproof.Params{"value": mask(name)})
	}
	return kind
}

func kindName(k tillproof.CardKind) string {
	if k == tillproof.CardUnknown {
		return anyKind
	}
	return k.String()
}
