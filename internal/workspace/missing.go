package workspace

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// MissingFile is a file that should be there by now, or should have been between two others.
type MissingFile struct {
	Side     tillproof.Side
	Like     string         // the newest file of the same sender
	From, To tillproof.Date // the days that no file covers; To is NoDate where the newest file is meant
	Since    tillproof.Date // when it should have been there; NoDate for a gap between files
}

const (
	// graceDays is how long after its last day a file may take to be written and fetched: a weekend and a
	// day.
	graceDays = 3
	// quietDays is how long a sender may have nothing to show between two files: a week of holidays
	// (春节, 国庆) and the weekends about it.
	quietDays = 10
)

// missingFiles looks at the days that the files of each sender cover. What a sender usually sends (a month, a
// day) is the middle length of its files.
func missingFiles(sources []tillproof.KeptSource, today tillproof.Date) []MissingFile {
	var out []MissingFile
	for _, group := range bySender(sources) {
		slices.SortStableFunc(group, func(a, b *tillproof.KeptSource) int {
			return cmp.Or(cmp.Compare(a.Source.From, b.Source.From), cmp.Compare(a.Source.To, b.Source.To))
		})
		end := group[0].Source.To
		var lengths []int
		for i, k := range group {
			lengths = append(lengths, int(k.Source.To-k.Source.From)+1)
			if i > 0 && k.Source.From > end+quietDays {
				out = append(out, MissingFile{
					Side: k.Source.Side, Like: k.Source.File, From: end + 1, To: k.Source.From - 1,
					Since: tillproof.NoDate,
				})
			}
			end = max(end, k.Source.To)
		}
		slices.Sort(lengths)
		due := end + tillproof.Date(lengths[len(lengths)/2]) + graceDays
		if today > due {
			newest := group[len(group)-1]
			out = append(out, MissingFile{
				Side: newest.Source.Side, Like: newest.Source.File, From: end + 1, To: tillproof.NoDate,
				Since: due,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b MissingFile) int {
		return cmp.Or(
			cmp.Compare(a.Side, b.Side), cmp.Compare(a.From, b.From), strings.Compare(a.Like, b.Like),
		)
	})
	return out
}

// bySender groups the files that show their days by side, layout and whose they are.
func bySender(sources []tillproof.KeptSource) map[string][]*tillproof.KeptSource {
	groups := map[string][]*tillproof.KeptSource{}
	for i := range sources {
		k := &sources[i]
		if !k.Source.From.Known() || !k.Source.To.Known() {
			continue
		}
		key := strings.Join(append([]string{k.Source.Side.String()}, k.Senders...), "\x00")
		if len(k.Senders) == 0 {
			key += "\x00" + k.Source.Format + "\x00" + k.Source.Dialect
		}
		groups[key] = append(groups[key], k)
	}
	return groups
}
