package habit

import "math"

const (
	courseParts = 40
	// courseReach is how long back the course of a terminal is kept: a quarter.
	courseReach = 90 * day
)

// part is a stretch of a terminal's course: a single row, or neighbours that were put together for room.
type part struct {
	from, to moment
	rows     uint16
	frauds   uint16 // confirmed
	plain    uint16 // of them those whose amount was usual for their card: they speak against the terminal
	good     uint16 // confirmed as genuine by a person
}

// course is what happened at a terminal over the last weeks, in order. Every row is a part of its own until
// room is short; then the two neighbours that span least for their age become one. So it is exact for a quiet
// terminal, and for a busy one as fine as the time that has passed allows.
type course struct {
	parts [courseParts]part
	n     uint8
}

func (c *course) add(now moment) {
	if c.n > 0 {
		if last := &c.parts[c.n-1]; last.to >= now { // the same second, or late
			last.rows = plus(last.rows, 1)
			return
		}
	}
	if c.n == courseParts {
		c.makeRoom(now)
	}
	c.parts[c.n] = part{from: now, to: now, rows: 1}
	c.n++
}

// plus adds counts that stay where they are full.
func plus(a, b uint16) uint16 { return a + min(b, math.MaxUint16-a) }

func (c *course) makeRoom(now moment) {
	if now.since(c.parts[0].to) > courseReach {
		copy(c.parts[:], c.parts[1:c.n])
		c.n--
		return
	}
	best, bestSpan, bestAge := 0, int64(1), int64(0)
	for i := range int(c.n) - 1 {
		a, b := &c.parts[i], &c.parts[i+1]
		span := int64(b.to) - int64(a.from) + 60
		if (a.frauds > 0) != (b.frauds > 0) {
			span *= 4 // the moment at which frauds begin or end is worth keeping
		}
		if age := now.since(b.to) + 60; span*bestAge < bestSpan*age || bestAge == 0 {
			best, bestSpan, bestAge = i, span, age
		}
	}
	a, b := &c.parts[best], c.parts[best+1]
	a.to = b.to
	a.rows, a.frauds = plus(a.rows, b.rows), plus(a.frauds, b.frauds)
	a.plain, a.good = plus(a.plain, b.plain), plus(a.good, b.good)
	copy(c.parts[best+1:], c.parts[best+2:c.n])
	c.n--
}

// confirm files a verdict under the time of its row.
func (c *course) confirm(at moment, fraud, plain bool) {
	for i := int(c.n) - 1; i >= 0; i-- {
		p := &c.parts[i]
		if at < p.from {
			continue
		}
		switch {
		case !fraud:
			p.good = plus(p.good, 1)
		case plain:
			p.plain = plus(p.plain, 1)
			fallthrough
		default:
			p.frauds = plus(p.frauds, 1)
		}
		return
	}
}
