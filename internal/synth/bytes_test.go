package synth

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/tillproof/tillproof"
)

func TestSameSeedSameBytes(t *testing.T) {
	for _, o := range []Options{
		Demo(china()), Small(7, china()), Large(3, china()),
		{Seed: 5, Lang: English, LuhnIDs: true, Calendar: china()},
	} {
		a := must[Files](t)(Month(o))
		b := must[Files](t)(Month(o))
		if !bytes.Equal(a.Terminal, b.Terminal) || !bytes.Equal(a.Acquirer, b.Acquirer) ||
			!bytes.Equal(a.Bank, b.Bank) {
			t.Fatalf("seed %d: two runs differ", o.Seed)
		}
		if !bytes.Equal(keyBytes(t, a.Key), keyBytes(t, b.Key)) {
			t.Fatalf("seed %d: two keys differ", o.Seed)
		}
		o.Seed++
		if c := must[Files](t)(Month(o)); bytes.Equal(a.Terminal, c.Terminal) {
			t.Fatalf("seeds %d and %d give the same month", o.Seed-1, o.Seed)
		}
	}
}

func keyBytes(t *testing.T, k Key) []byte {
	t.Helper()
	var b bytes.Buffer
	must[int64](t)(k.WriteTo(&b))
	return b.Bytes()
}

func TestWriteGivesWhatMonthGives(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	key := must[Key](t)(Write(dir, Demo(china())))
	f := must[Files](t)(Month(Demo(china())))
	for name, want := range map[string][]byte{
		TerminalName: f.Terminal, AcquirerName: f.Acquirer, BankName: f.Bank, KeyName: keyBytes(t, f.Key),
	} {
		if got := must[[]byte](t)(os.ReadFile(filepath.Join(dir, name))); !bytes.Equal(got, want) {
			t.Errorf("%s differs from the month in memory", name)
		}
	}
	if !bytes.Equal(keyBytes(t, key), keyBytes(t, f.Key)) {
		t.Error("the key that Write answers differs from the file")
	}
}

func TestBulkyReportIsText(t *testing.T) {
	o := Options{Seed: 2, Merchants: 24, Days: 31, Shop: Convenience, Calendar: china()}
	f := must[Files](t)(Month(o))
	if f.Key.Files.Acquirer != AcquirerCSVName {
		t.Fatalf("%d rows in a workbook", f.Key.Totals.Acquirer)
	}
	checkRun(t, o, f)
}

func TestBadOptions(t *testing.T) {
	cal := china()
	start := day("2026-03-02")
	for _, c := range []struct {
		code string
		o    Options
	}{
		{"synth.range", Options{Merchants: -1}},
		{"synth.range", Options{Days: 367}},
		{"synth.range", Options{Terminals: 9}},
		{"synth.range", Options{SalesPerDay: 401}},
		{"synth.lang", Options{Lang: "fr"}},
		{"synth.shop", Options{Shop: "bank"}},
		{"synth.fact.unknown", Options{Facts: []FactKind{"alien"}}},
		{"synth.fact.room", Options{Days: 2, Start: start, Facts: []FactKind{NeverSettled}}},
		{"synth.fact.room", Options{Days: 30, Start: start, Facts: []FactKind{HolidayLate}}},
		{"synth.fact.room", Options{Days: 5, Start: start, Facts: []FactKind{FeeCreep}}},
		{"synth.fact.room", Options{
			Days: 7, Start: start,
			Facts: []FactKind{DepositLate, DepositShort, DepositMissing},
		}},
	} {
		c.o.Calendar = cal
		_, err := Month(c.o)
		e, ok := err.(*tillproof.Error)
		if !ok || e.Code != c.code || e.Kind != tillproof.KindInvalid {
			t.Errorf("%+v: %v, want %s", c.o, err, c.code)
		}
	}
}

func TestWriteSaysWhereItFailed(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Write(blocked, Small(1, china()))
	if e, ok := err.(*tillproof.Error); !ok || e.Code != "synth.write" || e.Err == nil {
		t.Errorf("writing into a file: %v", err)
	}
}
