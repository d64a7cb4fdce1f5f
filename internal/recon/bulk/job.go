package bulk

import (
	"context"
	"errors"
	"maps"
	"os"
	"runtime/debug"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// Input is one file.
type Input struct {
	Side tillproof.Side
	// Scan reads a log or a report through the bulk door; ordinal is that of the source in the run.
	Scan func(ctx context.Context, ordinal int32, rows format.RowSink) (*format.Scanned, error)
	// Read reads a statement.
	Read func(
		ctx context.Context, ordinal int32, record func(tillproof.Record) error,
	) (tillproof.Source, error)
}

// Options are what the run needs beside the files.
type Options struct {
	Policy  tillproof.Policy
	Memory  int64  // bytes that the program may take
	Workers int    // at least 1
	Out     string // the folder of the lists; "": none are written
	Temp    string // the folder of the temporary file; "": that of the system
	// Judge adds to the breaks of a part the doubts that its files give.
	Judge func(*tillproof.Run)
	// Rulings are the decisions by hand, if there are any.
	Rulings Rulings
	// Merge keeps each line of the statements once where their files overlap.
	Merge func(*tillproof.Run)
	// Fees fills in what the rows of the report in a run say about the fees; nil: nobody asks.
	Fees func(*tillproof.Run) error
	// Shown is how many breaks of a kind the run holds, with their records; 0: as many as a report shows.
	Shown int
	// Watch looks for oddities in the rows of the log, where they are few enough; no Begin: nobody asks.
	Watch Watcher
	// Progress is told how far each pass is.
	Progress func(pass string, done, total int64)
}

// MinMemory is the least cap: the program itself, the chunks of two workers and one partition take as much.
const MinMemory = 128 << 20

// The passes after the reading, as Progress names them: the codes of their texts.
const (
	passJoin     = "recon.pass.keys"
	passOpen     = "recon.pass.open"
	passDeposits = "recon.pass.deposits"
	passSingles  = "recon.pass.single"
	passFees     = "recon.pass.fees"
)

// byStatus are rows by what became of them.
type byStatus = [tillproof.Exception + 1]tally

// job is one run under way.
type job struct {
	policy                        tillproof.Policy
	opt                           Options
	shelf                         *shelf
	records                       *records
	merchants, terminals, payouts *names
	currencies                    *currencies
	readings                      []reading
	live                          map[int32]uint8 // the reading of each file that counts
	scanned                       map[int32]*format.Scanned
	sources                       []tillproof.Source
	workers                       []*worker
	lists                         *lists
	safeMerchant, safeTerminal    []string
	home                          []uint8 // by currency: the one that it stands for
	homeCur                       tillproof.Currency
	voids                         int64
	nameless                      bool
	cells                         *cells
	bank                          *records // the lines of the statements
	buf                           []byte
	bankRows                      int
	clocks                        *match.Clocks
	seen                          [len(tillproof.Sides) + 1]numbers // terminals of digits, by side
	matched                       [2]tally
	total                         [4]tally
	left                          tally // rows of the log that are left out
	leftAcquirer                  tally // rows of the report that move nothing
	open                          []open
	pairs, fees, noFee            int64
	answer                        *Answer
	openRows                      []openRow
	openStates                    byStatus // rows of the log that were left over
	beyond                        *match.Beyond
	shown                         map[tillproof.BreakKind]int
	bankStates                    byStatus
	clips                         map[tillproof.MerchantID]match.Days
	cutOff                        int // learned
	terminalSides                 []uint8
	sides                         []uint8 // by merchant: which sides show it, zeros aside
	inputs                        []Input
	temp                          string            // the folder of temporary files
	gone                          map[rowAt][]int64 // by file: the rows that an earlier one has
	before                        map[rowAt]int     // by row: equal ones before it in its file that are gone
	ruled                         map[rowAt]bool    // about which a decision rules
	alone                         tillproof.Side    // the log or the report, where the other is not there
	rulings                       *rulings
	offTerms                      map[uint32]bool // terminals whose clock is looked at; nil: none
	off                           offClocks
	wallets                       *match.Clocks // of pairs by wallet
	tables                        *feeTables    // nil: no tables are made
	singles                       singles
	watched                       *watching // nil: no rules are run
	asideFile                     *spill
	strangers                     []uint64 // see reopen
}

// Run reconciles the files. Errors of single files are joined to the answer, which is nil where nothing could
// be compared.
func Run(ctx context.Context, inputs []Input, opt Options) (answer *Answer, err error) {
	heap := min(opt.Memory*heapPart/100, opt.Memory-outside)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(heap))
	j := newJob(opt)
	if opt.Out != "" {
		if j.lists, err = newLists(opt.Out); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				j.lists.discard()
			}
		}()
	}
	closeAll, err := j.spills()
	if err != nil {
		return nil, err
	}
	defer closeAll()
	if err := j.read(ctx, inputs); err != nil {
		return nil, err
	}
	for _, pass := range [...]func(context.Context) error{
		j.mergeExports, j.rule, j.planFees, j.planWatch, j.join, j.reconcileOpen, j.reconcileDeposits,
		j.fitFees, j.watch,
	} {
		if err := errors.Join(pass(ctx), ctx.Err()); err != nil {
			return nil, err
		}
	}
	return j.conclude()
}

// heapPart is the share of the cap, in hundredths, that the collector is told at most: the rest is for what
// it frees late. outside is what the program takes beside its heap: its code, stacks and tables.
const (
	heapPart = 70
	outside  = 48 << 20
)

// spills makes the temporary files: where the lists go there is room, and a system may hold its own folder of
// temporary files in memory. Records, which are longer than entries, stand apart.
func (j *job) spills() (closeAll func(), err error) {
	dir := j.opt.Temp
	switch {
	case dir != "":
	case j.lists != nil:
		dir = j.lists.temp
	default:
		dir = os.TempDir()
	}
	var made []*spill
	closeAll = func() {
		for _, s := range made {
			s.close()
		}
	}
	for _, to := range [...]**spill{&j.shelf.file, &j.records.file, &j.bank.file, &j.asideFile} {
		if *to, err = newSpill(dir); err != nil {
			closeAll()
			return nil, err
		}
		made = append(made, *to)
	}
	return closeAll, nil
}

// bankPart is the share of the cap up to which the lines of statements stay in memory.
const bankPart = 64

// partMemory is about what a part takes while it is reconciled: under a low cap fewer go side by side.
const partMemory = 80 << 20

// abreast is how many parts are reconciled at once. What comes out of them does not depend on it.
func (j *job) abreast() int { return min(len(j.workers), max(1, int(j.opt.Memory/partMemory))) }

func newJob(opt Options) *job {
	if opt.Shown == 0 {
		opt.Shown = maxShown
	}
	j := &job{
		policy: opt.Policy, opt: opt, shelf: &shelf{spare: opt.Memory / 16},
		records: &records{most: recordBuffer}, bank: &records{most: max(recordBuffer, opt.Memory/bankPart)},
		merchants: newNames(), terminals: newNames(), payouts: newNames(), currencies: &currencies{},
		scanned: map[int32]*format.Scanned{}, cells: newCells(),
		clocks: &match.Clocks{}, wallets: &match.Clocks{},
		shown:  map[tillproof.BreakKind]int{},
		clips:  map[tillproof.MerchantID]match.Days{},
		answer: &Answer{},
	}
	for range max(opt.Workers, 1) {
		j.workers = append(j.workers, newWorker(j))
	}
	return j
}

func (j *job) step(pass string, done, total int64) {
	if j.opt.Progress != nil {
		j.opt.Progress(pass, done, total)
	}
}

// read is the first pass over all files.
func (j *job) read(ctx context.Context, inputs []Input) error {
	j.inputs = inputs
	for i, in := range inputs {
		if in.Side == tillproof.Bank {
			src, err := in.Read(ctx, int32(i), j.keepBank)
			if err != nil {
				return err
			}
			src.Side = in.Side
			j.sources = append(j.sources, src)
			continue
		}
		if err := j.split(ctx, in, int32(i)); err != nil {
			return err
		}
		src := j.scanned[int32(i)].Source
		src.Side = in.Side
		j.sources = append(j.sources, src)
	}
	return j.gather()
}

// gather brings together what the workers of the first pass have.
func (j *job) gather() error {
	off := map[uint32]bool{}
	for _, w := range j.workers {
		if err := w.flush(); err != nil {
			return err
		}
		j.voids += w.voids
		j.nameless = j.nameless || w.nameless
		maps.Copy(off, w.offTerms)
		j.strangers = append(j.strangers, w.strangers...)
		j.open = append(j.open, w.open...)
		for side := range w.seen {
			j.seen[side].addAll(&w.seen[side])
		}
		w.cells.mergeInto(j.cells, func(reading uint8) bool { return !j.readings[reading].dead })
		for n := range w.total {
			r := j.readings[n]
			if r.dead {
				continue
			}
			j.total[r.side].merge(w.total[n])
			if r.side == tillproof.Acquirer {
				j.leftAcquirer.merge(w.excluded[n])
			} else {
				j.left.merge(w.excluded[n])
			}
		}
	}
	j.live = map[int32]uint8{}
	for n, r := range j.readings {
		if !r.dead {
			j.live[r.source] = uint8(n)
		}
	}
	live := j.open[:0]
	for _, o := range j.open {
		if !j.readings[o.reading].dead {
			live = append(live, o)
		}
	}
	j.open = live
	j.planClocks(off)
	j.settleCurrencies()
	j.missing()
	j.safeNames()
	j.sides = j.merchants.sidesOfSame()
	j.terminalSides = j.terminals.sidesOfSame()
	j.workers = make([]*worker, len(j.workers)) // their buffers are not needed any more
	return j.records.flush()
}

// settleCurrencies finds the currency of rows that name none: that of the policy, else the only one that is
// named.
func (j *job) settleCurrencies() {
	j.homeCur = j.policy.Currency
	named, unnamed := 0, -1
	var only tillproof.Currency
	for i, c := range j.currencies.list {
		if c.Known() {
			named++
			only = c
		} else {
			unnamed = i
		}
	}
	if !j.homeCur.Known() && named == 1 {
		j.homeCur = only
	}
	j.home = make([]uint8, maxReadings+1)
	for i := range j.home {
		j.home[i] = uint8(i)
	}
	if unnamed >= 0 && j.homeCur.Known() {
		for i, c := range j.currencies.list {
			if c == j.homeCur {
				j.home[unnamed] = uint8(i)
			}
		}
	}
}

// currency is the currency of a number.
func (j *job) currency(id uint8) tillproof.Currency {
	c := j.currencies.list[id]
	if !c.Known() {
		return j.homeCur
	}
	return c
}

// check is asked before a partition is joined.
func (s *shelf) check(part int) error {
	if s.size(part) > maxPartition {
		return tooMany("recon.bulk.partition", maxPartition)
	}
	return nil
}

// maxPartition bounds what one worker joins at once; at 50 million rows a side a partition has 8 MB.
const maxPartition = 1 << 30
