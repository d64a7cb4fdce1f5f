package table_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
)

// polish is an account number that nobody has.
const polish = "11132000000000000000000001"

// placedFiles are tables without a header line, made up in the layouts of banks that write none.
var placedFiles = []struct{ name, in, layout, amounts, issues string }{
	{
		"semicolons and a line of text",
		"02.03.2026;\"Kaffee am Eck\";28.02.2026;-3,40;EUR;;\n" +
			"02.03.2026;\"Miete; März\";02.03.2026;-812,00;EUR;;\n" +
			"03.03.2026;Honorar;03.03.2026;1.250,50;EUR;;\n03.03.2026;Zins;03.03.2026;0,07;EUR;;\n" +
			"kein Umsatz;;\n",
		"raiffeisen_at", "-3.40 -812.00 1250.50 0.07", "format.table.row_remark 5:0  kein Umsatz",
	},
	{
		"debit, credit and balance, newest first",
		"03/14/2026,BAKERY 12,4.50,,95.50\n03/13/2026,SALARY,,60.00,100.00\n03/12/2026,RENT,20.00,,40.00\n",
		"td_ca", "-4.50 60.00 -20.00", "",
	},
	{
		"day and month can be exchanged",
		"03/04/2026,BAKERY 12,4.50,,95.50\n03/03/2026,SALARY,,60.00,100.00\n",
		"td_ca", "60.00", "format.table.date_two_ways 1:1 booking_day 03/04/2026", // 3 March is one day only
	},
	{
		"a dash where nothing is booked",
		"HIDDEN;2026-02-19;-;-40,00;-\nLunch;2026-02-18;2026-02-18;-12,00;1 988,00\n" +
			"Pay ;2026-02-17;2026-02-17;500,00;2 000,00\n",
		"sparbanken_2018", "-40.00 -12.00 500.00", "",
	},
	{
		"a word for the direction, CR alone",
		"2/13/26,Coffee,Food,\"1,012.25\",debit,Till,Bank\r2/14/26,Gift,Other,8.00,credit,Till,Bank\r",
		"mint_headerless", "-1012.25 8.00", "",
	},
	{
		"a comma in a name that is not quoted",
		strings.Join([]string{
			"2026 02 13,2026 02 13," + polish + ",33-333-3,SKLEP ABC,-8.30,PLN,Zakup,91.70",
			"2026 02 12,2026 02 12," + polish + ",33-333-3,JAN, K,-5.00,PLN,Zakup,100.00",
			"2026 02 11,2026 02 11," + polish + ",33-333-3,BANK,-1.00,PLN,Karta,105.00",
			"2026 02 10,2026 02 10," + polish + ",33-333-3,BANK,6.00,PLN,Zwrot,106.00",
			"2026 02 09,2026 02 09," + polish + ",33-333-3,BANK,7.00,PLN,Zwrot,100.00",
		}, "\n"),
		"pocztowy", "-8.30 -1.00 6.00 7.00", "format.table.row_long 2:0",
	},
	{
		"dates with the month as a word",
		"13 Feb 2026,POS,7.20,,CAFE LUNA,SI NG 11FEB,\n14 Feb 2026,ITR,,30.00,From,Friend,Thanks\n",
		"dbs_sg", "-7.20 30.00", "",
	},
}

func TestTablesWithoutHeader(t *testing.T) {
	for _, c := range placedFiles {
		t.Run(c.name, func(t *testing.T) {
			src, records, err := load(t, []byte(c.in), format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var amounts, issues []string
			for _, r := range records {
				amounts = append(amounts, r.Amount.String())
			}
			for _, i := range src.Issues {
				issues = append(issues, issueLine(i))
			}
			if d := cmp.Diff(c.amounts, strings.Join(amounts, " ")); d != "" {
				t.Errorf("amounts (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.issues, strings.Join(issues, "; ")); d != "" {
				t.Errorf("issues (-want +got):\n%s", d)
			}
			if src.Dialect != c.layout || len(src.Decisions) == 0 ||
				src.Decisions[0].Code != "format.decision.positions" {
				t.Errorf("read as %s by %v", src.Dialect, src.Decisions)
			}
		})
	}
}

// Two layouts that fit alike are named; the user's word decides.
func TestTwoLayoutsWithoutHeader(t *testing.T) {
	const other = "name: other\nsource: s\nside: bank\ncurrency: GBP\ndecimal: point\ndates: mdy\n" +
		"shape: sides\nunit: major\npositions: [booking_day, narrative, debit, credit, balance]\n"
	p, err := profile.Parse([]byte(other))
	if err != nil {
		t.Fatal(err)
	}
	book := []format.Format{table.Format(profile.Builtin().With(p))}
	in := []byte("03/14/2026,BAKERY 12,4.50,,95.50\n03/13/2026,SALARY,,60.00,100.00\n")
	_, _, err = formattest.Load(in, book, format.Options{})
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "format.ambiguous" || e.Params["candidates"] != "other, td_ca" &&
		e.Params["candidates"] != "td_ca, other" {
		t.Errorf("%v", err)
	}
	src, _, err := formattest.Load(in, book, format.Options{Profile: "other"})
	if err != nil || src.Dialect != "other" || src.Totals.ByCurrency[0].Currency.String() != "GBP" {
		t.Errorf("%+v %v", src, err)
	}
}

// What is no such table stays unknown.
func TestNotPlaced(t *testing.T) {
	for name, in := range map[string]string{
		"another number of cells": "03/14/2026,BAKERY,4.50,,95.50,x\n03/13/2026,SALARY,,60.00,100.00,x\n",
		"no date":                 "x,BAKERY,4.50,,95.50\ny,SALARY,,60.00,100.00\n",
		"no amount":               "03/14/2026,BAKERY,a,,95.50\n03/13/2026,SALARY,,b,100.00\n",
		"a number for a name":     "03/14/2026,12,4.50,,95.50\n03/13/2026,13,,60.00,100.00\n",
		"most rows damaged": "03/14/2026,BAKERY,4.50,,95.50\n03/13/2026,SALARY,x,60.00,100.00\n" +
			"03/12/2026,RENT,x,,1.00\n",
	} {
		_, _, err := load(t, []byte(in), format.Options{})
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != "format.table.header" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// decided reads a file and gives the codes of its decisions with their evidence.
func decided(t *testing.T, in string, opt format.Options) (decisions, issues string) {
	t.Helper()
	src, _, err := load(t, []byte(in), opt)
	if err != nil {
		t.Fatal(err)
	}
	var ds, is []string
	for _, n := range src.Decisions {
		ds = append(ds, strings.TrimSpace(n.Code+" "+n.Params["line"]+" "+n.Params["value"]))
	}
	for _, i := range src.Issues {
		is = append(is, issueLine(i))
	}
	return strings.Join(ds, "; "), strings.Join(is, "; ")
}

// none is the decision of a table whose amounts are all written without a sign.
const none = "; format.decision.signs.none"

func TestDecisions(t *testing.T) {
	for _, c := range []struct {
		name, in          string
		dates             format.DateOrder
		decisions, issues string
	}{
		{
			"a day that is no month", "Date,Text,Amount\n02/04/2026,a,1.50\n13/04/2026,b,2\n",
			format.AnyOrder,
			"format.decision.decimal.point 2 1.50; format.decision.dates.dmy.shown 3 13/04/2026" + none, "",
		},
		{
			"the file and the user agree", "Date,Text,Amount\n02/04/2026,a,1.50\n13/04/2026,b,2\n",
			format.DayFirst,
			"format.decision.decimal.point 2 1.50; format.decision.dates.dmy.shown 3 13/04/2026" + none, "",
		},
		{
			"a year of two digits first, as the user says", "Date;Text;Amount\n02.04.26;a;1,50\n",
			format.YearFirst,
			"format.decision.decimal.comma 2 1,50; format.decision.dates.ymd.told 2 02.04.26" + none, "",
		},
		{
			"nothing to say", "Date;Text;Amount\n2026-04-02;a;1,50\n", format.DayFirst,
			"format.decision.decimal.comma 2 1,50" + none, "",
		},
		{
			"the user says it", "Date;Text;Amount\n02/04/2026;a;1,50\n", format.DayFirst,
			"format.decision.decimal.comma 2 1,50; format.decision.dates.dmy.told 2 02/04/2026" + none, "",
		},
		{
			"nobody says it", "Date;Text;Amount\n02/04/2026;a;1,50\n", format.AnyOrder,
			"format.decision.decimal.comma 2 1,50" + none,
			"format.table.date_two_ways 2:1 Date 02/04/2026",
		},
		{
			"days in a row",
			"Date;Text;Amount\n26-09-16;a;1,50\n26-09-17;b;1,50\n26-09-18;b;1,50\n26-09-19;b;1,50\n",
			format.AnyOrder,
			"format.decision.decimal.comma 2 1,50; format.decision.dates.ymd.near 2 26-09-16" + none, "",
		},
		{
			"the year last", "Date;Text;Amount\n02.04.26;a;1,50\n", format.AnyOrder,
			"format.decision.decimal.comma 2 1,50; format.decision.dates.dmy.last 2 02.04.26" + none, "",
		},
		{
			"debits with a minus", "Date,Details,Debit,Credit\n2026-04-02,a,-4.50,\n2026-04-03,b,,7.00\n",
			format.AnyOrder,
			"format.decision.decimal.point 2 -4.50; format.decision.debit.negative 2 -4.50", "",
		},
		{
			"newest first", "Date,Text,Amount,Balance\n2026-04-03,b,5.25,15.25\n2026-04-02,a,-2.50,10.00\n",
			format.AnyOrder, "format.decision.decimal.point 2 5.25; format.decision.rows.newest", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			decisions, issues := decided(t, c.in, format.Options{Dates: c.dates})
			if d := cmp.Diff(c.decisions, decisions); d != "" {
				t.Errorf("decisions (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.issues, issues); d != "" {
				t.Errorf("issues (-want +got):\n%s", d)
			}
		})
	}
}

// The same day under the order that the user states.
func TestStatedOrder(t *testing.T) {
	in := []byte("Date;Text;Amount\n02/04/2026;a;1,50\n")
	for dates, want := range map[format.DateOrder]string{
		format.DayFirst: "2026-04-02", format.MonthFirst: "2026-02-04",
	} {
		_, records, err := load(t, in, format.Options{Dates: dates})
		if err != nil || len(records) != 1 || records[0].BookingDate.String() != want {
			t.Errorf("%v %v, want %s", records, err, want)
		}
	}
}

// Tables of other banks may have the columns of a layout without header: its order of day and month counts
// where the user has named it, and its currency is told.
func TestPlacedOrderAndCurrency(t *testing.T) {
	const in = "03/04/2026,BAKERY 12,4.50,,95.50\n03/05/2026,SALARY,,60.00,155.50\n"
	const taken = "format.decision.positions; format.decision.currency.layout"
	for _, c := range []struct {
		name                   string
		opt                    format.Options
		day, decisions, issues string
	}{
		{
			"nobody says it",
			format.Options{},
			"", taken,
			"format.table.date_two_ways 1:1 booking_day 03/04/2026; " +
				"format.table.date_two_ways 2:1 booking_day 03/05/2026",
		},
		{
			"the user says the order",
			format.Options{Dates: format.DayFirst},
			"2026-04-03",
			taken + "; format.decision.dates.dmy.told 1 03/04/2026", "",
		},
		{
			"the user says the layout",
			format.Options{Profile: "td_ca"},
			"2026-03-04", taken,
			"format.table.dates_layout 1:1 booking_day 03/04/2026",
		},
		{
			"the user says the currency",
			format.Options{Profile: "td_ca", Currency: tillproof.CNY},
			"2026-03-04", "format.decision.positions",
			"format.table.dates_layout 1:1 booking_day 03/04/2026",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			decisions, issues := decided(t, in, c.opt)
			if d := cmp.Diff([]string{c.decisions, c.issues}, []string{decisions, issues}); d != "" {
				t.Errorf("decisions, issues (-want +got):\n%s", d)
			}
			_, records, err := load(t, []byte(in), c.opt)
			if err != nil {
				t.Fatal(err)
			}
			day := ""
			if len(records) > 0 {
				day = records[0].BookingDate.String()
			}
			if day != c.day {
				t.Errorf("the first day is %q, want %q", day, c.day)
			}
		})
	}
}
