package main

import (
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/bench"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth/kinds"
)

// benchNames are the kinds of merchants, settlement customs and noise levels that can be made.
func benchNames() (shops, customs, noises []string) { return kinds.Names() }

// benchSet is a set that can be made.
type benchSet struct {
	name string
	opt  kinds.Options
}

// benchMade is a set in memory.
type benchMade struct{ set *kinds.Set }

// benchSets are the sets that the flags ask for, in the order of the lists.
func benchSets(f *benchFlags) ([]benchSet, error) {
	shops, customs, _ := benchNames()
	if len(f.kinds) > 0 {
		shops = f.kinds
	}
	if len(f.customs) > 0 {
		customs = f.customs
	}
	var sets []benchSet
	seen := map[string]bool{}
	for _, noise := range f.noises {
		for _, kind := range shops {
			for _, custom := range customs {
				opt := kinds.Options{
					Kind: kind, Custom: custom, Noise: noise, Seed: f.seed, Months: f.months,
					Calendar: pack.Calendar,
				}
				if err := opt.Check(); err != nil {
					return nil, err
				}
				if name := opt.Set(); !seen[name] {
					seen[name] = true
					sets = append(sets, benchSet{name: name, opt: opt})
				}
			}
		}
	}
	return sets, nil
}

func (s benchSet) make() (benchMade, error) {
	set, err := kinds.Make(s.opt)
	return benchMade{set}, err
}

func (m benchMade) key() *bench.Key { return m.set.Key }

func (m benchMade) policy() tillproof.Policy { return m.set.Policy }

// names are the files in the order of the money.
func (m benchMade) names() []string {
	names := make([]string, len(m.set.Files))
	for i, f := range m.set.Files {
		names[i] = f.Name
	}
	return names
}

// write hands each file and the key to a function that makes files.
func (m benchMade) write(file func(name string, write func(io.Writer) error) error) error {
	return m.set.Write(file)
}
