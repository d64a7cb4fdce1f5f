package format

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// The full numbers here are the card schemes' published test numbers.
const (
	testVisa     = "4111111111111111"
	testMC       = "5555555555554444"
	testAmex     = "378282246310005"
	testUnionPay = "6200000000000005"
)

func TestMaskText(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		n              int
	}{
		{"alone", testVisa, "411111******1111", 1},
		{"in words", "paid by " + testMC + " today", "paid by 555555******4444 today", 1},
		{"two in a row", "4111 1111 1111 1111 6011 1111 1111 1117", "411111******1111 601111******1117", 2},
		{
			"one that begins within another", "4111 1111 1111 6011 1111 1111 1117",
			"411111******6011 601111******1117", 2,
		},
		{"over lines", "a 4111\n1111\r\n1111\n1111 b", "a 411111******1111 b", 1},
		{"dashes between blanks", "4111 - 1111 - 1111 - 1111", "411111******1111", 1},
		{"two blanks", "4111  1111  1111  1111", "411111******1111", 1},
		{"colons", "4111:1111:1111:1111", "411111******1111", 1},
		{"a plus", "4111+1111+1111+1111", "411111******1111", 1},
		{"unseen characters", "4111\u200b1111\u200b1111\u200b1111", "411111******1111", 1},
		{"pairs", "41 11 11 11 11 11 11 11", "411111******1111", 1},
		{"one by one", "no 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1.", "no 411111******1111.", 1},
		{"Arabic digits", "٤١١١١١١١١١١١١١١١", "411111******1111", 1},
		{"with its expiry", "/REMI/4111111111111111202612/", "/REMI/411111******1111/", 1},
		{"with its expiry, month first", "41111111111111111228", "411111******1111", 1},
		{"padded with zeros", "00004111111111111111", "411111******1111", 1},
		{"a longer number", "41111111111111119928", "41111111111111119928", 0},
		{"a time in pieces", "20:26:09:16:10:11:12:00", "20:26:09:16:10:11:12:00", 0},
		{"a trade number", "2026091622001412340000000002", "2026091622001412340000000002", 0},
		{"in Chinese words", "卡号" + testUnionPay + "消费", "卡号620000******0005消费", 1},
		{"spaced", "4111 1111 1111 1111", "411111******1111", 1},
		{"dashed", "x5555-5555-5555-4444y", "x555555******4444y", 1},
		{"spaced Amex", "3782 822463 10005", "378282******0005", 1},
		{"full width", "４１１１１１１１１１１１１１１１", "411111******1111", 1},
		{"full width spaced", "４１１１　１１１１　１１１１　１１１１", "411111******1111", 1},
		{"after a date", "20260916 4111111111111111", "20260916 411111******1111", 1},
		{"after a date, spaced", "20260916 4111 1111 1111 1111", "20260916 411111******1111", 1},
		{"dotted", "卡4111.1111.1111.1111付", "卡411111******1111付", 1},
		{"slashed", "4111/1111/1111/1111", "411111******1111", 1},
		{"slashed Amex", "3782/822463/10005", "378282******0005", 1},
		{"dotted to 19", "6212.3456.7890.1234.569", "621234******4569", 1},
		{"points between other groups", "411111.1111.111111", "411111.1111.111111", 0},
		{"a merchant number that begins like Diners", "商户301310058120006", "商户301310058120006", 0},
		{"two", testVisa + "," + testAmex, "411111******1111,378282******0005", 2},
		{"file name", "slips-4111111111111111.csv", "slips-411111******1111.csv", 1},
		{"check digit wrong", "4111111111111112", "4111111111111112", 0},
		{"check digit right, no issuer", "1000000000000008", "1000000000000008", 0},
		{"merchant number that passes the check", "104310058120005", "104310058120005", 0},
		{"Visa prefix, no such length", "41111111111111112", "41111111111111112", 0},
		{"order number of 28 digits", "4200001234202609161234567890", "4200001234202609161234567890", 0},
		{"IBAN", "NL91ABNA0417164300", "NL91ABNA0417164300", 0},
		{"IBAN in groups", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", 0},
		{"masked already", "621234******1234", "621234******1234", 0},
		{"empty", "", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, n := MaskText(c.in)
			if got != c.want || n != c.n {
				t.Errorf("MaskText(%q) = %q, %d; want %q, %d", c.in, got, n, c.want, c.n)
			}
		})
	}
}

// TestMaskRef: a reference is masked where a card number of 16 or 19 digits stands in it. The check
// sums were worked out by hand: 301310058120006 and 104310058120005 pass ISO/IEC 7812-1 annex B.
func TestMaskRef(t *testing.T) {
	for in, want := range map[string]string{
		testVisa: "411111******1111", "4111 1111 1111 1111": "411111******1111",
		"4111-1111-1111-1111": "411111******1111",
		"４１１１１１１１１１１１１１１１":    "411111******1111",
		"6212345678901234569": "621234******4569",
		testAmex:              testAmex, // 15 digits: a merchant number
		"301310058120006":     "301310058120006", "104310058120005": "104310058120005",
		"4111111111111112": "4111111111111112", "1000000000000008": "1000000000000008",
		"PAY4111111111111111":         "PAY411111******1111",
		"20260916/4111111111111111/7": "20260916/411111******1111/7",
		"PAY4111111111111112":         "PAY4111111111111112", "T378282246310005-1": "T378282246310005-1",
		"PAY41111111111111110": "PAY41111111111111110",
		"3782 822463 10005":    "378282******0005", "PAY/3782-822463-10005/1": "PAY/378282******0005/1",
		"00004111111111111111": "411111******1111", "411111111111111112": "411111111111111112",
		"4111 1111 1111 1111_R1": "411111******1111_R1", "41111111-11111111_R1": "41111111-11111111_R1",
		"": "", "LJ-20260916-00001": "LJ-20260916-00001",
		"41111111111111110000": "41111111111111110000",
	} {
		got, n := MaskRef(in)
		if got != want || (n == 1) != (got != in) {
			t.Errorf("MaskRef(%q) = %q, %d; want %q", in, got, n, want)
		}
	}
}

func TestFullCard(t *testing.T) {
	for in, want := range map[string]bool{
		testVisa: true, "４１１１１１１１１１１１１１１１": true, "`6225880123456780": true,
		"4111.1111": false, "621234******1234": false, "1234": false, "": false,
	} {
		if got := FullCard(in); got != want {
			t.Errorf("FullCard(%q) = %v", in, got)
		}
	}
}

func TestCardOf(t *testing.T) {
	token := func(pan string) uint64 { return uint64(len(pan)) }
	for _, c := range []struct {
		in, want string
		token    uint64
	}{
		{"621234******1234", "621234******1234", 0},
		{"6212****1234", "6212******1234", 0},
		{"621234XXXXXX1234", "621234******1234", 0},
		{"621234xxxxxx1234", "621234******1234", 0},
		{"****1234", "******1234", 0},
		{"**** **** **** 1234", "******1234", 0},
		{"1234", "******1234", 0},
		{"'1234", "******1234", 0},
		{"VISA 1234", "******1234", 0},
		{"尾号1234", "******1234", 0},
		{"６２１２３４＊＊＊＊＊＊１２３４", "621234******1234", 0},
		{"6212341234", "621234******1234", 0},
		{testUnionPay, "620000******0005", 16},
		{"6200 0000 0000 0005", "620000******0005", 16},
		{"\t" + testAmex + " ", "378282******0005", 15},
		{"411111111111*1111", "411111******1111", 0},
		{"", "", 0},
		{"-", "", 0},
		{"/", "", 0},
		{"12", "", 0},
		{"******", "", 0},
		{"Cash", "", 0},
	} {
		got, err := CardOf(c.in, Options{Token: token})
		if err != nil || got.String() != c.want || got.Token != c.token {
			t.Errorf("CardOf(%q) = %q token %d, %v; want %q", c.in, got, got.Token, err, c.want)
		}
	}
}

func TestForbidden(t *testing.T) {
	for _, c := range []struct{ in, code string }{
		{"%B4111111111111111^TEST/CARD^2512101000000000?", "card.track"},
		{";4111111111111111=25121010000000000?", "card.track"},
		{"6200000000000005D25121010000000", "card.track"},
		{"CVV: 123", "card.cvv"},
		{"cvv2=1234", "card.cvv"},
		{"CVN 999", "card.cvv"},
		{"安全码 123", "card.cvv"},
		{"付款 安全码：123，谢谢", "card.cvv"},
		{"卡背面三位 123", "card.cvv"},
		{"卡片背面后三位数字为１２３", "card.cvv"},
		{"信用卡验证码=1234", "card.cvv"},
		{"CVN2 123", "card.cvv"},
		{"CVV：１２３", "card.cvv"},
		{"短信验证码 1234", ""},
		{"安全码不符", ""},
		{"安全码 20260916", ""},
		{"卡背面签名 123", ""},
		{"PIN block: 0123456789ABCDEF", "card.pin"},
		{"CVV mismatch", ""},
		{"CVV result: M", ""},
		{"PIN entered", ""},
		{"4111111111111111=", ""},
		{"order=4111111111111112=2512101", ""},
		{"", ""},
	} {
		err := Forbidden(c.in)
		var e *tillproof.Error
		code := ""
		if errors.As(err, &e) {
			code = e.Code
		}
		if code != c.code {
			t.Errorf("Forbidden(%q) = %q, want %q", c.in, code, c.code)
		}
		if err != nil && (e.Kind != tillproof.KindForbidden || strings.Contains(err.Error(), "4111")) {
			t.Errorf("Forbidden(%q): kind %v, text %q", c.in, e.Kind, err)
		}
	}
	for _, h := range []string{"CVV", "cvv2", "Track 2", "磁道信息", "PIN Block"} {
		if ForbiddenColumn(h) == "" {
			t.Errorf("column %q may be read", h)
		}
	}
	if ForbiddenColumn("CVV Result") != "" || ForbiddenColumn("卡号") != "" {
		t.Error("a harmless column is refused")
	}
}

// TestMaskedTextHoldsNoCard puts a test number into any text in any usual spelling: none may survive.
func TestMaskedTextHoldsNoCard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.SampledFrom([]string{testVisa, testMC, testAmex, testUnionPay}).Draw(t, "number")
		before := rapid.StringMatching(`[a-z商户 ]{0,8}`).Draw(t, "before")
		after := rapid.StringMatching(`[a-z金额. ]{0,8}`).Draw(t, "after")
		got, n := MaskText(before + number + after)
		if n != 1 || strings.Contains(got, number) {
			t.Fatalf("%q masked %d", got, n)
		}
		if again, n := MaskText(got); n != 0 || again != got {
			t.Fatalf("masking %q again changes it", got)
		}
	})
}

func FuzzCard(f *testing.F) {
	for _, s := range []string{
		testVisa, "4111 1111 1111 1111", "６２", "621234XXXXXX1234", "DE89 3704 0044 0532 0130 00",
		"%B4111111111111111^A/B^2512101?", "\xff4111", "x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		masked, n := MaskText(s)
		if n == 0 && masked != s {
			t.Errorf("%q changed to %q without a card", s, masked)
		}
		if c, err := CardOf(s, Options{}); err == nil {
			if _, n := MaskText(c.String()); n != 0 {
				t.Errorf("CardOf(%q) shows a full number", s)
			}
		}
		for _, g := range digitGroups(masked) {
			if isPAN(g.digits) && !partOfIBAN(masked, g.from) {
				t.Errorf("%q leaves a full number", s)
			}
		}
	})
}

// TestNumbersInARow: two numbers in groups that follow each other are both masked, also where the end of one
// and the beginning of the other pass for a third (5555 5555 4444 5555 has a valid check digit).
func TestNumbersInARow(t *testing.T) {
	for _, joint := range []string{"/", " ", "-"} {
		const one = "5555 5555 5555 4444"
		got, n := MaskText(one + joint + one)
		want := "555555******4444" + joint + "555555******5555 ****** ****** ******"
		if got != want || n != 5 {
			t.Errorf("%s, %d masked, want %s", got, n, want)
		}
	}
}
