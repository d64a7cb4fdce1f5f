package pack

import (
	"slices"
	"sync"

	"github.com/tillproof/tillproof"
)

// Law is a legal basis. Its text is in the catalogue under "law." and the id.
type Law struct {
	ID         string         `yaml:"id"`
	From       tillproof.Date `yaml:"from"` // NoDate: not read
	To         tillproof.Date `yaml:"to"`
	Source     string         `yaml:"source"`
	Confidence Confidence     `yaml:"confidence"`
}

// LawText is the catalogue code of a legal basis.
func LawText(id string) string { return "law." + id }

type lawFile struct {
	Checked tillproof.Date    `yaml:"checked"`
	Sources map[string]Source `yaml:"sources"`
	Laws    []Law             `yaml:"laws"`
}

var statutes = sync.OnceValue(func() lawFile {
	var f lawFile
	read("data/case_laws.yaml", &f)
	for i := range f.Laws {
		notGiven(&f.Laws[i].From, &f.Laws[i].To)
	}
	return f
})

// Laws lists the legal bases in the order of their file.
func Laws() []Law { return slices.Clone(statutes().Laws) }
