package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/tillproof/tillproof"
)

// Store keeps all that a workspace knows; see the parts.
type Store interface {
	Settings
	Imports
	Rulings
	Runs
	Exceptions
	Objects
	Log
	Proofs
}

// Vault keeps bytes, sealed and named by their digest.
type Vault interface {
	// Put keeps what r gives, durably, and answers its digest; bytes that are there already are kept once.
	Put(ctx context.Context, r io.Reader) (Stored, error)
	// Open gives the bytes of an object; what does not agree with its digest is vault.damaged.
	Open(ctx context.Context, d tillproof.Digest) (Opened, error)
}

// Stored is what the vault says of an object that it took.
type Stored struct {
	Digest tillproof.Digest
	Size   int64
	Type   string // MIME type by content
}

// Opened is an open object.
type Opened interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Who says who acts and where from.
type Who struct {
	By, From string
}

// Options are what a service needs beside its rooms.
type Options struct {
	Who    Who
	Now    func() time.Time
	Chance io.Reader // of ids
}

// Service is a workspace in the hands of one person.
type Service struct {
	store  Store
	vault  Vault
	engine Engine
	opt    Options
}

// New opens a workspace over its rooms.
func New(store Store, vault Vault, engine Engine, opt Options) *Service {
	return &Service{store, vault, engine, opt}
}

// act is the entry of something that is about to be done.
func (s *Service) act(
	now time.Time, kind tillproof.ActKind, detail any, on ...string,
) (tillproof.Act, error) {
	text, err := json.Marshal(detail)
	if err != nil {
		return tillproof.Act{}, err
	}
	slices.Sort(on)
	return tillproof.Act{
		Time: now, By: s.opt.Who.By, From: s.opt.Who.From, Kind: kind, Done: true,
		On: slices.Compact(on), Detail: text,
	}, nil
}

// moment is now as the store keeps it: UTC, whole microseconds.
func (s *Service) moment() time.Time { return s.opt.Now().UTC().Truncate(time.Microsecond) }

// undone is the mark of what this person takes back.
func (s *Service) undone(now time.Time, reason string) tillproof.Undone {
	return tillproof.Undone{Time: now, By: s.opt.Who.By, Reason: reason}
}

func fail(kind tillproof.ErrorKind, code string, p tillproof.Params) error {
	return &tillproof.Error{Op: "workspace", Kind: kind, Code: code, Params: p}
}

// isCode reports an error of the vocabulary with that code.
func isCode(err error, code string) bool {
	var e *tillproof.Error
	return errors.As(err, &e) && e.Code == code
}

// all gathers every page of a list.
func all[T any](list func(tillproof.Page) ([]T, error)) ([]T, error) {
	var out []T
	for {
		part, err := list(tillproof.Page{After: len(out), Limit: tillproof.MaxPage})
		if err != nil || len(part) == 0 {
			return out, err
		}
		if out = append(out, part...); len(part) < tillproof.MaxPage {
			return out, nil
		}
	}
}
