package table_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
)

func guess(t *testing.T, in string) (profile.Draft, error) {
	t.Helper()
	input, err := format.NewInput("x.csv", bytes.NewReader([]byte(in)), int64(len(in)))
	if err != nil {
		t.Fatal(err)
	}
	return table.Guess(input, format.Options{})
}

// guesses are tables and what a person would say of their columns: header=field, the shape, the decimal mark
// and the order of dates.
var guesses = []struct{ name, in, want string }{
	{
		"names that other layouts use",
		"Buchungstag;Verwendungszweck;Betrag;Farbe\n13.04.2026;a;-1,50;rot\n14.04.2026;b;2,50;blau\n",
		"Buchungstag=booking_day Verwendungszweck=narrative Betrag=amount Farbe=; sign comma dmy bank",
	},
	{
		"names that nobody knows",
		"Wann;Wofür;Wieviel;Rest\n13.04.2026;Miete;-1,50;8,50\n14.04.2026;Lohn;2,50;11,00\n",
		"Wann=booking_day Wofür=narrative Wieviel=amount Rest=balance; sign comma dmy bank",
	},
	{
		"no header",
		"13/04/2026,rent and more,1.50,,8.50\n14/04/2026,wages,,2.50,11.00\n",
		"=booking_day =narrative =debit =credit =balance; sides point dmy bank",
	},
	{
		"credit before debit, as the balance shows",
		"13/04/2026,wages,1.50,,8.50\n14/04/2026,rent,,2.50,6.00\n",
		"=booking_day =narrative =credit =debit =balance; sides point dmy bank",
	},
	{
		"semicolons around decimal commas",
		"13.04.2026;Miete;-1,50;8,50\n14.04.2026;Lohn;2,50;11,00\n",
		"=booking_day =narrative =amount =balance; sign comma dmy bank",
	},
	{
		"a title above",
		"Meine Umsätze 2026\n\nA;B;C\n2026-04-13;x;1,00\n",
		"A=booking_day B=narrative C=amount; sign comma  bank",
	},
	{
		"a report with fees",
		"商户编号,清算日期,交易金额,手续费,结算金额\nM1,2026-09-16,100.00,0.60,99.40\n" +
			"M1,2026-09-17,-50.00,-0.30,-49.70\n",
		"商户编号=merchant 清算日期=settle_day 交易金额=amount 手续费=fee 结算金额=net; sign point  acquirer fee",
	},
	{
		"a report with fees that are taken off already",
		"商户编号,清算日期,交易金额,手续费,结算金额\nM1,2026-09-16,100.00,-0.60,99.40\n",
		"商户编号=merchant 清算日期=settle_day 交易金额=amount 手续费=fee 结算金额=net; sign point  acquirer",
	},
	{
		"a terminal",
		"终端号,交易日期,交易类型,交易金额,心情\nT1,2026-09-16,消费,1.00,好\n",
		"终端号=terminal 交易日期=day 交易类型=type 交易金额=amount 心情=narrative; type point  terminal",
	},
}

func TestGuess(t *testing.T) {
	for _, c := range guesses {
		t.Run(c.name, func(t *testing.T) {
			d, err := guess(t, c.in)
			if err != nil {
				t.Fatal(err)
			}
			var cols []string
			for _, col := range d.Columns {
				cols = append(cols, col.Header+"="+col.Field.String())
			}
			got := strings.Join(cols, " ") + "; " +
				strings.Join([]string{d.Shape, d.Decimal, d.Dates, d.Side.String()}, " ")
			if d.FeeOut {
				got += " fee"
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			d.Name, d.Source = "mine", "Worked out from a file."
			if _, err := profile.Parse(d.YAML()); err != nil {
				t.Errorf("what YAML writes, Parse refuses: %v\n%s", err, d.YAML())
			}
		})
	}
}

func TestGuessMasksAndRefuses(t *testing.T) {
	const pan = "6200000000000005"
	d, err := guess(t, "Wann;Karte;Betrag\n13.04.2026;"+pan+";-1,50\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Columns[1]; got.Field != profile.Card || got.Samples[0] != "620000******0005" {
		t.Errorf("%+v", got)
	}
	var e *tillproof.Error
	_, err = guess(t, "Wann;Karte;Betrag\n13.04.2026;4111111111111111=28121010000000000000;-1,50\n")
	if !errors.As(err, &e) || e.Code != "card.track" || e.Place.Line != 2 || e.Place.Column != 2 {
		t.Errorf("%v", err)
	}
	_, err = guess(t, "a,b\nc,d\n")
	if !errors.As(err, &e) || e.Code != "format.profile.no_table" {
		t.Errorf("%v", err)
	}
}

// A draft of any table is a layout that Parse reads, and shows no full card number.
func FuzzGuess(f *testing.F) {
	for _, c := range guesses {
		f.Add([]byte(c.in))
	}
	f.Add([]byte("a\"b,\\c,\u2028\n2026-01-01,1.00,6200000000000005\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := format.NewInput("x", bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		d, err := table.Guess(in, format.Options{})
		if err != nil {
			return
		}
		d.Name, d.Source = "mine", "Worked out from a file."
		if !d.Complete() {
			return
		}
		if _, err := profile.Parse(d.YAML()); err != nil {
			t.Errorf("%v\n%s", err, d.YAML())
		}
		for _, c := range d.Columns {
			for _, s := range c.Samples {
				if m, n := format.MaskText(s); n > 0 {
					t.Errorf("shows %s", m)
				}
			}
		}
	})
}
