package custom

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Fill puts values into the places of a text in one of the program's languages, "zh" or "en".
type Fill func(lang, text string, p tillproof.Params) string

// Asking is a folder of rules on its way through one stream: it counts what those on trial would have said.
type Asking struct {
	folder *Folder
	fill   Fill
	hits   map[tillproof.RuleID]int
}

// Ask makes the rules ready for one stream.
func (f *Folder) Ask(fill Fill) *Asking {
	return &Asking{folder: f, fill: fill, hits: map[tillproof.RuleID]int{}}
}

// Trial counts the hits of a rule that is asked and not shown.
type Trial struct {
	Rule tillproof.RuleID
	Hits int
}

// Trials are the rules on trial, in the order of the folder.
func (a *Asking) Trials() []Trial {
	var all []Trial
	for _, r := range a.folder.Rules {
		if r.Shadow {
			all = append(all, Trial{r.ID, a.hits[r.ID]})
		}
	}
	return all
}

// Notes say the same as sentences.
func (a *Asking) Notes() []tillproof.Note {
	var notes []tillproof.Note
	for _, t := range a.Trials() {
		notes = append(notes, tillproof.Note{Code: "detect.shadow", Params: tillproof.Params{
			"rule": string(t.Rule), "n": strconv.Itoa(t.Hits),
		}})
	}
	return notes
}

// Silent says whether a finding of a rule, of the folder or the book, that began on a day is kept silent.
func (f *Folder) Silent(rule tillproof.RuleID, day tillproof.Date) (detect.Silence, bool) {
	for i := range f.Snoozes {
		if s := &f.Snoozes[i]; s.Holds(rule, day) {
			return detect.Silence{Reason: s.Reason, Until: s.Until}, true
		}
	}
	return detect.Silence{}, false
}

// Rules are the rules as the engine asks them.
func (a *Asking) Rules() []detect.CustomRule {
	var all []detect.CustomRule
	for _, r := range a.folder.Rules {
		all = append(all, a.rule(r))
	}
	return all
}

// visit is how long apart hits of one card, terminal or merchant may be to make one finding: a night's pause
// parts two days.
const visit = 6 * 3600

// scoreOf is what the rules of the user are worth, as those of the book of the same severity.
var scoreOf = map[tillproof.Severity]int{
	tillproof.High: 900, tillproof.Medium: 600, tillproof.Low: 300, tillproof.Info: 100,
}

func (a *Asking) rule(r *Rule) detect.CustomRule {
	return detect.CustomRule{
		Rule: detect.Rule{
			ID: r.ID, Version: r.Version, Severity: r.Severity, Score: scoreOf[r.Severity],
			AtRisk: r.AtRisk,
		},
		Gap: visit,
		Test: func(l *stream.Look, facts []int32) bool {
			if !r.Holds(l.Tx, facts) {
				return false
			}
			if r.Shadow {
				a.hits[r.ID]++
			}
			return !r.Shadow
		},
		Key: func(t *stream.Txn) stream.Key { return r.Merge.key(t) },
		Say: func(in *detect.Incident, record func(ref int64) *tillproof.Record) tillproof.Note {
			return a.say("custom.reason", r.Reason, valuesOf(in, record))
		},
		Innocent: a.say("custom.innocent", r.Innocent, nil),
	}
}

// key is what the incidents of a rule are about. A row that does not show it stands alone.
func (m Merge) key(t *stream.Txn) stream.Key {
	key := stream.Key(0)
	switch m {
	case ByCard:
		key = t.Card
	case ByTerminal:
		key = t.Terminal
	case ByMerchant:
		key = t.Merchant
	}
	if key == 0 {
		return stream.KeyOf("row " + strconv.FormatInt(t.Ref, 10))
	}
	return key
}

// say is a text of the user's file as a note: its words are in no catalogue, so that the note carries them in
// both languages.
func (a *Asking) say(code string, w Words, p tillproof.Params) tillproof.Note {
	if w == (Words{}) {
		return tillproof.Note{}
	}
	return tillproof.Note{Code: code, Params: tillproof.Params{
		"text_zh": a.fill("zh", w.ZH, p), "text_en": a.fill("en", w.EN, p),
	}}
}

// valuesOf are the values of the places of a reason.
func valuesOf(in *detect.Incident, record func(ref int64) *tillproof.Record) tillproof.Params {
	first, last := record(in.Parts[0].Ref), record(in.Parts[len(in.Parts)-1].Ref)
	t := detect.TxnOf(in.Parts[0].Ref, first)
	p := tillproof.Params{}
	for name, v := range Values(&t, nil) {
		p[name] = strconv.FormatInt(v, 10)
	}
	for name, v := range map[string]string{
		"amount": tillproof.NewMoney(in.Sum, in.Currency).Param(), "time": momentOf(first),
		"from": momentOf(first), "to": momentOf(last), "n": strconv.Itoa(in.Count),
		"terminal": string(first.Refs.Terminal), "merchant": string(first.Refs.Merchant),
		"card": first.Card.String(), "customer": first.Refs.Customer, "ref": numberOf(first),
	} {
		p[name] = v
	}
	return p
}

func momentOf(r *tillproof.Record) string {
	if b, _ := r.Time.MarshalText(); len(b) > 0 {
		return string(b)
	}
	return r.Day().String()
}

// numberOf is the file's own number of the transaction.
func numberOf(r *tillproof.Record) string {
	switch {
	case r.Refs.Order != "":
		return r.Refs.Order
	case r.Refs.RRN != "":
		return r.Refs.RRN
	}
	return r.ID.String()
}
