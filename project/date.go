package project

import "fmt"

const errDate flaw = "is not a day from 2000-01-01 to 2199-12-31"

// Date is a civil day at the place of the congress, as the decimal number
// yyyymmdd: 20260115. All time in this package is days. Deadlines are made of
// them, and the second at which a citizen wrote would only help to find out
// who it was. 0 means no day.
type Date uint32

// NewDate returns a day, or 0 if there is no such day.
func NewDate(year, month, day int) Date {
	if year < 2000 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0
	}
	d := Date(year*10000 + month*100 + day)
	if !d.Valid() {
		return 0
	}
	return d
}

// Split returns year, month and day.
func (d Date) Split() (year, month, day int) {
	return int(d / 10000), int(d / 100 % 100), int(d % 100)
}

// Valid reports whether there is such a day.
func (d Date) Valid() bool {
	y, m, day := d.Split()
	return y >= 2000 && y <= 2199 && m >= 1 && m <= 12 && day >= 1 && day <= monthDays(y, m)
}

func monthDays(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// String returns 2026-01-15, or "" for no day.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Split()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// count numbers the days. The year begins in March, so that the leap day is
// the last of it.
func (d Date) count() int {
	y, m, day := d.Split()
	if m < 3 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + day - 1
}

// Sub returns the number of days from e to d.
func (d Date) Sub(e Date) int {
	return d.count() - e.count()
}

// Add returns the day n days later, which must lie within 2000 to 2199; else
// it returns the nearest day that does.
func (d Date) Add(n int) Date {
	first, last := Date(20000101), Date(21991231)
	want := d.count() + n
	if want <= first.count() {
		return first
	}
	if want >= last.count() {
		return last
	}
	year := 2000 + (want-first.count())/366
	for year < 2199 && NewDate(year+1, 1, 1).count() <= want {
		year++
	}
	rest := want - NewDate(year, 1, 1).count()
	month := 1
	for rest >= monthDays(year, month) {
		rest -= monthDays(year, month)
		month++
	}
	return NewDate(year, month, rest+1)
}

// Past reports whether the deadline d is over on the day today. No deadline is
// never over, and on its last day it is not.
func (d Date) Past(today Date) bool {
	return d != 0 && today > d
}
