package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tillproof/tillproof"
)

// weekdays are the keys of the opening hours, in the order of the merchant's week.
var weekdays = [...]struct {
	key string
	day time.Weekday
}{
	{"mon", time.Monday},
	{"tue", time.Tuesday},
	{"wed", time.Wednesday},
	{"thu", time.Thursday},
	{"fri", time.Friday},
	{"sat", time.Saturday},
	{"sun", time.Sunday},
}

// closed is how a day says that the shop stays shut; a day that is not named says the same.
const closed = "closed"

// minutesOfDay is midnight to midnight.
const minutesOfDay = 24 * 60

// mapping is the node as key and value pairs, nil with a mistake where it is something else.
func (r *policyReader) mapping(n ast.Node, at string) ast.MapNode {
	if m, ok := n.(ast.MapNode); ok && n.Type() != ast.AliasType && n.Type() != ast.AnchorType {
		return m
	}
	r.mistake(n, at, "policy.mapping", nil)
	return nil
}

func (r *policyReader) fieldsOf(n ast.Node, at string, keys map[string]func(ast.Node, string)) {
	if m := r.mapping(n, at); m != nil {
		r.fields(m, at, keys)
	}
}

// fields hands each value to the reader of its key; unknown keys and keys that stand twice are mistakes.
func (r *policyReader) fields(m ast.MapNode, at string, keys map[string]func(ast.Node, string)) {
	seen := map[string]bool{}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		field := strings.TrimPrefix(at+"."+key, ".")
		read, known := keys[key]
		switch {
		case !known:
			r.mistake(it.Key(), mask(field), "policy.key", unknownKey(key, keys))
		case seen[key]:
			r.mistake(it.Key(), field, "policy.key_twice", tillproof.Params{"key": key})
		default:
			read(it.Value(), field)
		}
		seen[key] = true
	}
}

func unknownKey(key string, keys map[string]func(ast.Node, string)) tillproof.Params {
	var known []string
	for k := range keys {
		known = append(known, k)
	}
	slices.Sort(known)
	return tillproof.Params{"key": mask(key), "known": strings.Join(known, ", ")}
}

// list is the node as a list, nil with a mistake where it is something else.
func (r *policyReader) list(n ast.Node, at string) []ast.Node {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.mistake(n, at, "policy.list", nil)
		return nil
	}
	return s.Values
}

// scalar is the node's text as the file writes it, "" with a mistake where it is no single value. A number
// is taken as its digits: terminal number 00012345 keeps its zeros, and no amount becomes a binary fraction.
func (r *policyReader) scalar(n ast.Node, at string) string {
	switch n := n.(type) {
	case *ast.StringNode:
		if n.Value != "" {
			return n.Value
		}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case *ast.NullNode:
	default:
		r.mistake(n, at, "policy.scalar", nil)
		return ""
	}
	r.mistake(n, at, "policy.no_value", nil)
	return ""
}

// texts is a list of single values, none of them twice.
func (r *policyReader) texts(n ast.Node, at string) []string {
	var all []string
	for i, item := range r.list(n, at) {
		field := at + "[" + strconv.Itoa(i) + "]"
		text := r.scalar(item, field)
		switch {
		case text == "":
		case slices.Contains(all, text):
			r.mistake(item, field, "policy.value_twice", tillproof.Params{"value": mask(text)})
		default:
			all = append(all, text)
		}
	}
	return all
}

// amount is a decimal of the policy's currency in minor units, never negative.
func (r *policyReader) amount(n ast.Node, at string) int64 {
	text := r.scalar(n, at)
	if text == "" {
		return 0
	}
	p := tillproof.Params{"value": mask(text)}
	x, err := tillproof.ParseExact(text)
	tooMuch := errors.Is(err, tillproof.ErrOverflow) || errors.Is(err, tillproof.ErrInexact)
	if err != nil && !tooMuch || x.Unscaled < 0 {
		r.mistake(n, at, "policy.amount", p)
		return 0
	}
	if !r.policy.Currency.Known() && (x.Unscaled != 0 || tooMuch) {
		r.mistake(n, at, "policy.amount_currency", p)
		return 0
	}
	minor, err := x.Minor(r.policy.Currency)
	if err != nil || tooMuch {
		p["currency"] = r.policy.Currency.String()
		r.mistake(n, at, "policy.amount_decimals", p)
		return 0
	}
	return minor
}

// rateScale is the decimals of parts per million: 1 % is 10 000 of them.
const rateScale = 6

// rateSigns are the ways to write a rate, each with the decimals it stands for.
var rateSigns = [...]struct {
	sign  string
	scale uint8
}{{"%", 2}, {"％", 2}, {"‰", 3}}

// rate is a percentage in parts per million, exactly: 0.60% is 6000. A bare number is refused, because 0.6
// could be either.
func (r *policyReader) rate(n ast.Node, at string) int64 {
	text := r.scalar(n, at)
	if text == "" {
		return 0
	}
	ppm, ok := parseRate(text)
	if !ok {
		r.mistake(n, at, "policy.rate", tillproof.Params{"value": mask(text)})
	}
	return ppm
}

func parseRate(text string) (int64, bool) {
	for _, s := range rateSigns {
		digits, ok := strings.CutSuffix(text, s.sign)
		if !ok {
			continue
		}
		x, err := tillproof.ParseExact(strings.TrimSpace(digits))
		if err != nil {
			return 0, false
		}
		x.Scale += s.scale
		for ; x.Scale > rateScale && x.Unscaled%10 == 0; x.Scale-- {
			x.Unscaled /= 10
		}
		for ; x.Scale < rateScale && x.Unscaled < maxRate; x.Scale++ {
			x.Unscaled *= 10
		}
		return x.Unscaled, x.Scale == rateScale && x.Unscaled >= 0 && x.Unscaled <= maxRate
	}
	return 0, false
}

// maxRate is 100 % in parts per million.
const maxRate = 1_000_000

func (r *policyReader) whole(n ast.Node, at string, most int) int {
	text := r.scalar(n, at)
	if text == "" {
		return 0
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < 0 || v > most {
		p := tillproof.Params{"value": mask(text), "most": strconv.Itoa(most)}
		r.mistake(n, at, "policy.whole", p)
		return 0
	}
	return v
}

func (r *policyReader) truth(n ast.Node, at string) bool {
	text := r.scalar(n, at)
	if text != "" && text != "true" && text != "false" {
		r.mistake(n, at, "policy.truth", tillproof.Params{"value": mask(text)})
	}
	return text == "true"
}

// clock is a time of day in minutes.
func (r *policyReader) clock(n ast.Node, at string) int {
	text := r.scalar(n, at)
	minutes, ok := parseClock(text)
	if text != "" && (!ok || minutes == minutesOfDay) {
		r.mistake(n, at, "policy.clock", tillproof.Params{"value": mask(text)})
		return 0
	}
	return minutes
}

// parseClock reads hh:mm; 24:00 is the end of the day.
func parseClock(text string) (int, bool) {
	h, m, ok := strings.Cut(text, ":")
	if !ok || len(h) < 1 || len(h) > 2 || len(m) != 2 {
		return 0, false
	}
	hours, err1 := strconv.ParseUint(h, 10, 8)
	minutes, err2 := strconv.ParseUint(m, 10, 8)
	total := int(hours)*60 + int(minutes)
	return total, err1 == nil && err2 == nil && minutes < 60 && total <= minutesOfDay
}

func (r *policyReader) hours(n ast.Node, at string) {
	keys := map[string]func(ast.Node, string){}
	for _, w := range weekdays {
		keys[w.key] = func(n ast.Node, at string) { r.spans(w.day, n, at) }
	}
	r.fieldsOf(n, at, keys)
	slices.SortStableFunc(r.policy.Hours, func(a, b tillproof.Opening) int {
		if d := weekRank(a.Day) - weekRank(b.Day); d != 0 {
			return d
		}
		return a.Open - b.Open
	})
}

// weekRank counts from Monday.
func weekRank(d time.Weekday) int { return (int(d) + 6) % 7 }

// spans reads the hours of one day: "08:00-22:00", a list of such, or closed.
func (r *policyReader) spans(day time.Weekday, n ast.Node, at string) {
	items := []ast.Node{n}
	if list, ok := n.(*ast.SequenceNode); ok {
		items = list.Values
	}
	for _, item := range items {
		text := r.scalar(item, at)
		if text == "" || text == closed {
			continue
		}
		o, ok := parseSpan(text)
		if !ok {
			r.mistake(item, at, "policy.hours", tillproof.Params{"value": mask(text)})
			continue
		}
		o.Day = day
		r.policy.Hours = append(r.policy.Hours, o)
	}
}

// parseSpan reads opening hours; an end before the beginning lies after midnight.
func parseSpan(text string) (tillproof.Opening, bool) {
	from, to, ok := strings.Cut(text, "-")
	opens, ok1 := parseClock(strings.TrimSpace(from))
	closes, ok2 := parseClock(strings.TrimSpace(to))
	if !ok || !ok1 || !ok2 || opens == closes || opens == minutesOfDay {
		return tillproof.Opening{}, false
	}
	if closes < opens {
		closes += minutesOfDay
	}
	return tillproof.Opening{Open: opens, Close: closes}, true
}
