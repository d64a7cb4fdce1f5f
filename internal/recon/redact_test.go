package recon_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/recon"
)

// A copy without card numbers takes the place of the file: its cards are known again by their tokens.
func TestRedact(t *testing.T) {
	row := func(n, card string) string {
		return "104310058120001,10000001,000001,00000" + n + ",62600000000" + n + ",123456," + card +
			",2026-09-16,10:11:12,消费,15.90,00\n"
	}
	raw := []byte("商户编号,终端编号,批次号,凭证号,参考号,授权码,卡号,交易日期,交易时间,交易类型,交易金额,应答码\n" +
		row("1", "4111111111111111") + row("2", "411111******1111"))
	opt := recon.Options{Formats: all.Formats(), Token: func(string) uint64 { return 77 }}
	opt.Policy.Currency = tillproof.CNY
	file := recon.File{Name: "a.csv", At: bytes.NewReader(raw), Size: int64(len(raw))}
	if may, err := recon.MayHoldCards(file); err != nil || !may {
		t.Errorf("%v %v", may, err)
	}
	to, err := os.Create(filepath.Join(t.TempDir(), "copy"))
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	out, err := recon.Redact(t.Context(), file, opt, false, to)
	if err != nil || out.Replaced != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	read := func(f recon.File) (rows []tillproof.Record) {
		if _, err := recon.Read(t.Context(), f, opt, func(r tillproof.Record) error {
			rows = append(rows, r)
			return nil
		}); err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		return rows
	}
	want := read(file)
	got := read(recon.File{Name: "a.csv", At: to, Size: out.Source.Bytes, Tokens: out.Tokens})
	for i := range want {
		if got[i].ID != want[i].ID || got[i].Card != want[i].Card {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	if want[0].Card.Token != 77 || want[1].Card.Token != 0 {
		t.Errorf("tokens %d %d", want[0].Card.Token, want[1].Card.Token)
	}
}
