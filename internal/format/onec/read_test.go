package onec

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".1c", Record: show,
}

func load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, opt)
}

// show writes a movement as a person can work it out from the file.
func show(r tillproof.Record) string {
	return fmt.Sprintf("%d part %d %s %s booked %s account %s bank %s order %s who %s text %s\n",
		r.Origin.Line, r.Origin.Part, r.Amount.Param(), r.Status, formattest.Or(r.BookingDate.String()),
		r.Refs.Account, formattest.Or(r.Refs.Bank), formattest.Or(r.Refs.Order),
		formattest.Or(r.Counterparty), formattest.Or(r.Narrative))
}

// TestRead compares each file of testdata with what was worked out from it by hand. They are in the encodings
// that banks write: cp1251, cp866, and UTF-8 that calls itself Windows.
func TestRead(t *testing.T) { leaf.Files(t) }

const (
	own   = "40702810900000012345"
	other = "40702810000000099999"
	head  = "1CClientBankExchange\nВерсияФормата=1.03\nКодировка=UTF-8\nРасчСчет=" + own + "\n"
)

// doc is a payment of one rouble to the file's account, with some of its lines replaced.
func doc(replace ...string) string {
	return strings.NewReplacer(replace...).Replace("СекцияДокумент=Платежное поручение\nНомер=1\n" +
		"Дата=01.11.2026\nСумма=1.00\nПлательщикСчет=" + other + "\nПолучательСчет=" + own +
		"\nДатаПоступило=02.11.2026\nПлательщик=P\nНазначениеПлатежа=T\nКод=7\nКонецДокумента\n")
}

func TestAmount(t *testing.T) {
	for in, want := range map[string]string{
		"1000.00": "1000.00", "1000": "1000", "1 000,5": "1000.5", "1000-07": "1000.07", "-3.10": "-3.10",
		"1\u00a0000.00": "1000.00", "1'000.00": "1000.00",
	} {
		if x, err := amountOf(in); err != nil || x.String() != want {
			t.Errorf("amountOf(%q) = %s, %v; want %s", in, x, err, want)
		}
	}
	for _, bad := range []string{
		"", "-", ".5", "1.000,00", "1,000.00", "1-7", "1e3", "+1", "4111111111111111", "4111'1111'1111'1111",
		"4111 1111 1111 1111 345", "99999999999999999999",
	} {
		if x, err := amountOf(bad); err == nil {
			t.Errorf("amountOf(%q) = %s", bad, x)
		}
	}
}

func TestDate(t *testing.T) {
	if d, err := dateOf("29.02.2028"); err != nil || d.String() != "2028-02-29" {
		t.Errorf("%s, %v", d, err)
	}
	for _, bad := range []string{
		"", "1.11.2026", "01.11.26", "2026-11-01", "29.02.2026", "11.31.2026", "01/11/2026",
	} {
		if d, err := dateOf(bad); err == nil {
			t.Errorf("dateOf(%q) = %s", bad, d)
		}
	}
}

func TestCurrencyOfAccount(t *testing.T) {
	eur := tillproof.Currency{'E', 'U', 'R'}
	for account, want := range map[string]string{
		"40702810900000012345": "RUB", "40702643900000012345": "RUB", "40702840900000012345": "USD",
		"40702156900000012345": "CNY", "40702000900000012345": "EUR", "KZ12345": "EUR", "": "EUR",
		"4070281090000001234": "EUR",
	} {
		if c := currencyOf(account, format.Options{Currency: eur}); c.String() != want {
			t.Errorf("currencyOf(%s) = %s, want %s", account, c, want)
		}
	}
}

// TestDirection: the sides whose account is the file's own decide; dates decide only between two such.
func TestDirection(t *testing.T) {
	both := "РасчСчет=" + other + "\n"
	end := "КонецФайла\n"
	turn := []string{"Плательщик", "Получатель", "Получатель", "Плательщик", "Поступило", "Списано"}
	none := doc("ДатаПоступило=02.11.2026\n", "")
	for _, c := range []struct{ name, text, want string }{
		{"in", head + doc() + end, "1.00"},
		{"out", head + doc(turn...) + end, "-1.00"},
		{"by the second account", head + doc("ПолучательСчет", "ПолучательРасчСчет") + end, "1.00"},
		{"nobody's", head + doc(own, "40702810500000000001") + end, "-"},
		{"to itself", head + doc(other, own) + end, "-"},
		{"own, both days", head + both + doc("Плательщик=P", "ДатаСписано=01.11.2026") + end, "-1.00 1.00"},
		{"own, one day", head + both + doc() + end, "1.00"},
		{"own, no day", head + both + none + end, "-1.00 1.00"},
	} {
		src, records, err := load([]byte(c.text), format.Options{})
		var got []string
		for _, r := range records {
			got = append(got, r.Amount.String())
		}
		if src.Unread > 0 {
			got = append(got, "-")
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, %v, %v; want %s", c.name, got, src.Issues, err, c.want)
		}
	}
}

// TestIssues: each text gives exactly the issues beside it.
func TestIssues(t *testing.T) {
	section := func(lines string) string {
		return "СекцияРасчСчет\nРасчСчет=" + own + "\n" + lines + "\nКонецРасчСчет\n"
	}
	end := "КонецФайла\n"
	zero := "ВсегоПоступило=\nДатаНачала=\nНачальныйОстаток="
	leaf.Lists(t, "format.onec.", map[string]formattest.Bad{
		"in order":          {head + section("ВсегоПоступило=1.00\nВсегоСписано=0") + doc() + end, ""},
		"empty figures":     {head + section(zero) + doc() + end, ""},
		"no sections":       {head + doc() + end, ""},
		"cut":               {head + doc(), "unclosed"},
		"cut in a document": {head + "СекцияДокумент=X\nСумма=1\n", "cut_document unclosed"},
		"totals": {
			head + section("ВсегоПоступило=2.00\nВсегоСписано=3") + doc() + end, "credits debits",
		},
		"balance": {
			head + section("НачальныйОстаток=x\nКонечныйОстаток=y") + doc() + end, "balance balance",
		},
		"period":     {head + section("ДатаНачала=x") + doc() + end, "period"},
		"outside":    {head + section("ДатаНачала=03.11.2026") + doc() + end, "outside"},
		"order":      {head + doc("ДатаПоступило=02.11.2026\n", "") + end, "order"},
		"other date": {head + doc("Поступило", "Списано") + end, "other_date"},
		"no number": {
			head + "СекцияРасчСчет\nНачальныйОстаток=1\nКонецРасчСчет\n" + end, "no_account",
		},
		"no sum":       {head + doc("Сумма", "Итого") + end, "amount_missing"},
		"an empty sum": {head + doc("=1.00", "=") + end, "amount_missing"},
		"windows":      {strings.Replace(head, "UTF-8", "Windows", 1) + doc() + end, "charset"},
		"another name": {strings.Replace(head, "UTF-8", "ANSI", 1) + doc() + end, ""},
	})
}

// TestCapitals: a Windows file in capitals has the bytes of Chinese; its own words say what it is.
func TestCapitals(t *testing.T) {
	raw, err := os.ReadFile("testdata/days.1c")
	if err != nil {
		t.Fatal(err)
	}
	shout := []byte(strings.Repeat("\xcf\xd0\xc8\xc2\xc5\xd2 ", 400)) // ПРИВЕТ
	src, records, err := load(append(raw, shout...), format.Options{})
	if err != nil || src.Charset != windows || len(records) != 5 {
		t.Errorf("%s, %d records, %v", src.Charset, len(records), err)
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("x", 999) + "\n"
	leaf.Refuses(t, map[string]formattest.Bad{
		"another file": {"1C\nClientBankExchange\n", "format.unknown"},
		"track data":   {head + doc("=T", "=;4111111111111111=25121010000?"), "card.track"},
		"a document without end": {
			head + "СекцияДокумент=X\n" + strings.Repeat(long, 2000), "format.onec.long",
		},
		"sections": {head + strings.Repeat(beginAccount+"\n", maxSections+1), "format.onec.sections"},
		"crumbs":   {head + "СекцияДокумент=X\n" + strings.Repeat("x\n", maxDocument/64), "format.onec.long"},
		"accounts": {head + numbered("РасчСчет=", maxSections+1), "format.onec.sections"},
		"sum":      {head + strings.Repeat(doc("1.00", "90000000000000000.00"), 2), "format.sum"},
	})
}

// numbered is a line for each number from 1 to n.
func numbered(line string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d\n", line, i+1)
	}
	return b.String()
}

// TestOverlap: two exports of one account share the ids of their lines, and repeats stay apart.
func TestOverlap(t *testing.T) { leaf.Overlap(t, head+doc(), head+doc("=1.00", "=2.00")+doc()+doc()) }

// TestNoCard puts a published test number into the value of every line in turn.
func TestNoCard(t *testing.T) {
	const number = "4111111111111111"
	text := head + "ДатаНачала=01.11.2026\nСекцияРасчСчет\nРасчСчет=" + own + "\nДатаНачала=01.11.2026\n" +
		"НачальныйОстаток=1\nВсегоПоступило=1\nВсегоСписано=1\nКонечныйОстаток=1\nКонецРасчСчет\n" +
		doc() + doc("Плательщик=P", "Плательщик1=P\nДатаСписано=01.11.2026") + "КонецФайла\n"
	lines := strings.Split(text, "\n")
	for i, s := range lines {
		key, _, found := strings.Cut(s, "=")
		if !found {
			continue
		}
		with := append([]string{}, lines...)
		with[i] = key + "=" + number
		src, records, err := load([]byte(strings.Join(with, "\n")), format.Options{})
		if err != nil {
			t.Errorf("%s: %v", with[i], err)
		}
		if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, number) {
			t.Errorf("%s: the number is left in %s", with[i], got)
		}
	}
}

func FuzzRead(f *testing.F) { leaf.Fuzz(f, head+doc()+beginAccount+"\n"+doc("=1.00", "=x")) }
