package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// A model file is JSON: the models that were in use one after the other, the newest last, each with what it
// was made from. So the file alone is enough to go back, and a person can read when it learned what.

// modelSchema is the form of a model file.
const modelSchema = "tillproof.model/1"

// The bounds of a model file: two months of weekly lessons.
const (
	maxModelFile = 64 << 20
	keptVersions = 8
)

type modelFile struct {
	Schema    string         `json:"schema"`
	Kept      []modelVersion `json:"models"`
	Withdrawn []modelVersion `json:"withdrawn,omitempty"` // by rollback, the last one last
}

// modelVersion is a model and what is known about its making.
type modelVersion struct {
	Made   string   `json:"made"`   // the moment of the stream at which it was trained
	Rows   int      `json:"rows"`   // it was trained on
	Frauds int      `json:"frauds"` // of them
	Digest string   `json:"digest"` // of those rows, in order
	Held   *heldRow `json:"held,omitempty"`
	Model  string   `json:"model"`

	decoded *learn.Model
}

// heldRow is how a model ranked rows that it was not trained on, beside the one in use before it: average
// precision and area, in parts of a thousand million.
type heldRow struct {
	Rows            int   `json:"rows"`
	Frauds          int   `json:"frauds"`
	Precision       int64 `json:"precision_ppb"`
	PrecisionBefore int64 `json:"precision_before_ppb"`
	Area            int64 `json:"area_ppb"`
	AreaBefore      int64 `json:"area_before_ppb"`
}

// versionOf is a lesson whose model was taken.
func versionOf(l *teach.Lesson) modelVersion {
	v := modelVersion{Made: l.At.String(), decoded: l.Model}
	v.Rows, v.Frauds = l.Model.Rows()
	digest := l.Model.Digest()
	v.Digest = hex.EncodeToString(digest[:])
	v.Model = base64.StdEncoding.EncodeToString(l.Model.Encode())
	m := &l.Marks
	v.Held = &heldRow{
		Rows: m.New.Frauds + m.New.Genuine, Frauds: m.New.Frauds, Precision: m.New.Precision,
		PrecisionBefore: m.Old.Precision, Area: m.New.Area, AreaBefore: m.Old.Area,
	}
	return v
}

// now is the model in use.
func (f *modelFile) now() *learn.Model { return f.Kept[len(f.Kept)-1].decoded }

// add takes a model into use. The oldest gives way.
func (f *modelFile) add(v modelVersion) {
	f.Kept = append(f.Kept, v)
	f.Kept = f.Kept[max(0, len(f.Kept)-keptVersions):]
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
		if v.decoded, err = learn.Decode(b); err == nil {
			err = teach.Fits(v.decoded)
		}
		if err != nil {
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
