package vault

import (
	"io"
	"io/fs"
	"strings"

	"github.com/tillproof/tillproof"
)

// Blobs are named files of bytes. What Put and Remove acknowledge survives a loss of power; what they
// report as failed may have happened all the same, but never in part. Names have slashes and no dots at the
// beginning of a part. A name that is not there is an fs.ErrNotExist. Several goroutines may call.
type Blobs interface {
	// Put writes a file: write writes its bytes and then says where they belong. A reader finds the file that
	// was there or this one, whole.
	Put(write func(io.Writer) (Place, error)) error
	Get(name string) (Blob, error)
	// Settle makes sure that a file that is there stays there.
	Settle(name string) error
	// List gives the names that begin with a prefix, with their sizes, sorted.
	List(prefix string) ([]Named, error)
	Remove(name string) error
}

// Place is where a file that was written belongs. The name "" is nowhere: it is thrown away. A name that is
// taken is an fs.ErrExist unless the place is to be taken over: what is kept under a name does not change.
type Place struct {
	Name string
	Over bool
}

// Blob is an open file.
type Blob interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Named is a file by its name.
type Named struct {
	Name string
	Size int64
}

// The names of the vault's files.
const (
	formatName     = "format"
	ringName       = "keys/ring.age"
	passphraseName = "keys/passphrase.age"
	sumsName       = "keys/sums"
	objectsPrefix  = "objects/"
	objectEnd      = ".age"
)

// objectName is where an object is kept.
func objectName(d tillproof.Digest) string {
	s := d.String()
	return objectsPrefix + s[:2] + "/" + s + objectEnd
}

// digestOfName is the object that is kept under a name; false for a name that no object has.
func digestOfName(name string) (tillproof.Digest, bool) {
	_, hex, _ := strings.Cut(strings.TrimPrefix(name, objectsPrefix), "/")
	var d tillproof.Digest
	if err := d.UnmarshalText([]byte(strings.TrimSuffix(hex, objectEnd))); err != nil {
		return d, false
	}
	return d, objectName(d) == name
}

// validName keeps names within their folder.
func validName(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.HasPrefix(name, ".") &&
		!strings.Contains(name, "/.") && !strings.Contains(name, `\`) && !strings.HasPrefix(name, tempFolder)
}

// replace puts a small file in the place of another.
func replace(blobs Blobs, name string, text []byte) error {
	return blobs.Put(func(w io.Writer) (Place, error) {
		_, err := w.Write(text)
		return Place{name, true}, err
	})
}
