package backup

import (
	"crypto/sha256"
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
)

// errLength is a member that is not as long as its header says: a file that changed while it was copied.
var errLength = errors.New("its length changed meanwhile")

// write writes a member, and takes note of it in list.
func (w *writing) write(name string, size int64, r io.Reader, list *[]Member) error {
	if len(name) > maxName || size > maxMember || len(w.m.Members) >= maxMembers {
		return fail(tillproof.KindTooLarge, "backup.too_large", tillproof.Params{
			"name": name, "mib": strconv.FormatInt(size>>20, 10),
		}, nil)
	}
	h := header(name, size)
	if _, err := w.out.Write(h[:]); err != nil {
		return err
	}
	body := &measured{ctx: w.ctx, r: io.LimitReader(r, size), sum: sha256.New()}
	if _, err := io.Copy(w.out, body); err != nil {
		return err
	}
	if more, err := io.ReadFull(r, make([]byte, 1)); body.n != size || more != 0 {
		return errors.Join(damaged(name, errLength), err)
	}
	if list != nil {
		one := Member{Sized{Size: size}, name}
		body.sum.Sum(one.Digest[:0])
		*list = append(*list, one)
	}
	_, err := w.out.Write(make([]byte, padding(size)))
	return err
}
