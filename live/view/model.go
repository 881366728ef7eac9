package view

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"culprit/live/telemetry"
)

// refresh is how often the screen is drawn anew.
const refresh = time.Second

// Model is what the terminal shows.
type Model struct {
	latest        func() *telemetry.Snapshot
	shown         *telemetry.Snapshot
	width, height int
	color         bool
}

// tick says that it is time to look again.
type tick struct{}

// New returns a Model that draws what latest returns, which must be quick, never nil, and may be called from another goroutine.
func New(latest func() *telemetry.Snapshot, color bool) Model {
	return Model{latest: latest, shown: latest(), color: color, width: 80, height: 24}
}

// Init waits for the first tick.
func (m Model) Init() tea.Cmd { return next() }

func next() tea.Cmd { return tea.Tick(refresh, func(time.Time) tea.Msg { return tick{} }) }

// Update takes ticks, other sizes and keys.
func (m Model) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch message := message.(type) {
	case tick:
		m.shown = m.latest()
		return m, next()
	case tea.WindowSizeMsg:
		m.width, m.height = message.Width, message.Height
	case tea.KeyPressMsg:
		switch message.String() {
		case "q", "esc", "ctrl+c":
			return m, tea.Quit
		}
	}
	return m, nil
}

// View draws.
func (m Model) View() tea.View {
	v := tea.NewView(Screen(m.shown, m.width, m.height, m.color))
	v.AltScreen = true
	return v
}

// Run shows m until the user has seen enough or ctx ends.
func Run(ctx context.Context, m Model, in io.Reader, out io.Writer) error {
	_, err := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithFPS(10)).Run()
	if err != nil && !errors.Is(err, tea.ErrProgramKilled) {
		return fmt.Errorf("show the view: %w", err)
	}
	return nil
}
