package xls

import (
	"bytes"
	"unicode/utf16"
)

// entry is a stream of a container that a test makes.
type entry struct {
	name string
	data []byte
}

const (
	sector    = 512
	chainEnd  = 0xFFFFFFFE
	noSector  = 0xFFFFFFFF
	fatMark   = 0xFFFFFFFD
	difatMark = 0xFFFFFFFC
	links     = sector / 4 // of a sector
	inHeader  = 109        // sectors of the FAT that the header names
	miniBelow = 4096       // a shorter stream goes into the ministream
)

// vessel writes an OLE2 file (MS-CFB) of version 3.
type vessel struct {
	fat, mini   []uint32
	body, small bytes.Buffer
}

// put writes a chain of sectors and answers its first.
func (v *vessel) put(data []byte) uint32 {
	start := uint32(len(v.fat))
	n := (len(data) + sector - 1) / sector
	for i := range n {
		v.fat = append(v.fat, start+uint32(i)+1)
	}
	v.fat[len(v.fat)-1] = chainEnd
	v.body.Write(data)
	v.body.Write(make([]byte, n*sector-len(data)))
	return start
}

// putSmall writes a chain of the ministream.
func (v *vessel) putSmall(data []byte) uint32 {
	start := uint32(len(v.mini))
	n := (len(data) + smallSector - 1) / smallSector
	for i := range n {
		v.mini = append(v.mini, start+uint32(i)+1)
	}
	v.mini[len(v.mini)-1] = chainEnd
	v.small.Write(data)
	v.small.Write(make([]byte, n*smallSector-len(data)))
	return start
}

// container is a file of some streams.
func container(entries ...entry) []byte {
	v := &vessel{}
	starts := make([]uint32, len(entries))
	for i, e := range entries {
		if len(e.data) >= miniBelow {
			starts[i] = v.put(e.data)
		} else {
			starts[i] = v.putSmall(e.data)
		}
	}
	rootStart, miniStart, miniCount := uint32(chainEnd), uint32(chainEnd), 0
	if len(v.mini) > 0 {
		rootStart = v.put(v.small.Bytes())
		for len(v.mini)%links != 0 {
			v.mini = append(v.mini, noSector)
		}
		miniCount = len(v.mini) / links
		miniStart = v.put(le(v.mini))
	}
	dir := v.put(directoryOf(entries, starts, rootStart, v.small.Len()))
	where, first, fats, difats := v.table()
	return le(ole2Magic, make([]byte, 16), uint16(0x3E), uint16(3), uint16(0xFFFE), uint16(9), uint16(6),
		make([]byte, 6), uint32(0), uint32(fats), dir, uint32(0), uint32(miniBelow), miniStart,
		uint32(miniCount), first, uint32(difats), where[:inHeader], v.body.Bytes())
}

// table writes the FAT behind everything else, and where its own sectors are.
func (v *vessel) table() (where []uint32, first uint32, fats, difats int) {
	fats = 1
	for len(v.fat)+fats+difats > fats*links {
		fats++
		difats = (max(fats-inHeader, 0) + links - 2) / (links - 1)
	}
	for range fats {
		where = append(where, uint32(len(v.fat)))
		v.fat = append(v.fat, fatMark)
	}
	first = uint32(len(v.fat))
	for range difats {
		v.fat = append(v.fat, difatMark)
	}
	for len(v.fat) < fats*links {
		v.fat = append(v.fat, noSector)
	}
	v.body.Write(le(v.fat))
	for len(where) < inHeader+(links-1)*difats {
		where = append(where, noSector)
	}
	for i := range difats { // what does not fit into the header goes on in sectors of its own
		v.body.Write(le(where[inHeader+(links-1)*i:][:links-1], first+uint32(i)+1))
	}
	if difats == 0 {
		first = chainEnd
	}
	return where, first, fats, difats
}

// directoryOf is the root and its streams, each the right neighbour of the one before.
func directoryOf(entries []entry, starts []uint32, rootStart uint32, rootSize int) []byte {
	one := func(name string, kind byte, links [3]uint32, where []uint32) []byte {
		u := make([]uint16, 32)
		n := uint16(2 * (copy(u, utf16.Encode([]rune(name))) + 1))
		return le(u, n, kind, byte(1), links, make([]byte, 16+4+16), where, uint32(0))
	}
	none := uint32(noSector)
	out := one("Root Entry", 5, [3]uint32{none, none, 1}, []uint32{rootStart, uint32(rootSize)})
	for i, e := range entries {
		right := none
		if i+1 < len(entries) {
			right = uint32(i + 2)
		}
		at := []uint32{starts[i], uint32(len(e.data))}
		out = append(out, one(e.name, 2, [3]uint32{none, right, none}, at)...)
	}
	for len(out)%sector != 0 {
		out = append(out, le([64]byte{}, uint16(0), byte(0), byte(0), none, none, none, [48]byte{})...)
	}
	return out
}

// file is a workbook in its container.
func file(book []byte) []byte { return container(entry{"Workbook", book}) }

// The places of a container of one stream: its directory is the last chain before the FAT.
func fatOf(raw []byte) int { return (int(u32(raw[76:])) + 1) * sector }
func dirOf(raw []byte) int { return (int(u32(raw[48:])) + 1) * sector }

// longer claims a stream of nearly 2 GB.
func longer(raw []byte) []byte {
	out := bytes.Clone(raw)
	copy(out[dirOf(raw)+128+120:], le(uint32(0x7FFF0000)))
	return out
}

// circle makes an early sector of the stream the one that follows its sixth.
func circle(raw []byte) []byte {
	out := bytes.Clone(raw)
	copy(out[fatOf(raw)+4*5:], le(uint32(3)))
	return out
}

// dirCircle makes the directory's sector its own next one.
func dirCircle(raw []byte) []byte {
	out := bytes.Clone(raw)
	dir := u32(raw[48:])
	copy(out[fatOf(raw)+4*int(dir):], le(dir))
	return out
}

// vast is a container whose directory is as long as the file.
func vast(size int) []byte {
	v := &vessel{}
	v.put(make([]byte, size))
	where, first, fats, difats := v.table()
	return le(ole2Magic, make([]byte, 16), uint16(0x3E), uint16(3), uint16(0xFFFE), uint16(9), uint16(6),
		make([]byte, 6), uint32(0), uint32(fats), uint32(0), uint32(0), uint32(miniBelow), uint32(chainEnd),
		uint32(0), first, uint32(difats), where[:inHeader], v.body.Bytes())
}
