package backup

import (
	"bytes"
	"context"
	"errors"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// inspect looks at everything that was restored: each row, each entry of the log, each object, and what it
// all comes to.
func (r Rooms) inspect(ctx context.Context, u *unpacking, totals string, res *Result) error {
	c, err := r.Open(ctx, u.dir)
	if err != nil {
		return err
	}
	err = c.Check(ctx)
	if err == nil {
		err = checkLog(ctx, c, u, res)
	}
	if err == nil {
		err = checkObjects(ctx, c, u, res)
	}
	if err == nil {
		var is string
		if is, err = totalsOf(ctx, c); err == nil && is != totals {
			err = differs(totals, is)
		}
	}
	return errors.Join(err, c.Close())
}

// checkLog verifies the whole log, against the checkpoint that came with the backup.
func checkLog(ctx context.Context, c Copy, u *unpacking, res *Result) error {
	seed := u.vault.LogSeed()
	_, public, err := translog.NewKey(bytes.NewReader(seed[:]), u.vault.Workspace())
	if err != nil {
		return err
	}
	head, err := translog.Open(u.checkpoint, public)
	if err != nil {
		return badLog(translog.Fault{Kind: translog.FaultCheckpoint}, err)
	}
	claims := translog.Claims{Public: public, Given: []translog.Claim{head.Claim(checkpointName)}}
	_, err = countPages(func(p tillproof.Page) (int, error) {
		part, err := c.Checkpoints(ctx, p)
		for _, one := range part {
			claims.Kept = append(claims.Kept, one.Text)
		}
		return len(part), err
	})
	if err != nil {
		return err
	}
	report, err := translog.Verify(ctx, c, claims, nil)
	if err != nil {
		return err
	}
	res.Proven = report.Proven
	// A store of an older version was brought up to date when it was opened: its log has grown by that.
	m := res.Manifest
	switch {
	case !report.Good():
		return badLog(report.Faults[0], nil)
	case head.Size != m.Entries, tillproof.Digest(head.Root) != m.Root, report.Proven != m.Entries:
		return badLog(translog.Fault{Kind: translog.FaultRewritten, Last: m.Entries - 1}, nil)
	}
	return nil
}

func badLog(f translog.Fault, err error) error {
	return fail(tillproof.KindInvalid, CodeLog, tillproof.Params{
		"fault": string(f.Kind), "entry": strconv.FormatInt(f.First, 10),
	}, err)
}

// checkObjects opens every object that the store knows of.
func checkObjects(ctx context.Context, c Copy, u *unpacking, res *Result) error {
	objects, err := objectsOf(ctx, c)
	if err != nil {
		return err
	}
	var checks vault.Checks
	for i := range objects {
		o := &objects[i]
		checks.Expect = append(checks.Expect, vault.Expected{
			Digest: o.Digest, Size: o.Size, Erased: o.Erased != nil,
		})
	}
	found, err := u.vault.Verify(ctx, checks)
	if err != nil {
		return err
	}
	res.Objects, res.Damage = found.Objects, found.Damage
	for _, one := range found.Damage {
		var d tillproof.Digest
		if d.UnmarshalText([]byte(one.Name)) != nil { // no object: the keys or a stray file
			return damaged(vaultFolder+one.Name, one.Err)
		}
	}
	return nil
}
