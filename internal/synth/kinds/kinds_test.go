package kinds

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// weekends is a world without holidays, so that the tests need no data of other rooms.
func weekends(name string) (tillproof.Calendar, bool) {
	return tillproof.Calendar{Name: name, From: tillproof.NoDate, To: tillproof.NoDate}, true
}

// eachSet makes every kind under every custom at every noise level.
func eachSet(t *testing.T, visit func(*testing.T, Options, *read)) {
	t.Helper()
	allKinds, allCustoms, allNoises := Names()
	for _, k := range allKinds {
		for _, c := range allCustoms {
			for i, n := range allNoises {
				o := Options{
					Kind: k, Custom: c, Noise: n, Seed: uint64(7 + i), Months: 1, Calendar: weekends,
				}
				t.Run(o.Set(), func(t *testing.T) { visit(t, o, readSet(t, o)) })
			}
		}
	}
}

// read is a set as a stranger reads its files: rows of cells by their line.
type read struct {
	set   *Set
	files map[string][][]string
	head  map[string]map[string]int // column by its English name
}

func readSet(t *testing.T, o Options) *read {
	t.Helper()
	set, err := Make(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &read{set: set, files: map[string][][]string{}, head: map[string]map[string]int{}}
	for _, f := range set.Files {
		c := csv.NewReader(bytes.NewReader(f.Content))
		c.FieldsPerRecord = -1
		rows, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		r.files[f.Name] = rows
		english := map[string][]string{
			TerminalName: english.terminal, AcquirerName: english.acquirer, BankName: english.bank,
			OrdersName: english.orders,
		}[f.Name]
		r.head[f.Name] = map[string]int{}
		for i, name := range english {
			r.head[f.Name][name] = i
		}
	}
	return r
}

// cell is a cell by the name of its place.
func (r *read) cell(t *testing.T, place, column string) string {
	t.Helper()
	file, line := split(t, place)
	at, ok := r.head[file][column]
	if !ok || line < 2 || line > len(r.files[file]) {
		t.Fatalf("%s has no %s", place, column)
	}
	return r.files[file][line-1][at]
}

// line is all cells of a place.
func (r *read) line(t *testing.T, place string) string {
	t.Helper()
	file, n := split(t, place)
	return strings.Join(r.files[file][n-1], "\x00")
}

func split(t *testing.T, place string) (string, int) {
	t.Helper()
	file, text, _ := strings.Cut(place, ":")
	line, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%q is not a place", place)
	}
	return file, line
}

// places spells out ranges.
func places(t *testing.T, names []string) []string {
	t.Helper()
	var out []string
	for _, n := range names {
		file, span, _ := strings.Cut(n, ":")
		first, last, isRange := strings.Cut(span, "-")
		if !isRange {
			out = append(out, n)
			continue
		}
		from, _ := strconv.Atoi(first)
		to, _ := strconv.Atoi(last)
		for i := from; i <= to; i++ {
			out = append(out, fmt.Sprintf("%s:%d", file, i))
		}
	}
	return out
}

func (r *read) cents(t *testing.T, text string) int64 {
	t.Helper()
	v, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	if err != nil || !strings.Contains(text, ".") {
		t.Fatalf("%q is not an amount", text)
	}
	return v
}

func (r *read) amount(t *testing.T, place, column string) int64 {
	t.Helper()
	return r.cents(t, r.cell(t, place, column))
}

// TestKeyAddsUp reads the files with another reader and holds the key to them.
func TestKeyAddsUp(t *testing.T) {
	eachSet(t, func(t *testing.T, o Options, r *read) {
		k := r.set.Key
		residual := map[string]int64{} // of the deposits, by the bank's line
		for _, b := range k.Breaks {
			for _, p := range places(t, b.Records) {
				if f, _ := split(t, p); f == BankName {
					residual[p] = r.cents(t, b.Residual)
				}
			}
		}
		paid := map[string]bool{}
		for _, d := range k.Deposits {
			var net int64
			for _, p := range places(t, d.Rows) {
				if paid[p] {
					t.Fatalf("%s is paid twice", p)
				}
				paid[p] = true
				net += r.amount(t, p, "Net")
			}
			if got := r.amount(t, d.Bank[0], "Amount"); !d.Unknown && got != net-residual[d.Bank[0]] {
				t.Errorf("%s credits %d, its rows make %d less %d", d.Bank[0], got, net, residual[d.Bank[0]])
			}
		}
		r.reportAddsUp(t)
		r.statementAddsUp(t)
		r.pairsAgree(t, o)
		r.everyLineHasItsPlace(t)
		r.lossAddsUp(t)
	})
}

func (r *read) reportAddsUp(t *testing.T) {
	t.Helper()
	rows := r.files[AcquirerName]
	var gross, fees, net int64
	for line := 5; line < len(rows); line++ {
		p := fmt.Sprintf("%s:%d", AcquirerName, line)
		a, f, n := r.amount(t, p, "Amount"), r.amount(t, p, "Fee"), r.amount(t, p, "Net")
		if a-f != n {
			t.Fatalf("%s: %d less %d is not %d", p, a, f, n)
		}
		gross, fees, net = gross+a, fees+f, net+n
	}
	foot := fmt.Sprintf("%s:%d", AcquirerName, len(rows))
	for column, want := range map[string]int64{"Amount": gross, "Fee": fees, "Net": net} {
		if got := r.amount(t, foot, column); got != want {
			t.Errorf("the footer says %s %d, the rows sum to %d", column, got, want)
		}
	}
}

func (r *read) statementAddsUp(t *testing.T) {
	t.Helper()
	var before int64
	for line := 2; line <= len(r.files[BankName]); line++ {
		p := fmt.Sprintf("%s:%d", BankName, line)
		balance := r.amount(t, p, "Balance")
		if line > 2 && before+r.amount(t, p, "Amount") != balance {
			t.Fatalf("%s: the balance does not follow", p)
		}
		before = balance
		day, err := tillproof.ParseDate(r.cell(t, p, "Booking Date"))
		if w := day.Weekday(); err != nil || w == 0 || w == 6 {
			t.Errorf("%s: %s is no banking day", p, r.cell(t, p, "Booking Date"))
		}
	}
}

// pairsAgree: both halves of a match show one amount, but for planted differences and tips on the slip.
func (r *read) pairsAgree(t *testing.T, o Options) {
	t.Helper()
	differ := map[string]string{}
	for _, b := range r.set.Key.Breaks {
		if b.Kind == "amount_mismatch" {
			differ[b.Records[len(b.Records)-1]] = b.Residual
		}
	}
	seen, uses := map[string]bool{}, map[string]int{}
	tips := 0
	for _, m := range r.set.Key.Matches {
		for _, p := range m.Terminal {
			if seen[p] {
				t.Fatalf("%s is in two matches", p)
			}
			seen[p] = true
		}
		for _, p := range m.Acquirer { // more than one only where they are the same in every cell
			if uses[p]++; uses[p] > len(m.Acquirer) || r.line(t, p) != r.line(t, m.Acquirer[0]) {
				t.Fatalf("%s is in %d matches", p, uses[p])
			}
		}
		log := r.amount(t, m.Terminal[0], "Amount")
		row := r.amount(t, m.Acquirer[0], "Amount")
		if row < 0 {
			row = -row
		}
		switch want, planted := differ[m.Acquirer[0]]; {
		case planted && r.cents(t, want) != log-row, !planted && log != row && o.Kind != "restaurant":
			t.Errorf("%s shows %d, %s %d", m.Terminal[0], log, m.Acquirer[0], row)
		case !planted && log != row:
			if tips++; row < log || row*100 > log*(100+slipTip) {
				t.Errorf("%s: a tip from %d to %d", m.Terminal[0], log, row)
			}
		}
	}
	if (tips > 0) != (o.Kind == "restaurant") {
		t.Errorf("%d tips on the slip", tips)
	}
}

// everyLineHasItsPlace: a sale of the log that was approved and not voided is in a match, in a break, or
// settles after the report ends.
func (r *read) everyLineHasItsPlace(t *testing.T) {
	t.Helper()
	k := r.set.Key
	placed := map[string]bool{}
	for _, m := range k.Matches {
		for _, p := range slices.Concat(m.Terminal, m.Acquirer) {
			placed[p] = true
		}
	}
	for _, b := range k.Breaks {
		for _, p := range places(t, b.Records) {
			placed[p] = placed[p] || b.Kind == "not_settled" || b.Kind == "not_on_terminal" ||
				b.Kind == "settled_twice" || b.Kind == "unknown_outcome"
		}
	}
	voided := map[string]bool{}
	for line := 2; line <= len(r.files[TerminalName]); line++ {
		p := fmt.Sprintf("%s:%d", TerminalName, line)
		if deed := r.cell(t, p, "Type"); deed == "VOID" || deed == "消费撤销" {
			voided[r.cell(t, p, "Original RRN")] = true
		}
	}
	var timing int64
	for line := 2; line <= len(r.files[TerminalName]); line++ {
		p := fmt.Sprintf("%s:%d", TerminalName, line)
		deed := r.cell(t, p, "Type")
		moves := slices.Contains([]string{"SALE", "COMPLETION", "REFUND", "消费", "预授权完成", "退货"}, deed)
		if !moves || placed[p] || r.cell(t, p, "Response") != "00" || voided[r.cell(t, p, "RRN")] {
			continue
		}
		day, _ := tillproof.ParseDate(r.cell(t, p, "Date"))
		if int(k.To-day) > 2 {
			t.Errorf("%s has no place in the key", p)
		}
		amount := r.amount(t, p, "Amount")
		if deed == "REFUND" || deed == "退货" {
			amount = -amount
		}
		timing += amount
	}
	if have := r.cents(t, k.Loss.Timing); timing > 0 && have == 0 {
		t.Errorf("money of %d is under way, the key says none", timing)
	}
}

// lossAddsUp sums the key's own breaks by docs/loss.md.
func (r *read) lossAddsUp(t *testing.T) {
	t.Helper()
	var confirmed, fees, owed int64
	count := map[string]int{}
	for _, b := range r.set.Key.Breaks {
		v := r.cents(t, b.Residual)
		count[b.Cause]++
		switch {
		case b.Kind == "fee_mismatch" && v > 0:
			fees += v
		case b.Kind == "fee_mismatch":
		case v > 0:
			confirmed += v
		default:
			owed -= v
		}
	}
	l := r.set.Key.Loss
	if r.cents(t, l.Confirmed) != confirmed || r.cents(t, l.ConfirmedFees) != fees ||
		r.cents(t, l.Owed) != owed {
		t.Errorf("the loss is %+v, the breaks sum to %d, %d, %d", l, confirmed, fees, owed)
	}
	for _, p := range perMonth {
		if count[string(p.cause)] != p.n {
			t.Errorf("%s planted %d times, want %d", p.cause, count[string(p.cause)], p.n)
		}
	}
}

func TestSameOptionsSameBytes(t *testing.T) {
	o := Options{Kind: "hotel", Custom: "eu", Noise: "high", Seed: 3, Months: 1, Calendar: weekends}
	content := func(o Options) string {
		set, err := Make(o)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, f := range set.Files {
			b.Write(f.Content)
		}
		if _, err := set.Key.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := content(o)
	if first != content(o) {
		t.Error("the same options gave other bytes")
	}
	o.Seed++
	if first == content(o) {
		t.Error("another seed gave the same bytes")
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	good := Options{Kind: "stall", Custom: "cn", Noise: "none", Seed: 1, Months: 1, Calendar: weekends}
	for code, change := range map[string]func(*Options){
		"synth.kinds.unknown": func(o *Options) { o.Kind = "bank" },
		"synth.range":         func(o *Options) { o.Months = MaxMonths + 1 },
		"synth.kinds.calendar": func(o *Options) {
			o.Calendar = func(string) (c tillproof.Calendar, ok bool) { return c, false }
		},
	} {
		o := good
		change(&o)
		_, err := Make(o)
		if e, ok := err.(*tillproof.Error); !ok || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	for _, change := range []func(*Options){
		func(o *Options) { o.Custom = "" }, func(o *Options) { o.Noise = "loud" },
		func(o *Options) { o.Months = 0 },
	} {
		o := good
		change(&o)
		if o.Check() == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

// TestNoise looks for what each level promises to lose.
func TestNoise(t *testing.T) {
	for _, level := range []string{"none", "high"} {
		r := readSet(t, Options{
			Kind: "corner", Custom: "eu", Noise: level, Seed: 5, Months: 2, Calendar: weekends,
		})
		blind, noAuth, lastFour, zeros, long := 0, 0, 0, 0, 0
		n := len(r.files[AcquirerName]) - 1
		for line := 5; line <= n; line++ {
			p := fmt.Sprintf("%s:%d", AcquirerName, line)
			rrn, card := r.cell(t, p, "RRN"), r.cell(t, p, "Card")
			if rrn == "" && r.cell(t, p, "Trace") == "" {
				blind++
			}
			if r.cell(t, p, "Auth Code") == "" {
				noAuth++
			}
			if len(card) == 10 && strings.HasPrefix(card, "******") {
				lastFour++
			}
			if strings.HasPrefix(r.cell(t, p, "Merchant ID"), "0") {
				zeros++
			}
			if len(rrn) > truncatedTo {
				long++
			}
		}
		switch level {
		case "none":
			if blind+noAuth+lastFour > 0 || zeros != n-4 || long != n-4 {
				t.Errorf("none: blind %d, no auth %d, last four %d of %d rows", blind, noAuth, lastFour, n-4)
			}
		case "high":
			// 6 % of rows lose their numbers, and those of 16 of a month's 465 busy hours, 3.4 %, drawn from
			// the rush: about 10 %. With the quarter that loses the code, 32 % show none. Three in four
			// customers pay by card.
			if blind*100 < 8*n || blind*100 > 13*n || noAuth*100 < 28*n || noAuth*100 > 37*n ||
				lastFour*100 < 70*n || zeros > 0 || long > 0 {
				t.Errorf("high: blind %d, no auth %d, last four %d, zeros %d, long %d of %d rows",
					blind, noAuth, lastFour, zeros, long, n-4)
			}
		}
	}
}

// TestStays: what a guest pays is at most 115 % of what was authorised.
func TestStays(t *testing.T) {
	r := readSet(t, Options{
		Kind: "hotel", Custom: "us", Noise: "none", Seed: 2, Months: 1, Calendar: weekends,
	})
	held := map[string]int64{}
	completed, more := 0, 0
	for line := 2; line <= len(r.files[TerminalName]); line++ {
		p := fmt.Sprintf("%s:%d", TerminalName, line)
		card := r.cell(t, p, "Card")
		switch r.cell(t, p, "Type") {
		case "PREAUTH":
			held[card] += r.amount(t, p, "Amount")
			more++
		case "COMPLETION":
			completed++
			if r.amount(t, p, "Amount")*100 > held[card]*115 {
				t.Errorf("%s takes more than 115 %% of %d", p, held[card])
			}
		}
	}
	if completed < 100 || more <= completed {
		t.Errorf("%d stays, %d authorisations", completed, more)
	}
}
