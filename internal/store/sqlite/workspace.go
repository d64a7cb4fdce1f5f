package sqlite

import (
	"context"
	"time"

	"github.com/tillproof/tillproof"
)

// Workspace is what the workspace knows of itself.
func (s *Store) Workspace(ctx context.Context) (info tillproof.WorkspaceInfo, err error) {
	err = s.read(ctx, func(c *conn) error {
		r, err := workspaceRow(c, s.in)
		if err != nil {
			return err
		}
		version, err := c.number("PRAGMA user_version")
		if err != nil {
			return err
		}
		info = tillproof.WorkspaceInfo{
			ID: s.in, Created: r.time(1), Policy: r.digest(2), Schema: int(version),
		}
		info.Proven, err = lastProof(c, s.in)
		return err
	})
	return info, err
}

func workspaceRow(c *conn, in [16]byte) (row, error) {
	r, err := c.one("workspace", in[:])
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, notFound(tillproof.WorkspaceID(in).String())
	}
	return r, r.verify("workspace", 0)
}

func (t *tx) setWorkspace(statement string, made time.Time, policy tillproof.Digest) error {
	return t.put(statement, sealed("workspace", t.ws(), made.UnixMicro(), digestVal(policy))...)
}

// SetPolicy makes the object the policy of the runs to come.
func (s *Store) SetPolicy(
	ctx context.Context, policy tillproof.Digest, object tillproof.KeptObject, act tillproof.Act,
) error {
	return s.act(ctx, act, func(t *tx) error {
		r, err := workspaceRow(t.c, t.in)
		if err != nil {
			return err
		}
		if r.digest(2) == policy {
			return conflict(policy.String())
		}
		if policy != (tillproof.Digest{}) {
			if err := t.keepObject(object); err != nil {
				return err
			}
		}
		return t.setWorkspace("workspace_set", r.time(1), policy)
	})
}

// AddProof records that a backup was shown to restore.
func (s *Store) AddProof(ctx context.Context, p tillproof.Proof, act tillproof.Act) error {
	return s.act(ctx, act, func(t *tx) error {
		r, err := t.c.one("proof_last", t.ws())
		if err != nil {
			return err
		}
		n := int64(1)
		if r != nil {
			last, err := proofOf(r)
			if err != nil {
				return err
			}
			p.Time = micros(p.Time)
			if *last == p {
				return conflict(p.Name)
			}
			n = r.int(1) + 1
		}
		return t.put("proof_add", sealed(
			"proof", t.ws(), n, p.Time.UnixMicro(), p.Name, p.Digest[:], p.Size,
		)...)
	})
}

func lastProof(c *conn, in [16]byte) (*tillproof.Proof, error) {
	r, err := c.one("proof_last", in[:])
	if r == nil || err != nil {
		return nil, err
	}
	return proofOf(r)
}

func proofOf(r row) (*tillproof.Proof, error) {
	p := &tillproof.Proof{Time: r.time(2), Name: r.text(3), Digest: r.digest(4), Size: r.int(5)}
	return p, r.verify("proof", 1)
}

// micros is the moment as it is kept.
func micros(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }
