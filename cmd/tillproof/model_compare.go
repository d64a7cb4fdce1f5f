package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// taken reports a lesson whose model was taken into use.
func taken(l teach.Lesson) bool { return l.Taken }

func (d *door) modelCompare() *cobra.Command {
	f := detectFlags{rank: rankMoney}
	cmd := d.subcommand("model", "compare", "A B --in FILE --labels FILE",
		"compare old.json new.json --in july.csv --labels verdicts.csv")
	d.pastFlags(cmd, &f)
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.compareModels(c.Context(), args, &f) }
	return cmd
}

// contest is a week of rows as two models rank them. All verdicts count: it is a look back.
type contest struct {
	monday tillproof.Date
	rows   [2][]learn.Judged // of the models
}

// compareModels asks two models about the same transactions, week by week. Neither learns: each is as it
// was kept. Both hear the verdicts when their delay is over, as they would have.
func (d *door) compareModels(ctx context.Context, paths []string, f *detectFlags) error {
	if f.labels == "" {
		return usage("cmd.usage.model_labels", nil)
	}
	w, err := d.newWatch(f)
	if err != nil {
		return err
	}
	defer w.close()
	var made [2]string
	var pair [2]*teach.Teacher
	for i, path := range paths {
		kept, err := d.readModels(path)
		if err != nil {
			return err
		}
		made[i] = kept.Kept[len(kept.Kept)-1].Made
		pair[i], err = teach.New(teach.Options{Delay: w.delay, Model: kept.now(), Fixed: true})
		if err != nil {
			return placedIn(err, path)
		}
	}
	if err := w.open(ctx); err != nil {
		return err
	}
	weeks, err := w.contests(ctx, pair)
	if err != nil {
		return err
	}
	return d.stdout(ctx, func(out io.Writer) error { return w.tellContest(out, paths, made, weeks) })
}

// contests gives all rows to both models.
func (w *watch) contests(ctx context.Context, pair [2]*teach.Teacher) ([]contest, error) {
	var weeks []contest
	var heard pending
	done := 0
	err := w.order.each(func(e *event) error {
		if done++; done%progressRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		heard.tell(e.txn.At, pair)
		day := e.txn.At.Date()
		monday := day - tillproof.Date((int(day.Weekday())+6)%7)
		if n := len(weeks); n == 0 || weeks[n-1].monday != monday {
			weeks = append(weeks, contest{monday: monday})
		}
		c := &weeks[len(weeks)-1]
		for i, t := range pair {
			_, chance := t.Next(&e.txn)
			c.rows[i] = append(c.rows[i], learn.Judged{
				Margin: int32(chance), Weight: 1, Fraud: e.verdict == fraud,
			})
		}
		heard.add(e)
		return nil
	})
	return weeks, err
}

// pending are the verdicts that wait for their moment, in order of it; nearly all come at the end.
type pending struct{ waiting []stream.Label }

func (v *pending) add(e *event) {
	if e.verdict == unsaid {
		return
	}
	l := stream.Label{Txn: e.txn, Known: e.known, Fraud: e.verdict == fraud}
	at := len(v.waiting)
	for at > 0 && v.waiting[at-1].Known > l.Known {
		at--
	}
	v.waiting = slices.Insert(v.waiting, at, l)
}

// tell passes on what is known by now.
func (v *pending) tell(now tillproof.LocalTime, pair [2]*teach.Teacher) {
	for len(v.waiting) > 0 && v.waiting[0].Known <= now {
		for _, t := range pair {
			t.Know(&v.waiting[0])
		}
		v.waiting = v.waiting[1:]
	}
}

// comparedWeek is a week of a comparison: average precision in parts of a thousand million.
type comparedWeek struct {
	Monday    tillproof.Date `json:"monday"`
	Rows      int            `json:"rows"`
	Frauds    int            `json:"frauds"`
	Precision [2]int64       `json:"precision_ppb"`
	Area      [2]int64       `json:"area_ppb"`
}

func weekOf(c *contest) comparedWeek {
	out := comparedWeek{Monday: c.monday}
	for i := range c.rows {
		q := learn.Rank(c.rows[i])
		out.Rows, out.Frauds = len(c.rows[i]), q.Frauds
		out.Precision[i], out.Area[i] = q.Precision, q.Area
	}
	return out
}

// compareSchema is the form of a comparison.
const compareSchema = "tillproof.model_compare/1"

func (w *watch) tellContest(out io.Writer, paths []string, made [2]string, weeks []contest) error {
	all := contest{monday: tillproof.NoDate}
	rows := make([]comparedWeek, 0, len(weeks))
	for i := range weeks {
		rows = append(rows, weekOf(&weeks[i]))
		for m := range all.rows {
			all.rows[m] = append(all.rows[m], weeks[i].rows[m]...)
		}
	}
	sum := weekOf(&all)
	if w.json {
		return encode(out, struct {
			Schema string         `json:"schema"`
			Models []string       `json:"models"`
			Made   [2]string      `json:"made"`
			Weeks  []comparedWeek `json:"weeks"`
			All    comparedWeek   `json:"all"`
		}{compareSchema, paths, made, rows, sum})
	}
	for i, path := range paths {
		p := tillproof.Params{"name": string(rune('A' + i)), "file": harmless(mask(path)), "made": made[i]}
		fmt.Fprintln(out, w.text("cmd.model.compared", p))
		if len(weeks) > 0 && made[i] > weeks[0].monday.String() {
			fmt.Fprintln(out, "  "+w.text("cmd.model.seen", tillproof.Params{"made": made[i]}))
		}
	}
	line := func(code string, r *comparedWeek) {
		p := tillproof.Params{
			"day": r.Monday.String(), "n": strconv.Itoa(r.Rows), "frauds": strconv.Itoa(r.Frauds),
			"a": thousandth(r.Precision[0]), "b": thousandth(r.Precision[1]),
		}
		fmt.Fprintln(out, "  "+w.text(code, p))
	}
	for i := range rows {
		line("cmd.model.week", &rows[i])
	}
	line("cmd.model.all", &sum)
	return nil
}
