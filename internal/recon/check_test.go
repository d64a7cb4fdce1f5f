package recon_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/recon"
)

// Three sales of a day. The first two are settled; the third is in no report.
const (
	shop    = "104310058120001,31000001,000001,"
	logHead = "Merchant ID,Terminal ID,Batch,Trace,RRN,Auth Code,Card,Card Type,Date,Time,Type,Entry Mode," +
		"Amount,Response,Original RRN\n"
	log = logHead +
		shop + "000001,626000000001,A00001,621234******1111,DEBIT,2026-09-16,10:00:00,SALE,CHIP,10.00,00,\n" +
		shop + "000002,626000000002,A00002,621234******2222,DEBIT,2026-09-16,11:00:00,SALE,CHIP,20.00,00,\n" +
		shop + "000003,626000000003,A00003,621234******3333,DEBIT,2026-09-16,12:00:00,SALE,CHIP,40.00,00,\n"
	day     = "2026-09-16," + shop
	settled = "Settlement Date,Merchant ID,Terminal ID,Batch,Trace,RRN,Card,Card Type,Transaction Time," +
		"Type,Amount,Fee,Net\n" +
		day + "000001,626000000001,621234******1111,DEBIT,2026-09-16 10:00:00,SALE,10.00,0.05,9.95\n" +
		day + "000002,626000000002,621234******2222,DEBIT,2026-09-16 11:00:00,SALE,20.00,0.10,19.90\n"
	garbled = day +
		"000003,626000000003,621234******3333,DEBIT,2026-09-16 12:00:00,SALE,4o.00,0.20,39.80\n"
)

// elevenPM is a cut-off: without one, a sale later than all that were settled may belong to the next report.
const elevenPM = 23 * 60

func textFile(name, text string) recon.File {
	return recon.File{Name: name, At: strings.NewReader(text), Size: int64(len(text))}
}

func checkTexts(t *testing.T, p tillproof.Policy, files ...recon.File) *tillproof.Run {
	t.Helper()
	run, err := recon.Check(context.Background(), files, recon.Options{Formats: all.Formats(), Policy: p})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// TestUnreadRowsProveNothing: the sale of 40.00 is missing from the report. It is a confirmed loss where the
// report was read whole, and only at risk where a line of it could not be read.
func TestUnreadRowsProveNothing(t *testing.T) {
	p := tillproof.Policy{Currency: tillproof.CNY, CutOff: elevenPM}
	for _, c := range []struct {
		name, report      string
		confirmed, atRisk int64
		doubt             string
	}{
		{"read whole", settled, 4000, 0, ""},
		{"a line was not read", settled + garbled, 0, 4000, "recon.doubt.unread"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := checkTexts(t, p, textFile("pos.csv", log), textFile("settle.csv", c.report))
			if len(run.Breaks) != 1 || run.Breaks[0].Kind != tillproof.NotSettled {
				t.Fatalf("breaks: %+v", run.Breaks)
			}
			if got := run.Breaks[0].Doubt.Code; got != c.doubt {
				t.Errorf("doubt %q, want %q", got, c.doubt)
			}
			l := run.Losses[0]
			if l.Confirmed.Principal != c.confirmed || l.AtRisk.Principal != c.atRisk || l.Owed != 0 {
				t.Errorf("loss %+v, want confirmed %d and at risk %d", l, c.confirmed, c.atRisk)
			}
		})
	}
}

func TestCurrencyThatNobodyNames(t *testing.T) {
	p := tillproof.Policy{CutOff: elevenPM}
	run := checkTexts(t, p, textFile("pos.csv", log), textFile("settle.csv", settled))
	if !warned(run, "recon.currency_unknown") {
		t.Errorf("no warning: %+v", run.Warnings)
	}
	if len(run.Losses) != 1 || run.Losses[0].Currency.Known() || run.Losses[0].Confirmed.Principal != 4000 {
		t.Errorf("losses: %+v", run.Losses)
	}
}

func warned(run *tillproof.Run, code string) bool {
	for _, n := range run.Warnings {
		if n.Code == code {
			return true
		}
	}
	return false
}

func TestFilesThatCannotJoin(t *testing.T) {
	opt := recon.Options{Formats: all.Formats(), Policy: tillproof.Policy{Currency: tillproof.CNY}}
	files := []recon.File{
		textFile("pos.csv", log), textFile("copy.csv", log), textFile("empty.csv", " "),
		textFile("settle.csv", settled),
	}
	run, err := recon.Check(context.Background(), files, opt)
	if run == nil || len(run.Sources) != 2 || len(run.Records[tillproof.Terminal]) != 3 {
		t.Fatalf("the good files were not read: %v", err)
	}
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "recon.same_file" || e.Place.File != "copy.csv" {
		t.Errorf("first error %v, want recon.same_file of copy.csv", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if run, err := recon.Check(ctx, files, opt); run != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gives %v, %v", run, err)
	}
}

// TestOverlap: two exports of one terminal share two lines; each counts once, and the second file's own line
// stays.
func TestOverlap(t *testing.T) {
	lines := strings.SplitAfter(log, "\n")
	second := lines[0] + lines[2] + lines[3]
	first := lines[0] + lines[1] + lines[2]
	p := tillproof.Policy{Currency: tillproof.CNY}
	run := checkTexts(t, p, textFile("a.csv", first), textFile("b.csv", second))
	if n := len(run.Records[tillproof.Terminal]); n != 3 {
		t.Errorf("%d records, want 3", n)
	}
	if !warned(run, "recon.overlap") {
		t.Errorf("no warning: %+v", run.Warnings)
	}
}

// TestTwoFormatsOfOneLog: the log in English and the same log in Chinese are one log.
func TestTwoFormatsOfOneLog(t *testing.T) {
	zh := strings.NewReplacer(
		strings.TrimSuffix(logHead, "\n"),
		"商户编号,终端编号,批次号,凭证号,参考号,授权码,卡号,卡类型,交易日期,交易时间,交易类型,输入方式,交易金额,应答码,原参考号",
		"SALE", "消费", "DEBIT", "借记卡", "CHIP", "插卡",
	).Replace(log)
	p := tillproof.Policy{Currency: tillproof.CNY}
	run := checkTexts(t, p, textFile("en.csv", log), textFile("zh.csv", zh))
	if n := len(run.Records[tillproof.Terminal]); n != 3 {
		t.Errorf("%d records, want 3", n)
	}
	if !warned(run, "recon.twins") {
		t.Errorf("no warning: %+v", run.Warnings)
	}
}
