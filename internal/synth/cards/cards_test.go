package cards

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

func made(t *testing.T, o Options) []Row {
	t.Helper()
	rows, err := Make(o)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

var months = Options{Seed: 5, Cards: 1500, Days: 90}

func TestSameSeedSameBytes(t *testing.T) {
	write := func(o Options) []byte {
		var b bytes.Buffer
		if err := Write(&b, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	o := Options{Seed: 1, Cards: 100, Days: 40, Wide: true}
	first := write(o)
	if !bytes.Equal(first, write(o)) {
		t.Error("two calls, two files")
	}
	o.Seed = 2
	if bytes.Equal(first, write(o)) {
		t.Error("two seeds, one file")
	}
}

// The table reads back as the rows; the narrow form is the head of the wide one.
func TestColumns(t *testing.T) {
	for _, wide := range []bool{false, true} {
		o := Options{Seed: 9, Cards: 120, Days: 60, Wide: wide}
		rows := made(t, o)
		var b bytes.Buffer
		if err := Write(&b, o); err != nil {
			t.Fatal(err)
		}
		table, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(table) != len(rows)+1 {
			t.Fatalf("%d lines for %d rows, %v", len(table), len(rows), err)
		}
		declined, refunds := 0, 0
		for i, r := range rows {
			line := table[i+1]
			at, err := time.Parse("2006-01-02T15:04:05", line[1])
			amount, _ := strconv.ParseFloat(line[4], 64)
			if err != nil || at.Unix() != r.At || line[0] != strconv.Itoa(i) ||
				line[2] != strconv.Itoa(int(r.Card)) || line[3] != strconv.Itoa(int(r.Terminal)) ||
				math.Round(amount*100) != float64(r.Amount) || line[6] != strconv.Itoa(int(r.Scenario)) ||
				(line[5] == "1") != (r.Scenario > 0) {
				t.Fatalf("row %+v is written %q", r, line)
			}
			if wide && ((line[9] == "refund") != r.Refund || (line[11] == "05") != r.Declined) {
				t.Fatalf("row %+v is written %q", r, line)
			}
			if r.Declined {
				declined++
			}
			if r.Refund {
				refunds++
			}
		}
		if (declined > 0) != wide || (refunds > 0) != wide {
			t.Errorf("wide %v: %d declined, %d refunds", wide, declined, refunds)
		}
	}
}

// Rows stand in time order within the period, cost something, are of shops that are open, and the amounts of
// ordinary life have a long tail.
func TestLife(t *testing.T) {
	rows := made(t, months)
	w := newWorld(months)
	var amounts []int64
	last := int64(firstDay) * daySeconds
	for _, r := range rows {
		if r.At < last || r.At >= int64(firstDay+months.Days)*daySeconds || r.Amount <= 0 {
			t.Fatalf("%+v", r)
		}
		last = r.At
		if s := w.shops[r.Shop]; r.Scenario == 0 {
			hour := int(r.At % daySeconds / hourSeconds)
			if !categories[s.category].online && (hour < s.open || hour >= s.close) && !atFair(w, r) {
				t.Fatalf("a %s takes cards at %d: %+v", categories[s.category].name, hour, r)
			}
			amounts = append(amounts, r.Amount)
		}
	}
	frauds := len(rows) - len(amounts)
	if frauds*1000 < len(rows)*2 || frauds*1000 > len(rows)*20 {
		t.Errorf("%d frauds in %d rows: not between 2 and 20 in a thousand", frauds, len(rows))
	}
	slices.Sort(amounts)
	middle, top := amounts[len(amounts)/2], amounts[len(amounts)-len(amounts)/1000]
	if top < 20*middle { // a normal amount would reach three times the middle
		t.Errorf("one in a thousand is above %d, the middle is %d: no long tail", top, middle)
	}
}

func atFair(w *world, r Row) bool {
	return slices.ContainsFunc(w.fairs, func(f fair) bool { return f.shop == r.Shop })
}

// Every way of abuse is there, and looks as it is described.
func TestCrimes(t *testing.T) {
	o := months
	o.Wide = true
	rows := made(t, o)
	of := map[uint8][]Row{}
	for _, r := range rows {
		of[r.Scenario] = append(of[r.Scenario], r)
	}
	for s := uint8(CommonPoint); s <= Refunded; s++ {
		if len(of[s]) < 20 {
			t.Errorf("scenario %d has %d rows", s, len(of[s]))
		}
	}
	for _, r := range of[Testing] {
		if r.Amount > 700 || r.Entry != Online {
			t.Fatalf("a test of %d, read %d", r.Amount, r.Entry)
		}
	}
	for _, r := range of[Leaked] {
		if !categories[r.Category].online {
			t.Fatalf("a leaked number in a %s", categories[r.Category].name)
		}
	}
	for _, r := range of[Refunded] {
		if !r.Refund {
			t.Fatal("scenario 7 is a refund")
		}
	}
	checkBadTerminals(t, rows)
	checkCommonPoints(t, rows)
}

// Between its first and its last spoiled row a bad terminal takes good ones too; how long it lasts differs.
func checkBadTerminals(t *testing.T, rows []Row) {
	t.Helper()
	first, last := map[int32]int64{}, map[int32]int64{}
	for _, r := range rows {
		if r.Scenario == BadTerminal {
			if first[r.Terminal] == 0 {
				first[r.Terminal] = r.At
			}
			last[r.Terminal] = r.At
		}
	}
	good := 0
	var days []int64
	for _, r := range rows {
		if from, ok := first[r.Terminal]; ok && r.Scenario == 0 && from < r.At && r.At < last[r.Terminal] {
			good++
		}
	}
	for terminal, from := range first {
		days = append(days, (last[terminal]-from)/daySeconds)
	}
	slices.Sort(days)
	if len(days) < 5 || good < 20 || days[len(days)-1] < days[0]+7 {
		t.Errorf("%d bad terminals over %v days took %d good rows meanwhile", len(days), days, good)
	}
}

// Of the cards that were copied many had been at one till before, more than of any till by chance.
func checkCommonPoints(t *testing.T, rows []Row) {
	t.Helper()
	abused := map[int32]int64{}
	for _, r := range rows {
		if r.Scenario == CommonPoint && abused[r.Card] == 0 {
			abused[r.Card] = r.At
		}
	}
	victims, guests := map[int32]map[int32]bool{}, map[int32]map[int32]bool{}
	for _, r := range rows {
		if categories[r.Category].online || r.Scenario > 0 {
			continue
		}
		if guests[r.Terminal] == nil {
			guests[r.Terminal], victims[r.Terminal] = map[int32]bool{}, map[int32]bool{}
		}
		guests[r.Terminal][r.Card] = true
		if at, ok := abused[r.Card]; ok && r.At < at {
			victims[r.Terminal][r.Card] = true
		}
	}
	standOut := 0
	usual := float64(len(abused)) / float64(months.Cards)
	for terminal, all := range guests {
		n, hit := float64(len(all)), float64(len(victims[terminal]))
		if n >= 10 && hit > n*usual+4*math.Sqrt(n*usual) {
			standOut++
		}
	}
	if standOut == 0 {
		t.Errorf("%d copied cards, and no till stands out", len(abused))
	}
}

func TestTimesAndBell(t *testing.T) {
	for steps := -5000; steps <= 9000; steps += 37 {
		got, want := float64(times(1_000_000, steps)), 1_000_000*math.Pow(2, float64(steps)/octave)
		if math.Abs(got-want) > want/1000+1 {
			t.Fatalf("2^(%d/1024) of a million: %.0f, want %.0f", steps, got, want)
		}
	}
	r := dice.New(1)
	sum, squares := 0.0, 0.0
	const n = 20_000
	for range n {
		v := float64(bell(r, 500))
		sum, squares = sum+v, squares+v*v
	}
	if mean, dev := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 15 || math.Abs(dev-500) > 10 {
		t.Errorf("mean %.1f, deviation %.1f, want 0 and 500", mean, dev)
	}
}

func TestSizes(t *testing.T) {
	for _, o := range []Options{{Days: 10}, {Cards: 100}, {Cards: 1 << 20, Days: 9}, {Cards: 9, Days: 999}} {
		var coded *tillproof.Error
		if err := Write(io.Discard, o); !errors.As(err, &coded) || coded.Code != "synth.range" {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for seed := range uint64(30) { // worlds in which there may be nothing to steal
		made(t, Options{Seed: seed, Cards: 1 + int(seed)%3, Days: 1 + 13*int(seed), Wide: true})
	}
}
