package detect

import (
	"math/bits"
	"strconv"

	"github.com/tillproof/tillproof"
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
		ID: LearnedScore, Version: 2, Severity: tillproof.Medium, Score: scoreMedium, AtRisk: true,
		Needs: []Need{NeedRows}, say: sayLearned,
		Params: []Param{
			{"least", 500, "permille"},
			{"gap", 86_400, "s"},
			{"cards", 3, "rows"},
			{"window", 3600, "s"},
			{"strange", 800, "permille"},
			{"known", 10, "rows"},
			{"many", 6, "rows"},
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

// ofRule is what the rule of an incident holds its kind to be worth, as a chance.
func (in *Incident) ofRule() int64 { return int64(in.Rule.Score) * (Certain / 1000) }

// Likely is the chance that the incident is what it looks like: for a learned score the highest of its rows;
// for a rule how often its kind is worth a look, or what was learned of a row where that is more.
func (in *Incident) Likely() int64 {
	if in.Rule.ID == LearnedScore {
		return in.Chance
	}
	return max(in.ofRule(), in.Chance)
}

// Expected is the money that a look at the incident saves on average: for a learned score by its chances, for
// a rule by how often its kind is worth a look, or by the chances of its rows where that is more.
func (in *Incident) Expected() int64 {
	if in.Rule.ID == LearnedScore {
		return in.expected
	}
	return max(expectedOf(in.Sum, in.ofRule()), in.expected)
}
