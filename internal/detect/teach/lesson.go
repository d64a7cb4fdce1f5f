package teach

import (
	"math"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/learn"
)

const (
	// every so often a model is trained, in the time of the stream; while there is none, each day is tried.
	every = week
	// ripen is how long after its training began a model is taken over. A live stream need not wait for the
	// training, and the moment does not depend on the machine.
	ripen = 6 * hour
	// heldBack is the time whose rows judge a new model; of a short past it is a fifth.
	heldBack = week
	// LeastFrauds is how many known frauds it takes to train: with fewer, luck decides.
	LeastFrauds = 50
	// LeastHeld is how many later ones it takes to judge what was trained.
	LeastHeld = 10

	maxLessons = 256 // of the record; five years
	keptModels = 4   // of them with their model, so that one can go back
)

// Lesson tells of one training: how the new model and the one in use ranked the same held-back rows, which
// neither of them was trained on.
type Lesson struct {
	At    tillproof.LocalTime
	Rows  int // trained on
	Marks Marks
	Taken bool
	Model *learn.Model // the new one, where it was taken; nil for all but the last few
}

// Marks are what two models make of the same rows.
type Marks struct {
	New, Old learn.Quality // Old is of the strangeness of the rows where there was no model
}

// better says whether the new model is to be taken.
func (m Marks) better() bool { return m.New.Precision > m.Old.Precision }

// job is a training on its way.
type job struct {
	due    tillproof.LocalTime
	done   chan struct{}
	lesson Lesson
}

// lessons are the rows to train with at a moment, and those to judge by.
func (t *Teacher) lessons(now tillproof.LocalTime) (past, held rows) {
	ripe := now - tillproof.LocalTime(t.opts.Delay)
	at := t.sample.rows.split(ripe - min(heldBack, (ripe-t.first)/5))
	return t.sample.rows[:at], t.sample.rows[at:]
}

// train begins a training if there is enough to learn from.
func (t *Teacher) train(now tillproof.LocalTime) {
	t.next = now + day
	past, held := t.lessons(now)
	if held = slices.Clone(held); past.frauds() < LeastFrauds || held.frauds() < LeastHeld {
		return
	}
	if t.model != nil {
		t.next = now + every
	}
	t.job = &job{due: now + ripen, done: make(chan struct{}), lesson: Lesson{At: now, Rows: len(past)}}
	go t.job.run(past.dataset(), held, t.model, t.opts.Params)
}

// run trains and judges. Until it is done the facts of the rows it was given must not change.
func (j *job) run(d learn.Dataset, held rows, old *learn.Model, p learn.Params) {
	defer close(j.done)
	model, err := learn.Train(d, p)
	if err != nil { // not with rows and params of this room; then the old model stays
		return
	}
	judged := held.judged(model)
	j.lesson.Marks = Marks{New: learn.Rank(judged), Old: learn.Rank(held.judged(old))}
	if j.lesson.Taken = j.lesson.Marks.better(); j.lesson.Taken {
		j.lesson.Model = model.Calibrated(judged)
	}
}

// takeOver waits for the training and uses its model if it was the better one.
func (t *Teacher) takeOver() {
	<-t.job.done
	if t.job.lesson.Taken {
		t.model = t.job.lesson.Model
		t.next = t.job.lesson.At + every
	}
	t.write(t.job.lesson)
	t.job = nil
}

// write adds to the record and lets go of what is too old.
func (t *Teacher) write(l Lesson) {
	if t.record = append(t.record, l); len(t.record) > maxLessons {
		t.record = slices.Delete(t.record, 0, 1)
	}
	kept := 0
	for i := len(t.record) - 1; i >= 0; i-- {
		if t.record[i].Model == nil {
			continue
		}
		if kept++; kept > keptModels {
			t.record[i].Model = nil
		}
	}
}

// Record tells of all trainings, the oldest first.
func (t *Teacher) Record() []Lesson { return slices.Clone(t.record) }

// Back returns to the model that was in use before the present one, and says whether there is one. The
// present one is not taken again; the next training may still be better than both.
func (t *Teacher) Back() bool {
	last := -1
	for i := len(t.record) - 1; i >= 0; i-- {
		l := &t.record[i]
		switch {
		case l.Model == nil:
		case last < 0:
			last = i
		default:
			t.record[last].Model, t.record[last].Taken = nil, false
			t.model = l.Model
			return true
		}
	}
	return false
}

// split is the place of the first row at or after a moment.
func (r rows) split(at tillproof.LocalTime) int {
	i, _ := slices.BinarySearchFunc(r, at, earlier)
	return i
}

func (r rows) frauds() (n int) {
	for i := range r {
		if r[i].fraud {
			n++
		}
	}
	return n
}

func (r rows) dataset() learn.Dataset {
	d := learn.Dataset{
		Names: names(), Rows: make([][]int32, len(r)), Fraud: make([]bool, len(r)),
		Weight: make([]int32, len(r)),
	}
	for i := range r {
		d.Rows[i], d.Fraud[i], d.Weight[i] = r[i].facts, r[i].fraud, r[i].weight
	}
	return d
}

// judged are the rows as a model ranks them; without a model, by what was told of them, their strangeness.
func (r rows) judged(m *learn.Model) []learn.Judged {
	out := make([]learn.Judged, len(r))
	for i := range r {
		margin := int32(min(r[i].chance, math.MaxInt32))
		if m != nil {
			margin = m.Score(r[i].facts)
		}
		out[i] = learn.Judged{Margin: margin, Weight: r[i].weight, Fraud: r[i].fraud}
	}
	return out
}

// names are those of the facts, as a model file holds them.
func names() []string {
	out := make([]string, len(habit.Facts))
	for i, f := range habit.Facts {
		out[i] = f.Name
	}
	return out
}

// Fits tells whether a model asks the facts of this program, in their order. None fits always.
func Fits(m *learn.Model) error {
	if m == nil || slices.Equal(m.Names(), names()) {
		return nil
	}
	return &tillproof.Error{Op: "teach", Kind: tillproof.KindUnsupported, Code: codeFacts}
}

// codeFacts: the model was made by a program that looks at other facts.
const codeFacts = "detect.teach.facts"
