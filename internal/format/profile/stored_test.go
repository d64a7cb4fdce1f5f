package profile

import "testing"

// Reference days from ECMA-376 part 1, 18.17.4.1 and the calendar.
func TestSerial(t *testing.T) {
	for _, c := range []struct {
		in      string
		date904 bool
		day     string
		second  int
		ok      bool
	}{
		{"1", false, "1900-01-01", 0, true},
		{"59", false, "1900-02-28", 0, true},
		{"60", false, "", 0, false}, // 1900-02-29 never was
		{"61", false, "1900-03-01", 0, true},
		{"43449", false, "2018-12-15", 0, true},
		{"42663.6241666667", false, "2016-10-20", 53928, true}, // 14:58:48
		{"43449.999999", false, "2018-12-16", 0, true},
		{"0.5", false, "", 43200, true},
		{"2958465", false, "9999-12-31", 0, true},
		{"2958466", false, "", 0, false},
		{"0", true, "1904-01-01", 0, true},
		{"41987", true, "2018-12-15", 0, true},
		{"-1", false, "", 0, false},
		{"", false, "", 0, false},
		{"12a", false, "", 0, false},
	} {
		day, second, ok := Serial(c.in, c.date904)
		if day.String() != c.day || second != c.second || ok != c.ok {
			t.Errorf("%s: %s %d %v, want %s %d %v", c.in, day, second, ok, c.day, c.second, c.ok)
		}
	}
}
