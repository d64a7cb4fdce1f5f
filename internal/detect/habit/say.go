package habit

import (
	"fmt"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Say is a fact as a sentence in human units, with its part of all that spoke for fraud in permille. The
// currency is that of the row. A fact that is Missing has no sentence.
func Say(f int, value, share int32, c tillproof.Currency) tillproof.Note {
	n := tillproof.Note{Code: "habit.fact." + Facts[f].Name, Params: tillproof.Params{
		"share": strconv.Itoa(int(share+5) / 10),
	}}
	switch {
	case f == EntryMode:
		n.Params["entry"] = tillproof.EntryMode(value).String()
	case f == Kind:
		n.Params["kind"] = tillproof.RecordKind(value).String()
	case f == TerminalOddsRate:
		n.Params["rate"] = rateText[uint32(value)%uint32(len(rateText))]
	case Facts[f].Unit == Choice && value == 0:
		n.Code += ".no"
	default:
		n.Params["n"] = Facts[f].Unit.show(value, c)
	}
	return n
}

// rateText are the rates of the filter as they are read.
var rateText = [len(rates)]string{"98%", "50%", "20%", "5%"}

// show writes a value as the catalogue takes it.
func (u Unit) show(value int32, c tillproof.Currency) string {
	switch u {
	case Times:
		if value < 1000 {
			return point(int64(value), 1000, 2)
		}
		return point(int64(value), 1000, 1)
	case Share:
		return point(int64(value), 10, 0) + "%"
	case Rare:
		return point(int64(value), 10_000, 2) + "%"
	case Steps:
		return point(int64(value), 100, 1)
	case Doubling:
		return point(int64(value), octave, 1)
	case Clock:
		return fmt.Sprintf("%02d:%02d", value/60, value%60)
	case Minor:
		if !c.Known() {
			return tillproof.FormatMinor(int64(value), c)
		}
		return tillproof.FormatMinor(int64(value), c) + " " + c.String()
	}
	return strconv.Itoa(int(value))
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
	if decimals == 0 {
		return sign + strconv.FormatInt(x, 10)
	}
	return fmt.Sprintf("%s%d.%0*d", sign, x/scale, decimals, x%scale)
}
