package vault

import (
	"bytes"
	"mime"
	"net/http"
	"regexp"
)

// kindBytes is how much of an object tells what it is: the entries of an office file come that early.
const kindBytes = 4 << 10

// kindOf is the media type of an object by its content; what a name says is not asked. Text has no charset:
// it is decided where the text is read.
func kindOf(head []byte) string {
	if kind := ownKind(head); kind != "" {
		return kind
	}
	kind, _, err := mime.ParseMediaType(http.DetectContentType(head))
	if err != nil {
		return "application/octet-stream"
	}
	return kind
}

// ownKind knows what the standard library does not tell from a zip, a text or unknown bytes.
func ownKind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return packedKind(head)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "application/x-ole-storage" // the old office files, and messages of Outlook
	case len(head) >= 12 && bytes.Equal(head[4:8], []byte("ftyp")):
		switch string(head[8:12]) {
		case "heic", "heix", "heim", "heis", "mif1", "msf1":
			return "image/heic"
		}
	case mailHead.Match(head):
		return "message/rfc822"
	}
	return ""
}

// packedKind tells the office files among the zips by their entries.
func packedKind(head []byte) string {
	for _, k := range []struct{ entry, kind string }{
		{"OFD.xml", "application/ofd"},
		{"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	} {
		if bytes.Contains(head, []byte(k.entry)) {
			return k.kind
		}
	}
	return "application/zip"
}

// mailHead is a message that begins with one of the fields which transports put on top, or with two fields
// that every message has.
var mailHead = regexp.MustCompile(`^(?i:(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|X-[\w-]+): ` +
	`|(?:From|To|Subject|Date): [^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*(?:From|To|Subject|Date|MIME-Version|Message-ID): )`)
