package kept

import (
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
	"github.com/tillproof/tillproof/internal/report"
)

// The schemas of objects; additive changes only.
const (
	schemaObject  = "tillproof.kept_object/1"
	schemaObjects = "tillproof.kept_objects/1"
)

// shortDigest is how many letters of a digest are shown where a person may type it again: 48 bits.
const shortDigest = 12

// Objects writes what the vault keeps, and what of it is due to be erased.
func Objects(w io.Writer, all []tillproof.KeptObject, opt Options) error {
	return objects(w, all, "kept.object.none", opt)
}

// DueObjects writes what is due to be erased, or was due and is erased now.
func DueObjects(w io.Writer, all []tillproof.KeptObject, opt Options) error {
	return objects(w, all, "kept.object.none_due", opt)
}

// objects writes a list; none is the code of what is said of an empty one.
func objects(w io.Writer, all []tillproof.KeptObject, none string, opt Options) error {
	p := newPage(w, opt)
	if len(all) == 0 {
		p.Say(0, "", p.Text(none), report.Plain)
	}
	due := 0
	for i := range all {
		if i < textItems {
			p.object(&all[i])
		}
		if isDue(&all[i], opt.Today) {
			due++
		}
	}
	p.more(len(all), textItems)
	if due > 0 {
		p.Gap()
		p.Say(0, "", p.Text("kept.object.due", "n", n(due)), report.Warn)
	}
	return p.Flush()
}

// isDue reports an object whose second timer has run out.
func isDue(o *tillproof.KeptObject, today tillproof.Date) bool {
	return o.Drop.Known() && o.Drop <= today && o.Erased == nil && o.Held == ""
}

func (p *page) object(o *tillproof.KeptObject) {
	tone := report.Plain
	if o.Erased != nil {
		tone = report.Faint
	}
	what := []string{
		o.Digest.String()[:shortDigest], p.Text("kept.object.purpose." + string(o.Purpose)),
		p.Join(locale.Number(p.opt.Lang, o.Size), p.Text("kept.object.bytes")),
	}
	if o.Name != "" {
		what = append(what, report.Clean(o.Name))
	}
	p.Facts(0, what, tone)
	if o.Held != "" {
		p.Say(2, "", p.Text("kept.object.held", "reason", report.Clean(o.Held)), report.Warn)
	}
	if o.Erased != nil {
		e := o.Erased
		p.Say(2, "", p.Text("kept.object.erased", "who", p.person(e.By, e.Time), "reason",
			report.Clean(e.Reason)), report.Faint)
		return
	}
	if o.Keep.Known() {
		p.Say(2, "", p.Text("kept.object.keep", "day", o.Keep.String()), report.Faint)
	}
	if o.Drop.Known() {
		p.Say(2, "", p.Text("kept.object.drop", "day", o.Drop.String()), report.Faint)
	}
}

// ObjectDone writes that something was done about an object; the code says what.
func ObjectDone(w io.Writer, code string, o *tillproof.KeptObject, opt Options) error {
	p := newPage(w, opt)
	p.Say(0, "", p.Text(code, "id", o.Digest.String()[:shortDigest]), report.Good)
	return p.Flush()
}

// objectOut is an object for programs.
type objectOut struct {
	Digest  string     `json:"digest"`
	Size    int64      `json:"size"`
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	Purpose string     `json:"purpose"`
	Keep    *string    `json:"keep_until"`
	Drop    *string    `json:"erase_from"`
	Held    string     `json:"held"`
	Due     bool       `json:"due"`
	Erased  *undoneOut `json:"erased"`
}

func objectOf(o *tillproof.KeptObject, today tillproof.Date) objectOut {
	return objectOut{
		o.Digest.String(), o.Size, o.Type, o.Name, string(o.Purpose), day(o.Keep), day(o.Drop), o.Held,
		isDue(o, today), undoneOf(o.Erased),
	}
}

// ObjectsJSON writes the objects as tillproof.kept_objects/1.
func ObjectsJSON(w io.Writer, all []tillproof.KeptObject, opt Options) error {
	out := make([]objectOut, len(all))
	for i := range all {
		out[i] = objectOf(&all[i], opt.Today)
	}
	return writeJSON(w, field{"schema", schemaObjects}, field{"objects", listOf(out)})
}

// ObjectJSON writes one object as tillproof.kept_object/1.
func ObjectJSON(w io.Writer, o *tillproof.KeptObject, opt Options) error {
	return writeJSON(w, field{"schema", schemaObject}, field{"object", objectOf(o, opt.Today)})
}
