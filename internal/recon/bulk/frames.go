package bulk

import "github.com/tillproof/tillproof"

// frames are one worker's cells. Those of one day, kind and file lie side by side by the numbers of their
// merchants: a report goes mostly day by day, and so the cells of its day stay in a core's cache.
type frames struct {
	by    map[cellKey]*frame
	last  [16]lastFrame // by kind
	room  int           // pages that may still be made
	other *cells        // what has no place in a page
}

// frame has the cells of one key, the merchant aside.
type frame struct{ pages []*page }

// lastFrame is the frame of the rows before, and what they were.
type lastFrame struct {
	*frame
	settle, value tillproof.Date
	cur, reading  uint8
}

type page [pageCells]sums

const (
	// pageCells is how many merchants stand together: few, since not all of them are there on each day.
	pageCells = 16
	// maxPages bounds the pages of a worker to 16 MB: 17,000 merchants on each of 31 days.
	maxPages = 16 << 20 / (pageCells * 32)
	// maxFrames and maxFramed bound the tables of pages of a worker to 8 MB.
	maxFrames = 256
	maxFramed = 1 << 16
)

func newFrames() *frames {
	return &frames{by: map[cellKey]*frame{}, room: maxPages, other: newCells()}
}

// at are the sums of some rows; the pointer holds until the next call.
func (f *frames) at(s *summed) *sums {
	last := &f.last[s.kind&15]
	if s.payout != 0 || s.merchant >= maxFramed || last.frame == nil || last.settle != s.settle ||
		last.value != s.value || last.cur != s.cur || last.reading != s.reading {
		return f.elsewhere(s)
	}
	n := int(s.merchant / pageCells)
	if n >= len(last.frame.pages) || last.frame.pages[n] == nil {
		return f.elsewhere(s)
	}
	return &last.frame.pages[n][s.merchant%pageCells]
}

// elsewhere is at for rows that are not of the day of those before, or the first ones of their page.
func (f *frames) elsewhere(s *summed) *sums {
	key := s.key()
	if s.payout != 0 || s.merchant >= maxFramed {
		return &f.other.at(key).sums
	}
	frame := f.of(key)
	if frame == nil {
		return &f.other.at(key).sums
	}
	f.last[s.kind&15] = lastFrame{frame, s.settle, s.value, s.cur, s.reading}
	n := int(s.merchant / pageCells)
	for n >= len(frame.pages) {
		frame.pages = append(frame.pages, nil)
	}
	p := frame.pages[n]
	if p == nil {
		if f.room == 0 {
			return &f.other.at(key).sums
		}
		f.room--
		p = new(page)
		frame.pages[n] = p
	}
	return &p[s.merchant%pageCells]
}

// of is the frame of a key; nil where there is no room for another.
func (f *frames) of(key cellKey) *frame {
	key.a &^= merchantMask
	found := f.by[key]
	if found == nil && len(f.by) < maxFrames {
		found = &frame{}
		f.by[key] = found
	}
	return found
}

// mergeInto adds all sums to those of the cells that are of a live reading.
func (f *frames) mergeInto(to *cells, live func(reading uint8) bool) {
	for i := range f.other.list {
		if c := &f.other.list[i]; live(c.key.source()) {
			to.at(c.key).merge(&c.sums)
		}
	}
	for key, frame := range f.by {
		if !live(key.source()) {
			continue
		}
		for n, p := range frame.pages {
			for i := 0; p != nil && i < len(p); i++ {
				if p[i].n > 0 {
					at := key
					at.a |= uint64(n*pageCells + i)
					to.at(at).merge(&p[i])
				}
			}
		}
	}
}
