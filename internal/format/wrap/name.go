package wrap

import (
	"archive/zip"
	"encoding/binary"
	"hash/crc32"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof/internal/format"
)

// nameOf is the name of an entry, folders with slashes. The flag for UTF-8 and the extra field of Info-ZIP
// with a UTF-8 name are believed; without them the bytes decide, for Chinese banks and wallets write GBK and
// macOS writes UTF-8, both without saying so.
func nameOf(f *zip.File) string {
	name := f.Name
	if !f.NonUTF8 {
		name = strings.ToValidUTF8(name, "?")
	} else if better, ok := unicodePath(f); ok {
		name = better
	} else {
		name = decodeName([]byte(name))
	}
	return strings.ReplaceAll(name, `\`, "/")
}

// decodeName reads bytes of an unknown charset: UTF-8, else GB18030, else the code page 437 of the zip
// specification (APPNOTE, appendix D).
func decodeName(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	if s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err == nil &&
		!strings.ContainsRune(string(s), utf8.RuneError) {
		return string(s)
	}
	s, err := charmap.CodePage437.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "?")
	}
	return string(s)
}

// extraUnicodePath is the extra field 0x7075 of Info-ZIP: version, CRC-32 of the other name, UTF-8 name.
const extraUnicodePath = 0x7075

func unicodePath(f *zip.File) (string, bool) {
	for b := f.Extra; len(b) >= 4; {
		id, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if b = b[4:]; size > len(b) {
			return "", false
		}
		field := b[:size]
		b = b[size:]
		if id != extraUnicodePath || size < 5 || field[0] != 1 {
			continue
		}
		name := field[5:]
		sum := binary.LittleEndian.Uint32(field[1:])
		return string(name), sum == crc32.ChecksumIEEE([]byte(f.Name)) && utf8.Valid(name)
	}
	return "", false
}

// maxName is how much of an inner name is shown.
const maxName = 200

// join is how a file inside an archive is named. Steps upwards lead nowhere, as nothing is written; they are
// taken out all the same, with what a console would obey and what may be a card number.
func join(archive, inner string) string {
	inner = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || !unicode.IsGraphic(r) {
			return '?'
		}
		return r
	}, inner)
	if rs := []rune(inner); len(rs) > maxName {
		inner = string(rs[:maxName]) + ".."
	}
	inner, _ = format.MaskText(strings.TrimPrefix(path.Clean("/"+inner), "/"))
	name, _ := format.MaskText(archive + "/" + inner)
	return name
}

// isSystem reports the files that macOS and Windows add for themselves.
func isSystem(name string) bool {
	for _, part := range strings.Split(name, "/") {
		if part == "__MACOSX" {
			return true
		}
	}
	switch base := path.Base(name); strings.ToLower(base) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	default:
		return strings.HasPrefix(base, "._")
	}
}
