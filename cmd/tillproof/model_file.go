package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// A model file is JSON: the models that were in use, the newest last, each with what it was made from. So a
// file is enough to go back, and a person can read when it learned what.

// modelSchema is the form of a model file.
const modelSchema = "tillproof.model/1"

// The bounds of a model file: a year of weekly lessons.
const (
	maxModelFile = 64 << 20
	keptVersions = 8
)

type modelFile struct {
	Schema string         `json:"schema"`
	Kept   []modelVersion `json:"models"`
}

// modelVersion is a model and what is known about its making.
type modelVersion struct {
	Made   string   `json:"made"`   // the moment of the stream at which it was trained
	Rows   int      `json:"rows"`   // it was trained on
	Frauds int      `json:"frauds"` // of them
	Digest string   `json:"digest"` // of the rows, in order
	Held   *heldRow `json:"held,omitempty"`
	Model  string   `json:"model"`

	decoded *learn.Model
}

// heldRow is how a model ranked rows that it was not trained on, beside the one before it.
type heldRow struct {
	Rows, Frauds          int
	Precision, Precision0 int64 // average precision, in parts of a million; the one before
	AUC, AUC0             int64
}

// now is the model in use, nil where there is none.
func (f *modelFile) now() *learn.Model {
	if len(f.Kept) == 0 {
		return nil
	}
	return f.Kept[len(f.Kept)-1].decoded
}

// readModels reads a model file.
func (d *door) readModels(path string) (*modelFile, error) {
	name, raw, err := readWhole(path, maxModelFile)
	if err != nil {
		return nil, err
	}
	f := &modelFile{}
	if err := json.Unmarshal(raw, f); err != nil || f.Schema != modelSchema || len(f.Kept) == 0 ||
		len(f.Kept) > keptVersions {
		return nil, modelFault(name, err)
	}
	for i := range f.Kept {
		v := &f.Kept[i]
		b, err := base64.StdEncoding.DecodeString(v.Model)
		if err != nil {
			return nil, modelFault(name, err)
		}
		if v.decoded, err = learn.Decode(b); err != nil {
			return nil, placedIn(err, name)
		}
		if err := teach.Fits(v.decoded); err != nil {
			return nil, placedIn(err, name)
		}
	}
	return f, nil
}

func modelFault(name string, cause error) error {
	return &tillproof.Error{
		Op: "read model", Kind: tillproof.KindInvalid, Code: "cmd.model.file",
		Place: tillproof.Place{File: name}, Err: cause,
	}
}

// placedIn adds the file to an error that lacks it.
func placedIn(err error, path string) error {
	var e *tillproof.Error
	if errors.As(err, &e) && e.Place.File == "" {
		own := *e
		own.Place.File = mask(path)
		return &own
	}
	return err
}
