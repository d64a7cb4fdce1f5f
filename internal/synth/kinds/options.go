package kinds

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// Options say which set to make.
type Options struct {
	Kind   string
	Custom string
	Noise  string
	Seed   uint64
	Months int
	// Calendar finds the banking days of a name; false where it has none.
	Calendar func(name string) (tillproof.Calendar, bool)
}

// monthDays is a month of the benchmark, so that all months are alike.
const monthDays = 30

// MaxMonths keeps the sets within the years of which the banking calendars are known.
const MaxMonths = 12

// Names of all kinds, customs and noise levels, in the order in which reports show them.
func Names() (allKinds, allCustoms, allNoises []string) {
	for _, k := range shops {
		allKinds = append(allKinds, k.name)
	}
	for _, c := range customs {
		allCustoms = append(allCustoms, c.name)
	}
	for _, n := range noises {
		allNoises = append(allNoises, n.name)
	}
	return allKinds, allCustoms, allNoises
}

// Set is the name of the set, and of its folder.
func (o Options) Set() string { return o.Kind + "-" + o.Custom + "-" + o.Noise }

// The streams of chance, one for each purpose.
const (
	streamStart uint64 = iota + 1
	streamTrade
	streamOnline
	streamStay
	streamRefund
	streamNumber
	streamFact
	streamFee
	streamBank
	streamNoise
	streamFile
)

func find[T any](list []T, name func(*T) string, want, option string) (*T, error) {
	for i := range list {
		if name(&list[i]) == want {
			return &list[i], nil
		}
	}
	return nil, &tillproof.Error{
		Op: "bench", Kind: tillproof.KindInvalid, Code: "synth.kinds.unknown",
		Params: tillproof.Params{"option": option, "value": want},
	}
}

// Check refuses options of which no set can be made.
func (o Options) Check() error {
	_, err := newMonth(o)
	return err
}

func (o Options) checkMonths() error {
	if o.Months < 1 || o.Months > MaxMonths {
		return &tillproof.Error{
			Op: "bench", Kind: tillproof.KindInvalid, Code: "synth.range", Params: tillproof.Params{
				"option": "months", "value": strconv.Itoa(o.Months), "max": strconv.Itoa(MaxMonths),
			},
		}
	}
	return nil
}
