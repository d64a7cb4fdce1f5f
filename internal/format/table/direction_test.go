package table_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// directed is a bank's file, the amounts in their directions, its decisions beside those of marks and dates,
// its issues, and its statement: entries, credits, debits, opening, closing.
type directed struct{ name, in, amounts, decisions, issues, statement string }

func (c directed) check(t *testing.T) {
	src, records, err := load(t, []byte(c.in), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var amounts, decisions, issues, statement []string
	for _, r := range records {
		word := r.Amount.String()
		if r.Status != tillproof.Posted {
			word += " " + r.Status.String()
		}
		amounts = append(amounts, word)
	}
	for _, n := range src.Decisions {
		if !aside(n.Code) {
			word := strings.TrimPrefix(n.Code, "format.decision.") + " " + n.Params["column"]
			decisions = append(decisions, strings.TrimSpace(word))
		}
	}
	for _, i := range src.Issues {
		issues = append(issues, strings.TrimPrefix(issueLine(i), "format."))
	}
	for _, s := range src.Statements {
		statement = append(statement, statementLine(s))
	}
	got := [...]string{
		strings.Join(amounts, ", "), strings.Join(decisions, "; "), strings.Join(issues, "; "),
		strings.Join(statement, "; "),
	}
	if d := cmp.Diff([...]string{c.amounts, c.decisions, c.issues, c.statement}, got); d != "" {
		t.Errorf("amounts, decisions, issues, statement (-want +got):\n%s", d)
	}
}

// aside are the decisions that tell of no direction; they have tests of their own.
func aside(code string) bool {
	return strings.Contains(code, ".decimal.") || strings.Contains(code, ".dates.") ||
		code == "format.decision.columns.unused"
}

func statementLine(s tillproof.Statement) string {
	words := []string{strconv.Itoa(s.Entries), s.SumCredit.String(), s.SumDebit.String()}
	for _, x := range []*tillproof.Exact{s.Opening, s.Closing} {
		if x == nil {
			words = append(words, "-")
			continue
		}
		words = append(words, x.String())
	}
	return strings.Join(words, " ")
}

// The rent of 900 goes out and 45.50 comes in, however the bank calls it.
func TestDirectionWords(t *testing.T) {
	for _, c := range [][4]string{
		{"Af Bij", "Af", "Bij"},
		{"Af/Bij", "af", "bij"},
		{"Soll-/Haben-Kennung", "S", "H"},
		{"S/H", "S", "H"},
		{"Soll/Haben", "Soll", "Haben"},
		{"CR/DR", "DR", "CR"},
		{"Dr/Cr", "Dr.", "Cr."},
		{"In/Out", "Out", "In"},
		{"Direction", "outgoing", "incoming"},
		{"Sens", "D", "C"},
		{"Débit/Crédit", "Débit", "Crédit"},
		{"Dare/Avere", "Dare", "Avere"},
		{"Debe/Haber", "Debe", "Haber"},
		{"+/-", "-", "+"},
		{"Type", "DEBIT", "CREDIT"},
		{"Transaction Type", "Debit", "Credit"},
		{"Typ", "Auszahlung", "Einzahlung"},
		{"Kierunek", "Wychodzący", "Przychodzący"},
		{"Rodzaj", "Obciążenie", "Uznanie"},
		{"What", "Money out", "Money in"},
		{"", "-", "+"},
		{"种类", "付款", "收款"},
		{"Vorgang", "Belastung", "Gutschrift"},
	} {
		in := "Date;Details;Amount;Currency;" + c[0] + "\n2026-03-01;Rent;900.00;EUR;" + c[1] +
			"\n2026-03-02;Mill;45.50;EUR;" + c[2] + "\n"
		_, records, err := load(t, []byte(in), format.Options{})
		if err != nil || len(records) != 2 {
			t.Fatalf("%s: %d records, %v", c[0], len(records), err)
		}
		if a, b := records[0].Amount.String(), records[1].Amount.String(); a != "-900.00" || b != "45.50" {
			t.Errorf("%s: %s and %s", c[0], a, b)
		}
	}
}

// The same, in two columns.
func TestSideWords(t *testing.T) {
	for _, c := range []string{
		"Belastung;Gutschrift", "Soll;Haben", "Débit;Crédit", "Debe;Haber", "Dare;Avere", "Withdrawal;" +
			"Deposit",
		"Withdrawals;Deposits", "Money Out;Money In", "Paid out;Paid in", "Uitgaven;Inkomsten", "Ausgang;" +
			"Eingang",
		"Addebiti;Accrediti", "Cargo;Abono", "Debit Amount;Credit Amount", "Débito;Crédito", "Uttag;" +
			"Insättning",
		"Withdrawal Amt.;Deposit Amt.", "Obciążenia;Uznania", "付款金额;收款金额",
	} {
		in := "Date;Details;" + c + "\n2026-03-01;Rent;900.00;\n2026-03-02;Mill;;45.50\n"
		if strings.HasPrefix(c, "付") {
			in = strings.Replace(in, "Date;Details", "交易日期;摘要", 1)
		}
		_, records, err := load(t, []byte(in), format.Options{})
		if err != nil || len(records) != 2 {
			t.Fatalf("%s: %d records, %v", c, len(records), err)
		}
		if a, b := records[0].Amount.String(), records[1].Amount.String(); a != "-900.00" || b != "45.50" {
			t.Errorf("%s: %s and %s", c, a, b)
		}
	}
}

func TestDirections(t *testing.T) {
	for _, c := range directions {
		t.Run(c.name, c.check)
	}
}

var directions = []directed{
	{
		"a column of words, borne out", "Date;Details;Amount;Art;Balance\n" +
			"2026-03-01;a;40.00;Abgang;60.00\n" +
			"2026-03-02;b;15.00;Zugang;75.00\n2026-03-03;c;5.00;Abgang;70.00\n",
		"-40.00, 15.00, -5.00", "flag.balance Art", "", "3 15.00 45.00 100.00 70.00",
	},
	{
		"a word that is no direction", "Date;Details;Amount;Art\n2026-03-01;a;40.00;Abgang\n" +
			"2026-03-02;b;15.00;Zugang\n2026-03-03;c;5.00;Storno\n",
		"-40.00, 15.00", "flag.words Art", "table.direction 4:4 Art Storno", "",
	},
	{
		"two columns that contradict each other", "Date;Details;Amount;A;B\n2026-03-01;a;40.00;In;Out\n" +
			"2026-03-02;b;15.00;Out;In\n",
		"", "", "table.unsigned 2:3 Amount 40.00; table.unsigned 3:3 Amount 15.00", "",
	},
	{
		"two columns of which one is borne out", "Date;Details;Amount;A;B;Balance\n" +
			"2026-03-01;a;40.00;In;Out;60.00\n" +
			"2026-03-02;b;15.00;Out;In;75.00\n",
		"-40.00, 15.00", "flag.balance B", "", "2 15.00 40.00 100.00 75.00",
	},
	{
		"words and balances that contradict each other",
		"Date;Details;Amount;Type;Balance\n2026-03-01;a;40.00;Debit;140.00\n" +
			"2026-03-02;b;15.00;Credit;125.00\n2026-03-03;c;5.00;Debit;130.00\n",
		"", "", "table.unsigned 2:3 Amount 40.00; table.unsigned 3:3 Amount 15.00; " +
			"table.unsigned 4:3 Amount 5.00", "",
	},
	{
		"the kind of a card", "Date;Details;Amount;Card Type\n2026-03-01;a;40.00;Debit\n" +
			"2026-03-02;b;15.00;Credit\n",
		"40.00, 15.00", "signs.none Amount", "", "",
	},
	{
		"balances alone, old to new", "Date;Details;Amount;Balance\n2026-03-01;a;40.00;60.00\n" +
			"2026-03-02;b;15.00;75.00\n2026-03-03;c;5.00;70.00\n2026-03-04;d;9.00;61.00\n",
		"15.00, -5.00, -9.00", "signs.balance Amount", "table.unsigned 2:3 Amount 40.00", "4 15.00 14.00 - -",
	},
	{
		"balances alone, new to old", "Date;Details;Amount;Balance\n2026-03-04;d;9.00;61.00\n" +
			"2026-03-03;c;5.00;70.00\n" +
			"2026-03-02;b;15.00;75.00\n2026-03-01;a;40.00;60.00\n",
		"-9.00, -5.00, 15.00", "signs.balance Amount; rows.newest", "table.unsigned 5:3 Amount 40.00",
		"4 15.00 14.00 - -",
	},
	{
		"balances from a known beginning", "Opening balance:;100.00\nDate;Details;Amount;Balance\n" +
			"2026-03-01;a;40.00;60.00\n2026-03-02;b;15.00;75.00\n2026-03-03;c;5.00;70.00\n",
		"-40.00, 15.00, -5.00", "signs.balance Amount", "", "3 15.00 45.00 100.00 70.00",
	},
	{
		"all of it came in", "Date;Details;Amount;Balance\n2026-03-01;a;40.00;60.00\n" +
			"2026-03-02;b;15.00;75.00\n",
		"40.00, 15.00", "signs.confirmed Amount", "", "2 55.00 0 20.00 75.00",
	},
	{
		"balances that fit nothing", "Date;Details;Amount;Balance\n2026-03-01;a;40.00;60.00\n" +
			"2026-03-02;b;15.00;1.00\n" +
			"2026-03-03;c;5.00;9.00\n",
		"", "", "table.unsigned 2:3 Amount 40.00; table.unsigned 3:3 Amount 15.00;" +
			" table.unsigned 4:3 Amount 5.00",
		"",
	},
	{
		"letters in the cell", "Date;Details;Amount\n2026-03-01;a;12,00 S\n2026-03-02;b;13,00 H\n",
		"-12.00, 13.00", "", "", "",
	},
	{
		"a signed debit column", "Date,Details,Debit,Credit,Balance\n2026-03-01,a,-40.00,,60.00\n" +
			"2026-03-02,b,,15.00,75.00\n2026-03-03,c,3.00,,78.00\n2026-03-04,d,-8.00,,70.00\n",
		"-40.00, 15.00, 3.00, -8.00", "debit.signed", "", "4 18.00 48.00 100.00 70.00",
	},
	{
		"debits taken back", "Date,Details,Debit,Credit,Balance\n2026-03-01,a,40.00,,60.00\n" +
			"2026-03-02,b,,15.00,75.00\n2026-03-03,c,-3.00,,78.00\n",
		"-40.00, 15.00, 3.00", "debit.back", "", "3 18.00 40.00 100.00 78.00",
	},
	{
		"a minus that repeats the column", "Date,Details,Debit,Credit,Balance\n2026-03-01,a,40.00,,60.00\n" +
			"2026-03-02,b,,15.00,75.00\n2026-03-03,c,-3.00,,72.00\n2026-03-04,d,2.00,,70.00\n",
		"-40.00, 15.00, -3.00, -2.00", "debit.sizes", "", "4 15.00 45.00 100.00 70.00",
	},
	{
		"debits of both signs without balances", "Date,Details,Debit,Credit\n2026-03-01,a,40.00,\n" +
			"2026-03-03,c,-3.00,\n",
		"-40.00, 3.00", "", "table.debit_signs 3:3 Debit -3.00", "",
	},
	{
		"a red entry", "Date,Details,D/C,Amount,Balance\n2026-03-01,a,D,40.00,60.00\n" +
			"2026-03-02,b,C,15.00,75.00\n" +
			"2026-03-03,c,D,-3.00,78.00\n2026-03-04,d,C,-1.00,77.00\n",
		"-40.00, 15.00, 3.00, -1.00", "flag.red", "", "4 18.00 41.00 100.00 77.00",
	},
	{
		"a minus that repeats the flag", "Date,Details,D/C,Amount,Balance\n2026-03-01,a,D,40.00,60.00\n" +
			"2026-03-02,b,C,15.00,75.00\n2026-03-03,c,D,-3.00,72.00\n",
		"-40.00, 15.00, -3.00", "flag.repeated", "", "3 15.00 43.00 100.00 72.00",
	},
	{
		"a minus that nothing explains", "Date,Details,D/C,Amount\n2026-03-01,a,D,40.00\n" +
			"2026-03-03,c,D,-3.00\n",
		"-40.00, -3.00", "", "table.flag_signs 3:4 Amount -3.00", "",
	},
}

// A column that is named like a direction and holds something else is none where the amounts bear signs.
func TestOtherMeaning(t *testing.T) {
	for _, c := range []directed{
		{
			"other words", "Date;Details;Amount;Sign\n2026-03-01;a;-40.00;Aries\n2026-03-02;b;15.00;Leo\n",
			"-40.00, 15.00", "", "", "",
		},
		{
			"other words beside amounts without signs",
			"Date;Details;Amount;Sign\n2026-03-01;a;40.00;Aries\n2026-03-02;b;15.00;Leo\n",
			"", "", "table.direction 2:4 Sign Aries; table.direction 3:4 Sign Leo", "",
		},
		{
			"types beside signed amounts", "Details,Posting Date,Description,Amount,Type,Balance\n" +
				"DEBIT,03/14/2026,a,-40.00,ACH_DEBIT,60.00\nCREDIT,03/15/2026,b,15.00,ACH_CREDIT,75.00\n",
			"-40.00, 15.00", "", "", "2 15.00 40.00 100.00 75.00",
		},
		{
			"two currencies under one opening balance", "Opening balance:;1,00\n" +
				"Date;Details;Amount;Currency\n" +
				"2026-03-01;a;-40,00;EUR\n2026-03-02;b;15,00;CHF\n",
			"-40.00, 15.00", "", "", "",
		},
	} {
		t.Run(c.name, c.check)
	}
}

// What is not booked moves nothing, unless the balances count it.
func TestPendingRows(t *testing.T) {
	for _, c := range []directed{
		{
			"left out", "Date,Details,Amount,Status,Balance\n2026-03-01,a,15.00,Booked,115.00\n" +
				"2026-03-02,b,-40.00,Pending,115.00\n2026-03-03,c,-5.00,Cancelled,115.00\n" +
				"2026-03-04,d,-10.00,Booked,105.00\n",
			"15.00, -40.00 pending, -5.00 cancelled, -10.00", "", "", "4 15.00 10.00 100.00 105.00",
		},
		{
			"counted", "Date,Details,Amount,Status,Balance\n2026-03-01,a,15.00,Booked,115.00\n" +
				"2026-03-02,b,-40.00,Pending,75.00\n2026-03-04,d,-10.00,Booked,65.00\n",
			"15.00, -40.00, -10.00", "pending.counted", "", "3 15.00 50.00 100.00 65.00",
		},
		{
			"cancelled and counted", "Date,Details,Amount,Status,Balance\n" +
				"2026-03-01,a,15.00,Booked,115.00\n" +
				"2026-03-02,b,-40.00,Cancelled,75.00\n2026-03-02,b,-9.00,Pending,75.00\n" +
				"2026-03-04,d,40.00,Booked,115.00\n",
			"15.00, -40.00, -9.00 pending, 40.00", "cancelled.counted", "", "4 55.00 40.00 100.00 115.00",
		},
	} {
		t.Run(c.name, c.check)
	}
}

// Lines that state a balance are no entries.
func TestBalanceLines(t *testing.T) {
	for _, c := range []directed{
		{
			"beginning balance as of", "Date,Description,Amount,Running Bal.\n" +
				"03/01/2026,Beginning balance as of 03/01/2026,,\"1,000.00\"\n" +
				"03/02/2026,a,($45.00),955.00\n" +
				"03/14/2026,b,5.00-,950.00\n03/31/2026,Ending balance as of 03/31/2026,,950.00\n",
			"-45.00, -5.00", "", "", "2 0 50.00 1000.00 950.00",
		},
		{
			"Saldo below the rows", "Buchungstag;Verwendungszweck;Betrag;Saldo\n01.03.2026;a;-45,00;" +
				"955,00\n" +
				"02.03.2026;b;5,50;960,50\nSaldo;;;960,50\n",
			"-45.00, 5.50", "", "", "2 5.50 45.00 1000.00 960.50",
		},
		{
			"above the table, without running balances", "Anfangssaldo:;10,00\nSchlusssaldo:;12,50\n" +
				"Buchungstag;Verwendungszweck;Betrag\n14.03.2026;a;4,00\n15.03.2026;b;-1,50\n",
			"4.00, -1.50", "", "", "2 4.00 1.50 10.00 12.50",
		},
		{
			"Chinese", "交易日期,摘要,收入,支出,余额\n2026-03-01,期初余额,,,100.00\n2026-03-02,货款,15.00,,115.00\n" +
				"2026-03-03,房租,,40.00,75.00\n2026-03-31,期末余额,,,75.00\n",
			"15.00, -40.00", "", "", "2 15.00 40.00 100.00 75.00",
		},
		{
			"an entry of that name", "Date,Details,Amount,Balance\n2026-03-01,Balance,-5.00,95.00\n" +
				"2026-03-02,Opening balance fee,-2.00,93.00\n",
			"-5.00, -2.00", "", "", "2 0 7.00 100.00 93.00",
		},
		{
			"balances that the rows do not reach", "Opening balance:,100.00\nClosing balance:,90.00\n" +
				"Date,Details,Amount\n2026-03-01,a,-5.00\n",
			"-5.00", "", "balance.gap 0:0", "1 0 5.00 100.00 90.00",
		},
	} {
		t.Run(c.name, c.check)
	}
}

// The layouts of banks whose exports were read wrongly or not at all.
func TestBankHeaders(t *testing.T) {
	for _, c := range []directed{
		{
			"ING in Dutch", `"Datum";"Naam / Omschrijving";"Rekening";"Tegenrekening";"Code";"Af Bij";` +
				`"Bedrag (EUR)";` +
				`"Mutatiesoort";"Mededelingen";"Saldo na mutatie";"Tag"` + "\n" +
				`"20260302";"Bakker";"NL01";"NL02";"GT";"Bij";"15,00";"Online bankieren";"x";"75,00";` +
				`""` + "\n" +
				`"20260301";"Huur";"NL01";"NL02";"GT";"Af";"40,00";"Online bankieren";"x";"60,00";` +
				`""` + "\n",
			"15.00, -40.00", "rows.newest", "", "2 15.00 40.00 100.00 75.00",
		},
		{
			"ING in English", `"Date";"Name / Description";"Account";"Counterparty";"Code";"Debit/credit";` +
				`` +
				`` +
				`"Amount (EUR)";"Transaction type";"Notifications";"Resulting balance";"Tag"` + "\n" +
				`"20260302";"Baker";"NL01";"NL02";"GT";"Credit";"15,00";"Online Banking";"x";"75,00";` +
				`""` + "\n" +
				`"20260301";"Rent";"NL01";"NL02";"GT";"Debit";"40,00";"Online Banking";"x";"60,00";` +
				`""` + "\n",
			"15.00, -40.00", "rows.newest", "", "2 15.00 40.00 100.00 75.00",
		},
		{
			"UBS", "Kontonummer:;0277\nVon:;2026-03-01\nBis:;2026-03-31\nAnfangssaldo:;100.00\n" +
				"Schlusssaldo:;75.00\n" +
				"Bewertet in:;CHF\n\n" +
				"Abschlussdatum;Buchungsdatum;Valutadatum;Währung;Belastung;Gutschrift;" +
				"Einzelbetrag;Saldo;Transaktions-Nr.;Beschreibung1;Fussnoten;\n" +
				"2026-03-01;2026-03-01;2026-03-01;CHF;-40.00;;;60.00;T7;a;;\n" +
				"2026-03-02;2026-03-02;2026-03-02;CHF;;15.00;;75.00;T8;b;;\n",
			"-40.00, 15.00", "debit.negative", "", "2 15.00 40.00 100.00 75.00",
		},
		{
			"mBank", "mBank S.A.;\n#Saldo początkowe;\n100,00 PLN;\n" +
				"#Data operacji;#Data księgowania;#Opis operacji;" +
				"#Tytuł;#Nadawca/Odbiorca;#Numer konta;#Kwota;#Saldo po operacji;\n" +
				"2026-03-01;2026-03-02;PRZELEW;a;b;'1';-40,00;60,00;\n;;;;;;#Saldo końcowe;60,00 PLN;\n",
			"-40.00", "", "", "1 0 40.00 100.00 60.00",
		},
		{
			"a pair of which one is known", "Date;Details;Gutschrift;Abbuchung\n2026-03-01;a;;40.00\n" +
				"2026-03-02;b;15.00;\n",
			"15.00", "", "table.side_missing 2:3 Gutschrift", "",
		},
		{
			"a row that is not read counts", "Date,Details,Amount,Balance\n2026-03-01,a,-5.0O,95.00\n" +
				"2026-03-02,b,-2.00,93.00\n" +
				"2026-03-03,c,-3.00,90.00\n",
			"-2.00, -3.00", "", "table.amount 2:3 Amount -5.0O", "3 0 5.00 - -",
		},
	} {
		t.Run(c.name, c.check)
	}
}

// An error about half a pair names the columns that may be the other half.
func TestOtherSide(t *testing.T) {
	in := "Date;Details;Gutschrift;Abbuchung;Beleg\n2026-03-01;a;;40,00;x\n2026-03-02;b;15,00;;y\n"
	src, _, err := load(t, []byte(in), format.Options{})
	if err != nil || len(src.Issues) != 1 || src.Issues[0].Params["columns"] != "Abbuchung" {
		t.Errorf("%v, %v", src.Issues, err)
	}
}

// A pre-authorisation, and what takes it back, moves no money; its completion does.
func TestPromises(t *testing.T) {
	const head = "终端号,交易日期,交易时间,交易类型,交易金额,应答码,参考号,原参考号\n"
	in := head + "T1,2026-03-01,10:00:00,预授权,500.00,00,100000000001,\n" +
		"T1,2026-03-01,11:00:00,预授权完成,480.00,00,100000000002,100000000001\n" +
		"T1,2026-03-01,12:00:00,预授权,300.00,00,100000000003,\n" +
		"T1,2026-03-01,13:00:00,预授权撤销,300.00,00,100000000004,100000000003\n" +
		"T1,2026-03-01,14:00:00,预授权,70.00,00,100000000005,\n" +
		"T1,2026-03-01,15:00:00,撤销,-70.00,00,100000000006,100000000005\n" +
		"T1,2026-03-01,16:00:00,预授权,60.00,51,100000000007,\n" +
		"T1,2026-03-01,17:00:00,预授权完成撤销,480.00,00,100000000008,100000000002\n"
	src, records, err := load(t, []byte(in), format.Options{})
	if err != nil || len(src.Issues) > 0 {
		t.Fatal(src.Issues, err)
	}
	var got []string
	for i := range records {
		got = append(got, records[i].Kind.String()+" "+records[i].Status.String())
	}
	want := "preauth neutral, completion posted, preauth neutral, void neutral, preauth neutral, " +
		"void neutral, preauth declined, void posted"
	if d := cmp.Diff(want, strings.Join(got, ", ")); d != "" {
		t.Error(d)
	}
	if c, d := src.Totals.SumCredit.String(), src.Totals.SumDebit.String(); c != "480.00" || d != "480.00" {
		t.Errorf("sums %s and %s", c, d)
	}
}

// A time that lost its leading zero is put right; one that may be two is not read.
func TestPaddedTime(t *testing.T) {
	const head = "交易日期,交易时间,摘要,收入,支出,余额\n"
	in := head + "20260301,235959,a,1.00,,1.00\n20260302,10203,b,1.00,,2.00\n"
	src, records, err := load(t, []byte(in), format.Options{})
	if err != nil || len(records) != 2 || records[1].Time.String() != "2026-03-02 01:02:03" {
		t.Fatalf("%v, %v", records, err)
	}
	if len(src.Issues) != 1 || src.Issues[0].Code != "format.table.time_padded" {
		t.Errorf("issues %v", src.Issues)
	}
}

// An id that a spreadsheet wrote in powers of ten is none any more.
func TestPowerIDs(t *testing.T) {
	const head = "终端号,交易日期,交易时间,交易类型,交易金额,应答码,参考号\n"
	for _, c := range []struct {
		id, kept string
		issues   int
	}{
		{"4.81477E+15", "", 1},
		{"4E+15", "", 1},
		{"\"4,81477E+15\"", "", 1},
		{"12E+15", "12E+15", 0},
		{"4.8E+", "4.8E+", 0},
		{"481477000001", "481477000001", 0},
	} {
		in := head + "T1,2026-03-01,10:00:00,消费,1.00,00," + c.id + "\n"
		src, records, err := load(t, []byte(in), format.Options{})
		if err != nil || len(records) != 1 || records[0].Refs.RRN != c.kept || len(src.Issues) != c.issues {
			t.Errorf("%s: %v, %v, %v", c.id, records, src.Issues, err)
		}
	}
}
