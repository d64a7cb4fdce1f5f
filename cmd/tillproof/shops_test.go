package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// shopDays are Monday to Friday, and the days on which their money comes.
var shopDays = [][2]string{
	{"2026-03-02", "2026-03-03"},
	{"2026-03-03", "2026-03-04"},
	{"2026-03-04", "2026-03-05"},
	{"2026-03-05", "2026-03-06"},
	{"2026-03-06", "2026-03-09"},
}

// What is wrong, by the numbers of the shops.
const (
	unsettledShop = 50 // every 50th has a sale on Wednesday that its report lacks
	shortShop     = 70 // every 70th is paid 1.00 too little on Friday
	unpaidShop    = 90 // every 90th is not paid on Tuesday
)

// shops writes a week of so many shops, each with one sale a day and one deposit for it, as the generator of
// the speed benchmark would: there is more to remember for each row than in any month of a few large shops.
// It leaves log.csv, report.csv and account.csv: shops N.
func shops(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shops N")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	out := map[string]*bufio.Writer{}
	for name, head := range map[string]string{
		"log.csv": "merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,amount,fee,local_time,type," +
			"resp_code,orig_rrn",
		"report.csv": "settle_date,merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,txn_time,type," +
			"gross,fee,net",
		"account.csv": "book_date,account_no,reference,amount,balance",
	} {
		f, err := os.Create(filepath.Join(ts.Getenv("WORK"), name))
		ts.Check(err)
		defer func() { ts.Check(f.Close()) }()
		out[name] = bufio.NewWriter(f)
		defer func() { ts.Check(out[name].Flush()) }()
		fmt.Fprintln(out[name], head)
	}
	for day := range shopDays {
		for shop := range n {
			writeShop(out, shop, day)
		}
	}
}

// writeShop writes one day of a shop.
func writeShop(out map[string]*bufio.Writer, shop, day int) {
	on, paid := shopDays[day][0], shopDays[day][1]
	merchant := fmt.Sprintf("8983%08d", 10000+shop) // too short for a card's
	key := fmt.Sprintf("%s,%08d,000001,%06d,60%d%09d,622202******%04d",
		merchant, 1000000+shop, day+1, day, shop, shop%10000)
	amount := 10000 + 100*(shop%700) + day
	fee := (amount*6 + 500) / 1000
	when := fmt.Sprintf("%s %02d:%02d:%02d", on, 9+shop%12, shop/12%60, shop/720%60)
	fmt.Fprintf(out["log.csv"], "%s,%d,%d,%s,SALE,00,\n", key, amount, fee, when)
	if day == 2 && shop%unsettledShop == 0 {
		return
	}
	net := amount - fee
	fmt.Fprintf(out["report.csv"], "%s,%s,%s,SALE,%d,%d,%d\n", on, key, when, amount, fee, net)
	switch {
	case day == 0 && shop%unpaidShop == 0:
		return
	case day == 3 && shop%shortShop == 0:
		net -= 100
	}
	fmt.Fprintf(out["account.csv"], "%s,1,POS SETTLEMENT %s,%d,0\n", paid, merchant, net)
}
