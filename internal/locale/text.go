package locale

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// oneSuffix marks the text for exactly one thing, which English needs.
const oneSuffix = ".one"

// Text is the catalogue's text of the code with the parameters in their places. A code that the catalogue
// lacks is shown in brackets, a parameter that was not given likewise: a hole is seen, not hidden.
func Text(lang Lang, code string, p tillproof.Params) string {
	texts := catalogues()[lang]
	text, ok := texts[code]
	if p["n"] == "1" {
		if one, has := texts[code+oneSuffix]; has {
			text, ok = one, true
		}
	}
	if !ok {
		return "[" + code + "]"
	}
	return Fill(lang, text, p)
}

// Fill puts the parameters into the places of a text that does not stand in the catalogue.
func Fill(lang Lang, text string, p tillproof.Params) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		place, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		name, kind, _ := strings.Cut(place, ":")
		v, given := p[name]
		if !given { // a text of the user stands in the note itself, in each language
			v, given = p[name+"_"+string(lang)]
		}
		if given {
			b.WriteString(show(lang, kind, term(lang, name, kind, v)))
		} else {
			b.WriteString("[" + name + "]")
		}
		text = after
	}
}

// families are plain places that may be given a name of the vocabulary: {holiday} given "national_day" shows
// the text of holiday.national_day, {side} given "bank" that of side.bank. Values that are no such name stay.
var families = [...]string{
	"card_kind", "case_kind", "case_state", "case_step", "clock", "entry", "holiday", "kind", "limit",
	"material", "outcome", "role", "severity", "side", "status",
}

func term(lang Lang, place, kind, v string) string {
	if kind == "" && slices.Contains(families[:], place) && Has(lang, place+"."+v) {
		return Text(lang, place+"."+v, nil)
	}
	return v
}

// noCard stands for a card that a record does not show.
const noCard = "–"

// show writes a parameter by the kind of its place. A value that is not of that kind is shown as it is.
func show(lang Lang, kind, v string) string {
	if v == "" && (kind == "date" || kind == "time") {
		return Text(lang, "locale.unknown", nil)
	}
	if one, many, forms := strings.Cut(kind, "|"); forms {
		return counted(lang, v, one, many)
	}
	switch kind {
	case "money":
		return showMoney(lang, v)
	case "date":
		if d, err := tillproof.ParseDate(v); err == nil {
			return Date(lang, d)
		}
	case "time":
		if t, ok := parseTime(v); ok {
			return Time(lang, t)
		}
	case "card": // ", card …" after a reference; nothing where the record shows none
		if v == "" || v == noCard {
			return ""
		}
		return Text(lang, "locale.card", tillproof.Params{"v": v})
	case "tariff":
		return showTariff(lang, v)
	case "rate":
		if ppm, err := strconv.ParseInt(v, 10, 64); err == nil {
			return Rate(lang, ppm)
		}
	case "span":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return showSpan(lang, n)
		}
	case "int":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return Number(lang, n)
		}
	}
	return v
}

// counted writes a number and the words that go with it: {n:row is|rows are} shows "1 row is", "5 rows are".
func counted(lang Lang, v, one, many string) string {
	if v == "1" {
		return v + " " + one
	}
	return show(lang, "int", v) + " " + many
}

// showSpan writes seconds as people speak of a time that has passed: in the largest unit of which there are
// two.
func showSpan(lang Lang, seconds int64) string {
	const minute, hour, day = 60, 3600, 86400
	code, unit := "locale.span.minutes", int64(minute)
	switch {
	case seconds >= 2*day:
		code, unit = "locale.span.days", day
	case seconds >= 2*hour:
		code, unit = "locale.span.hours", hour
	}
	return Text(lang, code, tillproof.Params{"n": strconv.FormatInt(seconds/unit, 10)})
}

// showTariff writes what TariffLine.Param writes: 0.60% + CNY 0.10, at most CNY 20.00. A rate of nothing
// beside a fixed part is left out.
func showTariff(lang Lang, v string) string {
	rate, rest, more := strings.Cut(v, ";")
	ppm, err := strconv.ParseInt(rate, 10, 64)
	if err != nil {
		return v
	}
	out := Rate(lang, ppm)
	for more {
		var part string
		part, rest, more = strings.Cut(rest, ";")
		name, amount, _ := strings.Cut(part, "=")
		if name == "fixed" && ppm == 0 {
			out = showMoney(lang, amount)
			continue
		}
		out += Text(lang, "locale.tariff."+name, tillproof.Params{"v": amount})
	}
	return out
}

func showMoney(lang Lang, v string) string {
	digits, code, _ := strings.Cut(v, " ")
	x, err := tillproof.ParseExact(digits)
	if err != nil {
		return v
	}
	c := tillproof.Currency{}
	if c.UnmarshalText([]byte(code)) != nil {
		return v
	}
	return Exact(lang, x, c)
}

// parseTime reads what LocalTime.MarshalText writes.
func parseTime(v string) (tillproof.LocalTime, bool) {
	day, clock, ok := strings.Cut(v, "T")
	d, err := tillproof.ParseDate(day)
	if !ok || err != nil || len(clock) != len("15:04:05") || clock[2] != ':' || clock[5] != ':' {
		return tillproof.NoTime, false
	}
	var part [3]int
	for i := range part {
		n, err := strconv.ParseUint(clock[i*3:i*3+2], 10, 8)
		if err != nil {
			return tillproof.NoTime, false
		}
		part[i] = int(n)
	}
	return d.At(part[0], part[1], part[2]), part[0] < 24 && part[1] < 60 && part[2] < 60
}
