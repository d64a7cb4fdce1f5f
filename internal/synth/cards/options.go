package cards

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// Options say what to make.
type Options struct {
	Seed  uint64
	Cards int
	Days  int
	// Wide asks for all columns and for rows that the narrow form cannot show: refunds and declines.
	Wide bool
}

// The limits keep all rows of a call in memory: about a hundred bytes for each day of a card.
const (
	maxCards = 100_000
	maxDays  = 400
)

// firstDay is 2025-02-03, a Monday, in days since 1970-01-01. Nothing depends on it but the dates.
const firstDay = 20122

func (o Options) check() error {
	for _, c := range []struct {
		option     string
		value, top int
	}{{"cards", o.Cards, maxCards}, {"days", o.Days, maxDays}} {
		if c.value < 1 || c.value > c.top {
			return &tillproof.Error{
				Op: "synth", Kind: tillproof.KindInvalid, Code: "synth.range",
				Params: tillproof.Params{
					"option": c.option, "value": strconv.Itoa(c.value), "max": strconv.Itoa(c.top),
				},
			}
		}
	}
	return nil
}

// The ways in which cards are abused, as the column scenario names them. Zero is a genuine row.
const (
	CommonPoint = iota + 1 // copied at one till, used elsewhere days or weeks later
	BadTerminal            // a share of what one terminal takes is not what the cardholder agreed to
	Leaked                 // the number is used in web shops
	Testing                // many numbers tried with small amounts at one web shop
	Takeover               // someone else lives on the card for some days, beside its owner
	Stolen                 // the card itself, used up within hours
	Refunded               // money paid back to a card that bought nothing; only in the wide form
)

// Row is one transaction.
type Row struct {
	At       int64 // seconds since 1970 on the wall clock
	Card     int32
	Terminal int32
	Shop     int32
	Amount   int64 // minor units; of a refund too it is positive
	Category uint8
	Entry    Entry
	Refund   bool
	Declined bool
	Scenario uint8
}

// Entry is how the card was read.
type Entry uint8

// The ways of reading.
const (
	Chip Entry = iota
	Contactless
	Stripe
	Keyed
	Online
)

var entryNames = [...]string{"chip", "contactless", "magstripe", "keyed", "ecommerce"}
