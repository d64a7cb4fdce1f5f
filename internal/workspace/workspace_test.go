package workspace_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/synth"
	"github.com/tillproof/tillproof/internal/workspace"
)

// standing are the ids of the exceptions that stand.
func (r *rooms) standing(t *testing.T) []string {
	t.Helper()
	list, err := r.Exceptions(t.Context(), tillproof.AnyException())
	check(t, err)
	var out []string
	for i := range list {
		out = append(out, string(list[i].ID))
	}
	slices.Sort(out)
	return out
}

// direct are the ids that a reconciliation of the files by themselves gives.
func direct(t *testing.T, m *synth.Files) ([]string, *tillproof.Run) {
	t.Helper()
	var files []recon.File
	for name, text := range map[string][]byte{
		m.Key.Files.Terminal: m.Terminal, m.Key.Files.Acquirer: m.Acquirer, m.Key.Files.Bank: m.Bank,
	} {
		files = append(files, reconFile(file(name, text)))
	}
	run, err := recon.Check(t.Context(), files, engine{policy: m.Policy}.options())
	check(t, err)
	var out []string
	for i := range run.Breaks {
		out = append(out, run.Breaks[i].ID.String())
	}
	for i := range run.Findings {
		if run.Findings[i].About == nil { // others stand with the break that they explain
			out = append(out, run.Findings[i].ID.String())
		}
	}
	slices.Sort(out)
	return out, run
}

// TestMonthInOddOrder imports the statement first, then half of the log, the report, and the log again as an
// export that overlaps the first. In the end the workspace knows what a check of the three whole files knows,
// and the loss of the answer key.
func TestMonthInOddOrder(t *testing.T) {
	m := month(t, 3)
	r := open(t, m.Policy)
	lines := bytes.SplitAfter(m.Terminal, []byte("\n"))
	head, rows := lines[0], lines[1:]
	half := append(slices.Clone(head), bytes.Join(rows[:len(rows)*2/3], nil)...)
	rest := append(slices.Clone(head), bytes.Join(rows[len(rows)/3:], nil)...)

	r.add(t, file("bank.xml", m.Bank))
	r.reconcile(t)
	r.add(t, file("pos-a.csv", half))
	r.reconcile(t)
	r.add(t, file("settle.xlsx", m.Acquirer))
	before := r.reconcile(t)
	_, p := r.add(t, file("pos-b.csv", rest))
	shared := len(rows)*2/3 - len(rows)/3
	if k := p.Files[0].Kept; k.Known != shared || k.Fresh != k.Rows-shared || len(p.Files[0].Overlaps) != 1 {
		t.Errorf("%d known, %d fresh of %d rows, %d shared", k.Known, k.Fresh, k.Rows, shared)
	}
	out := r.reconcile(t)
	if out.Same || before.Kept.Seq+1 != out.Kept.Seq {
		t.Errorf("run %d after %d", out.Kept.Seq, before.Kept.Seq)
	}
	want, run := direct(t, &m)
	if got := r.standing(t); !slices.Equal(got, want) {
		t.Errorf("stand %v\nwant %v", got, want)
	}
	planted := m.Key.Loss[m.Key.Currency.String()].Confirmed
	got := out.Kept.Losses[0]
	if got != run.Losses[0] || got.Confirmed.Principal != int64(planted.Principal) {
		t.Errorf("loss %+v, by itself %+v, planted %+v", got, run.Losses[0], planted)
	}
	if again := r.reconcile(t); !again.Same {
		t.Error("nothing has changed, and a run was added")
	}
}

// TestPeriods keeps runs of parts of the days and then of all of them; a part of what the newest run showed
// adds none. An exception outside of a part is not cleared by it.
func TestPeriods(t *testing.T) {
	m := month(t, 3)
	r := open(t, m.Policy)
	r.add(t, file("pos.csv", m.Terminal), file("settle.xlsx", m.Acquirer), file("bank.xml", m.Bank))
	want, _ := direct(t, &m)
	for i, c := range []struct {
		text string
		same bool
	}{
		{"2026-09-01..2026-09-10", false},
		{"2026-09-04..2026-09-05", true},
		{"2026-09-11..2026-09-30", false},
		{"2026-Q3", false},
		{"2026-09", true},
		{"2026", false},
	} {
		period, err := workspace.ParsePeriod(c.text)
		check(t, err)
		out, err := r.Reconcile(t.Context(), period)
		check(t, err)
		if out.Same != c.same {
			t.Errorf("%s: the same %v", c.text, out.Same)
		}
		got := r.standing(t)
		for _, id := range got {
			if !slices.Contains(want, id) {
				t.Errorf("after %s stands %s", c.text, id)
			}
		}
		if all := len(got) == len(want); all != (i >= 2) {
			t.Errorf("after %s stand %d of %d", c.text, len(got), len(want))
		}
	}
	if out := r.reconcile(t); out.Same {
		t.Error("all days are more than a year")
	}
}

// TestSameFileChangesNothing imports a file three times, once under another name and beside a new one.
func TestSameFileChangesNothing(t *testing.T) {
	m := month(t, 5)
	r := open(t, m.Policy)
	first, _ := r.add(t, file("pos.csv", m.Terminal))
	size, err := r.store.Size(t.Context())
	check(t, err)
	again, p := r.add(t, file("other.csv", m.Terminal))
	if p.New() || len(again.Sources) != 0 || p.Files[0].Same == nil || p.Files[0].Same.Import != first.ID {
		t.Errorf("imported again: %+v", p.Files[0])
	}
	if now, err := r.store.Size(t.Context()); err != nil || now != size {
		t.Errorf("%d entries, had %d (%v)", now, size, err)
	}
	both, _ := r.add(t, file("pos.csv", m.Terminal), file("settle.xlsx", m.Acquirer))
	if len(both.Sources) != 1 || both.Sources[0].Source.Side != tillproof.Acquirer {
		t.Errorf("kept %+v", both.Sources)
	}
	twice, err := r.Preview(t.Context(), []workspace.File{file("a.xml", m.Bank), file("b.xml", m.Bank)})
	check(t, err)
	defer twice.Close()
	if len(twice.Files) != 1 || len(twice.Failed) != 1 || code(twice.Failed[0]) != "recon.same_file" {
		t.Errorf("one file under two names: %d files, %v", len(twice.Files), twice.Failed)
	}
}

func code(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// TestDamagedObject loses the content of a file, and the same file brings it back.
func TestDamagedObject(t *testing.T) {
	m := month(t, 5)
	r := open(t, m.Policy)
	in, _ := r.add(t, file("pos.csv", m.Terminal))
	lost := in.Sources[0].Object
	if _, err := r.vault.Erase(lost); err != nil {
		t.Fatal(err)
	}
	if again, _ := r.add(t, file("pos.csv", m.Terminal)); len(again.Sources) != 0 {
		t.Errorf("imported twice: %+v", again)
	}
	if has, err := r.vault.Has(lost); err != nil || !has {
		t.Errorf("the content is not back (%v)", err)
	}
}

// TestAtTheSameTime imports one file and decides, several times at once: the file is there once, every
// decision counts, and the newest run has them all.
func TestAtTheSameTime(t *testing.T) {
	m := month(t, 3)
	r := open(t, m.Policy)
	r.add(t, file("settle.xlsx", m.Acquirer), file("bank.xml", m.Bank))
	var all sync.WaitGroup
	errs := make(chan error, 8)
	for range 4 {
		all.Go(func() {
			p, err := r.Preview(t.Context(), []workspace.File{file("pos.csv", m.Terminal)})
			if err == nil {
				_, err = r.Import(t.Context(), p)
				p.Close()
			}
			errs <- err
		})
	}
	all.Wait()
	run := r.reconcile(t).Run
	for i := range 4 {
		id := run.Records[tillproof.Terminal][i].ID.String()
		all.Go(func() {
			_, _, err := r.Decide(t.Context(), tillproof.RuleExclude, []string{id}, "seen on paper")
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		check(t, err)
	}
	sources, err := r.store.Sources(t.Context())
	check(t, err)
	last, err := r.store.LastRun(t.Context())
	check(t, err)
	if len(sources) != 3 || len(last.Decisions) != 4 {
		t.Errorf("%d files, and %d decisions in the newest run", len(sources), len(last.Decisions))
	}
}

// TestUndo takes a wrong file back: what it brought is cleared, and the same file can come again.
func TestUndo(t *testing.T) {
	m, other := month(t, 3), month(t, 4)
	r := open(t, m.Policy)
	r.add(t, file("pos.csv", m.Terminal), file("settle.xlsx", m.Acquirer), file("bank.xml", m.Bank))
	r.reconcile(t)
	want := r.standing(t)
	wrong, _ := r.add(t, file("pos-wrong.csv", other.Terminal))
	if r.reconcile(t); slices.Equal(r.standing(t), want) {
		t.Fatal("another shop's log changes nothing")
	}
	check(t, r.UndoImport(t.Context(), wrong, "another shop's"))
	out := r.reconcile(t)
	if got := r.standing(t); !slices.Equal(got, want) {
		t.Errorf("stand %v\nwant %v", got, want)
	}
	if out.Kept.Changes.Cleared == 0 {
		t.Errorf("nothing was cleared: %+v", out.Kept.Changes)
	}
	if err := r.UndoImport(t.Context(), wrong, "again"); code(err) != "store.conflict" {
		t.Errorf("undone twice: %v", err)
	}
	if back, _ := r.add(t, file("pos-wrong.csv", other.Terminal)); len(back.Sources) != 1 {
		t.Error("what was undone cannot come again")
	}
}

// TestDecide joins what the steps did not, is refused what cannot be, and takes it back.
func TestDecide(t *testing.T) {
	m := month(t, 3)
	r := open(t, m.Policy)
	r.add(t, file("pos.csv", m.Terminal), file("settle.xlsx", m.Acquirer), file("bank.xml", m.Bank))
	run := r.reconcile(t).Run
	before := r.standing(t)
	at := slices.IndexFunc(run.Breaks, func(b tillproof.Break) bool { return b.Kind == tillproof.NotSettled })
	if at < 0 {
		t.Fatal("the month has no sale that was not settled")
	}
	lost := run.Record(run.Breaks[at].Records[0]).ID.String()
	if _, _, err := r.Decide(t.Context(), tillproof.RuleExclude, []string{lost}, " "); code(err) !=
		"workspace.usage.reason" {
		t.Errorf("without a reason: %v", err)
	}
	_, _, err := r.Decide(t.Context(), tillproof.RuleExclude, []string{"rec_00000000000000000000000000"}, "x")
	if err == nil {
		t.Error("a record that is nowhere was excluded")
	}
	if list, err := r.Decisions(t.Context(), true); err != nil || len(list) != 0 {
		t.Errorf("refused decisions are kept: %v %v", list, err)
	}
	d, out, err := r.Decide(t.Context(), tillproof.RuleExclude, []string{lost[:12]}, "paid back in cash")
	check(t, err)
	if !slices.Equal(d.Records, []string{lost}) || out.Kept.Changes.Cleared == 0 {
		t.Errorf("%v, %+v", d.Records, out.Kept.Changes)
	}
	if got := r.standing(t); slices.Contains(got, run.Breaks[at].ID.String()) {
		t.Error("what was excluded still stands")
	}
	_, out, err = r.UndoDecision(t.Context(), d.ID.String(), "it was not")
	check(t, err)
	if got := r.standing(t); !slices.Equal(got, before) || out.Kept.Changes.Returned == 0 {
		t.Errorf("stand %v\nwant %v (%+v)", got, before, out.Kept.Changes)
	}
}

// TestJudge says what an exception is, and what it was is not forgotten.
func TestJudge(t *testing.T) {
	m := month(t, 3)
	r := open(t, m.Policy)
	r.add(t, file("pos.csv", m.Terminal), file("settle.xlsx", m.Acquirer), file("bank.xml", m.Bank))
	r.reconcile(t)
	id := r.standing(t)[0]
	judge := func(to tillproof.ExceptionState, until tillproof.Date, why string) error {
		_, err := r.Judge(t.Context(), id[:12], to, until, why)
		return err
	}
	tomorrow := tillproof.LocalTimeOf(r.clock).Date() + 1
	for _, bad := range []error{
		judge(tillproof.ExceptionDismissed, tillproof.NoDate, ""),
		judge(tillproof.ExceptionSnoozed, tillproof.NoDate, "later"),
		judge(tillproof.ExceptionSnoozed, tomorrow-1, "later"),
	} {
		if bad == nil {
			t.Error("a verdict without its reason or day was taken")
		}
	}
	check(t, judge(tillproof.ExceptionSnoozed, tomorrow, "ask the acquirer"))
	check(t, judge(tillproof.ExceptionConfirmed, tillproof.NoDate, ""))
	shown, err := r.Exception(t.Context(), id)
	check(t, err)
	if shown.Exception.State != tillproof.ExceptionConfirmed || len(shown.Judgements) != 2 {
		t.Errorf("%+v", shown)
	}
	run, x, err := workspace.Content(&shown.Exception)
	check(t, err)
	if len(run.Breaks)+len(run.Findings) != 1 || x.All < 1 {
		t.Errorf("the content is %+v", x)
	}
	if r.reconcile(t); len(r.asked.Verdicts) != 0 {
		t.Errorf("a break taught something: %+v", r.asked.Verdicts)
	}
	at := slices.IndexFunc(r.standing(t), func(id string) bool { return strings.HasPrefix(id, "fnd_") })
	finding := r.standing(t)[at]
	dismissed := tillproof.ExceptionDismissed
	_, err = r.Judge(t.Context(), finding, dismissed, tillproof.NoDate, "our own test sale")
	check(t, err)
	run = r.reconcile(t).Run
	about := slices.IndexFunc(run.Findings, func(f tillproof.Finding) bool {
		return f.ID.String() == finding
	})
	var want []tillproof.RecordID
	for _, ref := range run.Findings[about].Records {
		want = append(want, run.Record(ref).ID)
	}
	said := r.asked.Verdicts
	if len(said) != 1 || said[0].Wrong || !slices.Equal(said[0].Records, want) {
		t.Errorf("detection hears %+v, want %v", said, want)
	}
}

// TestErase erases a wrong file after its import was undone, and not before.
func TestErase(t *testing.T) {
	m := month(t, 3)
	r := open(t, m.Policy)
	in, _ := r.add(t, file("pos.csv", m.Terminal))
	o, err := r.FindObject(t.Context(), in.Sources[0].Object.String()[:16])
	check(t, err)
	if err := r.Erase(t.Context(), r.vault, o, "wrong shop"); code(err) != "workspace.in_use" {
		t.Errorf("a file in use was erased: %v", err)
	}
	check(t, r.UndoImport(t.Context(), in, "wrong shop"))
	check(t, r.Hold(t.Context(), o, "court order 17"))
	o.Held = "court order 17"
	if err := r.Erase(t.Context(), r.vault, o, "wrong shop"); code(err) != "workspace.held" {
		t.Errorf("what is on hold was erased: %v", err)
	}
	check(t, r.Release(t.Context(), o, "order lifted"))
	o.Held = ""
	check(t, r.Erase(t.Context(), r.vault, o, "wrong shop"))
	if has, err := r.vault.Has(o.Digest); err != nil || has {
		t.Errorf("the content is still there (%v)", err)
	}
	if o, err = r.FindObject(t.Context(), o.Digest.String()); err != nil || o.Erased == nil {
		t.Errorf("nothing tells that it was there: %+v %v", o, err)
	}
}
