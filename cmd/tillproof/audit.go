package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

func (d *door) auditCommand() *cobra.Command {
	return d.group("audit",
		d.auditLog(), d.auditVerify(), d.auditProve(), d.auditCheck(), d.auditCheckpoint())
}

// logKeyFlag is the public key of a log, where the workspace does not say it or must not be asked.
func (d *door) logKeyFlag(cmd *cobra.Command, key *string) {
	cmd.Flags().StringVar(key, "log-key", "", d.flagText("log-key"))
}

// publicKey is the key that checkpoints of the workspace's log are verified with: what the call says, else
// what the first entry says. Where that entry cannot be read any more, the vault has to be opened for it.
func (r *rooms) publicKey(ctx context.Context, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	var first []byte
	err := r.store.Leaves(ctx, 0, func(seq int64, entry []byte) error {
		if seq == 0 {
			first = append([]byte(nil), entry...)
		}
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return "", err
	}
	if a, err := translog.Decode(first); err == nil && a.Kind == tillproof.ActInit {
		var detail struct {
			LogKey string `json:"log_key"`
		}
		if json.Unmarshal(a.Detail, &detail) == nil && detail.LogKey != "" {
			return detail.LogKey, nil
		}
	}
	_, public, err := r.logKey()
	return public, err
}

// logKey is the key of the workspace's log: the secret half signs checkpoints, the public half verifies them.
func (r *rooms) logKey() (secret, public string, err error) {
	v, err := r.vault()
	if err != nil {
		return "", "", err
	}
	return logKeyOf(v, r.info.ID)
}

// errFound ends a walk that has what it wanted.
var errFound = errors.New("found")

// hashes reads the stored hashes of the log.
func (r *rooms) hashes(ctx context.Context) translog.HashReader {
	return translog.HashReaderFunc(func(at []int64) ([]translog.Hash, error) {
		read, err := r.store.Hashes(ctx, at)
		out := make([]translog.Hash, len(read))
		for i, h := range read {
			out[i] = h
		}
		return out, err
	})
}

// entry is the stored text of an entry.
func (r *rooms) entry(ctx context.Context, seq int64) ([]byte, error) {
	var text []byte
	err := r.store.Leaves(ctx, seq, func(at int64, entry []byte) error {
		if at == seq {
			text = append([]byte(nil), entry...)
		}
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, err
	}
	if text == nil {
		return nil, &tillproof.Error{
			Op: "read log", Kind: tillproof.KindNotFound, Code: "audit.no_entry",
			Params: tillproof.Params{"seq": digits(seq)},
		}
	}
	return text, nil
}

// sign makes a checkpoint of the log as it is, keeps it, and enters that into the log.
func (r *rooms) sign(ctx context.Context) (text []byte, head translog.Head, public string, err error) {
	secret, public, err := r.logKey()
	if err != nil {
		return nil, head, "", err
	}
	size, err := r.store.Size(ctx)
	if err != nil {
		return nil, head, "", err
	}
	root, err := translog.Root(size, r.hashes(ctx))
	if err != nil {
		return nil, head, "", err
	}
	head = translog.Head{Workspace: r.info.ID.String(), Size: size, Root: root, Time: r.door.now()}
	if text, err = translog.Sign(secret, head); err != nil {
		return nil, head, "", err
	}
	if head, err = translog.Open(text, public); err != nil {
		return nil, head, "", err
	}
	detail, err := json.Marshal(struct {
		Size int64  `json:"size"`
		Root string `json:"root"`
	}{size, root.String()})
	if err != nil {
		return nil, head, "", err
	}
	by, from := r.door.who()
	kept := tillproof.Checkpoint{Size: size, Time: head.Time, Text: text}
	return text, head, public, r.store.AddCheckpoint(ctx, kept, tillproof.Act{
		Time: head.Time, By: by, From: from, Kind: tillproof.ActCheckpoint, Done: true,
		On: []string{r.info.ID.String()}, Detail: detail,
	})
}

func (d *door) auditCheckpoint() *cobra.Command {
	var out string
	cmd := d.subcommand("audit", "checkpoint", "[FLAGS]",
		"checkpoint", "checkpoint --out /media/usb/june.txt")
	cmd.Flags().StringVar(&out, "out", "", d.flagText("checkpoint-out"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		r, err := d.openRooms(c.Context(), false)
		if err != nil {
			return err
		}
		defer r.close() //nolint:errcheck // the act is on the disk
		text, head, public, err := r.sign(c.Context())
		if err != nil {
			return err
		}
		answer := struct {
			Schema string `json:"schema"`
			Size   int64  `json:"size"`
			Root   string `json:"root"`
			Short  string `json:"short"`
			Time   string `json:"time"`
			LogKey string `json:"log_key"`
			Text   string `json:"text"`
		}{
			"tillproof.audit_checkpoint/1", head.Size, head.Root.String(), head.Short(), stampOf(head.Time),
			public, string(text),
		}
		d.note("audit.checkpoint.keep", tillproof.Params{"short": head.Short()})
		d.note("audit.checkpoint.key", tillproof.Params{"key": public})
		return d.handOver(c, out, text, answer)
	}
	return cmd
}

// handOver writes a text to the file that was named, else to standard output, there as JSON where that is
// asked for.
func (d *door) handOver(c *cobra.Command, path string, text []byte, answer any) error {
	whole := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	asJSON := func(w io.Writer) error { return encode(w, answer) }
	if path == "" {
		return d.answer(c, whole, asJSON)
	}
	if err := d.writeFile(c.Context(), path, whole); err != nil {
		return err
	}
	d.note("cmd.note.written", tillproof.Params{"file": mask(path)})
	if d.json {
		return d.answer(c, nil, asJSON)
	}
	return nil
}

// checkpoint is the short form of a signed state of the log for a report: the newest one that is kept where
// nothing was done since, else one of the log as it is.
func (r *rooms) checkpoint(ctx context.Context, same bool) (string, error) {
	if same {
		if short, err := r.keptCheckpoint(ctx); err != nil || short != "" {
			return short, err
		}
	}
	_, head, _, err := r.sign(ctx)
	return head.Short(), err
}

// keptCheckpoint is the short form of the newest checkpoint that is kept, "" where none is. It signs nothing
// and needs no key.
func (r *rooms) keptCheckpoint(ctx context.Context) (string, error) {
	newest, err := r.store.Checkpoints(ctx, tillproof.Page{Limit: 1})
	if err != nil || len(newest) == 0 {
		return "", err
	}
	public, err := r.publicKey(ctx, "")
	if err != nil {
		return "", err
	}
	head, err := translog.Open(newest[0].Text, public)
	if err != nil {
		return "", err
	}
	return head.Short(), nil
}
