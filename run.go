package tillproof

// Run is one reconciliation: what was read, how it matched, what is wrong and what it costs. It is a function
// of the sources, the policy and the versions of the rules, and of nothing else.
type Run struct {
	Policy       Policy
	Basis        Basis
	Decisions    []Decision // in the order of their file
	Sources      []Source
	Records      [4][]Record   // by Side
	States       [4][]RowState // one for each record
	Matches      []Match
	Waterfalls   []Waterfall
	Breaks       []Break
	Findings     []Finding
	Fees         []FeeFit    // what the rows say about the fees
	Charges      []FeeCharge // what the report charges in rows of its own
	Losses       []Loss
	LossLines    []LossLine
	Completeness []Completeness // of the sides that are present, in the order of Sides
	Warnings     []Note         // what could not be known, and why
	Next         []Note         // what to do now

	// Unlisted counts the breaks that Breaks leaves out, where there are more than a report shows: the folder
	// of lists has all of them. Losses and Completeness count every one.
	Unlisted map[BreakKind]int

	// Waiting are the items under way of a run in passes, which holds few of their records; of any other run
	// OpenItems knows them. Beyond MaxWaiting they are counted in Losses alone.
	Waiting []Waiting

	// Pairs counts all pairs by the step that found them where a run in passes holds no Matches.
	Pairs map[Method]int
}

// Record is the record that a reference points to.
func (r *Run) Record(ref RowRef) *Record { return &r.Records[ref.Side][ref.N] }

// Source is the file a record stands in.
func (r *Run) Source(rec *Record) *Source { return &r.Sources[rec.Origin.Source] }

// Exceptions counts what a person should look at: breaks, and findings that do not merely explain a break.
func (r *Run) Exceptions() int {
	n := len(r.Breaks)
	for _, more := range r.Unlisted {
		n += more
	}
	for _, f := range r.Findings {
		if f.About == nil {
			n++
		}
	}
	return n
}

// Completeness proves that each record of a side ended in exactly one status: the counts add up to Records,
// and for each currency the sums add up to the sum of the side.
type Completeness struct {
	Side    Side
	Records int
	Counts  [Exception + 1]int // by Status
	Sums    []CompletenessSum  // ordered by currency code
	Days    []CompletenessDay  // the same by day; nil where nobody kept them apart
}

// CompletenessSum is one currency's part in minor units.
type CompletenessSum struct {
	Currency Currency
	Total    int64
	ByStatus [Exception + 1]int64
}

// Holds reports whether the proof adds up.
func (c Completeness) Holds() bool {
	n := 0
	for _, k := range c.Counts {
		n += k
	}
	if n != c.Records || c.Counts[Open] != 0 {
		return false
	}
	for _, s := range c.Sums {
		var t int64
		for _, v := range s.ByStatus {
			t += v
		}
		if t != s.Total {
			return false
		}
	}
	return len(c.Days) == 0 || c.daysHold()
}

// daysHold reports whether the days add up to the side, status by status and currency by currency.
func (c Completeness) daysHold() bool {
	var counts [Exception + 1]int
	sums := map[Currency][Exception + 1]int64{}
	for i := range c.Days {
		d := &c.Days[i]
		if i > 0 && c.Days[i-1].Before(d) >= 0 {
			return false
		}
		sum := sums[d.Currency]
		for s := range d.Counts {
			counts[s] += d.Counts[s]
			sum[s] += d.ByStatus[s]
		}
		sums[d.Currency] = sum
	}
	for _, s := range c.Sums {
		if sums[s.Currency] != s.ByStatus {
			return false
		}
	}
	return counts == c.Counts && len(sums) == len(c.Sums)
}
