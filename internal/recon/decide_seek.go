package recon

import (
	"encoding/binary"
	"strings"

	"github.com/tillproof/tillproof"
)

// letterBits are the bits of an id that its first minLetters letters show, five each.
const letterBits = 5 * minLetters

// seeker says of each record of a run that is not held whether a decision may name it: by its id or the
// beginning of it, by its line, or by its group.
type seeker struct {
	ids   map[uint32][]string // names by the bits of their first letters
	lines map[spot]bool
	group *groupSeeker
}

func seekNamed(decisions []tillproof.Decision, sources []tillproof.Source) func(*tillproof.Record) bool {
	s := &seeker{
		ids: map[uint32][]string{}, lines: map[spot]bool{}, group: seekGroups(decisions, sources),
	}
	run := &tillproof.Run{Sources: sources}
	for i := range decisions {
		for _, name := range decisions[i].Named {
			s.add(run, name)
		}
	}
	return s.wants
}

func (s *seeker) add(run *tillproof.Run, name string) {
	if _, group := groupOf(name); group {
		return
	}
	if !strings.HasPrefix(name, recordPrefix) {
		if spot, why := spotOf(run, name); why.Code == "" {
			s.lines[spot] = true
		}
		return
	}
	const zeros = "00000000000000000000000000"
	letters := strings.TrimPrefix(name, recordPrefix)
	if len(letters) < minLetters {
		return
	}
	id, err := tillproof.ParseRecordID(recordPrefix + letters[:minLetters] + zeros[minLetters:])
	if err != nil {
		return // no id begins so
	}
	s.ids[firstBits(id)] = append(s.ids[firstBits(id)], name)
}

func firstBits(id tillproof.RecordID) uint32 {
	return binary.BigEndian.Uint32(id[:]) >> (32 - letterBits)
}

func (s *seeker) wants(r *tillproof.Record) bool {
	if names := s.ids[firstBits(r.ID)]; len(names) > 0 {
		id := r.ID.String()
		for _, name := range names {
			if strings.HasPrefix(id, name) {
				return true
			}
		}
	}
	if s.group.wants(r) {
		return true
	}
	o := r.Origin
	return s.lines[spot{o.Source, o.Part, o.Line}] || s.lines[spot{o.Source, -1, o.Line}]
}
