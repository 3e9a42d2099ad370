package main

import (
	"fmt"
	"io"
	"math"
)

// A row of the table is a figure and its limits.
type row struct {
	what           string
	required, goal float64
	unit           unit
	figure         float64 // NaN if it cannot be measured
	absolute       string  // what a ratio is made of
}

// A unit is how a figure is printed.
type unit struct {
	name     string
	scale    float64 // how much one is
	decimals int
	least    bool // whether more is better
}

var (
	times     = unit{name: "×", scale: 1, decimals: 2}
	share     = unit{name: "%", scale: 0.01, decimals: 1}
	shareMore = unit{name: "%", scale: 0.01, decimals: 1, least: true}
	megabytes = unit{name: "MB", scale: 1e6, decimals: 2}
	kilobytes = unit{name: "kB", scale: 1e3, decimals: 1}
	bytesUnit = unit{name: "B", scale: 1}
)

// format returns a figure in its unit.
func (u unit) format(figure float64) string {
	if math.IsNaN(figure) {
		return "–"
	}
	return fmt.Sprintf("%.*f %s", u.decimals, figure/u.scale, u.name)
}

// limit returns a limit in its unit, or a dash for 0, which means that there is no limit.
func (u unit) limit(figure float64) string {
	if figure == 0 {
		return "–"
	}
	sign := "≤"
	if u.least {
		sign = "≥"
	}
	return fmt.Sprintf("%s %v %s", sign, math.Round(figure/u.scale*100)/100, u.name)
}

// meets reports whether a figure is within a limit.
func (u unit) meets(figure, limit float64) bool {
	if u.least {
		return figure >= limit
	}
	return figure <= limit
}

// printTable prints rows as a table in Markdown, with a column that says which of
// the limits each figure meets if they are to be judged.
func printTable(w io.Writer, rows []row, judge bool) {
	header, line := "| what | required | goal | figure | |", "| --- | --- | --- | --- | --- |"
	if judge {
		header, line = header+" met |", line+" --- |"
	}
	fmt.Fprintf(w, "%s\n%s\n", header, line)
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |", r.what, r.unit.limit(r.required), r.unit.limit(r.goal), r.unit.format(r.figure), r.absolute)
		if judge {
			fmt.Fprintf(w, " %s |", r.met())
		}
		fmt.Fprintf(w, "\n")
	}
}

// met says which of its limits a figure meets.
func (r row) met() string {
	switch {
	case r.required == 0, math.IsNaN(r.figure):
		return "–"
	case r.unit.meets(r.figure, r.goal):
		return "goal"
	case r.unit.meets(r.figure, r.required):
		return "required"
	}
	return "no"
}
