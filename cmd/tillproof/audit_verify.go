package main

import (
	"context"
	"encoding/base64"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

const (
	// shownFaults is how many faults a person is shown: the first ones tell what was done.
	shownFaults = 20
	// maxCompared bounds the kept checkpoints that are compared: one an hour for a year, of more the newest.
	maxCompared = 10_000
)

func (d *door) auditVerify() *cobra.Command {
	var given []string
	var key string
	cmd := d.subcommand("audit", "verify", "[FLAGS]", "verify", "verify --checkpoint june.txt",
		"verify --checkpoint 1204-04b1a06143f0e4a5")
	cmd.Flags().StringArrayVar(&given, "checkpoint", nil, d.flagText("checkpoint"))
	d.logKeyFlag(cmd, &key)
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		r, err := d.openRooms(c.Context(), false)
		if err != nil {
			return err
		}
		defer r.close() //nolint:errcheck // only read
		found, err := d.verifyAll(c.Context(), r, given, key)
		if err != nil {
			return err
		}
		if !found.good() {
			d.exit = worst(d.exit, exitIntegrity)
		}
		return d.answer(c,
			func(w io.Writer) error { return d.verdictText(w, &found) },
			func(w io.Writer) error { return d.verdictJSON(w, r, &found) })
	}
	return cmd
}

// verifyLog compares the log with itself, with the kept checkpoints and with those of the call.
func (d *door) verifyLog(ctx context.Context, r *rooms, given []string, key string) (translog.Report, error) {
	public, err := r.publicKey(ctx, key)
	if err != nil {
		return translog.Report{}, err
	}
	claims := translog.Claims{Public: public}
	var faults []translog.Fault
	for _, text := range given {
		claim, err := readClaim(text, public)
		switch {
		case err == nil:
			claims.Given = append(claims.Given, claim)
		case isCode(err, "translog.checkpoint.signature"), isCode(err, "translog.checkpoint.origin"):
			faults = append(faults, distrusted(claim.Name, err))
		default:
			return translog.Report{}, err
		}
	}
	kept, err := r.keptCheckpoints(ctx)
	if isCode(err, "store.damaged") {
		faults, err = append(faults, distrusted("", err)), nil
	}
	if err != nil {
		return translog.Report{}, err
	}
	claims.Kept = kept
	size, err := r.store.Size(ctx)
	if err != nil {
		return translog.Report{}, err
	}
	tell, clear := d.newPasses()
	found, err := translog.Verify(ctx, r.store, claims, func(done int64) {
		if tell != nil {
			tell("audit.verifying", done, max(size, done))
		}
	})
	clear()
	found.Faults = append(found.Faults, faults...)
	return found, err
}

// distrusted is a checkpoint that does not come from this log.
func distrusted(name string, why error) translog.Fault {
	return translog.Fault{
		Kind: translog.FaultCheckpoint, First: -1, Last: -1, Found: -1, Why: why,
		Against: &translog.Claim{Name: name, Kept: name == ""},
	}
}

// keptCheckpoints are the texts of those that the workspace has.
func (r *rooms) keptCheckpoints(ctx context.Context) ([][]byte, error) {
	var texts [][]byte
	for len(texts) < maxCompared {
		page := tillproof.Page{After: len(texts), Limit: tillproof.MaxPage}
		list, err := r.store.Checkpoints(ctx, page)
		for _, c := range list {
			texts = append(texts, c.Text)
		}
		if err != nil || len(list) < tillproof.MaxPage {
			return texts, err
		}
	}
	return texts, nil
}

// readClaim reads a checkpoint of the call: a file, or the text itself. Its name is there where it is not
// believed, too.
func readClaim(arg, public string) (translog.Claim, error) {
	name, text := "", []byte(arg)
	if _, err := os.Stat(arg); err == nil {
		if name, text, err = readWhole(arg, translog.MaxCheckpoint); err != nil {
			return translog.Claim{}, err
		}
	}
	claim, err := translog.ParseClaim(name, text, public)
	if isCode(err, "translog.checkpoint.form") {
		shown, _, _ := strings.Cut(arg, "\n")
		return claim, usage("audit.usage.checkpoint", tillproof.Params{"value": harmless(mask(shown))})
	}
	claim.Name = name
	return claim, err
}

// verdictText says it to a person: whether the log is whole and what is kept agrees with it, what every
// checkpoint says, and what to do.
func (d *door) verdictText(w io.Writer, v *logVerdict) error {
	p := report.NewPage(w, d.reportOptions(outputFlags{}))
	found := &v.log
	if found.Good() {
		p.Say(0, "", p.Text("audit.good", "n", digits(found.Size)), report.Good)
	} else {
		d.faultsText(p, found)
	}
	if v.rows.Good() && v.unread == nil {
		p.Say(0, "", p.Text("audit.rows.good"), report.Good)
	}
	d.rowsText(p, v)
	if len(found.Claims) > 0 {
		p.Gap()
		d.claimsText(p, found)
	}
	d.limitText(p, found)
	return p.Flush()
}

// claimsText says what each checkpoint from elsewhere says, and how many of the kept ones agree.
func (d *door) claimsText(p *report.Page, found *translog.Report) {
	kept, holds := 0, 0
	for i := range found.Claims {
		c := &found.Claims[i]
		switch {
		case c.Kept && c.Holds:
			kept, holds = kept+1, holds+1
		case c.Kept:
			kept++
		default:
			p.Say(0, "- ", d.claimText(p, c), toneOf(c.Holds))
		}
	}
	code := "audit.kept"
	if kept == holds {
		code = "audit.kept.all"
	}
	if kept > 0 {
		n := digits(int64(kept))
		p.Say(0, "- ", p.Text(code, "n", n, "holds", digits(int64(holds))), toneOf(kept == holds))
	}
}

func toneOf(holds bool) report.Tone {
	if holds {
		return report.Plain
	}
	return report.Bad
}

// claimText is what a checkpoint from elsewhere says of the log.
func (d *door) claimText(p *report.Page, c *translog.Checked) string {
	code := "audit.claim.differs"
	switch {
	case c.Holds:
		code = "audit.claim.holds"
	case !c.Compared:
		code = "audit.claim.beyond"
	}
	return p.Text(code, "checkpoint", d.claimName(p, &c.Claim), "n", digits(c.Size))
}

// claimName names a checkpoint for a person.
func (d *door) claimName(p *report.Page, c *translog.Claim) string {
	name := report.Clean(c.Name)
	switch {
	case c.Kept:
		name = p.Text("audit.claim.kept")
	case name == "":
		name = p.Text("audit.claim.given")
	}
	if c.Time.IsZero() {
		return name
	}
	return p.Text("audit.claim.dated", "name", name, "when", c.Time.In(d.now().Location()).Format(minutes))
}

// limitText says what the verification cannot see.
func (d *door) limitText(p *report.Page, found *translog.Report) {
	outside := false
	for i := range found.Claims {
		outside = outside || !found.Claims[i].Kept
	}
	switch {
	case !outside:
		p.Gap()
		p.Say(0, "", p.Text("audit.no_outside"), report.Warn)
	case found.Good() && found.Proven < found.Size:
		p.Gap()
		first, n := digits(found.Proven), digits(found.Size-found.Proven)
		p.Say(0, "", p.Text("audit.newer", "first", first, "n", n), report.Faint)
	}
}

// faultsText lists what is wrong, the first bad entry first.
func (d *door) faultsText(p *report.Page, found *translog.Report) {
	first := found.Faults[0].First
	if first < 0 {
		p.Headline(p.Text("audit.bad"))
	} else {
		p.Headline(p.Text("audit.bad_from", "first", digits(first)))
	}
	for i := range found.Faults {
		if i == shownFaults {
			break
		}
		p.Say(0, "- ", d.faultText(p, &found.Faults[i]), report.Bad)
	}
	if rest := len(found.Faults) - shownFaults + found.More; rest > 0 {
		p.Say(0, "", p.Text("audit.more", "n", digits(int64(rest))), report.Bad)
	}
	p.Gap()
	p.Say(0, "", p.Text("audit.bad_next"), report.Plain)
}

func (d *door) faultText(p *report.Page, f *translog.Fault) string {
	code := "audit.fault." + string(f.Kind)
	pairs := []string{"first", digits(f.First), "last", digits(f.Last), "found", digits(f.Found)}
	switch {
	case f.Why != nil:
		name := p.Text("audit.claim.kept")
		if f.Against != nil {
			name = d.claimName(p, f.Against)
		}
		return p.Text(code, "checkpoint", name, "why", d.told(f.Why).Message)
	case f.Against != nil:
		pairs = append(pairs, "checkpoint", d.claimName(p, f.Against), "n", digits(f.Against.Size))
		if f.Kind == translog.FaultRewritten {
			code = "audit.fault.differs"
		}
	case f.Kind == translog.FaultMoved && f.Found == f.First:
		code = "audit.fault.key"
	case f.Last > f.First:
		code += ".range"
	}
	return p.Text(code, pairs...)
}

// verdictJSON writes tillproof.audit_verify/1.
func (d *door) verdictJSON(w io.Writer, r *rooms, v *logVerdict) error {
	found := &v.log
	p := report.NewPage(io.Discard, d.reportOptions(outputFlags{}))
	type faultOut struct {
		Kind    string `json:"kind"`
		First   *int64 `json:"first"`
		Last    *int64 `json:"last"`
		Found   *int64 `json:"found"`
		Message string `json:"message"`
		Code    string `json:"code,omitempty"`
	}
	type claimOut struct {
		Name     string `json:"name"`
		Kept     bool   `json:"kept"`
		Size     int64  `json:"size"`
		Root     string `json:"root"`
		Time     string `json:"time,omitempty"`
		Compared bool   `json:"compared"`
		Holds    bool   `json:"holds"`
	}
	faults, claims := []faultOut{}, []claimOut{}
	for i := range found.Faults {
		f := &found.Faults[i]
		out := faultOut{
			string(f.Kind), known(f.First), known(f.Last), known(f.Found), d.faultText(p, f), "",
		}
		if f.Why != nil {
			out.Code = asError(f.Why).Code
		}
		faults = append(faults, out)
	}
	for _, c := range found.Claims {
		out := claimOut{c.Name, c.Kept, c.Size, c.Root, "", c.Compared, c.Holds}
		if !c.Time.IsZero() {
			out.Time = stampOf(c.Time)
		}
		claims = append(claims, out)
	}
	return encode(w, struct {
		Schema      string     `json:"schema"`
		Workspace   string     `json:"workspace"`
		Good        bool       `json:"good"`
		Size        int64      `json:"size"`
		Root        string     `json:"root"`
		Proven      int64      `json:"proven"`
		Faults      []faultOut `json:"faults"`
		More        int        `json:"more_faults"`
		Compared    bool       `json:"rows_compared"`
		Rows        []rowOut   `json:"rows"`
		MoreRows    int        `json:"more_rows"`
		Checkpoints []claimOut `json:"checkpoints"`
	}{
		"tillproof.audit_verify/1", r.info.ID.String(), v.good(), found.Size,
		base64.StdEncoding.EncodeToString(found.Root[:]), found.Proven, faults, found.More,
		v.unread == nil, d.rowsOut(v), v.rows.More, claims,
	})
}

// known is a number of an entry, nothing where there is none.
func known(n int64) *int64 {
	if n < 0 {
		return nil
	}
	return &n
}
