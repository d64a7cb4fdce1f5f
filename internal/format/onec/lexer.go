package onec

import (
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tillproof/tillproof/internal/format"
)

// The words that open and close the parts of a file.
const (
	beginAccount  = "СекцияРасчСчет"
	endAccount    = "КонецРасчСчет"
	beginDocument = "СекцияДокумент"
	endDocument   = "КонецДокумента"
	endFile       = "КонецФайла"
)

// The keys that are read.
const (
	keyVersion  = "ВерсияФормата"
	keyAccount  = "РасчСчет"
	keyFrom     = "ДатаНачала"
	keyTo       = "ДатаКонца"
	keyOpening  = "НачальныйОстаток"
	keyClosing  = "КонечныйОстаток"
	keyCredits  = "ВсегоПоступило"
	keyDebits   = "ВсегоСписано"
	keyNumber   = "Номер"
	keyDate     = "Дата"
	keySum      = "Сумма"
	keyDebited  = "ДатаСписано"
	keyCredited = "ДатаПоступило"
	keyPurpose  = "НазначениеПлатежа"
	keyCode     = "Код" // УИН, the number of the charge that is paid
)

// pair is a line: its key, and its value; a word that opens or closes a part has only a key.
type pair struct {
	key, value string
	line       int
}

// lexer gives the lines of a file as pairs.
type lexer struct {
	lines *format.Lines
}

// next is the next line that is not blank. A line that has no key goes on with the value before: its key is
// "". io.EOF ends.
func (l *lexer) next() (pair, error) {
	for {
		raw, n, err := l.lines.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return pair{line: n}, io.EOF
			}
			return pair{}, err
		}
		s := strings.Trim(string(raw), " \t\u00A0\x1a")
		if s == "" {
			continue
		}
		key, value, found := strings.Cut(s, "=")
		key = strings.TrimRight(key, " \t")
		switch {
		case isPart(key), found && isKey(key):
			return pair{key, strings.TrimSpace(value), n}, nil
		case s == signature:
			continue
		}
		return pair{"", s, n}, nil
	}
}

func isPart(s string) bool {
	switch s {
	case beginAccount, endAccount, beginDocument, endDocument, endFile:
		return true
	}
	return false
}

// maxKey is the most letters of a key; the longest of the format has 22.
const maxKey = 40

// isKey reports one word that begins with a capital: a line of a payment's purpose may hold a = too.
func isKey(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) || utf8.RuneCountInString(s) > maxKey {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			return false
		}
	}
	return true
}
