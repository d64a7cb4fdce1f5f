package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/workspace"
)

// engine reads and reconciles for a workspace: its words are those of the rooms of formats and
// reconciliation.
type engine struct {
	d     *door
	lim   limits
	rooms *rooms

	policy   tillproof.Policy // of the last reconciliation
	currency tillproof.Currency
}

// fileOf is a file of the workspace as reconciliation knows it.
func fileOf(f workspace.File) recon.File {
	if inner, ok := f.Inside.(recon.File); ok {
		inner.Side, inner.Profile, inner.Year = f.Reading.Side, f.Reading.Profile, f.Reading.Year
		inner.Dates, _ = format.ParseDateOrder(f.Reading.Dates)
		return inner
	}
	order, _ := format.ParseDateOrder(f.Reading.Dates) // the flag was looked at
	return recon.File{
		Name: f.Name, At: f.At, Size: f.Size, Side: f.Reading.Side, Profile: f.Reading.Profile, Dates: order,
		Year: f.Reading.Year,
	}
}

// Unpack answers the files inside an archive, any other file as itself.
func (e *engine) Unpack(f workspace.File) ([]workspace.File, []tillproof.Note, error) {
	inside, notes, err := recon.Unpack(fileOf(f))
	var out []workspace.File
	for _, one := range inside {
		name, _ := format.MaskText(one.Name)
		out = append(out, workspace.File{Name: name, Reading: f.Reading, Inside: one})
	}
	return out, notes, err
}

// Bytes are those of the file itself.
func (e *engine) Bytes(f workspace.File) (io.ReaderAt, int64, error) {
	in, err := recon.Input(fileOf(f))
	if err != nil {
		return nil, 0, err
	}
	return in.At, in.Size, nil
}

// options are those of every command, but a card is known by the workspace's own key: again in another month.
func (e *engine) options(policy tillproof.Policy) (recon.Options, func(), error) {
	tokens, err := e.rooms.cardTokens()
	if err != nil {
		return recon.Options{}, nil, err
	}
	opt, clear := e.d.reconOptions(policy)
	opt.Token = tokens
	return opt, clear, nil
}

// Read hands each record to sink.
func (e *engine) Read(
	ctx context.Context, f workspace.File, sink func(tillproof.Record) error,
) (tillproof.Source, error) {
	opt, clear, err := e.options(tillproof.Policy{Currency: e.currency})
	if err != nil {
		return tillproof.Source{}, err
	}
	defer clear()
	src, err := recon.Read(ctx, fileOf(f), opt, sink)
	if err != nil {
		return src, err
	}
	if f.Reading.Side != tillproof.NoSide {
		src.Side = f.Reading.Side
	}
	if src.Side == tillproof.NoSide {
		return src, &tillproof.Error{
			Op: "import", Kind: tillproof.KindInvalid, Code: "recon.side_unknown",
			Place: tillproof.Place{File: f.Name},
		}
	}
	return src, nil
}

// HoldsCards reports whether a card number may stand in what reading a file passes over.
func (e *engine) HoldsCards(f workspace.File) (bool, error) { return recon.MayHoldCards(fileOf(f)) }

// Redact writes a copy without full card numbers.
func (e *engine) Redact(
	ctx context.Context, f workspace.File, to workspace.Scratch,
) (workspace.Redacted, error) {
	opt, clear, err := e.options(tillproof.Policy{Currency: e.currency})
	if err != nil {
		return workspace.Redacted{}, err
	}
	defer clear()
	got, err := recon.Redact(ctx, fileOf(f), opt, false, to)
	if err != nil {
		return workspace.Redacted{}, err
	}
	tokens, err := binary.Append(nil, binary.BigEndian, got.Tokens)
	return workspace.Redacted{Numbers: got.Replaced, Tokens: tokens}, err
}

// tokensOf reads what Redact wrote.
func tokensOf(b []byte) (format.Tokens, error) {
	tokens := make(format.Tokens, len(b)/binary.Size(format.CardToken{}))
	_, err := binary.Decode(b, binary.BigEndian, tokens)
	return tokens, err
}

// Reconcile compares what the files show, within the limits of the call.
func (e *engine) Reconcile(
	ctx context.Context, files []workspace.File, ask workspace.Ask,
) (*tillproof.Run, error) {
	var err error
	if e.policy, err = e.policyOf(ask.PolicyText); err != nil {
		return nil, err
	}
	opt, clear, err := e.options(e.policy)
	if err != nil {
		return nil, err
	}
	defer clear()
	lim := e.lim
	var clearPasses func()
	lim.Pass, clearPasses = e.d.newPasses()
	defer clearPasses()
	opt.Decisions, opt.Basis = ask.Decisions, tillproof.Basis{}
	if ask.PolicyText != nil {
		opt.Basis.Policy = tillproof.DigestOf(ask.PolicyText)
	}
	if len(ask.Decisions) > 0 {
		text, err := json.Marshal(ask.Decisions)
		if err != nil {
			return nil, err
		}
		opt.Basis.Decisions = tillproof.DigestOf(text)
	}
	if err := learnFrom(&opt, ask.Verdicts); err != nil {
		return nil, err
	}
	in := make([]recon.File, len(files))
	for i, f := range files {
		in[i] = fileOf(f)
		if in[i].Tokens, err = tokensOf(f.Tokens); err != nil {
			return nil, err
		}
	}
	run, err := recon.CheckWithin(ctx, in, opt, lim)
	if err := errors.Join(ctx.Err(), err); err != nil {
		return nil, err
	}
	return run, nil
}

// learnFrom hands detection what people said about earlier findings. A verdict counts from the moment on
// which it was given, so it speaks in the months to come and changes nothing about its own.
func learnFrom(opt *recon.Options, said []workspace.Verdict) error {
	if len(said) == 0 {
		return nil
	}
	var all []detect.Verdict
	for _, v := range said {
		for _, r := range v.Records {
			known := tillproof.LocalTimeOf(v.Time)
			all = append(all, detect.Verdict{Record: r, Fraud: v.Wrong, Known: known})
		}
	}
	text, err := json.Marshal(said)
	opt.Detect.Verdict, opt.Basis.Asked = detect.Verdicts(all), tillproof.DigestOf(text)
	return err
}

func (e *engine) policyOf(text []byte) (tillproof.Policy, error) {
	if text == nil {
		return tillproof.Policy{}, nil
	}
	return readPolicy("policy.yaml", bytes.Clone(text), bankCalendar)
}

// Explain says why the records of a break or finding ended so.
func (e *engine) Explain(run *tillproof.Run, name string) ([]tillproof.Explanation, int) {
	x, _ := recon.Explain(run, name)
	if x == nil {
		return nil, 0
	}
	return x.Rows, x.All
}
