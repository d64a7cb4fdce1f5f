package backup

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"

	"github.com/tillproof/tillproof"
)

const (
	block      = 512
	endBlocks  = 2 * block
	maxName    = 99
	maxMembers = 200_000 // a shop keeps some hundred files a year, each as three objects
	// maxMember is what eleven octal digits say; an object of the vault has at most half of it.
	maxMember = 1<<33 - 1
)

// The members of a backup, as docs/backup-format.md orders them.
const (
	headName       = "tillproof-backup"
	checkpointName = "checkpoint"
	databaseName   = "workspace.db.age"
	totalsName     = "totals.age"
	manifestName   = "manifest"
	vaultFolder    = "vault/"
)

// objectName is how an object is named in a backup.
func objectName(d tillproof.Digest) string {
	s := d.String()
	return vaultFolder + "objects/" + s[:2] + "/" + s + ".age"
}

var objectForm = regexp.MustCompile(`^vault/objects/([0-9a-f]{2})/([0-9a-f]{64})\.age$`)

// isObject reports the name of an object.
func isObject(name string) bool {
	m := objectForm.FindStringSubmatch(name)
	return m != nil && m[1] == m[2][:2]
}

// header is the block before a member: one for each name and size.
func header(name string, size int64) [block]byte {
	var h [block]byte
	copy(h[:maxName], name)
	copy(h[100:], "0000600")
	copy(h[108:], "0000000")
	copy(h[116:], "0000000")
	copy(h[124:], fmt.Sprintf("%011o", size))
	copy(h[136:], "00000000000")
	h[156] = '0'
	copy(h[257:], "ustar\x0000")
	copy(h[148:], "        ")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// readHeader reads the name and the size of a header; false unless it is the one that they have.
func readHeader(h *[block]byte) (name string, size int64, ok bool) {
	raw, _, _ := bytes.Cut(h[:100], []byte{0})
	size, err := strconv.ParseInt(string(h[124:135]), 8, 64)
	if err != nil || size < 0 || size > maxMember {
		return string(raw), 0, false
	}
	return string(raw), size, *h == header(string(raw), size)
}

// padding is what fills a member up.
func padding(size int64) int64 { return (block - size%block) % block }
