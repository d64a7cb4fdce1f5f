package detect

import (
	"math/bits"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// LearnedScore is the rule that speaks for the teacher. It is not in the book: nothing but what was learned
// makes it speak.
const LearnedScore tillproof.RuleID = "learned_score"

// Certain is a chance of 1: chances are counted in parts of a thousand million.
const Certain = 1_000_000_000

// Learned is the row of LearnedScore.
func Learned() Rule {
	return Rule{
		ID: LearnedScore, Version: 1, Severity: tillproof.Medium, Score: scoreMedium, AtRisk: true,
		Needs: []Need{NeedRows}, say: sayLearned,
		Params: []Param{
			{"least", 500, "permille"},
			{"gap", 86_400, "s"},
		},
		Reasons: []string{
			"detect.learned_score.terminal", "detect.learned_score.card",
			"detect.learned_score.strange_terminal", "detect.learned_score.strange_card",
		},
	}
}

// The sentences of LearnedScore in its row.
const (
	learnedOfTerminal = iota
	learnedOfCard
	strangeForTerminal
	strangeForCard
)

// why is what the teacher says about a row that is likely to be fraud. It must be asked before the next row:
// the teacher may have changed its mind by then.
type why struct {
	reasons  []teach.Reason
	terminal bool
	strange  bool // nothing has been learned yet: the row is only unlike others
}

// suspect makes the alarm of a row whose chance is high enough.
func (e *Engine) suspect(t *stream.Txn, chance int64, w *why) Alarm {
	a := Alarm{
		Rule: &e.learned, Code: learnedOfCard, Key: stream.KeyWith(t.Card, 1), Gap: e.learned.value("gap"),
		Rows: []Part{{t.Ref, t.At, t.Amount}}, Chance: chance, Why: w.reasons,
	}
	if w.terminal && t.Terminal != 0 || t.Card == 0 {
		a.Code, a.Key = learnedOfTerminal, stream.KeyWith(t.Terminal, 2)
	}
	if w.strange {
		a.Code += strangeForTerminal
	}
	return a
}

func sayLearned(s *story) tillproof.Note {
	n := together(s)
	n.Params["chance"] = strconv.FormatInt(s.in.Chance/(Certain/1000), 10)
	return n
}

// expected is the money that is lost on average of an amount at a chance.
func expectedOf(amount, chance int64) int64 {
	hi, lo := bits.Mul64(uint64(amount), uint64(min(max(chance, 0), Certain)))
	q, _ := bits.Div64(hi, lo, Certain)
	return int64(q)
}

// Expected is the money that a look at the incident saves on average: for a learned score by its chances, for
// a rule by how often its kind is worth a look.
func (in *Incident) Expected() int64 {
	if in.Rule.ID == LearnedScore {
		return in.expected
	}
	return expectedOf(in.Sum, int64(in.Rule.Score)*(Certain/1000))
}
