package kept

import (
	"io"

	"github.com/tillproof/tillproof/internal/report"
)

// schemaDoctor names the form of a diagnosis for programs; additive changes only.
const schemaDoctor = "tillproof.doctor/1"

// Finding is one thing that was looked at: in order, worth a look, or broken.
type Finding struct {
	Part    string // "store", "log", "acts", "vault", "rights", "backup"; its text is "kept.doctor." + Part
	Code    string // of what is wrong; "": nothing
	Message string
	Hint    string
	Warn    bool // worth a look, and nothing is broken
	Count   int  // how much was looked at
}

// Doctor writes what a look at the whole workspace found.
func Doctor(w io.Writer, all []Finding, opt Options) error {
	p := newPage(w, opt)
	bad := 0
	for _, f := range all {
		name := p.Text("kept.doctor." + f.Part)
		switch {
		case f.Code == "":
			p.Say(0, "", p.Text("kept.doctor.good", "part", name, "n", n(f.Count)), report.Good)
			continue
		case f.Warn:
			p.Say(0, "", p.Text("kept.doctor.look", "part", name, "what", f.Message), report.Warn)
		default:
			bad++
			p.Say(0, "", p.Text("kept.doctor.bad", "part", name, "what", f.Message), report.Bad)
		}
		if f.Hint != "" {
			p.Say(2, "", f.Hint, report.Plain)
		}
	}
	p.Gap()
	if bad == 0 {
		p.Say(0, "", p.Text("kept.doctor.sound"), report.Good)
	} else {
		p.Say(0, "", p.Text("kept.doctor.broken", "n", n(bad)), report.Bad)
	}
	return p.Flush()
}

// findingOut is one thing that was looked at, for programs.
type findingOut struct {
	Part    string `json:"part"`
	State   string `json:"state"` // "good", "look" or "bad"
	Count   int    `json:"count"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

// DoctorJSON writes a diagnosis as tillproof.doctor/1.
func DoctorJSON(w io.Writer, all []Finding, _ Options) error {
	sound, out := true, make([]findingOut, len(all))
	for i, f := range all {
		state := "good"
		switch {
		case f.Code != "" && f.Warn:
			state = "look"
		case f.Code != "":
			state, sound = "bad", false
		}
		out[i] = findingOut{f.Part, state, f.Count, f.Code, f.Message, f.Hint}
	}
	return writeJSON(w, field{"schema", schemaDoctor}, field{"sound", sound}, field{"findings", listOf(out)})
}
