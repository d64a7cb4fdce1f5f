package translog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

const (
	// MaxEntry bounds an entry: an act names what it touched and says what was done; it is no place for
	// content.
	MaxEntry = 64 << 10
	// maxDetail bounds what an entry says of an act; its digest stands for more. With MaxOn ids of the
	// longest kind an entry still fits.
	maxDetail = 24 << 10
	// MaxOn bounds the ids of an entry; one line with their digest stands for more.
	MaxOn = 256
	// maxName bounds who and from where: the longest host name has 253 bytes.
	maxName = 256
	// maxKind bounds the name of a kind.
	maxKind = 64
	// maxID bounds an id: a prefix and 26 letters are usual, a digest has 64.
	maxID = 128
)

const (
	firstLine = "tillproof.act/1\n"
	timeForm  = "2006-01-02T15:04:05.000000Z"
)

// Normal is the act as an entry can say it: the time in UTC and whole microseconds, the ids ascending and
// each once, the detail in canonical JSON; their digest where the ids are too many or the detail is too long.
func Normal(a tillproof.Act) (tillproof.Act, error) {
	a.Time = a.Time.UTC().Truncate(time.Microsecond)
	if year := a.Time.Year(); year < 1 || year > 9999 {
		return a, badAct("time")
	}
	switch {
	case a.Seq < 0:
		return a, badAct("seq")
	case a.By == "" || len(a.By) > maxName:
		return a, badAct("by")
	case a.From == "" || len(a.From) > maxName:
		return a, badAct("from")
	case !isKind(string(a.Kind)):
		return a, badAct("kind")
	}
	a.On = normalOn(a.On)
	for _, id := range a.On {
		if id == "" || len(id) > maxID {
			return a, badAct("on")
		}
	}
	detail, err := canonical(a.Detail)
	a.Detail = folded(detail)
	return a, err
}

// folded is a detail, or what stands for one that is too long.
func folded(detail []byte) []byte {
	if len(detail) <= maxDetail {
		return detail
	}
	return fmt.Appendf(nil, `{"sha256":"%x","size":%d}`, sha256.Sum256(detail), len(detail))
}

// isKind reports whether it is words joined by points: "import.add".
func isKind(kind string) bool {
	words := 0
	for word := range strings.SplitSeq(kind, ".") {
		words++
		for i, c := range []byte(word) {
			letter := c >= 'a' && c <= 'z'
			if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
				return false
			}
		}
		if word == "" {
			return false
		}
	}
	return words > 1 && len(kind) <= maxKind
}

func normalOn(ids []string) []string {
	ascending := slices.IsSorted(ids)
	for i := 1; ascending && i < len(ids); i++ {
		ascending = ids[i] != ids[i-1]
	}
	if !ascending {
		ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	}
	switch {
	case len(ids) == 0:
		return nil
	case len(ids) <= MaxOn:
		return ids
	}
	h := sha256.New()
	for _, id := range ids {
		h.Write([]byte(id + "\n"))
	}
	return []string{"list:" + strconv.Itoa(len(ids)) + ":" + hex.EncodeToString(h.Sum(nil))}
}

// Encode writes the entry of an act: Decode gives Normal of it back. Whoever calls it has numbered the act.
func Encode(a tillproof.Act) ([]byte, error) {
	a, err := Normal(a)
	if err != nil {
		return nil, err
	}
	entry := write(a)
	if len(entry) > MaxEntry {
		return nil, badAct("size")
	}
	return entry, nil
}

// write writes an act in its normal form.
func write(a tillproof.Act) []byte {
	b := make([]byte, 0, 256+len(a.Detail)+48*len(a.On))
	b = append(b, firstLine+"seq "...)
	b = strconv.AppendInt(b, a.Seq, 10)
	b = append(b, "\ntime "...)
	b = a.Time.AppendFormat(b, timeForm)
	b = escape(append(b, "\nby "...), a.By)
	b = escape(append(b, "\nfrom "...), a.From)
	b = append(append(b, "\nkind "...), a.Kind...)
	b = append(append(b, "\noutcome "...), outcome(a.Done)...)
	for _, id := range a.On {
		b = escape(append(b, "\non "...), id)
	}
	if len(a.Detail) > 0 {
		b = append(append(b, "\ndetail "...), a.Detail...)
	}
	return append(b, '\n')
}

func outcome(done bool) string {
	if done {
		return "success"
	}
	return "failure"
}

// Decode reads an entry. It takes the one text that Encode writes for an act, and no other.
func Decode(entry []byte) (tillproof.Act, error) {
	if len(entry) > MaxEntry {
		return tillproof.Act{}, badEntry("it is too large")
	}
	rest, found := strings.CutPrefix(string(entry), firstLine)
	if !found {
		return tillproof.Act{}, badEntry("its first line is another")
	}
	a, err := readLines(rest)
	if err != nil {
		return tillproof.Act{}, err
	}
	if a, err = Normal(a); err != nil {
		return tillproof.Act{}, badEntry(err.Error())
	}
	if !bytes.Equal(write(a), entry) {
		return tillproof.Act{}, badEntry("it is written in another form")
	}
	return a, nil
}

// readLines reads the lines after the first. What it takes too generously, Decode refuses by writing it
// again.
func readLines(rest string) (a tillproof.Act, err error) {
	for rest != "" {
		line, after, ended := strings.Cut(rest, "\n")
		name, value, named := strings.Cut(line, " ")
		if !ended || !named {
			return a, badEntry("a line is none")
		}
		rest = after
		ok := true
		switch name {
		case "seq":
			a.Seq, err = strconv.ParseInt(value, 10, 64)
		case "time":
			a.Time, err = time.Parse(timeForm, value)
		case "by":
			a.By, ok = unescape(value)
		case "from":
			a.From, ok = unescape(value)
		case "kind":
			a.Kind = tillproof.ActKind(value)
		case "outcome":
			a.Done = value == outcome(true)
		case "on":
			value, ok = unescape(value)
			a.On = append(a.On, value)
		case "detail":
			a.Detail = []byte(value)
		default:
			ok = false
		}
		if err != nil || !ok {
			return a, badEntry("line " + strconv.Quote(name) + " is not in its form")
		}
	}
	return a, nil
}
