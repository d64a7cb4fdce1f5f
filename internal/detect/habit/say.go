package habit

import (
	"fmt"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Say is what is told of a fact as a sentence in human units, with its part of all that spoke for fraud in
// permille. The currency is that of the row.
func (t Told) Say(share int32, c tillproof.Currency) tillproof.Note {
	f, value := int(t.Fact), t.Value
	n := tillproof.Note{Code: "habit.says." + Facts[f].Name + t.form(), Params: tillproof.Params{
		"share": strconv.Itoa(int(share+5) / 10),
	}}
	if t.Of > 0 {
		n.Params["of"] = strconv.Itoa(int(t.Of))
	}
	if t.Usual > 0 {
		n.Params["usual"] = cash(t.Usual, c)
	}
	switch {
	case t.Of > 0 && Facts[f].Unit != Times, f == CardPace, f == TerminalPace: // so many out of so many
		n.Params["n"] = strconv.Itoa(int(value))
	case f == EntryMode:
		n.Params["entry"] = tillproof.EntryMode(value).String()
	case f == Kind:
		n.Params["kind"] = tillproof.RecordKind(value).String()
	case Facts[f].Unit != Choice && Facts[f].Unit != Steps && Facts[f].Unit != Weekday:
		n.Params["n"] = Facts[f].Unit.show(value, c)
	}
	return n
}

// farOutside is a distance from what is usual, in hundredths of the scatter, at which hardly a row lies.
const farOutside = 400

// form is the end of the code: which of its sentences a fact takes.
func (t Told) form() string {
	f := int(t.Fact)
	switch {
	case Facts[f].Unit == Steps && t.Value < 0:
		return ".below"
	case Facts[f].Unit == Steps && t.Value >= farOutside:
		return ".far"
	case f == Declined && t.Value == 0:
		return ".no"
	case (f == CardRows || f == TerminalRows) && t.Value == 0:
		return ".none"
	case (f == CardRows1h || f == CardRows3h || f == CardRows1d) && t.Value >= cardRows,
		(f == TerminalRows10m || f == TerminalRows1h) && t.Value >= terminalRows:
		return ".full" // no more are remembered
	}
	return ""
}

// show writes a value as the catalogue takes it.
func (u Unit) show(value int32, c tillproof.Currency) string {
	switch u {
	case Times:
		if value < 1000 {
			return point(int64(value), 1000, 2)
		}
		return point(int64(value), 1000, 1)
	case Clock:
		return fmt.Sprintf("%02d:%02d", value/60, value%60)
	case Minor:
		return cash(int64(value), c)
	}
	return strconv.Itoa(int(value))
}

// cash is an amount as the catalogue takes money.
func cash(minor int64, c tillproof.Currency) string {
	if !c.Known() {
		return tillproof.FormatMinor(minor, c)
	}
	return tillproof.FormatMinor(minor, c) + " " + c.String()
}

// point is value/unit rounded to some decimals.
func point(value, unit int64, decimals int) string {
	scale := int64(1)
	for range decimals {
		scale *= 10
	}
	sign := ""
	if value < 0 {
		sign, value = "-", -value
	}
	x := (value*scale + unit/2) / unit
	return fmt.Sprintf("%s%d.%0*d", sign, x/scale, decimals, x%scale)
}
