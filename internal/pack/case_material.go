package pack

import (
	"slices"
	"sync"

	"github.com/tillproof/tillproof"
)

// Level says how much a paper is needed.
type Level string

// The levels. OneOrMore asks for at least one of several papers.
const (
	Required  Level = "required"
	OneOrMore Level = "one_or_more"
	Optional  Level = "optional"
)

// Need is one line of a checklist: a paper, or several of which one will do.
type Need struct {
	Level      Level                  `yaml:"need"`
	Of         []tillproof.MaterialID `yaml:"of"` // several for OneOrMore only
	Applicants []tillproof.Applicant  `yaml:"applicants"`
	Providers  []string               `yaml:"providers"`
}

// Material is a paper that cases need. Its name is in the catalogue under "material." and the id.
type Material struct {
	ID         tillproof.MaterialID `yaml:"id"`
	Expires    bool                 `yaml:"expires"` // a day is printed on it, after which it counts no more
	Slip       bool                 `yaml:"slip"`    // the eight fields are asked of it
	Source     string               `yaml:"source"`
	Confidence Confidence           `yaml:"confidence"`
}

// MaterialText is the catalogue code of a material's name.
func MaterialText(id tillproof.MaterialID) string { return "material." + string(id) }

type materialFile struct {
	Checked   tillproof.Date    `yaml:"checked"`
	Sources   map[string]Source `yaml:"sources"`
	Materials []Material        `yaml:"materials"`
	Identity  []Need            `yaml:"identity"`
}

var papers = sync.OnceValue(func() materialFile {
	var f materialFile
	read("data/case_materials.yaml", &f)
	return f
})

// Materials lists the papers in the order of their file.
func Materials() []Material { return slices.Clone(papers().Materials) }

// MaterialOf is the paper of an id; it answers false for an id that no row has.
func MaterialOf(id tillproof.MaterialID) (Material, bool) {
	for _, m := range papers().Materials {
		if m.ID == id {
			return m, true
		}
	}
	return Material{}, false
}

// Needs is the checklist of a kind for an applicant and a provider ("acquirer", "bank", "wechat" …): the
// papers of the kind, then those that say who the applicant is. An applicant that was not asked yet is told
// the papers that everybody needs.
func Needs(kind CaseKind, who tillproof.Applicant, provider string) []Need {
	all := slices.Clone(kind.Needs)
	if kind.Identity {
		all = append(all, papers().Identity...)
	}
	return slices.DeleteFunc(all, func(n Need) bool {
		return !among(n.Applicants, who) || !among(n.Providers, provider)
	})
}

// among reports whether an empty list, which fits everything, or a list with the value was given.
func among[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }
