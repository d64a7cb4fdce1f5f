//go:build quality && unix

package teach

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

var (
	fdhIn    = flag.String("fdh", "", "a csv.gz of card transactions")
	fdhStill = flag.Bool("fdhstill", false, "train nothing")
	fdhFacts = flag.String("fdhfacts", "", "facts")
	fdhBlind = flag.Bool("fdhblind", false, "no labels")
	fdhOut   = flag.String("fdhout", "", "write facts here")
)

type labelled struct {
	id       int64
	txn      stream.Txn
	fraud    bool
	scenario byte
}

func keyOf(kind byte, s string) stream.Key {
	h := uint64(14695981039346656037)
	for _, c := range []byte(string(kind) + s) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	if s == "" {
		return 0
	}
	return stream.Key(h ^ h>>29)
}

func readLabelled(t testing.TB, path string) (rows []labelled) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(z)
	in.Scan()
	col := map[string]int{}
	for i, h := range strings.Split(in.Text(), ",") {
		col[h] = i
	}
	for in.Scan() {
		c := strings.Split(in.Text(), ",")
		at, err := time.Parse("2006-01-02T15:04:05", c[col["tx_datetime"]])
		if err != nil {
			t.Fatal(err)
		}
		units, cents, _ := strings.Cut(c[col["amount"]], ".")
		amount, err := strconv.ParseInt(units+(cents + "00")[:2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := strconv.ParseInt(c[col["tx_id"]], 10, 64)
		r := labelled{id: id, fraud: c[col["label"]] == "1", scenario: c[col["scenario"]][0] - '0'}
		r.txn = stream.Txn{
			Ref: id, At: tillproof.LocalTimeOf(at), Card: keyOf('c', c[col["customer_id"]]),
			Terminal: keyOf('t', c[col["terminal_id"]]), Amount: amount, Timed: true, Kind: tillproof.Sale,
		}
		if i, ok := col["category"]; ok {
			r.txn.Category = keyOf('k', c[i])
		}
		if i, ok := col["merchant_id"]; ok {
			r.txn.Merchant = keyOf('m', c[i])
		}
		rows = append(rows, r)
	}
	return rows
}

// TestQuality plays a labelled set as eval.py feed would and writes the chance of each row.
func TestQuality(t *testing.T) {
	if *fdhIn == "" {
		t.Fatal("no -fdh FILE: a csv.gz of labelled card transactions")
	}
	all := readLabelled(t, *fdhIn)
	e, err := New(Options{Workers: 2, Fixed: *fdhStill})
	if err != nil {
		t.Fatal(err)
	}
	var out, dump *bufio.Writer
	if *fdhOut != "" {
		f, err := os.Create(*fdhOut)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		out = bufio.NewWriterSize(f, 1<<20)
		defer out.Flush()
		out.WriteString("tx_id,score\n")
	}
	if *fdhFacts != "" {
		f, err := os.Create(*fdhFacts)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		dump = bufio.NewWriterSize(f, 1<<20)
		defer dump.Flush()
	}
	var late []*labelled
	var buf []byte
	start := time.Now()
	for i := range all {
		r := &all[i]
		for len(late) > 0 && late[0].txn.At+week <= r.txn.At {
			e.Know(&stream.Label{Txn: late[0].txn, Known: late[0].txn.At + week, Fraud: true})
			late = late[1:]
		}
		facts, chance := e.Next(&r.txn)
		if r.fraud && !*fdhBlind {
			late = append(late, r)
		}
		if out != nil {
			buf = strconv.AppendInt(buf[:0], r.id, 10)
			buf = append(buf, ',')
			buf = strconv.AppendInt(buf, chance, 10)
			out.Write(append(buf, 10))
		}
		if dump != nil {
			buf = buf[:0]
			for _, x := range facts {
				buf = binary.LittleEndian.AppendUint32(buf, uint32(x))
			}
			buf = binary.LittleEndian.AppendUint32(buf, uint32(r.id))
			buf = binary.LittleEndian.AppendUint32(buf, uint32(r.txn.At))
			f := byte(0)
			if r.fraud {
				f = 1
			}
			dump.Write(append(buf, f, r.scenario, 0, 0))
		}
	}
	t.Logf("%d rows in %v", len(all), time.Since(start))
	for _, l := range e.Record() {
		m := l.Marks
		t.Logf("%s rows %d new %d old %d taken %v", l.At, l.Rows, m.New.Precision, m.Old.Precision, l.Taken)
	}
}

// BenchmarkNext tells the processor's time, which does not depend on what else the machine does.
func BenchmarkNext(b *testing.B) {
	if *fdhIn == "" {
		b.Fatal("no -fdh FILE: a csv.gz of labelled card transactions")
	}
	all := readLabelled(b, *fdhIn)
	e, err := New(Options{Fixed: true})
	if err != nil {
		b.Fatal(err)
	}
	for i := range all[:300_000] {
		e.Next(&all[i].txn)
	}
	b.ResetTimer()
	start := used(b)
	for i := range b.N {
		e.Next(&all[300_000+i%(len(all)-300_000)].txn)
	}
	b.ReportMetric(float64(used(b)-start)/float64(b.N), "cpu-ns/op")
}

func used(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
