package report

import (
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Column describes a column of a table.
type Column struct {
	Name string
	Kind ColumnKind
}

// ColumnKind says how a column gives way where the table is too wide.
type ColumnKind uint8

// The kinds.
const (
	Prose  ColumnKind = iota // wrapped first
	Word                     // wrapped only where the prose cannot give more
	Number                   // like Word, set to the right
)

const (
	gap         = 2   // columns of the terminal between those of a table
	leastColumn = 12  // how narrow a column becomes at most
	maxCell     = 400 // characters of a line of a cell
)

// Table writes rows under a header, without rules, over width columns of the terminal as far as possible. Long cells are wrapped, line
// ends in them kept; whatever else cells hold is made harmless.
func Table(columns []Column, rows [][]string, width int) string {
	cells := newCells(columns, rows)
	widths := columnWidths(columns, cells, width)
	texts := make([][]string, len(cells))
	for i, row := range cells {
		texts[i] = make([]string, len(row))
		for j := range row {
			texts[i][j] = row[j].wrapped(widths[j])
		}
	}
	return render(columns, texts)
}

// Fits reports whether a table can be kept within width.
func Fits(columns []Column, rows [][]string, width int) bool {
	n := -gap
	for _, w := range columnWidths(columns, newCells(columns, rows), width) {
		n += w + gap
	}
	return n <= width
}

// Listing writes rows one below the other, a line a column, for those with too many columns for a table. What is empty is left out.
func Listing(columns []Column, rows [][]string, width int) string {
	names := 0
	for _, c := range columns {
		names = max(names, displaywidth.String(c.Name))
	}
	var b strings.Builder
	for i, row := range newCells(columns, rows) {
		fmt.Fprintf(&b, "row %d\n", i+1)
		for j, c := range row {
			if c.width() == 0 {
				continue
			}
			name := columns[j].Name
			for l := range strings.SplitSeq(c.wrapped(max(width-names-2*gap, leastColumn)), "\n") {
				b.WriteString(strings.Repeat(" ", gap) + padded(name, names+gap) + l + "\n")
				name = ""
			}
		}
	}
	return b.String()
}

func newCells(columns []Column, rows [][]string) [][]cell {
	cells := make([][]cell, len(rows))
	for i, row := range rows {
		cells[i] = make([]cell, len(columns))
		for j := range min(len(row), len(columns)) {
			cells[i][j] = newCell(row[j])
		}
	}
	return cells
}

// cell is the lines of a cell.
type cell []string

func newCell(s string) cell {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Clean(l, maxCell)
	}
	return lines
}

func (c cell) width() int {
	n := 0
	for _, l := range c {
		n = max(n, displaywidth.String(l))
	}
	return n
}

func (c cell) wrapped(width int) string {
	var lines []string
	for _, l := range c {
		if displaywidth.String(l) <= width {
			lines = append(lines, l)
			continue
		}
		lines = append(lines, wrap(l, width)...)
	}
	return strings.Join(lines, "\n")
}

// columnWidths gives every column what it wants, and where that is too much takes from the widest.
func columnWidths(columns []Column, cells [][]cell, width int) []int {
	widths := make([]int, len(columns))
	for j := range columns {
		widths[j] = displaywidth.String(columns[j].Name)
		for _, row := range cells {
			widths[j] = max(widths[j], row[j].width())
		}
	}
	excess := gap*(len(widths)-1) - width
	for _, w := range widths {
		excess += w
	}
	excess = narrow(widths, excess, func(j int) bool { return columns[j].Kind == Prose })
	narrow(widths, excess, func(int) bool { return true })
	return widths
}

// narrow takes excess from the widest of the columns that may give, one at a time, and returns what it could not take.
func narrow(widths []int, excess int, gives func(int) bool) int {
	for ; excess > 0; excess-- {
		widest := -1
		for j, w := range widths {
			if gives(j) && w > leastColumn && (widest < 0 || w > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			return excess
		}
		widths[widest]--
	}
	return 0
}

func render(columns []Column, rows [][]string) string {
	header, alignment := make([]string, len(columns)), make(tw.Alignment, len(columns))
	for j, c := range columns {
		header[j], alignment[j] = c.Name, tw.AlignLeft
		if c.Kind == Number {
			alignment[j] = tw.AlignRight
		}
	}
	var b strings.Builder
	table := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{Borders: tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone}})),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithAlignment(alignment),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithPadding(tw.Padding{Right: strings.Repeat(" ", gap), Overwrite: true}))
	table.Header(header)
	// Neither can fail: all rows are strings, and the writer is memory.
	_ = table.Bulk(rows)
	_ = table.Render()
	lines := strings.Split(strings.TrimRight(plainSpaces(b.String()), "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
