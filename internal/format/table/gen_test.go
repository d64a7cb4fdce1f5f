package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestFamily: one name stands for the layouts of one program's files, and the header tells which.
func TestFamily(t *testing.T) {
	for file, side := range map[string]tillproof.Side{
		"gen_terminal": tillproof.Terminal, "gen_acquirer": tillproof.Acquirer, "gen_bank": tillproof.Bank,
	} {
		text, err := os.ReadFile("testdata/" + file + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		src, _, err := load(t, text, format.Options{Profile: "gen", Side: side})
		if err != nil || src.Dialect != file || src.Side != side {
			t.Errorf("%s is read as %s of %s, %v", file, src.Dialect, src.Side, err)
		}
	}
	other := []byte("Date,Amount\n2026-03-01,1.00\n")
	_, _, err := load(t, other, format.Options{Profile: "gen"})
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Kind != tillproof.KindUnsupported && e.Kind != tillproof.KindInvalid {
		t.Errorf("a table of another program: %v", err)
	}
}

// TestGenFees: the log's fee is written without sign and goes with its amount; a refund brings it back.
func TestGenFees(t *testing.T) {
	text, err := os.ReadFile("testdata/gen_terminal.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, records, err := load(t, text, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"-0.35", "-0.06", "0.00", "0.05", "-0.06"} {
		if got := records[i].Fee.String(); got != want {
			t.Errorf("line %d: fee %s, want %s", records[i].Origin.Line, got, want)
		}
	}
}

// TestGenVariantsAreFast: CR LF, quotes, letters in the RRN, columns in another order, a header in GB18030
// and amounts with decimals change nothing about the speed, nor about the answer.
func TestGenVariantsAreFast(t *testing.T) {
	plain := genLog(700, ",", "")
	mixed := func(line, more string) string {
		c := strings.Split(line, ",")
		slices.Reverse(c)
		return strings.Join(append(c, more), ",")
	}
	var other strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(plain, "\n"), "\n") {
		if i == 0 {
			head := strings.NewReplacer("amount", "amount(元)", "fee", "fee(元)").Replace(line)
			other.WriteString(mixed(head, "门店名称") + "\n")
			continue
		}
		c := strings.Split(line, ",")
		c[6], c[7] = "1"+c[6]+".25", "0."+strconv.Itoa(10+i%50)
		other.WriteString(mixed(strings.Join(c, ","), "人民路店") + "\n")
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(other.String())
	if err != nil {
		t.Fatal(err)
	}
	few := fewFormats(t)
	for name, text := range map[string]string{
		"as it is": plain, "quoted": genLog(700, `","`, ""), "CR LF": genLog(700, ",", "\r"),
		"letters":             strings.ReplaceAll(plain, ",606000", ",G06000"),
		"in GB18030, in yuan": gb, "in yuan": other.String(),
	} {
		t.Run(name, func(t *testing.T) {
			opt := format.Options{Profile: "gen", Workers: 2}
			if n := doors(t, few, []byte(text), opt); n != 700 {
				t.Errorf("%d of 700 rows took the fast path", n)
			}
		})
	}
}

// genLog is a terminal's log as the speed benchmark writes it.
func genLog(rows int, delim, end string) string {
	var b bytes.Buffer
	quote := ""
	if len(delim) > 1 {
		quote = `"`
	}
	put := func(cells ...any) {
		b.WriteString(quote)
		for i, c := range cells {
			if i > 0 {
				b.WriteString(delim)
			}
			fmt.Fprint(&b, c)
		}
		b.WriteString(quote + end + "\n")
	}
	put("merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "card_mask", "amount", "fee",
		"local_time", "type", "resp_code", "orig_rrn")
	for i := range rows {
		put(fmt.Sprintf("8983101480%05d", i%4000), fmt.Sprintf("%08d", 36830000+i%90), "000001",
			fmt.Sprintf("%06d", i), fmt.Sprintf("606%09d", i), fmt.Sprintf("622270******%04d", i%10000),
			i%9000+100, i%50, fmt.Sprintf("2026-03-%02d %02d:%02d:%02d", i%31+1, i%24, i%60, i%59),
			[...]string{"SALE", "SALE", "SALE", "REFUND"}[i%4], "00", "")
	}
	return b.String()
}
