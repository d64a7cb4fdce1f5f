package kept

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/workspace"
)

func opt(lang locale.Lang) Options {
	today, _ := tillproof.ParseDate("2026-07-10")
	zone := time.FixedZone("UTC+8", 8*3600)
	return Options{Options: report.Options{Lang: lang, Width: 100}, Zone: zone, Today: today}
}

func date(t *testing.T, s string) tillproof.Date {
	t.Helper()
	d, err := tillproof.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func cny(minor int64) tillproof.Money { return tillproof.NewMoney(minor, tillproof.CNY) }

// TestUrgent: confirmed losses, then what is at risk, then what is owed, then the rest; within each the
// severe ones, and then the large ones.
func TestUrgent(t *testing.T) {
	all := []tillproof.KeptException{
		{ID: "late", Kind: "late", Bucket: tillproof.BucketNone, Amount: cny(900)},
		{ID: "owed", Kind: "deposit_over", Bucket: tillproof.BucketOwed, Amount: cny(800)},
		{
			ID: "risk small", Kind: "card_testing", Severity: tillproof.High, Bucket: tillproof.BucketAtRisk,
			Amount: cny(1),
		},
		{ID: "fee", Kind: "fee_mismatch", Bucket: tillproof.BucketConfirmed, Amount: cny(70000)},
		{
			ID: "risk medium", Kind: "round_sums", Severity: tillproof.Medium, Bucket: tillproof.BucketAtRisk,
			Amount: cny(50),
		},
		{ID: "lost small", Kind: "not_settled", Bucket: tillproof.BucketConfirmed, Amount: cny(10)},
		{ID: "lost large", Kind: "not_deposited", Bucket: tillproof.BucketConfirmed, Amount: cny(2000)},
	}
	Urgent(all)
	var got []string
	for i := range all {
		got = append(got, string(all[i].ID))
	}
	want := "lost large, lost small, fee, risk small, risk medium, owed, late"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func statusOf(t *testing.T) *workspace.Status {
	return &workspace.Status{
		Sources: 3, Rows: 5370,
		Last:  &tillproof.KeptRun{Time: time.Date(2026, 7, 1, 20, 30, 0, 0, time.UTC)},
		Stale: true,
		Info: tillproof.WorkspaceInfo{Proven: &tillproof.Proof{
			Time: time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC), Name: "may.tillproof",
		}},
		Tally: tillproof.ExceptionTally{
			States: map[tillproof.ExceptionState]int{
				tillproof.ExceptionNew: 7, tillproof.ExceptionDismissed: 2,
			},
			Buckets: []tillproof.BucketSum{
				{Currency: tillproof.CNY, Bucket: tillproof.BucketConfirmed, Exceptions: 2, Minor: 5233317},
			},
		},
		Waiting: []workspace.WaitingSum{{
			Currency: tillproof.CNY, Overdue: 1, OverdueSum: 150, Soon: 2, SoonSum: 300, Later: 3,
			Amount: 1000, First: date(t, "2026-07-03"),
		}},
		Missing: []workspace.MissingFile{{
			Side: tillproof.Bank, Like: "june\x1b[31m.xml", From: date(t, "2026-07-01"), To: tillproof.NoDate,
			Since: date(t, "2026-07-08"),
		}},
	}
}

// TestStatusInWords: amounts, moments on the clock of the reader (20:30 UTC is half past four of the next
// day in Shanghai), what comes from files harmless.
func TestStatusInWords(t *testing.T) {
	for lang, want := range map[locale.Lang][]string{
		locale.EN: {
			"3 files with 5,370 rows", "Last reconciled: 2026-07-02 04:30",
			"Files or decisions have changed since.",
			"7 exceptions wait for a word of yours", "Judged so far: dismissed 2.", "CNY 52,333.17",
			"1 item is overdue, the first since 3 Jul 2026: CNY 1.50",
			"2 items are due within three days: CNY 3.00",
			"3 items are due later: CNY 5.50", "nothing from 1 Jul 2026 on", `june\u001b[31m.xml`, "by 8 Jul 2026",
			"online banking",
			"The backup may.tillproof was shown to restore on 2026-06-01 12:00 (39 days ago).",
			"make a new backup",
		},
		locale.ZH: {
			"3个文件，共5,370行", "上次对账：2026-07-02 04:30", "7项异常待核查", "已排除2项", "¥52,333.17",
			"1项已经逾期，最早的应在2026年7月3日到账：¥1.50", "2项三日内到期：¥3.00", "3项尚未到期：¥5.50",
			"2026年7月1日起没有文件", "网上银行", "（39天前）",
		},
	} {
		var out bytes.Buffer
		if err := Status(&out, statusOf(t), opt(lang)); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(out.String()), " ")
		if lang == locale.ZH {
			text = strings.ReplaceAll(out.String(), "\n    ", "")
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q in\n%s", lang, w, out.String())
			}
		}
		if strings.ContainsRune(out.String(), '\x1b') {
			t.Errorf("%s: a file's name reaches the console as it is", lang)
		}
	}
}

// TestStatusForPrograms: the figures are there once each, and the answer is one JSON object.
func TestStatusForPrograms(t *testing.T) {
	var out bytes.Buffer
	if err := StatusJSON(&out, statusOf(t), opt(locale.EN)); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema  string
		Overdue bool
		States  map[string]int
		Waiting []struct {
			Overdue int
			Sum     string `json:"overdue_amount"`
			First   string
		}
		Missing []struct{ Side, Since string }
		Backup  struct{ Name string }
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	if got.Schema != "tillproof.status/1" || !got.Overdue || got.States["new"] != 7 ||
		len(got.Waiting) != 1 || got.Waiting[0].Sum != "1.50" || got.Waiting[0].First != "2026-07-03" ||
		len(got.Missing) != 1 ||
		got.Missing[0].Since != "2026-07-08" || got.Backup.Name != "may.tillproof" {
		t.Errorf("got %+v", got)
	}
}

// TestOverdue: money past its day, or a file that should be there; a gap between two files is no such thing.
func TestOverdue(t *testing.T) {
	gap := workspace.MissingFile{Since: tillproof.NoDate, To: 3}
	for _, c := range []struct {
		name string
		st   workspace.Status
		want bool
	}{
		{"nothing", workspace.Status{}, false},
		{"due soon", workspace.Status{Waiting: []workspace.WaitingSum{{Soon: 1}}}, false},
		{"money", workspace.Status{Waiting: []workspace.WaitingSum{{Soon: 1}, {Overdue: 1}}}, true},
		{"a gap", workspace.Status{Missing: []workspace.MissingFile{gap}}, false},
		{"a file", workspace.Status{Missing: []workspace.MissingFile{gap, {Since: 1}}}, true},
	} {
		if got := Overdue(&c.st); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestChanges: each kind of change has its sentence, and a run without any says so.
func TestChanges(t *testing.T) {
	last := &tillproof.KeptRun{Time: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
	changed := tillproof.RunChanges{Fresh: 1, Returned: 2, Changed: 3, Cleared: 4, Arrived: 5, Overdue: 6}
	for _, c := range []struct {
		name string
		k    Kept
		want []string
	}{
		{"first", Kept{Run: last}, []string{"This is the first run"}},
		{"same", Kept{Run: last, Last: last, Same: true}, []string{
			"Nothing has changed since 2026-07-01 08:00",
		}},
		{"none", Kept{Run: &tillproof.KeptRun{}, Last: last}, []string{"but the same exceptions"}},
		{"all", Kept{Run: &tillproof.KeptRun{Changes: changed}, Last: last}, []string{
			"1 new exception.", "2 exceptions that were cleared up came back",
			"3 exceptions say something else",
			"4 exceptions are cleared up", "5 items have arrived", "6 items are overdue",
		}},
	} {
		var out bytes.Buffer
		if err := Changes(&out, c.k, opt(locale.EN)); err != nil {
			t.Fatal(err)
		}
		for _, w := range c.want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s lacks %q in\n%s", c.name, w, out.String())
			}
		}
	}
}

// TestJSONIsOneObject: lists have an element a line, and what a console would obey is an escape of JSON.
func TestJSONIsOneObject(t *testing.T) {
	all := []tillproof.Import{
		{By: "A\x1b[2J", Undone: &tillproof.Undone{By: "B", Reason: "not\u202eours"}},
		{By: "C", Sources: []tillproof.KeptSource{{Rows: 4, Reading: tillproof.Reading{Year: 2026}}}},
	}
	var out bytes.Buffer
	if err := ImportsJSON(&out, all, opt(locale.EN)); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\u202e") || strings.Count(out.String(), "\n") != 4 {
		t.Errorf("got %q", out.String())
	}
	var got struct {
		Imports []struct {
			By     string
			Undone *struct{ Reason string }
			Files  []struct {
				Rows    int
				Reading map[string]any
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Imports) != 2 || got.Imports[0].By != all[0].By ||
		got.Imports[0].Undone.Reason != "not\u202eours" ||
		got.Imports[1].Undone != nil || got.Imports[1].Files[0].Reading["year"] != float64(2026) {
		t.Errorf("got %+v", got)
	}
}

// TestEarlierSentences: what an exception says now is not among what it said before, and a sentence that
// stood in several versions is told once, with the run that first wrote it.
func TestEarlierSentences(t *testing.T) {
	content := func(reason string) []byte {
		b, err := json.Marshal(tillproof.ExceptionContent{
			Break: &tillproof.Break{Kind: tillproof.BreakKinds[0], Reason: tillproof.Note{Code: reason}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const a, b, now = "kept.run.none", "kept.reading.none", "kept.import.none"
	s := workspace.Shown{}
	for i, reason := range []string{a, now, b, a, a, now} {
		run := tillproof.RunIDOf(tillproof.Basis{}, []string{n(i)})
		s.Versions = append(s.Versions, tillproof.ExceptionVersion{Run: run, Content: content(reason)})
	}
	p := newPage(&bytes.Buffer{}, opt(locale.EN))
	var want []string
	for _, i := range []int{0, 2} {
		v := s.Versions[i]
		want = append(want, p.Text([]string{a, "", b}[i])+" ("+short(v.Run.String())+")")
	}
	if got := p.earlier(&s); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	s.Versions = s.Versions[1:2]
	if got := p.earlier(&s); len(got) != 0 {
		t.Errorf("one version was told as an earlier one: %q", got)
	}
}
