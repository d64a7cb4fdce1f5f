package workspace_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/tillproof/tillproof"
)

// history does every act that has a row: entries 1 to 14 of the log, 0 being the first of the workspace.
func history(t *testing.T) (*rooms, string) {
	t.Helper()
	m := month(t, 3)
	r := open(t, m.Policy)
	ctx := t.Context()
	r.add(t, file("pos.csv", m.Terminal), file("settle.xlsx", m.Acquirer)) // 1
	bank, _ := r.add(t, file("bank.xml", m.Bank))                          // 2
	out := r.reconcile(t)                                                  // 3
	record := out.Run.Records[tillproof.Terminal][0].ID.String()
	d, _, err := r.Decide(ctx, tillproof.RuleExclude, []string{record}, "a test of the till") // 4, 5
	check(t, err)
	list, err := r.Exceptions(ctx, tillproof.AnyException())
	check(t, err)
	id := string(list[0].ID)
	day := tillproof.LocalTimeOf(r.clock).Date() + 9
	_, err = r.Judge(ctx, id, tillproof.ExceptionSnoozed, day, "the bank was asked") // 6
	check(t, err)
	_, err = r.Judge(ctx, id, tillproof.ExceptionConfirmed, day, "") // 7
	check(t, err)
	_, _, err = r.UndoDecision(ctx, d.ID.String(), "it was a sale") // 8, 9
	check(t, err)
	check(t, r.UndoImport(ctx, bank, "of another shop")) // 10
	r.add(t, file("bank.xml", m.Bank))                   // 11
	_, err = r.SetPolicy(ctx, []byte("currency: CNY\n")) // 12
	check(t, err)
	objects, err := r.Objects(ctx)
	check(t, err)
	check(t, r.Hold(ctx, objects[0], "court order")) // 13
	at := r.clock.Truncate(time.Microsecond)
	check(t, r.store.AddCheckpoint(ctx, tillproof.Checkpoint{Size: 14, Time: at, Text: []byte("note")},
		tillproof.Act{ // 14
			Time: at, By: "Li", From: "test", Kind: tillproof.ActCheckpoint, Done: true,
			On: []string{"ws"}, Detail: []byte(`{"size":14}`),
		}))
	mark := tillproof.DigestOf([]byte("backup"))
	check(t, r.store.AddProof(ctx, tillproof.Proof{Time: at, Name: "b", Digest: mark, Size: 15},
		tillproof.Act{ // 15
			Time: at, By: "Li", From: "test", Kind: tillproof.ActProve, Done: true, On: []string{"ws"},
			Detail: fmt.Appendf(nil, `{"mark":%q,"log_entries":15}`, mark),
		}))
	return r, r.dir
}

// by writes to the database past the program.
func by(t *testing.T, dir string, statements ...string) {
	t.Helper()
	conn, err := sqlite.OpenConn(filepath.Join(dir, "workspace.db"), sqlite.OpenReadWrite)
	check(t, err)
	for _, s := range statements {
		check(t, sqlitex.ExecuteTransient(conn, s, nil))
		if conn.Changes() == 0 {
			t.Fatalf("%s changes nothing", s)
		}
	}
	check(t, conn.Close())
}

func (r *rooms) compared(t *testing.T) []string {
	t.Helper()
	got, err := r.Compare(t.Context())
	check(t, err)
	var out []string
	for _, m := range got.Found {
		out = append(out, fmt.Sprintf("%d %s %s", m.Seq, m.Kind, m.Code[len("workspace.audit."):]))
	}
	return out
}

// TestHistoryAgrees compares a whole history, and after each act that undoes what an earlier one told.
func TestHistoryAgrees(t *testing.T) {
	r, _ := history(t)
	if got := r.compared(t); got != nil {
		t.Errorf("nothing was touched, and %v", got)
	}
	objects, err := r.Objects(t.Context())
	check(t, err)
	check(t, r.Release(t.Context(), objects[0], "the case is closed"))
	if got := r.compared(t); got != nil {
		t.Errorf("a hold was ended, and %v", got)
	}
	c, err := r.Compare(t.Context())
	check(t, err)
	if c.Acts != 17 {
		t.Errorf("%d entries compared, 17 were written", c.Acts)
	}
}

// TestRemovedRowsAreFound removes rows of each table past the program: the entries that told of them are
// named. The numbers are those of history.
func TestRemovedRowsAreFound(t *testing.T) {
	newest := "(SELECT max(n) FROM run)"
	for name, c := range map[string]struct {
		do   []string
		want []string
	}{
		"decision": {[]string{"DELETE FROM decision"}, []string{"4 decision.make missing"}},
		"newest run": {
			[]string{"DELETE FROM run_body WHERE n = " + newest, "DELETE FROM run WHERE n = " + newest},
			[]string{"-1 exception.judge unreadable", "9 recon.run missing"},
		},
		"checkpoint": {[]string{"DELETE FROM checkpoint"}, []string{"14 audit.checkpoint missing"}},
		"proof":      {[]string{"DELETE FROM proof"}, []string{"15 backup.prove missing"}},
		"import": {
			[]string{"DELETE FROM source WHERE import_n = 3", "DELETE FROM import WHERE n = 3"},
			[]string{"11 import.add missing"},
		},
		"undone import": {
			[]string{"DELETE FROM source WHERE import_n = 2", "DELETE FROM import WHERE n = 2"},
			[]string{"2 import.add missing"},
		},
		"policy": {
			[]string{"DELETE FROM object WHERE purpose = 'policy'"},
			[]string{"12 policy.set missing"},
		},
		"judgement": {[]string{"DELETE FROM judgement"}, []string{"-1 exception.judge unreadable"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, dir := history(t)
			by(t, dir, c.do...)
			if got := r.compared(t); !slices.Equal(got, c.want) {
				t.Errorf("found %q\nwant %q", got, c.want)
			}
		})
	}
}
