package tillproof

// PartInterest is what the time costs that the money is away.
const PartInterest LossPart = "interest"

// BookingKind says what a line of the loss of a case does to it.
type BookingKind string

// The kinds of bookings.
const (
	Incurred  BookingKind = "incurred"  // it was lost
	Recovered BookingKind = "recovered" // it came back
	Waived    BookingKind = "waived"    // it was given up
)

// BookingKinds lists the kinds.
var BookingKinds = [...]BookingKind{Incurred, Recovered, Waived}

// Booking is one line of the loss of a case. Where money comes back, the user says which part it is.
type Booking struct {
	Seq    int
	Day    Date
	Kind   BookingKind
	Part   LossPart
	Amount Money       // positive
	From   ExceptionID // of what was incurred: the exception that shows it; "": entered by hand
	Record RecordID    // of what came back: the line of the statement; zero: entered by hand
	By     string
	Reason string
}
