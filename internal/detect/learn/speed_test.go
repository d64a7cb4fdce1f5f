package learn

import (
	"strconv"
	"testing"

	"github.com/tillproof/tillproof/internal/synth/dice"
)

// invented makes rows of which some facts tell the fraud, some are noise, some are often missing and some are
// counts with few values.
func invented(rows, facts int) Dataset {
	r := dice.New(7)
	d := Dataset{Rows: make([][]int32, rows), Fraud: make([]bool, rows)}
	for f := range facts {
		d.Names = append(d.Names, "fact"+strconv.Itoa(f))
	}
	for i := range rows {
		row := make([]int32, facts)
		sum := 0
		for f := range row {
			switch f % 4 {
			case 0:
				row[f] = int32(r.Below(1_000_000)) - 500_000
			case 1:
				row[f] = int32(min(r.Below(8), r.Below(8), r.Below(8)))
			case 2:
				row[f] = int32(r.Below(1 << uint(r.Below(20)+1)))
			default:
				if row[f] = Missing; r.Chance(300) {
					row[f] = int32(r.Below(100))
				}
			}
		}
		if row[0] > 300_000 {
			sum += 30
		}
		sum += int(row[1]) * 10
		if row[3] > 50 {
			sum += 25
		}
		d.Rows[i], d.Fraud[i] = row, r.Below(1000) < sum*sum/20
	}
	return d
}

func BenchmarkTrain(b *testing.B) {
	d := invented(200_000, 60)
	p := DefaultParams()
	p.RowShare, p.FactPart = 1000, 1000
	for b.Loop() {
		if _, err := Train(d, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	d := invented(20_000, 60)
	p := DefaultParams()
	p.Trees, p.Depth = 100, 4
	m, err := Train(d, p)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		m.Score(d.Rows[i%len(d.Rows)])
		i++
	}
}
